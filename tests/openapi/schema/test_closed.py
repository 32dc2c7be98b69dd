"""Objects that forbid by `additionalProperties` what other parts of their schema describe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.schema_check import ArgumentCheck
from callwright.openapi.schema.closed import Closings

SchemaOf = Callable[..., dict[str, Any]]


def pointed(name: str) -> dict[str, Any]:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def closed(*names: str, **more: Any) -> dict[str, Any]:
    """An object of these names and no others."""
    return {"properties": {name: {} for name in names}, "additionalProperties": False, **more}


def opened(*names: str, **more: Any) -> dict[str, Any]:
    """An object of these names and any others."""
    return {"properties": {name: {} for name in names}, **more}


KINDS = {"propertyName": "kind", "mapping": {"cat": "Cat", "dog": "Dog"}}

WHOLE: dict[str, tuple[Any, dict[str, Any]]] = {
    "closed beside allOf": (
        {"allOf": [pointed("A")], "additionalProperties": False},
        {"A": closed("a", "b")},
    ),
    "closed, with names of its own": (closed("a", allOf=[pointed("B")]), {"B": opened("b")}),
    "closed beside alternatives": (
        {"oneOf": [pointed("A"), pointed("B")], "additionalProperties": False},
        {"A": opened("a", "b"), "B": opened("c")},
    ),
    "a row of closed classes": (
        closed("a", allOf=[pointed("B")]),
        {"B": closed("b", allOf=[pointed("C")]), "C": closed("c")},
    ),
    "alternatives beside names": (
        closed("a", oneOf=[pointed("B"), pointed("C")]),
        {"B": closed("b"), "C": closed("c")},
    ),
}


@pytest.mark.parametrize("case", WHOLE)
def test_closed_as_a_whole(schema_of: SchemaOf, case: str) -> None:
    """What any part describes is let in, and what none does is not."""
    schema, schemas = WHOLE[case]
    check = ArgumentCheck(schema_of(schema, schemas))
    assert check.faults({"a": 1, "b": 2}) == ()
    assert check.faults({"a": 1, "z": 2}) != ()


PARTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "a class and its base": (
        {"allOf": [pointed("Base"), closed("b")]},
        {"Base": closed("a")},
    ),
    "a class in place": ({"allOf": [closed("a"), closed("b")]}, {}),
    "a closed base": (opened("b", allOf=[pointed("Base")]), {"Base": closed("a")}),
    "a base of a base": (
        opened("b", allOf=[pointed("Middle")]),
        {"Middle": {"allOf": [pointed("Base")]}, "Base": closed("a")},
    ),
}


@pytest.mark.parametrize("case", PARTS)
def test_closed_parts(schema_of: SchemaOf, case: str) -> None:
    """A part lets in what the others describe."""
    schema, schemas = PARTS[case]
    assert ArgumentCheck(schema_of(schema, schemas)).faults({"a": 1, "b": 2}) == ()


def test_a_base_with_its_kinds(schema_of: SchemaOf) -> None:
    """Of classes with a discriminator each is closed to the names of the others."""
    schemas = {
        "Pet": closed("kind", discriminator=KINDS),
        "Cat": {"allOf": [pointed("Pet"), closed("lives")]},
        "Dog": {"allOf": [pointed("Pet"), closed("tail")]},
    }
    check = ArgumentCheck(schema_of(pointed("Pet"), schemas))
    assert check.faults({"kind": "cat", "lives": 9}) == ()
    assert check.faults({"kind": "dog", "tail": 1}) == ()
    assert check.faults({"kind": "dog", "wings": 1}) != ()


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param(closed("a"), {"z": 1}, id="no parts"),
        pytest.param(closed("a", "b", allOf=[opened("b")]), {"z": 1}, id="nothing more in a part"),
        pytest.param(closed("a", anyOf=[{"required": ["a"]}]), {"a": 1, "z": 1}, id="a demand"),
        pytest.param({"oneOf": [closed("a"), closed("b")]}, {"a": 1, "b": 1}, id="alternatives"),
    ],
)
def test_what_stays_closed(schema_of: SchemaOf, schema: Any, value: Any) -> None:
    """What shuts out none of its parts is as the document has it."""
    read = schema_of(schema)
    assert "unevaluatedProperties" not in read
    assert ArgumentCheck(read).faults(value) != ()


def test_used_alone_as_well(schema_of: SchemaOf) -> None:
    """A class that is a base elsewhere stays closed where it stands for itself."""
    schema = opened(allOf=[pointed("B")], properties={"base": pointed("A"), "b": {}})
    schemas = {"A": closed("a"), "B": opened("b", allOf=[pointed("A")])}
    check = ArgumentCheck(schema_of(schema, schemas))
    assert check.faults({"a": 1, "b": 1, "base": {"a": 1}}) == ()
    assert check.faults({"base": {"a": 1, "b": 1}}) != ()


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_beside_a_reference(make_tools: Callable[..., Any], version: str) -> None:
    """What stands beside a reference counts from 3.1 on."""
    body = {"content": {"application/json": {"schema": {**pointed("A"), **closed("b")}}}}
    components = {"schemas": {"A": closed("a")}}
    paths = {"/v": {"post": {"operationId": "make", "requestBody": body}}}
    (tool,) = make_tools(paths, openapi=version, components=components)
    faults = ArgumentCheck(tool.parameters).faults({"body": {"a": 1, "b": 1}})
    assert (faults == ()) is (version == "3.1.0")


def test_it_is_told(make_tools: Callable[..., Any]) -> None:
    """The report says where a schema was read otherwise than it stands."""
    schema = {"allOf": [closed("a"), closed("b")]}
    body = {"content": {"application/json": {"schema": schema}}}
    (tool,) = make_tools({"/v": {"post": {"operationId": "make", "requestBody": body}}})
    (finding,) = tool.findings
    assert (finding.kind, finding.reason.partition(";")[0]) == (
        "repaired",
        "It forbids what a part of it describes",
    )
    assert finding.pointer.endswith("/schema")


class Counted(dict[str, Any]):
    """A schema that counts how often any of its kind is asked for something."""

    asked = 0

    def get(self, *asked: Any) -> Any:
        """What it has under a key."""
        Counted.asked += 1
        return super().get(*asked)


def test_one_object_in_many_places(make_document: Callable[..., Any]) -> None:
    """Parts that are one object are looked at once, however often they stand there."""
    schema = Counted(closed("a"))
    for _ in range(14):
        schema = Counted({"allOf": [schema, schema]})
    assert Closings(make_document({})).shut(schema).parts == set()
    assert Counted.asked < 1_000
