"""What a model is told of the schema where its arguments do not fit."""

from __future__ import annotations

import pytest

from callwright.core.repair.outline import expected, outline

SCHEMA = {
    "type": "object",
    "properties": {
        "state": {"enum": ["open", "closed"]},
        "id": {"type": "integer"},
        "since": {"type": "string", "format": "date-time"},
        "sizes": {"type": "array", "items": {"type": ["number", "null"]}},
        "body": {"$ref": "#/$defs/Issue"},
    },
    "required": ["id"],
    "additionalProperties": False,
    "$defs": {
        "Issue": {
            "type": "object",
            "properties": {
                "title": {"type": "string"},
                "labels": {"type": "array", "items": {"$ref": "#/$defs/Label"}},
            },
            "required": ["title"],
        },
        "Label": {"type": "object", "properties": {"name": {}}, "additionalProperties": False},
    },
}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            (),
            (
                '{id: integer, state?: "open" | "closed", since?: string (date-time), '
                "sizes?: (null | number)[], body?: {title: string, labels?: object[]}}"
            ),
        ),
        (("state",), '"open" | "closed"'),
        (("body",), "{title: string, labels?: {name?: any}[]}"),
        (("body", "labels", 3), "{name?: any}"),
        (("body", "unknown"), "any"),
        (("nowhere", "at", 1, "all"), "any"),
    ],
)
def test_a_place_is_outlined(path, told):
    """What belongs at a path is said in one line, what is required first."""
    assert outline(SCHEMA, path) == told


def test_an_outline_has_room_for_the_first_names_only():
    """A wide object is cut off at the limit."""
    wide = {"type": "object", "properties": {f"name_{n}": {"type": "string"} for n in range(99)}}
    told = outline(wide)
    assert len(told) == 300
    assert told.startswith("{name_0?: string, name_1?: string") and told.endswith("…")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"id": 1, "body": {}}, "Expected at body: {title: string, labels?: {name?: any}[]}."),
        (
            {"id": 1, "body": {"title": "a", "labels": [{"name": 1}, {"nam": 2}]}},
            "Expected at body.labels[1]: {name?: any}.",
        ),
        ({"id": "one"}, ""),
        ({"id": 1}, ""),
        ([], ""),
    ],
)
def test_what_is_expected_is_told_where_names_are_wrong(arguments, told):
    """Where a name is missing or refused, the names and their types are told; only there."""
    assert expected(arguments, SCHEMA) == told


def test_one_of_several_forms_is_enough():
    """An object that has one of its forms is not told of the others."""
    forms = [{"required": ["a"]}, {"required": ["b"]}]
    schema = {"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": forms}
    assert expected({"a": 1}, schema) == ""
    assert expected({}, schema).startswith("Expected: {a: any, b?: any}")


def test_a_broken_schema_is_told_nothing_of():
    """A schema that is none raises nothing."""
    for schema in ({"properties": 5, "required": 7}, {"$ref": "#/x"}, {"type": 5, "enum": 3}):
        assert expected({"a": 1}, schema) == ""
