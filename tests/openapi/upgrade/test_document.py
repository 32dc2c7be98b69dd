"""The rules by which a Swagger 2.0 document becomes an OpenAPI 3.0 document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import callwright
from callwright.openapi.upgrade.document import upgrade


def operation(raw: dict[str, Any], **fields: Any) -> Any:
    """What becomes of a POST on `/v`; `item` holds fields of its path item, the rest the root's."""
    item = fields.pop("item", {})
    upgraded = upgrade({"swagger": "2.0", "paths": {"/v": {**item, "post": raw}}, **fields})
    return upgraded["paths"]["/v"]["post"]


BODY = {"in": "body", "name": "b", "schema": {}}
FIELD = {"in": "formData", "name": "f", "type": "string"}


@pytest.mark.parametrize(
    ("root", "own", "types"),
    [
        pytest.param({}, {}, ["application/json"], id="nothing said"),
        pytest.param({"consumes": ["a/b", "c/d"]}, {}, ["a/b", "c/d"], id="root"),
        pytest.param({"consumes": ["a/b"]}, {"consumes": ["c/d"]}, ["c/d"], id="own"),
        pytest.param({"consumes": ["a/b"]}, {"consumes": []}, ["application/json"], id="own empty"),
        pytest.param({"consumes": ["a/b"]}, {"consumes": "c/d"}, ["a/b"], id="own no list"),
        pytest.param({"consumes": ["a/b, c/d", "a/b"]}, {}, ["a/b", "c/d"], id="several in one"),
        pytest.param({"consumes": ["json", 1, None]}, {}, ["application/json"], id="garbage"),
    ],
)
def test_consumes(root: dict[str, Any], own: dict[str, Any], types: list[str]) -> None:
    """A body is of the media types that the operation consumes, or else the document."""
    upgraded = operation({"parameters": [BODY], **own}, **root)
    assert list(upgraded["requestBody"]["content"]) == types
    assert "consumes" not in upgraded


@pytest.mark.parametrize(
    ("shared", "own", "body"),
    [
        pytest.param([BODY], [], {"x-body-name": "b"}, id="of the path"),
        pytest.param(
            [BODY], [{**BODY, "required": True}], {"x-body-name": "b", "required": True}, id="both"
        ),
        pytest.param([BODY], [{**BODY, "name": "c"}], {"x-body-name": "c"}, id="other name"),
    ],
)
def test_body_of_the_path(shared: list[Any], own: list[Any], body: dict[str, Any]) -> None:
    """A body that is declared for a path is that of its operations, unless they have their own."""
    upgraded = operation({"parameters": own}, item={"parameters": shared})
    content = {"application/json": {"schema": {}}}
    assert upgraded == {"parameters": [], "requestBody": {**body, "content": content}}


def test_fields_of_the_path() -> None:
    """A form has the fields of the path, but its own in place of those of the same name."""
    flag = {"in": "formData", "name": "g", "type": "boolean"}
    shared = [FIELD, flag, {"in": "query", "name": "f", "type": "string"}]
    own = [{"$ref": "#/parameters/field"}]
    field = {"in": "formData", "name": "f", "type": "integer"}
    upgraded = upgrade(
        {
            "swagger": "2.0",
            "parameters": {"field": field},
            "paths": {"/v": {"parameters": shared, "post": {"parameters": own}}},
        }
    )
    item = upgraded["paths"]["/v"]
    form = item["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    assert form["schema"]["properties"] == {"f": {"type": "integer"}, "g": {"type": "boolean"}}
    assert item["parameters"] == [{"in": "query", "name": "f", "schema": {"type": "string"}}]
    assert item["post"]["parameters"] == []


def test_extensions() -> None:
    """What extends the document stays as it is, wherever it stands."""
    extension = {"get": {"parameters": [FIELD]}}
    raw = {"swagger": "2.0", "x-a": extension, "paths": {"x-b": extension}}
    assert upgrade(raw) == {
        "openapi": "3.0.4",
        "servers": [{"url": "/"}],
        "x-a": extension,
        "paths": {"x-b": extension},
    }


def test_path_item_by_reference() -> None:
    """A path item that lies elsewhere in the document is upgraded where it is used."""
    upgraded = upgrade(
        {
            "swagger": "2.0",
            "paths": {"/v": {"$ref": "#/x-items/v"}},
            "x-items": {"v": {"post": {"parameters": [FIELD]}}},
        }
    )
    assert upgraded["paths"]["/v"] == operation_item([FIELD])


def operation_item(parameters: list[Any]) -> Any:
    """The path item of a POST with these parameters."""
    paths = {"/v": {"post": {"parameters": parameters}}}
    return upgrade({"swagger": "2.0", "paths": paths})["paths"]["/v"]


@pytest.mark.parametrize(
    ("response", "produces", "content"),
    [
        pytest.param({"schema": {}}, [], {"application/json": {"schema": {}}}, id="nothing said"),
        pytest.param({"schema": {}}, ["a/b"], {"a/b": {"schema": {}}}, id="produced"),
        pytest.param(
            {"schema": {"type": "file"}},
            ["a/b"],
            {"a/b": {"schema": {"type": "string", "format": "binary"}}},
            id="file",
        ),
        pytest.param(
            {"schema": {}, "examples": {"a/b": 1, "c/d": 2}},
            ["a/b"],
            {"a/b": {"schema": {}, "example": 1}, "c/d": {"schema": {}, "example": 2}},
            id="examples",
        ),
        pytest.param({"examples": {"a/b": 1}}, ["c/d"], {"a/b": {"example": 1}}, id="no schema"),
        pytest.param({"description": "Done."}, ["c/d"], None, id="empty"),
    ],
)
def test_responses(
    response: dict[str, Any], produces: list[str], content: dict[str, Any] | None
) -> None:
    """A response's schema is that of each media type that is produced."""
    upgraded = operation({"produces": produces, "responses": {"200": response}})
    assert upgraded["responses"]["200"].get("content") == content
    assert "produces" not in upgraded


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("#/paths/~1a/get/responses/200/schema", id="of a response"),
        pytest.param("#/paths/~1a/post/parameters/0/schema", id="of a body"),
        pytest.param("#/paths/~1a/post/parameters/0/schema/properties/next", id="inside a body"),
        pytest.param("#/parameters/thing/schema", id="of a shared body"),
        pytest.param("#/responses/Thing/schema", id="of a shared response"),
    ],
)
def test_references_that_bundlers_make(reference: str) -> None:
    """A reference to a schema leads to it, wherever in the document it stands."""
    thing = {"type": "object", "properties": {"next": {"x-nullable": True, "type": "object"}}}
    body = {"in": "body", "name": "b", "schema": thing}
    raw = {
        "swagger": "2.0",
        "host": "api.test",
        "parameters": {"thing": body},
        "responses": {"Thing": {"schema": thing}},
        "paths": {
            "/a": {
                "get": {"responses": {"200": {"schema": thing}}},
                "post": {"parameters": [body]},
            },
            "/b": {
                "put": {
                    "operationId": "b",
                    "parameters": [{**body, "schema": {"$ref": reference}}],
                }
            },
        },
    }
    upgraded = upgrade(raw)
    # Only what has lost its place is moved.
    assert ("x-moved" in upgraded) is ("~1a/post/parameters" in reference)
    tool = callwright.create_tools_from_openapi_spec(upgraded)["b"]
    definitions: Any = tool.parameters["$defs"]
    nullable = {"type": ["object", "null"]}
    whole = {"type": "object", "properties": {"next": nullable}}
    assert list(definitions.values()) == [nullable if reference.endswith("next") else whole]


@pytest.mark.parametrize(
    "path_item",
    [
        pytest.param(7, id="no path item"),
        pytest.param({"post": []}, id="no operation"),
        pytest.param({"post": {"parameters": [7]}}, id="no parameter"),
        pytest.param({"post": {"parameters": [{"in": "query"}]}}, id="no name"),
        pytest.param({"post": {"parameters": [{"name": "x"}]}}, id="no place"),
        pytest.param({"post": {"parameters": [{"in": "formData"}]}}, id="no name of a field"),
        pytest.param({"post": {"parameters": [{"$ref": "#/parameters/none"}]}}, id="dangling"),
        pytest.param({"post": {"parameters": [{"$ref": "other.json"}]}}, id="elsewhere"),
        pytest.param({"$ref": "other.json"}, id="path elsewhere"),
    ],
)
def test_what_cannot_be_read(path_item: Any) -> None:
    """A broken operation is refused by itself, as in an OpenAPI 3 document."""
    paths = {"/v": path_item, "/w": {"get": {"operationId": "w"}}}
    raw = {"swagger": "2.0", "host": "api.test", "paths": paths}
    tools = callwright.create_tools_from_openapi_spec(upgrade(raw))
    assert [tool.name for tool in tools] == ["w"]
    assert [finding.kind for finding in tools.report] == ["refused"]


WORDS = (
    "paths /v get post parameters in name body formData query path header schema type array items "
    "file collectionFormat csv tsv consumes produces responses 200 definitions properties allOf "
    "$ref #/definitions/a #/paths/~1v/post/parameters/0/schema x-nullable discriminator required "
    "additionalProperties host basePath schemes https securityDefinitions oauth2 flow implicit "
    "headers examples x-a a"
).split()
words = st.sampled_from(WORDS)
leaves = st.none() | st.booleans() | st.integers() | st.floats(-9, 9) | words | st.text(max_size=3)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)
parameters = st.fixed_dictionaries(
    {},
    optional={
        "in": st.sampled_from(["body", "formData", "query", "path", "header"]) | anything,
        "name": words | anything,
        "type": words | anything,
        "items": anything,
        "schema": anything,
        "collectionFormat": words | anything,
    },
)
lists_of_parameters = st.lists(parameters | anything, max_size=3) | anything
operations = st.fixed_dictionaries(
    {},
    optional={
        "parameters": lists_of_parameters,
        "responses": st.dictionaries(words, anything) | anything,
        "consumes": anything,
        "produces": anything,
        "schemes": anything,
    },
)
path_items = st.fixed_dictionaries(
    {},
    optional={"parameters": lists_of_parameters, "get": operations, "post": operations | anything},
)
documents = st.fixed_dictionaries(
    {"swagger": st.just("2.0")},
    optional={
        "paths": st.dictionaries(words | st.integers(), path_items | anything) | anything,
        "parameters": st.dictionaries(words, parameters) | anything,
        "definitions": anything,
        "responses": anything,
        "securityDefinitions": anything,
        "consumes": anything,
        "produces": anything,
        "host": anything,
        "basePath": anything,
        "schemes": anything,
        "x-ms-parameterized-host": anything,
    },
)


@given(documents)
def test_whatever_comes(raw: dict[str, Any]) -> None:
    """Whatever a document holds, it is upgraded, and stays as it was."""
    before = repr(raw)
    upgraded = upgrade(raw)
    assert upgraded["openapi"] == "3.0.4"
    assert "swagger" not in upgraded
    assert repr(raw) == before


@settings(max_examples=50)
@given(documents, st.dictionaries(words, path_items, min_size=1))
def test_whatever_comes_makes_tools(raw: dict[str, Any], paths: dict[str, Any]) -> None:
    """Tools come of whatever document that holds paths; what cannot be read is in the report."""
    tools = callwright.create_tools_from_openapi_spec(upgrade({**raw, "paths": paths}))
    assert all(finding.reason for finding in tools.report)
