"""What the tests of the wire share: the npm packages, and a case of a small document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.wire.case import Case, cases_of
from tests.wire.node import Builders, missing_packages


@pytest.fixture(scope="session")
def builders_folder(node_modules: Path) -> Path:
    """The folder of npm packages, with those that build requests."""
    missing = missing_packages(node_modules)
    if missing:
        packages = " ".join(missing)
        pytest.skip(f"needs {packages}: npm install --prefix {node_modules.parent} {packages}")
    return node_modules


@pytest.fixture
def builders(builders_folder: Path) -> Iterator[Builders]:
    """A process that builds requests with those packages."""
    with Builders(builders_folder) as found:
        yield found


@pytest.fixture
def case(tmp_path: Path) -> Callable[..., Case]:
    """Makes the case of one operation, from the parts of its document that matter."""

    def make(path: str = "/pets", method: str = "get", **operation: Any) -> Case:
        document = {
            "openapi": "3.0.3",
            "info": {"title": "Pets", "version": "1"},
            "paths": {path: {method: {"operationId": "one", "responses": {}, **operation}}},
        }
        (tmp_path / "pets.json").write_text(json.dumps(document))
        (found,) = cases_of("pets.json", tmp_path, None)
        assert isinstance(found, Case)
        return found

    return make
