"""What a tool means and what a model writes, there and back, for schemas of every kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from callwright.models.dialect.lower import lower
from callwright.models.dialect.lowered import Dialect

Case = tuple[dict[str, Any], st.SearchStrategy[Any]]
"""A schema, and what satisfies it."""

DIALECTS: tuple[Dialect, ...] = ("json-schema", "openai-strict", "gemini", "flat")

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
NAMES = st.one_of(
    st.sampled_from(["id", "name", "filter[name]", "X-Foo", "7up", "größe", "a b", "a.b", "key"]),
    st.from_regex(r"\A[a-z_]{1,70}\Z"),
)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(-1e6, 1e6, allow_nan=False)
FREE = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
TREE = {
    "type": "object",
    "properties": {
        "label": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}},
        "size": {"type": ["integer", "null"]},
    },
    "required": ["label"],
}
TREES = st.recursive(
    st.fixed_dictionaries({"label": WORDS}, optional={"size": st.none() | st.integers(0, 9)}),
    lambda inner: st.fixed_dictionaries({"label": WORDS, "children": st.lists(inner, max_size=3)}),
    max_leaves=4,
)

PLAIN: list[Case] = [
    ({"type": "string", "minLength": 0, "default": "x"}, WORDS),
    ({"type": "integer", "exclusiveMinimum": -(2**60)}, st.integers(-(2**53), 2**53)),
    ({"type": "number"}, NUMBERS),
    ({"type": "boolean"}, st.booleans()),
    ({"type": ["string", "null"]}, st.none() | WORDS),
    ({"type": ["string", "integer"]}, WORDS | st.integers(-9, 9)),
    ({"type": "string", "enum": ["on", "off", ""]}, st.sampled_from(["on", "off", ""])),
    ({"enum": [1, "1", None, True, 2.5]}, st.sampled_from([1, "1", None, True, 2.5])),
    ({"enum": [{"a": 1}, [2], "x"]}, st.sampled_from([{"a": 1}, [2], "x"])),
    ({"const": "fixed"}, st.just("fixed")),
    ({"const": 7}, st.just(7)),
    ({}, FREE),
    ({"type": "object"}, st.dictionaries(WORDS, FREE, max_size=3)),
    ({"type": ["object", "null"]}, st.none() | st.dictionaries(WORDS, FREE, max_size=3)),
    ({"type": "array"}, st.lists(FREE, max_size=3)),
    (
        {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
        st.tuples(WORDS, st.integers(0, 9)).map(list),
    ),
    ({"type": "null"}, st.none()),
    ({"$ref": "#/$defs/tree"}, TREES),
    ({"$ref": "#/$defs/tree", "description": "The whole."}, TREES),
    ({"anyOf": [{"$ref": "#/$defs/tree"}, {"type": "null"}]}, st.none() | TREES),
    # Only JSON text keeps these apart: what is text, and what is written as text.
    ({"anyOf": [{"type": "string"}, {"type": "object"}]}, WORDS | st.just({"a": 1})),
    (
        {
            "oneOf": [
                {"type": "object", "additionalProperties": {"type": "integer"}},
                {"type": "array", "items": {"type": "integer"}},
            ]
        },
        st.dictionaries(WORDS, st.integers(0, 9), max_size=2) | st.lists(st.integers(0, 9)),
    ),
]


def _listed(case: Case) -> Case:
    return {"type": "array", "items": case[0]}, st.lists(case[1], max_size=3)


def _mapped(case: Case) -> Case:
    schema = {"type": "object", "additionalProperties": case[0]}
    return schema, st.dictionaries(WORDS, case[1], max_size=3)


def _object(cases: dict[str, tuple[Case, bool]]) -> Case:
    required = {name: case[1] for name, (case, needed) in cases.items() if needed}
    optional = {name: case[1] for name, (case, needed) in cases.items() if not needed}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: case[0] for name, (case, _) in cases.items()},
    }
    if required:
        schema["required"] = list(required)
    return schema, st.fixed_dictionaries(required, optional=optional)


def _merged(cases: dict[str, tuple[Case, bool]]) -> Case:
    """The same object, its properties in two parts of an `allOf`."""
    schema, instances = _object(cases)
    if not schema["properties"]:
        return schema, instances
    first, *others = schema["properties"]
    rest = {name: schema["properties"][name] for name in others}
    parts = [
        {"type": "object", "properties": {first: schema["properties"][first]}},
        {"properties": rest, "required": schema.get("required", [])},
    ]
    return {"allOf": parts}, instances


def _tagged(cases: list[Case]) -> Case:
    """Alternatives that a property tells from each other."""
    schemas = []
    for number, (schema, _) in enumerate(cases):
        properties = {"kind": {"const": f"k{number}"}, "value": schema}
        schemas.append({"type": "object", "properties": properties, "required": ["kind"]})
    instances = [
        st.fixed_dictionaries({"kind": st.just(f"k{n}")}, optional={"value": instance})
        for n, (_, instance) in enumerate(cases)
    ]
    return {"oneOf": schemas}, st.one_of(instances)


def _deeper(inner: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
    properties = st.dictionaries(NAMES, st.tuples(inner, st.booleans()), min_size=1, max_size=4)
    return st.one_of(
        inner.map(_listed),
        inner.map(_mapped),
        properties.map(_object),
        properties.map(_merged),
        st.lists(inner, min_size=2, max_size=3).map(_tagged),
    )


CASES = st.recursive(st.sampled_from(PLAIN), _deeper, max_leaves=6)
ROOTS = st.dictionaries(NAMES, st.tuples(CASES, st.booleans()), max_size=4).map(_object)


def bare(value: Any) -> str:
    """A value as text in which 1 is neither True nor 1.0, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True)


def plainly(schema: Any) -> Any:
    """Gemini's `nullable` as JSON Schema says it."""
    if isinstance(schema, list):
        return [plainly(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: plainly(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(root=ROOTS, data=st.data())
@pytest.mark.parametrize("dialect", DIALECTS)
def test_arguments_come_back_as_they_were(
    dialect: Dialect,
    check_dialect: Callable[[str], Callable[[Any], None]],
    root: Case,
    data: st.DataObject,
) -> None:
    """What satisfies the tool's schema can be written by the dialect's, and is restored whole."""
    schema = {**root[0], "$defs": {"tree": TREE}}
    arguments = data.draw(root[1])
    Draft202012Validator(schema).validate(arguments)
    lowered = lower(schema, dialect)
    written = lowered.lower(arguments)
    Draft202012Validator(plainly(lowered.schema)).validate(written)
    assert bare(lowered.restore(written)) == bare(arguments)
    if lowered.is_strict or dialect in ("gemini", "flat"):
        check_dialect(dialect)(lowered.schema)
    assert lowered.is_strict == (dialect == "openai-strict")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(root=ROOTS, written=st.dictionaries(NAMES, FREE, max_size=4))
@pytest.mark.parametrize("dialect", DIALECTS)
def test_whatever_a_model_writes_is_read(
    dialect: Dialect, root: Case, written: dict[str, Any]
) -> None:
    """Restoring never raises, and gives an object whatever it was given."""
    schema = {**root[0], "$defs": {"tree": TREE}}
    lowered = lower(schema, dialect)
    assert isinstance(lowered.restore(written), dict)
    assert isinstance(lowered.lower(written), dict)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(root=ROOTS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_same_schema_gives_the_same_bytes(dialect: Dialect, root: Case) -> None:
    """A provider's cache of prompts sees the same tool each time."""
    schema = {**root[0], "$defs": {"tree": TREE}}
    again = json.loads(json.dumps(schema))
    assert json.dumps(lower(schema, dialect).schema) == json.dumps(lower(again, dialect).schema)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | st.sampled_from(["object", "#/$defs/a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "type properties required items anyOf allOf oneOf $ref $defs enum const not if "
                "additionalProperties patternProperties minimum description default pattern "
                "prefixItems dependentRequired examples format a".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(properties=st.dictionaries(st.sampled_from("ab"), JUNK), definition=JUNK, written=FREE)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_senseless_schema_is_no_reason_to_fail(
    dialect: Dialect, properties: dict[str, Any], definition: Any, written: Any
) -> None:
    """Tools of other makers may hold anything; they are lowered as far as they can be."""
    schema = {"type": "object", "properties": properties, "$defs": {"a": definition}}
    lowered = lower(schema, dialect)
    assert lowered.schema["type"] == "object"
    assert isinstance(lowered.restore({"a": written, "b": written}), dict)
