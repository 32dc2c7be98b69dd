"""Schemas in OpenAI's strict mode, and arguments there and back."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Literal

import pytest
from openai.lib._pydantic import to_strict_json_schema
from pydantic import BaseModel, Field

from callwright.models.dialect.limits import StrictLimits
from callwright.models.dialect.lower import lower

Check = Callable[[str], Callable[[Any], None]]
TEXT = {"type": "string"}
NULL = {"type": "null"}
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
}
PERSON_CLOSED = {**PERSON, "additionalProperties": False}


def given(schema: Any, *, needed: bool = True, **definitions: Any) -> dict[str, Any]:
    """Parameters with one property, `x`."""
    parameters: dict[str, Any] = {"type": "object", "properties": {"x": schema}}
    if needed:
        parameters["required"] = ["x"]
    return {**parameters, "$defs": definitions} if definitions else parameters


WRITTEN: list[tuple[str, Any, Any]] = [
    ("plain", {"type": "string"}, {"type": "string"}),
    ("types", {"type": ["string", "integer"]}, {"type": ["string", "integer"]}),
    ("a title describes", {"type": "string", "title": "Sku"}, {**TEXT, "description": "Sku"}),
    (
        "bounds of numbers stay",
        {"type": "number", "minimum": 1, "exclusiveMaximum": 9, "multipleOf": 2},
        {"type": "number", "minimum": 1, "exclusiveMaximum": 9, "multipleOf": 2},
    ),
    (
        "what has no keyword is described",
        {"type": "string", "minLength": 2, "maxLength": 5, "default": "ab", "examples": ["cd"]},
        {
            "type": "string",
            "description": 'At least 2 characters. At most 5 characters. Default: "ab". '
            'For example "cd".',
        },
    ),
    ("known format", {"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
    (
        "unknown format",
        {"type": "string", "format": "uri", "description": "Where"},
        {"type": "string", "description": "Where. Format: uri."},
    ),
    ("pattern", {"type": "string", "pattern": "^a+$"}, {"type": "string", "pattern": "^a+$"}),
    (
        "a pattern that looks ahead",
        {"type": "string", "pattern": "^(?!a)"},
        {"type": "string", "description": "Pattern: ^(?!a)."},
    ),
    ("constant", {"const": "a"}, {"type": "string", "enum": ["a"]}),
    ("enum without type", {"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
    ("enum with null", {"enum": ["a", None]}, {"anyOf": [{**TEXT, "enum": ["a"]}, NULL]}),
    (
        "array",
        {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True},
        {"type": "array", "items": TEXT, "minItems": 1, "description": "No item twice."},
    ),
    ("object", PERSON, PERSON_CLOSED),
    ("an object that says nothing of others", {**PERSON, "type": "object"}, PERSON_CLOSED),
    (
        "closed and empty",
        {"type": "object", "additionalProperties": False},
        {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    ),
    ("oneOf", {"oneOf": [TEXT, {"type": "integer"}]}, {"anyOf": [TEXT, {"type": "integer"}]}),
    (
        "a nullable object",
        {**PERSON, "type": ["object", "null"]},
        {"anyOf": [PERSON_CLOSED, NULL]},
    ),
    (
        "allOf of objects",
        {"allOf": [PERSON, {"properties": {"age": {"type": "integer"}}, "required": ["age"]}]},
        {
            "type": "object",
            "properties": {"name": TEXT, "age": {"type": "integer"}},
            "required": ["name", "age"],
            "additionalProperties": False,
        },
    ),
    (
        "allOf narrows",
        {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]},
        {**TEXT, "enum": ["b"]},
    ),
    (
        "what stands beside alternatives holds in each",
        {**PERSON, "oneOf": [{"properties": {"a": TEXT}, "required": ["a"]}, {"required": ["b"]}]},
        {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {"name": TEXT, "a": TEXT},
                    "required": ["name", "a"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": {
                        "name": TEXT,
                        "b": {"type": "string", "description": "JSON text."},
                    },
                    "required": ["name", "b"],
                    "additionalProperties": False,
                },
            ]
        },
    ),
    (
        "alternatives that only need names are told",
        {**PERSON, "anyOf": [{"required": ["name"]}, {"required": ["id", "age"]}]},
        {**PERSON_CLOSED, "description": "Give name; or id and age."},
    ),
    ("one alternative", {"anyOf": [TEXT]}, TEXT),
    (
        "an impossible alternative",
        {"type": "string", "anyOf": [{"pattern": "a"}, {"type": "null"}]},
        {"type": "string", "pattern": "a"},
    ),
    ("not", {**TEXT, "not": {"const": "a"}}, {**TEXT, "description": 'Never "a".'}),
]


@pytest.mark.parametrize(
    ("schema", "expected"), [case[1:] for case in WRITTEN], ids=[c[0] for c in WRITTEN]
)
def test_what_strict_mode_has_words_for(schema: Any, expected: Any, check_dialect: Check) -> None:
    """Each keyword is kept, said in other words, or told in the description."""
    lowered = lower(given(schema), "openai-strict")
    assert lowered.is_strict
    assert lowered.schema["properties"]["x"] == expected
    check_dialect("openai-strict")(lowered.schema)


READ: list[tuple[str, Any, bool, Any, Any]] = [
    ("left out", TEXT, False, None, {}),
    ("given", TEXT, False, "a", {"x": "a"}),
    ("left out though it could be null", {"type": ["string", "null"]}, False, None, {}),
    ("null, and not left out", {"type": ["string", "null"]}, False, "<null>", {"x": None}),
    ("null in an enum", {"enum": ["a", None]}, False, "<null>", {"x": None}),
    ("needed, and null", {"type": ["string", "null"]}, True, None, {"x": None}),
    ("anything", {}, True, '{"a":[1]}', {"x": {"a": [1]}}),
    ("anything as null", {}, False, "null", {"x": None}),
    ("an object as JSON text", {"type": "object"}, True, '{"a":1}', {"x": {"a": 1}}),
    ("an object, unasked", {"type": "object"}, True, {"a": 1}, {"x": {"a": 1}}),
    ("no JSON", {"type": "object"}, True, "{a:1", {"x": "{a:1"}),
    ("JSON that is no object", {"type": "object"}, True, "7", {"x": "7"}),
    ("text that is no JSON", {}, True, "seven", {"x": "seven"}),
    (
        "a map",
        {"type": "object", "additionalProperties": {"type": "integer"}},
        True,
        [{"key": "a", "value": 1}, {"key": "b", "value": 2}],
        {"x": {"a": 1, "b": 2}},
    ),
    (
        "a map, unasked",
        {"type": "object", "additionalProperties": {}},
        True,
        {"a": "1"},
        {"x": {"a": "1"}},
    ),
    (
        "a key twice",
        {"type": "object", "additionalProperties": TEXT},
        True,
        [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}],
        {"x": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]},
    ),
    (
        "below",
        {"type": "array", "items": {"type": "object", "properties": {"a": TEXT, "b": {}}}},
        True,
        [{"a": None, "b": "[1]"}, {"a": "x", "b": None}],
        {"x": [{"b": [1]}, {"a": "x"}]},
    ),
    (
        "alternatives by their names",
        {
            "oneOf": [
                {"type": "object", "properties": {"a": {"type": ["string", "null"]}}},
                {"type": "object", "properties": {"b": {}}},
            ]
        },
        True,
        {"b": '{"a":null}'},
        {"x": {"b": {"a": None}}},
    ),
    (
        "text or an object",
        {"anyOf": [TEXT, {"type": "object"}]},
        True,
        '{"a":1}',
        {"x": {"a": 1}},
    ),
    ("text beside an object", {"anyOf": [TEXT, {"type": "object"}]}, True, "7", {"x": "7"}),
    ("an enum of objects", {"enum": [{"a": 1}, {"a": 2}]}, True, '{"a":2}', {"x": {"a": 2}}),
    ("of the wrong type", {"type": "array", "items": {}}, True, 7, {"x": 7}),
]


@pytest.mark.parametrize(
    ("schema", "needed", "written", "expected"),
    [case[1:] for case in READ],
    ids=[c[0] for c in READ],
)
def test_what_the_model_writes_is_read(
    schema: Any, needed: bool, written: Any, expected: Any
) -> None:
    """Each rewriting is undone; what was not asked for so stays as it is."""
    lowered = lower(given(schema, needed=needed), "openai-strict")
    assert lowered.is_strict
    assert lowered.restore({"x": written}) == expected


def test_a_definition_may_lead_to_itself(check_dialect: Check) -> None:
    """References stay references, with their description around them, and are read at any depth."""
    node = {
        "type": "object",
        "properties": {"value": {}, "next": {"$ref": "#/$defs/node", "description": "Then"}},
        "required": ["value"],
    }
    lowered = lower(given({"$ref": "#/$defs/node"}, node=node), "openai-strict")
    assert lowered.schema["properties"] == {"x": {"$ref": "#/$defs/node"}}
    assert lowered.schema["$defs"] == {
        "node": {
            "type": "object",
            "properties": {
                "value": {"type": "string", "description": "JSON text."},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, NULL], "description": "Then"},
            },
            "required": ["value", "next"],
            "additionalProperties": False,
        }
    }
    check_dialect("openai-strict")(lowered.schema)
    written = {"x": {"value": "1", "next": {"value": '"b"', "next": None}}}
    assert lowered.restore(written) == {"x": {"value": 1, "next": {"value": "b"}}}
    assert lowered.lower({"x": {"value": 1, "next": {"value": "b"}}}) == written


REFUSED: list[tuple[str, Any]] = [
    ("x: other names than those of its properties", {**PERSON, "additionalProperties": True}),
    ("x: other names than those of its properties", {**PERSON, "additionalProperties": TEXT}),
    ("x: other names than those of its properties", {**PERSON, "patternProperties": {"a": TEXT}}),
    ("x: it depends on conditions", {**PERSON, "if": PERSON, "then": {"required": ["a"]}}),
    ("a property that is needed can have no value", {"allOf": [TEXT, {"type": "integer"}]}),
]


@pytest.mark.parametrize(("reason", "schema"), REFUSED)
def test_what_strict_mode_has_no_words_for(reason: str, schema: Any) -> None:
    """The schema stays as it is, is not called strict, and the note says why and where."""
    parameters = given(schema)
    lowered = lower(parameters, "openai-strict")
    assert (lowered.is_strict, lowered.schema) == (False, parameters)
    assert lowered.notes[0].startswith(reason)
    assert lowered.restore({"x": None}) == {"x": None}


@pytest.mark.parametrize(
    "parameters",
    [
        {"type": "object", "properties": {}, "additionalProperties": True},
        {"type": "object", "additionalProperties": TEXT},
        {"type": "object", "properties": {"a": TEXT}, "additionalProperties": True},
        {"type": "object", "oneOf": [PERSON, {"properties": {"id": TEXT}}]},
    ],
)
def test_the_arguments_must_have_names(parameters: dict[str, Any]) -> None:
    """Free names and several forms cannot stand at the root."""
    lowered = lower(parameters, "openai-strict")
    assert (lowered.is_strict, lowered.schema) == (False, parameters)


def nested(levels: int) -> dict[str, Any]:
    """An object in an object, so many levels deep."""
    inner: dict[str, Any] = TEXT
    for _ in range(levels - 1):
        inner = {"type": "object", "properties": {"x": inner}, "required": ["x"]}
    return given(inner)


LIMITS = StrictLimits(
    properties=4, levels=3, letters=12, values=4, long_enum=2, long_enum_letters=4
)


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ({"type": "object", "properties": dict.fromkeys("abcd", TEXT)}, None),
        ({"type": "object", "properties": dict.fromkeys("abcde", TEXT)}, "5 properties"),
        (nested(3), None),
        (nested(4), "4 levels of nesting"),
        (given({**TEXT, "enum": ["a" * 11, ""]}), None),
        (given({**TEXT, "enum": ["a" * 12, ""]}), "13 letters"),
        ({"type": "object", "properties": {"a": {"enum": [1, 2]}, "b": {"enum": [1, 2]}}}, None),
        (
            {"type": "object", "properties": {"a": {"enum": [1, 2]}, "b": {"enum": [1, 2, 3]}}},
            "5 values",
        ),
        (given({"enum": ["a", "b", "cd"]}), None),
        (given({"enum": ["a", "b", "cde"]}), "5 letters in one enum"),
    ],
)
def test_what_is_too_large_is_not_strict(parameters: dict[str, Any], fault: str | None) -> None:
    """Limits are a provider's; what is past one of them goes as it is, and the note says which."""
    lowered = lower(parameters, "openai-strict", limits=LIMITS)
    assert lowered.is_strict == (fault is None)
    if fault is not None:
        assert lowered.schema == parameters
        assert lowered.notes[0].startswith(fault)


class Colour(Enum):
    red = "red"
    blue = "blue"


class Owner(BaseModel):
    name: str
    age: int | None


class Pet(BaseModel):
    """An animal."""

    name: str = Field(description="What it is called.")
    kind: Literal["cat", "dog"]
    colour: Colour
    owner: Owner
    former: list[Owner]
    weight: float | None


def bare(schema: Any) -> Any:
    """A schema without descriptions, types that may be null as a list, its definitions by name."""
    if isinstance(schema, list):
        return [bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: bare(item) for key, item in schema.items() if key not in ("title", "description")}
    if "properties" in schema:
        plain["properties"] = {key: bare(item) for key, item in schema["properties"].items()}
    types = [branch.get("type") for branch in plain.get("anyOf", [])]
    if types and all(set(branch) == {"type"} for branch in plain["anyOf"]):
        return {**{key: item for key, item in plain.items() if key != "anyOf"}, "type": types}
    return plain


def test_openais_own_library_makes_the_same_of_a_model(check_dialect: Check) -> None:
    """Where nothing may be left out there is nothing to decide, and both agree."""
    lowered = lower(Pet.model_json_schema(), "openai-strict")
    assert lowered.is_strict
    assert bare(lowered.schema) == bare(to_strict_json_schema(Pet))
    check_dialect("openai-strict")(lowered.schema)
