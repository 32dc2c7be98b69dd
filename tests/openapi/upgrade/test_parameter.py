"""Parameters of a Swagger 2.0 document as OpenAPI 3.0 has them: parameters and a request body."""

from __future__ import annotations

from typing import Any

import pytest

from callwright.openapi.document import Document
from callwright.openapi.upgrade.parameter import (
    is_in_body,
    request_body,
    upgrade_header,
    upgrade_parameter,
)
from callwright.openapi.upgrade.schema import SchemaUpgrade

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
SCHEMAS = SchemaUpgrade(Document({"openapi": "3.0.4", "paths": {}}, place="a test"))
LIST = {"type": "array", "items": {"type": "string"}}


def parameter(**fields: Any) -> dict[str, Any]:
    """What becomes of a query parameter called `p` with these fields."""
    return upgrade_parameter({"name": "p", "in": "query", **fields}, SCHEMAS)


def body(*raw: dict[str, Any], consumes: tuple[str, ...] = ()) -> dict[str, Any]:
    """The request body that parameters make."""
    return request_body(raw, consumes, SCHEMAS)


def field(name: str, **fields: Any) -> dict[str, Any]:
    """A field of a form."""
    return {"in": "formData", "name": name, **fields}


@pytest.mark.parametrize(
    ("raw", "is_body"),
    [
        pytest.param({"in": "body", "name": "b"}, True, id="body"),
        pytest.param({"in": "body"}, True, id="nameless body"),
        pytest.param({"in": "formData", "name": "f"}, True, id="field"),
        pytest.param({"in": "formData"}, False, id="nameless field"),
        pytest.param({"in": "query", "name": "q"}, False, id="query"),
        pytest.param({"in": ["body"]}, False, id="garbage"),
    ],
)
def test_is_in_body(raw: dict[str, Any], is_body: bool) -> None:
    """The body and the fields of a form are in the body; a field needs a name."""
    assert is_in_body(raw) is is_body


def test_schema() -> None:
    """What a parameter says of its value is its schema; the rest stays with the parameter."""
    own = {"description": "P.", "required": True, "allowEmptyValue": True, "x-a": 1}
    value = {
        "type": "integer", "format": "int64", "default": 3, "enum": [3, 4], "minimum": 1,
        "maximum": 9, "exclusiveMaximum": True, "multipleOf": 1, "pattern": "^.$", "example": 4,
    }  # fmt: skip
    assert parameter(**own, **value) == {"name": "p", "in": "query", **own, "schema": value}


@pytest.mark.parametrize(
    ("fields", "schema"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param(
            {"type": "string", "x-nullable": True},
            {"type": "string", "x-nullable": True, "nullable": True},
            id="null",
        ),
        pytest.param({"schema": {"$ref": "#/a"}}, {"$ref": "#/a"}, id="schema out of place"),
        pytest.param(
            {"schema": {"type": "string", "default": "a"}, "default": "b"},
            {"type": "string", "default": "b"},
            id="both",
        ),
        pytest.param({"schema": 7, "type": "string"}, {"type": "string"}, id="garbage"),
    ],
)
def test_schema_of_odd_parameters(fields: dict[str, Any], schema: dict[str, Any]) -> None:
    """A parameter has a schema, whatever its fields are."""
    assert parameter(**fields) == {"name": "p", "in": "query", "schema": schema}


@pytest.mark.parametrize(
    ("given", "style"),
    [
        pytest.param({}, {"style": "form", "explode": False}, id="default"),
        pytest.param("csv", {"style": "form", "explode": False}, id="csv"),
        pytest.param("multi", {"style": "form", "explode": True}, id="multi"),
        pytest.param("ssv", {"style": "spaceDelimited", "explode": False}, id="ssv"),
        pytest.param("pipes", {"style": "pipeDelimited", "explode": False}, id="pipes"),
        pytest.param(
            "tsv", {"style": "form", "explode": False, "x-collection-format": "tsv"}, id="tsv"
        ),
        pytest.param("other", {"style": "form", "explode": False}, id="unknown"),
        pytest.param(["csv"], {"style": "form", "explode": False}, id="garbage"),
    ],
)
def test_collection_format(given: Any, style: dict[str, Any]) -> None:
    """In a query and in a form each way to join an array is a style; tsv is named besides."""
    joined = {"collectionFormat": given} if given else {}
    assert parameter(**LIST, **joined) == {"name": "p", "in": "query", **style, "schema": LIST}
    form = body(field("f", **LIST, **joined))["content"][FORM]
    assert form["encoding"] == {"f": style}
    assert form["schema"]["properties"] == {"f": LIST}


@pytest.mark.parametrize("place", ["path", "header"])
@pytest.mark.parametrize(
    ("given", "more"),
    [
        ("csv", {}),
        ("multi", {}),
        ("ssv", {"x-collection-format": "ssv"}),
        ("pipes", {"x-collection-format": "pipes"}),
        ("tsv", {"x-collection-format": "tsv"}),
    ],
)
def test_collection_format_elsewhere(place: str, given: str, more: dict[str, str]) -> None:
    """In path and header all is style `simple`; what is not joined by commas is named besides."""
    simple = {"style": "simple", "explode": False, **more}
    raw = {"name": "p", "in": place, "collectionFormat": given, **LIST}
    assert upgrade_parameter(raw, SCHEMAS) == {
        "name": "p", "in": place, **simple, "schema": LIST,
    }  # fmt: skip


def test_collection_format_without_an_array() -> None:
    """What is no array has no style."""
    expected = {"name": "p", "in": "query", "schema": {"type": "string"}}
    assert parameter(type="string", collectionFormat="tsv") == expected


def test_arrays_in_arrays() -> None:
    """How inner arrays are joined is named at their schema."""
    innermost = {"type": "array", "items": {"type": "string"}, "collectionFormat": "ssv"}
    raw = {"type": "array", "collectionFormat": "pipes", "items": {"type": "array"}}
    raw["items"]["items"] = innermost
    assert parameter(**raw) == {
        "name": "p",
        "in": "query",
        "style": "pipeDelimited",
        "explode": False,
        "schema": {
            "type": "array",
            "items": {
                "type": "array",
                "x-collection-format": "csv",
                "items": {
                    "type": "array",
                    "items": {"type": "string"},
                    "x-collection-format": "ssv",
                },
            },
        },
    }


def test_header_of_a_response() -> None:
    """A header is a parameter without name and place."""
    raw = {"description": "H.", "collectionFormat": "ssv", **LIST}
    assert upgrade_header(raw, SCHEMAS) == {
        "description": "H.",
        "style": "simple",
        "explode": False,
        "x-collection-format": "ssv",
        "schema": LIST,
    }


def test_body() -> None:
    """A body parameter is the request body, its name and all else that it says kept."""
    raw = {"in": "body", "name": "pet", "description": "P.", "required": True, "x-a": 1}
    schema = {"$ref": "#/definitions/Pet"}
    assert body({**raw, "schema": schema}, consumes=("a/b", "c/d")) == {
        "x-body-name": "pet",
        "description": "P.",
        "required": True,
        "x-a": 1,
        "content": {"a/b": {"schema": schema}, "c/d": {"schema": schema}},
    }


@pytest.mark.parametrize(
    ("fields", "schema"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"type": "string"}, {"type": "string"}, id="no schema"),
        pytest.param(
            {"schema": {"$ref": "#/a"}, "x-nullable": True},
            {"allOf": [{"$ref": "#/a"}], "nullable": True},
            id="null",
        ),
    ],
)
def test_odd_bodies(fields: dict[str, Any], schema: dict[str, Any]) -> None:
    """A body without a name or a schema is one all the same."""
    expected = {"content": {"application/json": {"schema": schema}}}
    assert body({"in": "body", **fields}) == expected


def test_form() -> None:
    """The fields of a form are the properties of its schema, with all that they say."""
    name = {"type": "string", "description": "N.", "maxLength": 9, "default": "a", "x-a": 1}
    raw = [field("name", **name, required=True, allowEmptyValue=True), field("age", type="integer")]
    schema = {
        "type": "object",
        "properties": {"name": name, "age": {"type": "integer"}},
        "required": ["name"],
    }
    assert body(*raw) == {"required": True, "content": {FORM: {"schema": schema}}}


def test_optional_form() -> None:
    """A form of which no field is required may be left out."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    expected = {"required": False, "content": {FORM: {"schema": schema}}}
    assert body(field("a", type="string", required=False)) == expected


FILE = {"type": "file"}
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("value", "consumes", "types"),
    [
        pytest.param(TEXT, (), [FORM], id="nothing said"),
        pytest.param(TEXT, ("application/json",), [FORM], id="no form"),
        pytest.param(TEXT, (MULTIPART,), [MULTIPART], id="multipart"),
        pytest.param(TEXT, (MULTIPART, FORM), [FORM], id="both"),
        pytest.param(TEXT, (f"{FORM}; charset=utf-8",), [f"{FORM}; charset=utf-8"], id="charset"),
        pytest.param(TEXT, ("multipart/mixed",), ["multipart/mixed"], id="other multipart"),
        pytest.param(FILE, (), [MULTIPART], id="file"),
        pytest.param(FILE, (FORM, MULTIPART), [MULTIPART], id="file, both"),
        pytest.param(FILE, (FORM,), [MULTIPART], id="file in a plain form"),
        pytest.param(FILE, ("multipart/formData",), [MULTIPART], id="misspelt"),
        pytest.param({"type": "array", "items": FILE}, (), [MULTIPART], id="files"),
    ],
)
def test_form_types(value: dict[str, Any], consumes: tuple[str, ...], types: list[str]) -> None:
    """What is consumed decides how a form is sent; but files need multipart."""
    assert list(body(field("f", **value), consumes=consumes)["content"]) == types


def test_files() -> None:
    """A file is binary; files are sent one by one, however arrays are joined."""
    many = {"type": "array", "items": FILE, "collectionFormat": "csv"}
    binary = {"type": "string", "format": "binary"}
    properties = {"one": binary, "many": {"type": "array", "items": binary}}
    expected = {MULTIPART: {"schema": {"type": "object", "properties": properties}}}
    assert body(field("one", **FILE), field("many", **many))["content"] == expected


@pytest.mark.parametrize(("given", "name"), [("about", "about"), (None, "body")])
def test_body_beside_a_form(given: str | None, name: str) -> None:
    """A body that stands beside the fields of a form is one of them, written as it is alone."""
    beside = {"in": "body", "name": given, "required": True, "schema": LIST}
    schema = {
        "type": "object",
        "properties": {"f": {"type": "string", "format": "binary"}, name: LIST},
        "required": [name],
    }
    content = {MULTIPART: {"schema": schema}}
    assert body(field("f", **FILE), beside) == {"required": True, "content": content}
