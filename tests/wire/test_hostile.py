"""Real operations with arguments that nobody would write: a request, or an error of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.corpus.documents import documents_in, missing_package
from tests.wire.invent import Impossible, arguments_for
from tests.wire.sweep import small_sample

from callwright import Tool, create_tools_from_openapi_spec
from callwright.errors import ArgumentsInvalid

Pick = Callable[[int], "tuple[Tool, Mapping[str, Any]]"]

_FILES: Sequence[Any] = (
    {"base64": "!"},
    {"base64": "YQ==", "content_type": "a/b\r\nX: 1"},
    {"base64": "YQ==", "filename": '"\r\n\0\ud800'},
    {"base64": "YQ==", "headers": {"X": "\n"}},
    {"base64": "YQ==", "headers": 5},
    {"path": "/etc/passwd"},
    b"\xff\0",
)
_TEXTS = (
    "",
    "\0",
    "\r\nX: y",
    "\ud800",
    "%2e%2e",
    "a/b?c#d",
    "{id}",
    "data:;base64,!",
    "x" * 5_000,
)
_NO_JSON: Sequence[Any] = (float("nan"), 10**5_000, {1: 2}, {"a": {1, 2}}, object())
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
PLACES = st.tuples(
    st.integers(0, 100), st.booleans(), st.sampled_from([*_FILES, *_TEXTS, *_NO_JSON]) | _JSON
)
"""Which argument is replaced, whether only a field of it, and by what."""


@pytest.fixture(scope="module")
def real_tool(node_modules: Path) -> Pick:
    """Gives a tool of the sample's documents by a number, with arguments that are good."""
    missing = missing_package(node_modules)
    if missing:
        pytest.skip(f"needs {missing}: npm install --prefix {node_modules.parent} {missing}")
    found = []
    for document in small_sample(documents_in(node_modules), node_modules)[::2]:
        content = (node_modules / document).read_bytes()
        tools = create_tools_from_openapi_spec(content, server="https://api.example")
        for tool in tools[:: max(1, len(tools) // 6)]:
            try:
                found.append((tool, arguments_for(tool.parameters, tool.name, 0.7)))
            except Impossible:
                found.append((tool, {}))
    return lambda number: found[number % len(found)]


def _attempts(tool: Tool) -> list[Callable[[Any], object]]:
    """All that is done with arguments before they are sent; the digest is of unchecked ones."""
    return [tool.build_request, tool.to_curl, tool.show_request, tool.digest, tool.repair]


@settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(number=st.integers(0, 10_000), places=st.lists(PLACES, min_size=1, max_size=4))
def test_hostile_arguments(real_tool: Pick, number: int, places: list[Any]) -> None:
    """Whatever stands in an argument, or within the body, no other exception comes of it."""
    tool, good = real_tool(number)
    arguments = dict(good)
    names = [*tool.parameters["properties"], "more"]
    for place, is_within, value in places:
        name = names[place % len(names)]
        before = arguments.get(name)
        if is_within and isinstance(before, dict) and before:
            value = {**before, [*before][place % len(before)]: value}
        arguments[name] = value
    for attempt in _attempts(tool):
        try:
            attempt(arguments)
        except ArgumentsInvalid as error:
            assert str(error).startswith("The arguments do not fit")
