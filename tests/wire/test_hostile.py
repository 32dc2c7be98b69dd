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
    "x" * 70_000,
)
_NO_JSON: Sequence[Any] = (float("nan"), 10**5_000, {1: 2}, {"a": {1, 2}}, object())
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
HOSTILE = st.sampled_from([*_FILES, *_TEXTS, *_NO_JSON]) | _JSON


@pytest.fixture(scope="module")
def real_tools(node_modules: Path) -> list[tuple[Tool, Mapping[str, Any]]]:
    """Tools of the sample's documents, each with arguments that are good."""
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
    return found


def _attempts(tool: Tool) -> list[Callable[[Any], object]]:
    """All that is done with arguments before they are sent; the digest is of unchecked ones."""
    return [tool.build_request, tool.to_curl, tool.show_request, tool.digest, tool.repair]


@settings(
    max_examples=300,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_hostile_arguments(
    real_tools: list[tuple[Tool, Mapping[str, Any]]], data: st.DataObject
) -> None:
    """Whatever stands in an argument, or within the body, no other exception comes of it."""
    tool, good = data.draw(st.sampled_from(real_tools))
    arguments = dict(good)
    for name in data.draw(st.lists(st.sampled_from([*tool.parameters["properties"], "more"]))):
        value = arguments.get(name)
        if isinstance(value, dict) and value and data.draw(st.booleans()):
            field = data.draw(st.sampled_from([*value]))
            arguments[name] = {**value, field: data.draw(HOSTILE)}
        else:
            arguments[name] = data.draw(HOSTILE)
    for attempt in _attempts(tool):
        try:
            attempt(arguments)
        except ArgumentsInvalid as error:
            assert str(error).startswith("The arguments do not fit")
