"""The servers of this room, each started once; what they write while a test fails is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.models.oracle.server import Server, litellm_proxy, transformers_serve

collect_ignore = ["overfit.py", "scripted.py"]  # they run in the Pythons of those servers


@pytest.fixture(scope="session")
def litellm_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """litellm's proxy, with a model that follows a script."""
    with litellm_proxy(tmp_path_factory.mktemp("litellm")) as server:
        yield server


@pytest.fixture(scope="session")
def transformers_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`transformers serve`, with a model that was trained a moment ago."""
    with transformers_serve(tmp_path_factory.mktemp("transformers")) as server:
        yield server


@pytest.fixture
def proxy(litellm_server: Server) -> Iterator[Server]:
    """The proxy, for one test."""
    with litellm_server.told() as server:
        yield server


@pytest.fixture
def serve(transformers_server: Server) -> Iterator[Server]:
    """The server, for one test."""
    with transformers_server.told() as server:
        yield server
