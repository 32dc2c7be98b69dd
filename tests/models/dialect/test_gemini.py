"""Schemas as Gemini's function declarations take them, and arguments there and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from callwright.models.dialect.lower import lower

Check = Callable[[str], Callable[[Any], None]]
TEXT = {"type": "string"}
PERSON = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


def given(schema: Any, **definitions: Any) -> dict[str, Any]:
    """Parameters with one property, `x`."""
    parameters = {"type": "object", "properties": {"x": schema}}
    return {**parameters, "$defs": definitions} if definitions else parameters


WRITTEN: list[tuple[str, Any, Any]] = [
    ("plain", {"type": "integer", "default": 3}, {"type": "integer", "description": "Default: 3."}),
    ("nullable", {"type": ["string", "null"]}, {"type": "string", "nullable": True}),
    (
        "types",
        {"type": ["string", "integer", "null"], "description": "Either"},
        {
            "anyOf": [
                {"type": "string", "nullable": True, "description": "Either"},
                {"type": "integer"},
            ]
        },
    ),
    ("constant", {"const": "a"}, {"type": "string", "enum": ["a"]}),
    ("numbers to choose from", {"enum": [1, 2]}, {"type": "string", "enum": ["1", "2"]}),
    ("an empty text", {"enum": ["a", ""]}, {"type": "string", "enum": ["a", "(empty)"]}),
    ("null to choose", {"enum": ["a", None]}, {"type": "string", "enum": ["a"], "nullable": True}),
    (
        "bounds",
        {"type": "number", "minimum": 1, "exclusiveMaximum": 9, "format": "float"},
        {"type": "number", "minimum": 1, "format": "float", "description": "Less than 9."},
    ),
    (
        "formats of text",
        {"type": "string", "format": "email"},
        {"type": "string", "description": "Format: email."},
    ),
    (
        "a time",
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "date-time"},
    ),
    ("array", {"type": "array", "items": TEXT}, {"type": "array", "items": TEXT}),
    ("array of anything", {"type": "array"}, {**TEXT, "description": "JSON text of any[]."}),
    (
        "tuple",
        {"prefixItems": [TEXT, {"type": "integer"}]},
        {**TEXT, "description": "JSON text of [string, integer]."},
    ),
    ("object", {**PERSON, "additionalProperties": False}, PERSON),
    ("object of anything", {"type": "object"}, {**TEXT, "description": "JSON text of object."}),
    (
        "needed and not described",
        {"type": "object", "properties": {"a": TEXT}, "required": ["b"]},
        {
            "type": "object",
            "properties": {"a": TEXT, "b": {"type": "string", "description": "JSON text."}},
            "required": ["b"],
        },
    ),
    (
        "oneOf",
        {"oneOf": [PERSON, {"type": "array", "items": TEXT}]},
        {"anyOf": [PERSON, {"type": "array", "items": TEXT}]},
    ),
    ("allOf", {"allOf": [PERSON, {"description": "Who"}]}, {**PERSON, "description": "Who"}),
    (
        "conditions",
        {**PERSON, "if": PERSON, "then": {"required": ["a"]}},
        {**TEXT, "description": "JSON text of {name: string}."},
    ),
    ("impossible", {"allOf": [TEXT, {"type": "integer"}]}, None),
]


@pytest.mark.parametrize(
    ("schema", "expected"), [case[1:] for case in WRITTEN], ids=[c[0] for c in WRITTEN]
)
def test_what_gemini_has_words_for(schema: Any, expected: Any, check_dialect: Check) -> None:
    """Each keyword is kept, said in other words, or told in the description."""
    lowered = lower(given(schema), "gemini")
    assert lowered.schema["properties"].get("x") == expected
    check_dialect("gemini")(lowered.schema)


READ: list[tuple[str, Any, Any, Any]] = [
    ("a number to choose", {"enum": [1, 2]}, "2", 2),
    ("a number, unasked", {"enum": [1, 2]}, 2, 2),
    ("no choice", {"enum": [1, 2]}, "3", "3"),
    ("1 is not the text of 1", {"enum": [1, "1"]}, "1 (2)", 1),
    ("the text of 1 is not 1", {"enum": [1, "1"]}, "1", "1"),
    ("null to choose", {"enum": [7, None]}, None, None),
    ("the empty text", {"enum": ["a", ""]}, "(empty)", ""),
    ("an object as JSON text", {"type": "object"}, '{"a":1}', {"a": 1}),
    ("null", {"type": ["object", "null"]}, None, None),
    (
        "alternatives",
        {"oneOf": [{"type": "array", "items": {"enum": [1]}}, {"enum": [2, 3]}]},
        ["1"],
        [1],
    ),
    (
        "a map",
        {"additionalProperties": {"enum": [1, 2]}},
        [{"key": "a b", "value": "1"}],
        {"a b": 1},
    ),
]


@pytest.mark.parametrize(
    ("schema", "written", "expected"), [case[1:] for case in READ], ids=[c[0] for c in READ]
)
def test_what_the_model_writes_is_read(schema: Any, written: Any, expected: Any) -> None:
    """Each rewriting is undone; what was not asked for so stays as it is."""
    assert lower(given(schema), "gemini").restore({"x": written}) == {"x": expected}


def test_names_are_made_legal_and_given_back() -> None:
    """Names that Gemini refuses get readable ones, each its own, at every depth."""
    names = ["filter[name]", "filter_name", "filter.name", "7up", "größe", "[]", "a" * 70]
    inner = {
        "type": "object",
        "properties": dict.fromkeys(names, TEXT),
        "required": ["7up", "filter.name"],
    }
    lowered = lower({**inner, "properties": {**inner["properties"], "X-Deep": inner}}, "gemini")
    deep = lowered.schema["properties"]["X_Deep"]
    aliases = ["filter_name_2", "filter_name", "filter_name_3", "_7up", "gr_e", "_", "a" * 64]
    assert [*deep["properties"]] == aliases
    assert deep["required"] == ["_7up", "filter_name_3"]
    arguments = {name: name for name in names}
    written = dict(zip(aliases, names, strict=True))
    assert lowered.restore({**written, "X_Deep": written}) == {**arguments, "X-Deep": arguments}
    assert lowered.lower({"X-Deep": arguments}) == {"X_Deep": written}
    assert lowered.restore({"filter[name]": "own", "7up": "own"}) == {
        "filter[name]": "own",
        "7up": "own",
    }


def test_what_leads_to_itself_ends_in_json_text(check_dialect: Check) -> None:
    """References are written out; where one comes back, JSON text stands for the rest."""
    node = {
        "type": "object",
        "properties": {"id": {"enum": [1]}, "next": {"$ref": "#/$defs/node"}},
    }
    lowered = lower(given({"$ref": "#/$defs/node"}, node=node), "gemini")
    assert lowered.schema["properties"]["x"] == {
        "type": "object",
        "properties": {
            "id": {"type": "string", "enum": ["1"]},
            "next": {
                "type": "string",
                "description": "JSON text of {id?: 1, next?: {id?: 1, next?: {id?: 1, next?: "
                "{id?: 1, next?: {id?: 1, next?: {id?: …, next?: …}}}}}}.",
            },
        },
    }
    check_dialect("gemini")(lowered.schema)
    written = {"x": {"id": "1", "next": '{"id":1}'}}
    assert lowered.restore(written) == {"x": {"id": 1, "next": {"id": 1}}}


@pytest.mark.parametrize(
    "doubled",
    [
        lambda inner: {"type": "object", "properties": {"a": inner, "b": inner}},
        lambda inner: {"anyOf": [inner, {"type": "array", "items": inner}]},
        lambda inner: {"allOf": [inner, {"minLength": 1}, inner]},
        lambda inner: {"type": "object", "additionalProperties": {"allOf": [inner, inner]}},
    ],
    ids=["properties", "alternatives", "parts", "maps"],
)
def test_what_doubles_at_each_level_stays_small(doubled: Any, check_dialect: Check) -> None:
    """Forty levels of two references each would be a trillion schemas; a budget ends it."""
    definitions = {f"d{n}": doubled({"$ref": f"#/$defs/d{n + 1}"}) for n in range(40)}
    parameters = given({"$ref": "#/$defs/d0"}, **definitions, d40=TEXT)
    lowered = lower(parameters, "gemini")
    assert len(json.dumps(lowered.schema)) < 60_000
    check_dialect("gemini")(lowered.schema)
    lower(parameters, "openai-strict")
    lower(parameters, "flat")


@pytest.mark.parametrize("dialect", ["gemini", "flat"])
@pytest.mark.parametrize(
    "parameters",
    [
        {"type": "object", "additionalProperties": TEXT},
        {"type": "object", "oneOf": [PERSON, {"properties": {"id": TEXT}}]},
    ],
)
def test_arguments_without_names_are_one_text(
    dialect: Any, parameters: dict[str, Any], check_dialect: Check
) -> None:
    """What has no properties by name is asked for as a whole, and read as a whole."""
    lowered = lower(parameters, dialect)
    assert [*lowered.schema["properties"]] == ["arguments"]
    check_dialect(dialect)(lowered.schema)
    assert lowered.restore({"arguments": '{"name":"a"}'}) == {"name": "a"}
    assert lowered.restore({"name": "a"}) == {"name": "a"}
    assert lowered.restore({"arguments": "none"}) == {"arguments": "none"}
    assert lowered.lower({"name": "a"}) == {"arguments": '{"name":"a"}'}
