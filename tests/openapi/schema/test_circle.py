"""Schemas that lead back to themselves: each stays one that a value can be checked against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.schema_check import ArgumentCheck
from callwright.openapi.schema.circle import Circles

SchemaOf = Callable[..., dict[str, Any]]


def pointed(name: str) -> dict[str, Any]:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def admits(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value fits; a check without an end fits nothing."""
    return ArgumentCheck(schema).faults(value) == ()


def test_circles() -> None:
    """Things are in one circle when each leads to the other, however far away."""
    following = {"a": "b", "b": "cx", "c": "ad", "d": "e", "e": "dy", "x": "", "y": ""}
    circles = Circles(lambda thing: following[thing])
    found = {(one, two) for one in following for two in following if circles.are_one(one, two)}
    assert found == {
        *((one, two) for one in "abc" for two in "abc"),
        *((one, two) for one in "de" for two in "de"),
        *(("x", "x"), ("y", "y")),
    }


def test_a_long_row() -> None:
    """A row is walked without the stack of Python, and leads back to its start."""
    size = 100_000
    circles = Circles(lambda thing: [str((int(thing) + 1) % size)])
    assert circles.are_one("0", str(size - 1))


def test_a_base_by_reference(schema_of: SchemaOf) -> None:
    """What stands beside a `$ref` of 3.1 makes a kind of a base, as `allOf` does."""
    base = {"required": ["name"], "oneOf": [pointed("Cat")]}
    schemas = {"Base": base, "Cat": {**pointed("Base"), "required": ["lives"]}}
    for name in ("Base", "Cat"):
        read = schema_of(pointed(name), schemas)
        assert admits(read, {"name": "Tom", "lives": 9})
        assert not admits(read, {"lives": 9})
        assert not admits(read, {"name": "Tom"})


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_alternatives_of_each_other(schema_of: SchemaOf, keyword: str) -> None:
    """Of two schemas that have each other as alternatives, each admits what both do."""
    schemas = {
        "A": {keyword: [pointed("B"), {"type": "string"}]},
        "B": {keyword: [pointed("A"), {"type": "integer"}]},
    }
    for name in schemas:
        read = schema_of(pointed(name), schemas)
        assert [admits(read, value) for value in ("a", 1, None)] == [True, True, False]


@pytest.mark.parametrize("keyword", ["not", "if", "then", "else"])
def test_conditions_on_oneself(schema_of: SchemaOf, keyword: str) -> None:
    """A condition that is the schema itself, or leads back to it, is left out."""
    own = {"type": "object", "if": {"required": ["a"]}}
    for schemas in (
        {"A": {**own, keyword: pointed("A")}},
        {"A": {**own, keyword: pointed("B")}, "B": {"allOf": [pointed("A")]}},
    ):
        read = schema_of(pointed("A"), schemas)
        assert keyword not in read["$defs"]["A"]
        assert admits(read, {"a": 1})
        assert not admits(read, 5)
