"""Schemas with one level of plain properties, and arguments there and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.models.dialect.lower import lower

TEXT = {"type": "string"}
CASES: list[tuple[str, Any, Any]] = [
    ("plain", {"type": "integer", "minimum": 1}, {"type": "integer", "description": "At least 1."}),
    ("enum", {"type": "number", "enum": [1, 2]}, {"type": "integer", "enum": [1, 2]}),
    ("constant", {"const": True}, {"type": "boolean", "enum": [True]}),
    (
        "object",
        {
            "type": "object",
            "properties": {"a": TEXT, "b": {"type": "array", "items": {"enum": ["x", 1]}}},
            "required": ["a"],
            "description": "What",
        },
        {**TEXT, "description": 'What. JSON text of {a: string, b?: ("x" | 1)[]}.'},
    ),
    (
        "array",
        {"type": "array", "items": {"type": "integer"}},
        {**TEXT, "description": "JSON text of integer[]."},
    ),
    (
        "may be null",
        {"type": ["integer", "null"]},
        {**TEXT, "description": "JSON text of integer | null."},
    ),
    (
        "alternatives",
        {"oneOf": [TEXT, {"type": "object", "additionalProperties": TEXT}]},
        {**TEXT, "description": "JSON text of string | {[key]: string}."},
    ),
    ("anything", True, {**TEXT, "description": "JSON text."}),
]


@pytest.mark.parametrize(
    ("schema", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_one_level_is_left(
    schema: Any, expected: Any, check_dialect: Callable[[str], Callable[[Any], None]]
) -> None:
    """Plain values stay; the description of other ones says what their text must hold."""
    lowered = lower({"type": "object", "properties": {"x": schema}, "required": ["x"]}, "flat")
    assert lowered.schema == {
        "type": "object",
        "properties": {"x": expected},
        "required": ["x"],
    }
    check_dialect("flat")(lowered.schema)


@pytest.mark.parametrize(
    ("schema", "written", "expected"),
    [
        (TEXT, "7", "7"),
        ({"type": "object"}, '{"a":7}', {"a": 7}),
        ({"type": "object"}, "7", "7"),
        ({"type": "array"}, "[7", "[7"),
        ({"type": "array"}, [7], [7]),
        ({"type": ["string", "null"]}, "null", None),
        ({"type": ["string", "null"]}, "Ada", "Ada"),
        ({"type": ["string", "null"]}, "7", "7"),
        ({"type": ["integer", "null"]}, "7", 7),
        ({"type": ["integer", "null"]}, 7, 7),
    ],
)
def test_text_is_read_where_it_was_not_meant(schema: Any, written: Any, expected: Any) -> None:
    """JSON text becomes its value where the value has a type that was wanted."""
    lowered = lower({"type": "object", "properties": {"x": schema}}, "flat")
    assert lowered.restore({"x": written}) == {"x": expected}


def test_a_description_has_an_end() -> None:
    """What a schema of any size says in one line is cut."""
    wide = {"type": "object", "properties": {f"property_{n}": TEXT for n in range(500)}}
    lowered = lower({"type": "object", "properties": {"x": wide}}, "flat")
    assert len(lowered.schema["properties"]["x"]["description"]) < 450
