"""Discriminators: how a model is told which kinds there are, and which value means which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.schema_check import ArgumentCheck

SchemaOf = Callable[..., dict[str, Any]]

CAT = {"properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}}}
DOG = {"properties": {"kind": {"type": "string"}, "tail": {"type": "integer"}}}
MAPPING = {"cat": "#/components/schemas/Cat", "dog": "Dog"}


def pointed(name: str) -> dict[str, Any]:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_kinds_are_told_apart(schema_of: SchemaOf, keyword: str) -> None:
    """Beside each kind stands the value that means it."""
    discriminator = {"propertyName": "kind", "mapping": MAPPING}
    kinds = [pointed("Cat"), pointed("Dog")]
    read = schema_of({keyword: kinds, "discriminator": discriminator}, {"Cat": CAT, "Dog": DOG})
    assert read[keyword] == [
        {"$ref": "#/$defs/Cat", "properties": {"kind": {"const": "cat"}}},
        {"$ref": "#/$defs/Dog", "properties": {"kind": {"const": "dog"}}},
    ]


def test_several_values(schema_of: SchemaOf) -> None:
    """Where several values mean one kind, each is good."""
    mapping = {"cat": "Cat", "tom": "Cat"}
    discriminator = {"propertyName": "kind", "mapping": mapping}
    read = schema_of({"oneOf": [pointed("Cat")], "discriminator": discriminator}, {"Cat": CAT})
    assert read["oneOf"][0]["properties"] == {"kind": {"enum": ["cat", "tom"]}}


@pytest.mark.parametrize(
    ("discriminator", "cat"),
    [
        pytest.param({"propertyName": "kind"}, CAT, id="no mapping"),
        pytest.param("kind", CAT, id="2.0's text"),
        pytest.param({"mapping": MAPPING}, CAT, id="no property"),
        pytest.param(
            {"propertyName": "kind", "mapping": MAPPING},
            {"properties": {"kind": {"enum": ["cat"]}}},
            id="the kind says it itself",
        ),
        pytest.param(
            {"propertyName": "kind", "mapping": MAPPING},
            {"allOf": [{"properties": {"kind": {"const": "cat"}}}]},
            id="a part of the kind says it",
        ),
    ],
)
def test_nothing_is_added(schema_of: SchemaOf, discriminator: Any, cat: Any) -> None:
    """Where no value is told, or the kind tells it, nothing is added."""
    read = schema_of({"oneOf": [pointed("Cat")], "discriminator": discriminator}, {"Cat": cat})
    assert read["oneOf"] == [{"$ref": "#/$defs/Cat"}]


BASE = {
    "type": "object",
    "properties": {"kind": {"type": "string"}, "name": {"type": "string"}},
    "required": ["kind", "name"],
    "discriminator": {"propertyName": "kind", "mapping": {**MAPPING, "pet": "Pet"}},
}
KINDS = {
    "Pet": BASE,
    "Cat": {"allOf": [pointed("Pet"), {"properties": {"lives": {"type": "integer"}}}]},
    "Dog": {"allOf": [pointed("Pet"), {"properties": {"tail": {"type": "integer"}}}]},
}


@pytest.mark.parametrize(
    ("value", "is_good"),
    [
        ({"kind": "cat", "name": "Tom", "lives": 9}, True),
        ({"kind": "cat", "name": "Tom", "lives": "nine"}, False),
        ({"kind": "cat", "lives": 9}, False),
        ({"kind": "dog", "name": "Rex", "lives": "many"}, True),
        ({"kind": "pet", "name": "It"}, True),
        ({"kind": "bird", "name": "It"}, False),
    ],
)
def test_base(schema_of: SchemaOf, value: dict[str, Any], is_good: bool) -> None:
    """A base whose mapping names its kinds stands for any of them."""
    read = schema_of(pointed("Pet"), KINDS)
    assert (ArgumentCheck(read).faults(value) == ()) is is_good


def test_base_of_everything(schema_of: SchemaOf) -> None:
    """A base of very many kinds stays what it is."""
    many = {f"Kind{n}": {"allOf": [pointed("Pet")]} for n in range(21)}
    mapping = {name.lower(): name for name in many}
    base = {**BASE, "discriminator": {"propertyName": "kind", "mapping": mapping}}
    read = schema_of(pointed("Pet"), {"Pet": base, **many})
    assert "anyOf" not in read["$defs"]["Pet"]


def test_bases_of_bases(schema_of: SchemaOf) -> None:
    """A kind of a kind has all that its bases have."""
    schemas = {
        "Base": {
            "properties": {"kind": {"type": "string"}, "id": {"type": "string"}},
            "required": ["id"],
            "discriminator": {"propertyName": "kind", "mapping": {"mid": "Mid"}},
        },
        "Mid": {
            "allOf": [pointed("Base"), {"required": ["m"]}],
            "discriminator": {"propertyName": "kind", "mapping": {"leaf": "Leaf"}},
        },
        "Leaf": {"allOf": [pointed("Mid"), {"required": ["l"]}]},
    }
    check = ArgumentCheck(schema_of(pointed("Leaf"), schemas))
    assert check.faults({"id": "x", "m": 1, "l": 1}) == ()
    for name in ("id", "m", "l"):
        given = {key: "x" for key in ("id", "m", "l") if key != name}
        assert [name in fault for fault in check.faults(given)] == [True]


def test_only_itself(schema_of: SchemaOf) -> None:
    """A base that names no kind but itself has no kinds."""
    base = {**BASE, "discriminator": {"propertyName": "kind", "mapping": {"pet": "Pet"}}}
    read = schema_of(pointed("Pet"), {"Pet": base})
    assert "anyOf" not in read["$defs"]["Pet"]


def test_heirs_of_each_other(schema_of: SchemaOf) -> None:
    """Two schemas that inherit from each other are each the whole of both."""
    schemas = {
        "A": {"allOf": [pointed("B")], "required": ["a"]},
        "B": {"allOf": [pointed("A")], "required": ["b"]},
    }
    check = ArgumentCheck(schema_of(pointed("A"), schemas))
    assert check.faults({"a": 1, "b": 2}) == ()
    assert len(check.faults({})) == 2


def test_names_with_dots(schema_of: SchemaOf) -> None:
    """A component's name may have dots; only that of a file is a reference."""
    discriminator = {"propertyName": "kind", "mapping": {"cat": "v1.Cat"}}
    read = schema_of(
        {"oneOf": [pointed("v1.Cat")], "discriminator": discriminator}, {"v1.Cat": CAT}
    )
    assert read["oneOf"] == [
        {"$ref": "#/$defs/v1.Cat", "properties": {"kind": {"const": "cat"}}},
    ]


def test_kinds_by_another_name(schema_of: SchemaOf) -> None:
    """A kind that the mapping names by way of another reference is told apart all the same."""
    discriminator = {"propertyName": "kind", "mapping": {"cat": "Tom", "dog": "Dog"}}
    schemas = {"Tom": pointed("Cat"), "Cat": CAT, "Dog": DOG}
    kinds = [pointed("Tom"), pointed("Dog")]
    read = schema_of({"oneOf": kinds, "discriminator": discriminator}, schemas)
    assert ArgumentCheck(read).faults({"kind": "dog"}) == ()
    assert read["oneOf"][0] == {"$ref": "#/$defs/Cat", "properties": {"kind": {"const": "cat"}}}


def test_properties_beside_a_kind(schema_of: SchemaOf) -> None:
    """What stands beside a kind's reference in 3.1 holds as well."""
    kind = {**pointed("Cat"), "properties": {"lives": {"maximum": 9}}}
    discriminator = {"propertyName": "kind", "mapping": {"cat": "Cat"}}
    read = schema_of({"oneOf": [kind], "discriminator": discriminator}, {"Cat": CAT})
    check = ArgumentCheck(read)
    assert check.faults({"kind": "cat", "lives": 9}) == ()
    assert check.faults({"kind": "cat", "lives": 10}) != ()
    assert check.faults({"kind": "dog", "lives": 9}) != ()


def test_values_that_another_kind_names(schema_of: SchemaOf) -> None:
    """That one kind says its value by itself tells nothing of the others of their base."""
    base = {
        "oneOf": [pointed("Cat"), pointed("Dog")],
        "discriminator": {"propertyName": "kind", "mapping": MAPPING},
    }
    cat = {"allOf": [pointed("Base")], "properties": {"kind": {"const": "cat"}}}
    dog = {"allOf": [pointed("Base")]}
    read = schema_of(pointed("Base"), {"Base": base, "Cat": cat, "Dog": dog})
    check = ArgumentCheck(read)
    assert check.faults({"kind": "cat"}) == check.faults({"kind": "dog"}) == ()
