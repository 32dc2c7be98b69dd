"""What tests of several rooms share: a model that follows a script, and the demo's library."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.fault.server import Behaviour, FaultServer

from callwright.core.message import Message
from callwright.demo import DEMO_KEY, DemoService
from callwright.testing import ScriptedModel


def results(messages: tuple[Message, ...]) -> dict[str | None, str]:
    """The tool messages by the id that they answer."""
    return {m.tool_call_id: m.text for m in messages if m.role == "tool"}


@pytest.fixture(autouse=True, scope="session")
def interrupts_arrive() -> Iterator[None]:
    """Ctrl-C reaches the commands that tests start, also where a shell began the tests with `&`.

    Such a shell ignores SIGINT, and what is ignored stays so in every process below.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True, scope="session")
def cache_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What fixtures of wide scope keep is kept apart from the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALLWRIGHT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("CALLWRIGHT_CACHE", raising=False)
        yield


@pytest.fixture(autouse=True)
def cache(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, cache_of_the_session
) -> Path:
    """An empty cache for each test, also in the processes that it starts."""
    directory = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("CALLWRIGHT_CACHE_DIR", str(directory))
    return directory


@pytest.fixture
def scripted() -> Callable[..., ScriptedModel]:
    """Makes a model that follows a script: texts, lists of calls, and exceptions."""
    return ScriptedModel


@pytest.fixture
def tool_results() -> Callable[[tuple[Message, ...]], dict[str | None, str]]:
    """Reads the tool messages of a conversation by the id that they answer."""
    return results


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoService]:
    """The demo's library on a free loopback port; its key is in LIBRARY_KEY."""
    monkeypatch.setenv("LIBRARY_KEY", DEMO_KEY)
    with DemoService() as service:
        yield service


@pytest.fixture
def fault_server() -> Iterator[Callable[..., FaultServer]]:
    """Starts servers that do what a script says (see `tests.fault.script`), and stops them."""
    with ExitStack() as stack:

        def start(
            behaviour: Behaviour, paths: dict[str, Behaviour] | None = None, **options: Any
        ) -> FaultServer:
            return stack.enter_context(FaultServer(behaviour, paths or {}, **options))

        yield start


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """A folder of npm packages that some tests read or run."""
    given = os.environ.get("CALLWRIGHT_TEST_NODE_MODULES")
    folder = Path(given) if given else Path(__file__).parents[1] / ".ci/node/node_modules"
    if not folder.is_dir():
        pytest.skip(
            f"needs npm packages: npm install --prefix {folder.parent} "
            "@octokit/openapi @copilotkit/aimock"
        )
    return folder
