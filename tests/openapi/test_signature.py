"""The names in what operations take and give, as they are skimmed from a document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

import callwright
from callwright.core.signature import Signature

BOOK = {"type": "object", "properties": {"id": {}, "title": {}, "author": {"$ref": "#/a"}}}
SPEC: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "components": {
        "schemas": {
            "book": BOOK,
            "page": {"allOf": [{"properties": {"next": {}}}, {"properties": {"items": {}}}]},
            "circle": {"$ref": "#/components/schemas/circle"},
            "lists": {"items": {"$ref": "#/components/schemas/lists"}},
            "wrapped": {
                "properties": {
                    "total": {},
                    "items": {"type": "array", "items": {"$ref": "#/components/schemas/book"}},
                }
            },
        },
        "parameters": {"book-id": {"name": "book_id", "in": "path"}},
        "responses": {
            "book": {
                "description": "A book",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/book"}}},
                "links": {"lend": {"operationId": "lend_book"}},
            }
        },
        "requestBodies": {},
    },
}


def answer(schema: object) -> dict[str, object]:
    """The responses of an operation that answers with a schema."""
    return {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}


def signature(operation: Mapping[str, object], *, as_text: bool) -> Signature:
    """What the signature of one operation is, read from JSON text or from a mapping."""
    spec = {**SPEC, "paths": {"/x": {"get": {"operationId": "x", **operation}}}}
    (tool,) = callwright.create_tools_from_openapi_spec(json.dumps(spec) if as_text else spec)
    return tool.signature


def shapes(signature: Signature) -> list[tuple[str, tuple[str, ...]]]:
    """The objects that an operation gives."""
    return [(shape.name, shape.properties) for shape in signature.gives]


@pytest.fixture(params=[True, False], ids=["text", "mapping"])
def as_text(request: pytest.FixtureRequest) -> bool:
    """Whether the document comes as text."""
    return bool(request.param)


def test_an_answer_described_elsewhere_is_followed(as_text):
    """References lead to the response, and from there to the schema, whose name is kept."""
    found = signature(
        {
            "responses": {"200": {"$ref": "#/components/responses/book"}},
            "parameters": [
                {"$ref": "#/components/parameters/book-id"},
                {"name": "q", "in": "query"},
            ],
        },
        as_text=as_text,
    )
    assert shapes(found) == [("book", ("id", "title", "author"))]
    assert found.links == ("lend_book",)
    assert found.parameters == ("book-id", "q")


def test_what_a_page_wraps_is_what_is_given(as_text):
    """A list, or an object around one, gives the items."""
    book = {"$ref": "#/components/schemas/book"}
    listed = signature({"responses": answer({"type": "array", "items": book})}, as_text=as_text)
    wrapped = {"$ref": "#/components/schemas/wrapped"}
    assert shapes(listed) == [("book", ("id", "title", "author"))]
    assert shapes(signature({"responses": answer(wrapped)}, as_text=as_text)) == shapes(listed)


def test_what_a_schema_says_of_an_object_is_kept(as_text):
    """The description of an object goes with its names; one that is no text is left out."""
    for said, kept in (("A book on a shelf.", "A book on a shelf."), (7, "")):
        found = signature({"responses": answer({**BOOK, "description": said})}, as_text=as_text)
        assert [shape.description for shape in found.gives] == [kept]


def test_parts_of_an_object_are_joined(as_text):
    """The properties of all parts are the object's; a circle ends."""
    found = signature({"responses": answer({"$ref": "#/components/schemas/page"})}, as_text=as_text)
    assert shapes(found) == [("page", ("next", "items"))]
    circle = {"$ref": "#/components/schemas/circle"}
    assert signature({"responses": answer(circle)}, as_text=as_text).gives == ()


def test_a_body_is_read_too(as_text):
    """What is sent has names as well."""
    body = {"content": {"application/json": {"schema": {"properties": {"amount": {}}}}}}
    (taken,) = signature({"requestBody": body}, as_text=as_text).takes
    assert taken.properties == ("amount",)


def deep(levels: int) -> dict[str, object]:
    """Lists of lists."""
    schema: dict[str, object] = {"properties": {"id": {}}}
    for _ in range(levels):
        schema = {"items": schema}
    return schema


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"items": {"items": {}}},
        {"$ref": "elsewhere.json"},
        {"$ref": "#/components/schemas/lists"},
        deep(400),
        {},
    ],
)
def test_what_has_no_names_gives_none(schema, as_text):
    """Schemas without properties give nothing, and are no fault."""
    assert signature({"responses": answer(schema)}, as_text=as_text).gives == ()


@pytest.mark.parametrize("schema", [{"properties": []}, {"items": [1]}, {"allOf": {}}, 7])
def test_what_is_odd_has_no_signature_but_is_a_tool(schema, as_text):
    """A schema that is none leaves the other operations their names."""
    spec = {
        **SPEC,
        "paths": {
            "/odd": {"get": {"operationId": "odd", "responses": answer(schema)}},
            "/ok": {"get": {"operationId": "ok", "responses": answer(BOOK)}},
        },
    }
    tools = callwright.create_tools_from_openapi_spec(json.dumps(spec) if as_text else spec)
    assert tools["odd"].signature.gives == ()
    assert shapes(tools["ok"].signature) == [("", ("id", "title", "author"))]


def test_a_plain_tool_has_the_names_of_its_parameters():
    """A function and a definition take what their schemas name."""
    parameters = {"type": "object", "properties": {"a": {}, "b": {}}}
    assert callwright.Tool("t", "", parameters).signature.parameters == ("a", "b")


def test_of_an_object_as_large_as_a_book_some_names_are_kept(as_text):
    """However many properties there are, and objects in them, an index stays small."""
    inner = {"type": "object", "properties": {f"p{n}": {} for n in range(500)}}
    outer = {"properties": {"id": {}, **{f"o{n}": inner for n in range(500)}}}
    found = signature({"responses": answer(outer)}, as_text=as_text).gives
    assert len(found) == 9
    assert {len(shape.properties) for shape in found} == {200}
