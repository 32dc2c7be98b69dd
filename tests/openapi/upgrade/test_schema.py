"""Schemas of a Swagger 2.0 document in the words of OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

import pytest

from callwright.openapi.document import Document
from callwright.openapi.upgrade.schema import SchemaUpgrade

NAME = {"type": "string", "maxLength": 9}
NULL = {"type": "string", "x-nullable": True}
NULL_IN_3_0 = {**NULL, "nullable": True}


def upgraded(raw: Any, **fields: Any) -> Any:
    """What becomes of a schema in a document with these further fields."""
    return upgrades(**fields).upgrade(raw)


def upgrades(**fields: Any) -> SchemaUpgrade:
    """The upgrade of a document's schemas."""
    return SchemaUpgrade(Document({"openapi": "3.0.4", "paths": {}, **fields}, place="a test"))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(NULL, NULL_IN_3_0, id="null"),
        pytest.param(
            {"type": "file", "description": "A."},
            {"type": "string", "format": "binary", "description": "A."},
            id="file",
        ),
        pytest.param(
            {"type": "object", "discriminator": "kind"},
            {"type": "object", "discriminator": {"propertyName": "kind"}},
            id="discriminator",
        ),
        pytest.param({"items": NULL}, {"items": NULL_IN_3_0}, id="items"),
        pytest.param({"items": [NAME, NULL]}, {"items": [NAME, NULL_IN_3_0]}, id="list of items"),
        pytest.param(
            {"properties": {"a": NULL, "b": NAME}},
            {"properties": {"a": NULL_IN_3_0, "b": NAME}},
            id="properties",
        ),
        pytest.param(
            {"allOf": [NAME, {"not": NULL}]}, {"allOf": [NAME, {"not": NULL_IN_3_0}]}, id="parts"
        ),
        pytest.param(
            {"additionalProperties": NULL}, {"additionalProperties": NULL_IN_3_0}, id="others"
        ),
    ],
)
def test_words(raw: Any, expected: Any) -> None:
    """What OpenAPI 3.0 says in other words is said in these, wherever a schema stands."""
    assert upgraded(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(NAME, id="plain"),
        pytest.param({"type": ["string", "null"], "readOnly": True}, id="list of types"),
        pytest.param({"type": "string", "x-nullable": "true"}, id="no claim"),
        pytest.param({"type": "number", "minimum": 0, "exclusiveMinimum": True}, id="bounds"),
        pytest.param({"default": NULL, "example": NULL, "enum": [NULL], "x-a": NULL}, id="values"),
        pytest.param({"properties": {"discriminator": NAME, "type": NAME}}, id="names"),
        pytest.param({"discriminator": {"propertyName": "kind"}}, id="said already"),
        pytest.param({"$ref": "#/definitions/a", "type": "file"}, id="reference"),
        pytest.param({"properties": [], "allOf": {}, "items": 7, "$ref": 7}, id="garbage"),
        pytest.param(True, id="boolean"),
        pytest.param(None, id="nothing"),
    ],
)
def test_what_stays(raw: Any) -> None:
    """A schema that means the same in both stays the same object."""
    assert upgraded(raw) is raw


def test_null_or_a_reference() -> None:
    """What may be null beside a reference is a schema around it, without other constraints."""
    about = {"description": "A.", "readOnly": True}
    raw = {"$ref": "#/definitions/a", "x-nullable": True, "type": "object", **about}
    assert upgraded(raw) == {**about, "allOf": [{"$ref": "#/definitions/a"}], "nullable": True}


def test_references_into_a_body() -> None:
    """What a reference finds in the parameters of an operation is moved, once, circles included."""
    reference = "#/paths/~1v/post/parameters/0/schema"
    tree = {"properties": {"left": {"$ref": reference}, "label": NULL}}
    post = {"parameters": [{"in": "body", "schema": tree}]}
    schemas = upgrades(paths={"/v": {"post": post}})
    moved = {"$ref": "#/x-moved/0/schema"}
    listed = {"items": {"$ref": reference}, "allOf": [{"$ref": reference}]}
    assert schemas.upgrade(listed) == {"items": moved, "allOf": [moved]}
    assert schemas.moved == [{"schema": {"properties": {"left": moved, "label": NULL_IN_3_0}}}]


def test_dangling_reference_into_a_body() -> None:
    """A reference that leads nowhere stays, to be refused where it is read."""
    raw = {"$ref": "#/paths/~1v/post/parameters/0/schema"}
    schemas = upgrades()
    assert schemas.upgrade(raw) is raw
    assert schemas.moved == []


def test_shared_schemas() -> None:
    """A schema that stands in many places is upgraded once: forty doublings end at once."""
    node: Any = dict(NULL)
    for _ in range(40):
        node = {"allOf": [node, node]}
    seen = upgraded(node)
    for _ in range(40):
        left, right = seen["allOf"]
        assert left is right
        seen = left
    assert seen == NULL_IN_3_0


def test_deep_and_circular_schemas() -> None:
    """Neither a schema of a hundred thousand levels nor one that holds itself ends the program."""
    deep: Any = dict(NULL)
    for _ in range(100_000):
        deep = {"items": deep}
    assert upgraded(deep) is deep
    circle: dict[str, Any] = {"x-nullable": True}
    circle["allOf"] = [circle, circle]
    assert upgraded(circle)["nullable"] is True
