"""What is counted in a document: the smallest documents that show each rule."""

from __future__ import annotations

from typing import Any

import pytest
from tests.corpus.count import OperationCounter
from tests.corpus.tally import KINDS

TEXT = {"type": "string"}


def counted(operation: dict[str, Any], version: str = "3.0.3", **schemas: Any) -> dict[str, int]:
    """What a POST of `/items/{id}` holds, kind by kind, its path parameter aside."""
    document = {
        "openapi": version,
        "paths": {"/items/{id}": {"post": operation}},
        "components": {"schemas": schemas},
    }
    tally = OperationCounter(document).count(("POST", "/items/{id}")).tally
    plain = {"arguments": 1, "required_arguments": 1}
    counts = {kind: n - plain.get(kind, 0) for kind, n in zip(KINDS, tally, strict=True)}
    return {kind: count for kind, count in counts.items() if count}


def body_of(schema: Any, **more: Any) -> dict[str, Any]:
    """An operation with a JSON body."""
    return {"requestBody": {"content": {"application/json": {"schema": schema}}, **more}}


def refer(name: str) -> dict[str, str]:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def test_operations_are_found():
    """Every method of every path that is an object, and those that have no word of their own."""
    item = {
        "get": {},
        "query": {},
        "head": "nothing",
        "parameters": [],
        "additionalOperations": {"COPY": {}},
    }
    document = {"openapi": "3.2.0", "paths": {"/a": item, "/b": None, "/c": {"trace": {}}}}
    found = sorted(OperationCounter(document).operations)
    assert found == [("COPY", "/a"), ("GET", "/a"), ("QUERY", "/a"), ("TRACE", "/c")]


def test_parameters_are_inherited_and_replaced():
    """An operation replaces a parameter of its path; some headers and strays are no arguments."""
    shared = [
        {"name": "a", "in": "query", "required": True, "schema": TEXT},
        {"name": "Accept", "in": "header", "schema": TEXT},
        {"name": "stray", "in": "path", "schema": TEXT},
    ]
    own = [{"name": "a", "in": "query", "schema": {"enum": ["x", "y"]}}]
    document = {
        "openapi": "3.0.0",
        "paths": {"/{id}": {"parameters": shared, "get": {"parameters": own}}},
    }
    count = OperationCounter(document).count(("GET", "/{id}"))
    held = dict(zip(KINDS, count.tally, strict=True))
    assert count.arguments == {("query", "a"), ("path", "id")}
    assert (held["required_arguments"], held["enums"], held["enum_values"]) == (1, 1, 2)


def test_json_is_preferred():
    """The schema that counts is that of the JSON body, wherever it stands."""
    xml, json = {"schema": {"minItems": 1}}, {"schema": {"maxItems": 1}}
    content = {"application/xml": xml, "application/problem+json": json}
    operation = {"requestBody": {"required": True, "content": content}}
    assert counted(operation) == {"arguments": 1, "required_arguments": 1, "maxItems": 1}


@pytest.mark.parametrize(
    ("schema", "held"),
    [
        ({"minimum": 1, "exclusiveMinimum": True, "maximum": "9"}, {"minimums": 1}),
        (
            {"enum": ["a", "b", None], "default": None},
            {"enums": 1, "enum_values": 2, "defaults": 1},
        ),
        ({"enum": []}, {}),
        (
            {"minLength": 1, "maxLength": -1, "pattern": "a", "format": " "},
            {"minLengths": 1, "patterns": 1},
        ),
        ({"required": ["a", "a", 1], "multipleOf": 0}, {"required": 1}),
        ({"items": {"description": "d"}, "x-more": {"description": "d"}}, {"descriptions": 1}),
        (
            {"additionalProperties": {"format": "date"}, "not": {"enum": [1]}},
            {"formats": 1, "enums": 1, "enum_values": 1},
        ),
        ({"properties": {"description": {"properties": {"enum": True}}}}, {"properties": 2}),
    ],
)
def test_keywords_are_counted(schema, held):
    """A keyword counts where it stands in a schema and has a value that it can have."""
    assert counted(body_of(schema)) == {"arguments": 1, **held}


def test_a_component_counts_once():
    """However often an operation refers to a component, and though it refers to itself."""
    node = {"properties": {"next": refer("Node"), "name": TEXT}, "required": ["name"]}
    schema = {"properties": {"a": refer("Node"), "b": refer("Node")}}
    expected = {"arguments": 1, "properties": 4, "required": 1}
    assert counted(body_of(schema), Node=node) == expected


def test_what_stands_beside_a_reference():
    """OAS 3.0 ignores it, but for `readOnly` and a description; 3.1 does not."""
    beside = {**refer("Text"), "description": "beside", "minLength": 1}
    hidden = {**refer("Text"), "readOnly": True}
    operation = body_of({"properties": {"a": beside, "b": hidden}})
    text = {"description": "of the component"}
    for version, lengths in (("3.0.3", 0), ("3.1.0", 1)):
        said = counted(operation, version, Text=text)
        assert (said["descriptions"], said.get("minLengths", 0)) == (2, lengths)
    assert counted(operation, "3.0.3", Text=text)["properties"] == 1


@pytest.mark.parametrize(
    "schema",
    [
        {
            "properties": {"id": {"readOnly": True, "enum": ["x"]}, "b": TEXT},
            "required": ["id", "b"],
        },
        {"properties": {"id": refer("Id"), "b": TEXT}, "required": ["id", "b"]},
        {
            "allOf": [
                {"properties": {"id": refer("Id")}},
                {"properties": {"b": TEXT}, "required": ["id", "b"]},
            ]
        },
        {"allOf": [refer("Base"), {"properties": {"id": {"readOnly": True}}}], "required": ["b"]},
        {"oneOf": [{"properties": {"id": refer("Id"), "b": TEXT}, "required": ["id", "b"]}]},
    ],
)
def test_what_is_read_only_is_left_out(schema):
    """A read-only name is no property of a request and not required, in the whole composition."""
    components = {
        "Id": {"readOnly": True, "format": "uuid"},
        "Base": {"properties": {"id": {"format": "uuid"}, "b": TEXT}, "required": ["id"]},
    }
    assert counted(body_of(schema), **components) == {
        "arguments": 1,
        "properties": 1,
        "required": 1,
    }


def test_an_argument_is_described_once():
    """By its parameter, or by its schema; the component that it refers to has a text of its own."""
    described = {"name": "a", "in": "query", "description": "d"}
    twice = {"parameters": [{**described, "schema": {"description": "again"}}]}
    apart = {"parameters": [{**described, "schema": refer("Text")}]}
    assert counted(twice) == {"arguments": 1, "descriptions": 1}
    assert counted(apart, Text={"description": "of its own"}) == {"arguments": 1, "descriptions": 2}


def mapped(**kinds: str) -> dict[str, Any]:
    """A discriminator that names kinds by their values."""
    mapping = {value: refer(name)["$ref"] for value, name in kinds.items()}
    return {"discriminator": {"propertyName": "kind", "mapping": mapping}}


def test_a_base_brings_its_kinds():
    """A base that names its kinds in a mapping stands for all of them, for a kind it is a part."""
    base = {"properties": {"kind": TEXT, "id": TEXT}, **mapped(cat="Cat")}
    cat = {"allOf": [refer("Base"), {"properties": {"claws": TEXT}}]}
    # Where a base stands for itself and as a part of a kind, it is two schemas.
    expected = {"arguments": 1, "properties": 2 + 1 + 2}
    assert counted(body_of(refer("Base")), Base=base, Cat=cat) == expected
    assert counted(body_of(refer("Cat")), Base=base, Cat=cat) == {"arguments": 1, "properties": 3}


def test_bases_of_bases():
    """A kind of a kind holds what both of its bases hold."""
    base = {"properties": {"kind": TEXT, "id": TEXT}, **mapped(pet="Pet", cat="Cat")}
    pet = {"allOf": [refer("Base"), {"properties": {"name": TEXT}, **mapped(cat="Cat")}]}
    cat = {"allOf": [refer("Pet"), {"properties": {"claws": TEXT}}]}
    expected = {"arguments": 1, "properties": 4}
    assert counted(body_of(refer("Cat")), Base=base, Pet=pet, Cat=cat) == expected


def test_a_base_of_very_many_things():
    """A base with more kinds than a model could look through stays what it is."""
    many = {"properties": {"id": TEXT}, **mapped(**{f"kind{n}": f"Kind{n}" for n in range(21)})}
    kinds = {f"Kind{n}": {"properties": {"a": TEXT}} for n in range(21)}
    assert counted(body_of(refer("Many")), Many=many, **kinds) == {"arguments": 1, "properties": 1}
