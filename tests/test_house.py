"""The law of the house: who may import whom, who may open a socket, and how large a room is."""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import pytest

import callwright

ROOT = Path(callwright.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
WINGS = ("openapi", "models", "trim")
MAX_LINES = 350
NETWORK = {"httpcore2", "socket", "ssl", "urllib.request", "http.client", "http.server", "requests"}


def module_name(path: Path) -> str:
    """The dotted name of a file below the package."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}


def imports(path: Path) -> set[str]:
    """Everything that a file imports, inside functions and for type checkers only, too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            inner = {f"{module}.{alias.name}" for alias in node.names}
            found |= (inner & MODULES.keys()) or {module}
    return found


def floor(module: str) -> str:
    """The part of the house that a module belongs to."""
    parts = module.replace(".__main__", ".cli").split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ("core", "cli", "demo", *WINGS) else "roof"


@pytest.mark.parametrize("name", MODULES)
def test_imports_run_down_only(name):
    """The ground imports the ground, a wing itself and the ground; the face is for users alone."""
    allowed = {
        "core": {"core"},
        "demo": {"demo"},
        "roof": {"core", "roof", *WINGS},
        "cli": {"core", "roof", "cli", "demo", *WINGS},
        **{wing: {"core", wing} for wing in WINGS},
    }[floor(name)]
    own = {module for module in imports(MODULES[name]) if module.split(".")[0] == "callwright"}
    if floor(name) in ("core", "demo", "roof", *WINGS) and name != "callwright":
        assert "callwright" not in own
    strangers = own - {"callwright", "callwright._version", "callwright.errors"}
    assert {module for module in strangers if floor(module) not in allowed} == set()


def test_there_is_no_import_circle():
    """Modules can be put in an order in which each imports only those before it."""
    graph = {
        name: {module for module in imports(path) if module in MODULES and module != name}
        for name, path in MODULES.items()
        if name != "callwright"
    }
    for imported in graph.values():
        imported.discard("callwright")
    order = list(graphlib.TopologicalSorter(graph).static_order())
    assert len(order) >= len(graph)


@pytest.mark.parametrize("name", MODULES)
def test_one_room_owns_the_network(name):
    """Only the package `http` makes a client; only the demo's service listens."""
    text = MODULES[name].read_text()
    is_network = f"{name}.".startswith("callwright.http.") or name == "callwright.demo.service"
    if not is_network:
        assert "AsyncClient(" not in text
        assert not imports(MODULES[name]) & NETWORK


@pytest.mark.parametrize("name", MODULES)
def test_no_room_is_too_large(name):
    """A file of more than 350 lines holds two concepts."""
    assert len(MODULES[name].read_text().splitlines()) <= MAX_LINES


@pytest.mark.parametrize("name", MODULES)
def test_every_room_says_what_it_is_for(name):
    """A module begins with a docstring."""
    assert ast.get_docstring(ast.parse(MODULES[name].read_text()))
