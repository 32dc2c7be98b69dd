"""Schemas of a document as JSON Schema 2020-12: what they mean stays, what only serves is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.schema_check import ArgumentCheck

SchemaOf = Callable[..., dict[str, Any]]

KEPT: dict[str, Any] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a", "format": "uuid"},
    "numbers": {"type": "integer", "minimum": 0, "maximum": 10, "multipleOf": 2, "default": 4},
    "fractions": {"type": "number", "minimum": 0.5, "default": 1.5},
    "enum": {"enum": ["a", 1, None, False]},
    "array": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
    "tuple": {"prefixItems": [{"type": "string"}, True], "items": False},
    "object": {"type": "object", "properties": {"a": True}, "required": ["a"], "maxProperties": 3},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    "closed": {"type": "object", "additionalProperties": False},
    "patterns": {
        "patternProperties": {"^x-": {"type": "string"}},
        "propertyNames": {"maxLength": 5},
    },
    "alternatives": {"oneOf": [{"type": "string"}, {"type": "integer"}], "not": {"const": 7}},
    "condition": {"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"minimum": 1}},
    "texts": {"title": "A thing", "description": "What it is.", "deprecated": True},
    "examples": {"type": "string", "examples": ["a", "b"]},
    "type list": {"type": ["string", "null"]},
    "const": {"const": "x"},
    "const null": {"const": None},
    "default null": {"type": ["string", "null"], "default": None},
    "default false": {"type": "boolean", "default": False},
    "exclusive bounds": {"exclusiveMinimum": 1, "exclusiveMaximum": 2.5},
}


@pytest.mark.parametrize("case", KEPT)
def test_kept(schema_of: SchemaOf, case: str) -> None:
    """What JSON Schema 2020-12 knows is kept as it stands in a 3.1 document."""
    assert schema_of(KEPT[case]) == KEPT[case]


@pytest.mark.parametrize(
    ("schema", "meaning"),
    [
        pytest.param(
            {"xml": {}, "discriminator": {}, "externalDocs": {}, "x-a": 1}, {}, id="OpenAPI's own"
        ),
        pytest.param({"example": "a"}, {"examples": ["a"]}, id="example"),
        pytest.param(
            {"example": "a", "examples": ["b"]}, {"examples": ["b"]}, id="example and examples"
        ),
        pytest.param({"example": "a" * 101}, {}, id="long example"),
        pytest.param(
            {"properties": {"user_id": {"title": "User ID"}}},
            {"properties": {"user_id": {}}},
            id="title that repeats",
        ),
        pytest.param(
            {"type": "string", "nullable": True}, {"type": "string"}, id="nullable is 3.0's"
        ),
        pytest.param(
            {"minimum": 1, "exclusiveMinimum": True},
            {"minimum": 1},
            id="exclusive as a bool is 3.0's",
        ),
    ],
)
def test_reduced(schema_of: SchemaOf, schema: dict[str, Any], meaning: dict[str, Any]) -> None:
    """What a model does not need, or 3.1 does not mean, is left out."""
    assert schema_of(schema) == meaning


NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("schema", "meaning"),
    [
        pytest.param({"type": "string"}, {"type": ["string", "null"]}, id="type"),
        pytest.param(
            {"type": "string", "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
            id="enum",
        ),
        pytest.param(
            {"type": "string", "enum": ["a", None]},
            {"type": ["string", "null"], "enum": ["a", None]},
            id="enum with null",
        ),
        pytest.param(
            {"allOf": [{"type": "string"}]},
            {"anyOf": [{"allOf": [{"type": "string"}]}, NULL]},
            id="allOf",
        ),
        pytest.param(
            {"type": "object", "description": "It.", "allOf": [{"type": "object"}]},
            {
                "description": "It.",
                "anyOf": [{"type": "object", "allOf": [{"type": "object"}]}, NULL],
            },
            id="type and allOf",
        ),
        pytest.param(
            {"oneOf": [{"type": "string"}]},
            {"anyOf": [{"oneOf": [{"type": "string"}]}, NULL]},
            id="oneOf",
        ),
        pytest.param({}, {}, id="no type"),
    ],
)
def test_nullable(schema_of: SchemaOf, schema: dict[str, Any], meaning: dict[str, Any]) -> None:
    """A nullable schema of 3.0 also allows null, and nothing else more."""
    read = schema_of({**schema, "nullable": True}, version="3.0.4")
    assert read == meaning
    assert ArgumentCheck(read).faults(None) == ()


@pytest.mark.parametrize(
    ("schema", "meaning"),
    [
        pytest.param(
            {"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}, id="minimum"
        ),
        pytest.param(
            {"maximum": 1, "exclusiveMaximum": True}, {"exclusiveMaximum": 1}, id="maximum"
        ),
        pytest.param({"minimum": 1, "exclusiveMinimum": False}, {"minimum": 1}, id="not exclusive"),
        pytest.param({"exclusiveMinimum": True}, {}, id="no bound"),
        pytest.param({"exclusiveMinimum": 1}, {"exclusiveMinimum": 1}, id="3.1's way"),
    ],
)
def test_exclusive_bounds(
    schema_of: SchemaOf, schema: dict[str, Any], meaning: dict[str, Any]
) -> None:
    """An exclusive bound of 3.0 becomes one of JSON Schema."""
    assert schema_of(schema, version="3.0.4") == meaning


READ_ONLY = {
    "directly": {"readOnly": True, "type": "string"},
    "by reference": {"$ref": "#/components/schemas/Stamp"},
    "by two references": {"$ref": "#/components/schemas/Again"},
    "in allOf": {"allOf": [{"$ref": "#/components/schemas/Stamp"}]},
    "beside a reference": {"$ref": "#/components/schemas/Name", "readOnly": True},
}
SCHEMAS = {
    "Stamp": {"type": "string", "readOnly": True},
    "Again": {"$ref": "#/components/schemas/Stamp"},
    "Name": {"type": "string"},
    "Base": {"type": "object", "properties": {"id": {"readOnly": True}}, "required": ["id"]},
}


@pytest.mark.parametrize("case", READ_ONLY)
def test_read_only(schema_of: SchemaOf, case: str) -> None:
    """What only the server fills in is out of the properties and of `required`."""
    properties = {"id": READ_ONLY[case], "name": {"type": "string"}}
    read = schema_of({"properties": properties, "required": ["id", "name"]}, SCHEMAS)
    assert read == {"properties": {"name": {"type": "string"}}, "required": ["name"]}


def test_read_only_across_all_of(schema_of: SchemaOf) -> None:
    """A part of `allOf` does not require what another part hides."""
    extension = {"properties": {"name": True}, "required": ["id", "name"]}
    read = schema_of({"allOf": [{"$ref": "#/components/schemas/Base"}, extension]}, SCHEMAS)
    assert read == {
        "allOf": [{"$ref": "#/$defs/Base"}, {"properties": {"name": True}, "required": ["name"]}],
        "$defs": {"Base": {"type": "object", "properties": {}}},
    }


def test_write_only_stays(schema_of: SchemaOf) -> None:
    """A password is written, so it is asked for."""
    schema = {"properties": {"password": {"type": "string", "writeOnly": True}}}
    assert schema_of(schema) == {"properties": {"password": {"type": "string"}}}


GARBAGE: dict[str, Any] = {
    "type": "any", "required": True, "enum": "x", "properties": [], "items": "string", "allOf": {},
    "anyOf": [], "minLength": "3", "maxLength": -1, "minimum": "0", "maximum": True, "pattern": 7,
    "multipleOf": 0, "uniqueItems": "yes", "additionalProperties": "no", "description": ["a"],
    "format": None, "examples": "a", "not": 1, "patternProperties": [], "minItems": 1.5,
    "deprecated": "yes", "title": {}, "prefixItems": [], "if": [], "contains": None,
}  # fmt: skip


@pytest.mark.parametrize("version", ["3.0.4", "3.1.1"])
@pytest.mark.parametrize("keyword", GARBAGE)
def test_garbage(schema_of: SchemaOf, keyword: str, version: str) -> None:
    """A keyword with a value that it cannot have is dropped; the rest stays and stays valid."""
    schema = {"description": "It.", keyword: GARBAGE[keyword]}
    expected = {} if keyword == "description" else {"description": "It."}
    assert schema_of(schema, version=version) == expected


def test_garbage_in_lists(schema_of: SchemaOf) -> None:
    """Of a list what can be used is used."""
    schema = {"type": ["string", "any"], "required": ["a", 1, "a"], "allOf": [{"type": "x"}, 5]}
    assert schema_of(schema) == {"type": ["string"], "required": ["a"], "allOf": [{}, True]}


@pytest.mark.parametrize("schema", [None, [], "string", 5, {}], ids=str)
def test_no_schema(schema_of: SchemaOf, schema: object) -> None:
    """What is no schema, and an empty one, mean anything."""
    assert schema_of(schema) == {}


def test_never(schema_of: SchemaOf) -> None:
    """The schema `false` allows nothing."""
    assert schema_of(schema=False) == {"not": {}}


@pytest.mark.parametrize(
    "name", ["$ref", "type", "properties", "required", "readOnly", "allOf", "enum"]
)
def test_properties_that_look_like_keywords(schema_of: SchemaOf, name: str) -> None:
    """A property may have the name of a keyword."""
    schema = {"type": "object", "properties": {name: {"type": "string"}}, "required": [name]}
    assert schema_of(schema) == schema


def test_type_of_other_things(schema_of: SchemaOf) -> None:
    """What stands among the types and is no text is left out."""
    assert schema_of({"type": ["string", {}, ["null"]]}) == {"type": ["string"]}
