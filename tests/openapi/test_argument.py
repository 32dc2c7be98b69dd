"""An operation's input as the model sees it: one flat object, without what is fixed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from callwright.openapi.override import Override

MakeTool = Callable[..., Any]


def test_everything_survives(make_tool: MakeTool) -> None:
    """Descriptions, defaults, bounds, enums and what is required reach the model."""
    parameters = [
        {"name": "id", "in": "path", "description": "Which.", "schema": {"type": "integer"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 9, "default": 5}},
        {"name": "old", "in": "query", "description": "Said.", "deprecated": True, "schema": {}},
        {"name": "X-Kind", "in": "header", "required": True, "schema": {"enum": ["a", "b"]}},
        {
            "name": "f",
            "in": "cookie",
            "content": {"application/json": {"schema": {"type": "array"}}},
        },
    ]
    body = {"description": "What.", "content": {"application/json": {"schema": {"type": "object"}}}}
    tool = make_tool({"parameters": parameters, "requestBody": body}, path="/v/{id}", method="put")
    assert tool.parameters == {
        "type": "object",
        "properties": {
            "id": {"type": "integer", "description": "Which."},
            "limit": {"type": "integer", "maximum": 9, "default": 5},
            "old": {"description": "Said. Deprecated."},
            "X-Kind": {"enum": ["a", "b"]},
            "f": {"type": "array"},
            "body": {"type": "object", "description": "What."},
        },
        "required": ["id", "X-Kind"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("media_type", "media", "told"),
    [
        pytest.param("application/octet-stream", {}, "anyOf", id="octets are a file"),
        pytest.param("application/jsonl", {"schema": {"type": "object"}}, "items", id="lines"),
    ],
)
def test_bodies_as_a_whole(
    make_tool: MakeTool, media_type: str, media: dict[str, Any], told: str
) -> None:
    """What a model is shown of a body is what can be sent, whatever the document has for it."""
    tool = make_tool({"requestBody": {"content": {media_type: media}}}, method="post")
    assert told in tool.parameters["properties"]["body"]
    body = [{"a": 1}] if told == "items" else {"base64": "eyJhIjoxfQo="}
    assert tool.build_request({"body": body}).content == b'{"a":1}\n'


def test_nothing_at_all(make_tool: MakeTool) -> None:
    """An operation without input takes an empty object."""
    assert make_tool({}).parameters == {
        "type": "object",
        "properties": {},
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("places", "arguments"),
    [
        pytest.param(
            [("query", "id"), ("path", "id")],
            {("path", "id"): "id", ("query", "id"): "id_query"},
            id="path and query",
        ),
        pytest.param(
            [("cookie", "x"), ("header", "x"), ("query", "x")],
            {("query", "x"): "x", ("header", "x"): "x_header", ("cookie", "x"): "x_cookie"},
            id="three places",
        ),
        pytest.param(
            [("query", "body")],
            {("query", "body"): "body", ("body", ""): "body_body"},
            id="called body",
        ),
        pytest.param(
            [("query", "x"), ("query", "x_header"), ("header", "x")],
            {
                ("query", "x"): "x",
                ("query", "x_header"): "x_header",
                ("header", "x"): "x_header_header",
            },
            id="suffix taken",
        ),
        pytest.param([("query", "$filter")], {("query", "$filter"): "$filter"}, id="dollar"),
        pytest.param([("query", "ids[]")], {("query", "ids[]"): "ids[]"}, id="brackets"),
        pytest.param([("query", "a b")], {("query", "a b"): "a b"}, id="space"),
        pytest.param([("query", "🎈")], {("query", "🎈"): "🎈"}, id="emoji"),
    ],
)
def test_argument_names(
    make_tool: MakeTool, places: list[tuple[str, str]], arguments: Mapping[tuple[str, str], str]
) -> None:
    """Each parameter stands under its own name; a later place that shares it gets a suffix."""
    parameters = [
        {"name": name, "in": place, "schema": {"type": "string"}} for place, name in places
    ]
    body = {"content": {"application/json": {}}} if ("body", "") in arguments else None
    tool = make_tool({"parameters": parameters, "requestBody": body}, path="/v/{id}", method="post")
    names = {("path", "id"): "id", **arguments}
    assert tool.argument_names == names
    assert set(tool.parameters["properties"]) == set(names.values())


def test_same_name_in_path_and_body(make_tool: MakeTool) -> None:
    """A body's field may be called like a parameter: it stands within the body."""
    schema = {"type": "object", "properties": {"id": {"type": "string"}}}
    body = {"content": {"application/json": {"schema": schema}}}
    tool = make_tool({"requestBody": body}, path="/v/{id}", method="put")
    request = tool.build_request({"id": "1", "body": {"id": "2"}})
    assert (str(request.url), request.content) == ("https://api.test/v/1", b'{"id":"2"}')


SETTINGS = {
    "type": "object",
    "properties": {"theme": {"$ref": "#/components/schemas/Theme"}, "size": {"type": "integer"}},
    "required": ["theme", "size"],
}
USER = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "settings": {"$ref": "#/components/schemas/Settings"},
        "friend": {"$ref": "#/components/schemas/User"},
    },
    "required": ["name", "settings"],
}
SCHEMAS = {"Theme": {"enum": ["dark", "light"]}, "Settings": SETTINGS, "User": USER}


def fixed_body(body_tool: MakeTool, schema: Any, body: Mapping[str, Any]) -> Any:
    """What is left to see of an operation whose body is fixed in part."""
    options = {"overrides": [Override("*", body=body)]}
    components = {"schemas": SCHEMAS}
    tool = body_tool("application/json", schema, components=components, options=options)
    return tool.parameters


def test_fixed_field(body_tool: MakeTool, check_tool: Callable[..., Any]) -> None:
    """A fixed field of the body is gone, from `required` as well."""
    schema = {"properties": {"a": True, "b": True}, "required": ["a", "b"]}
    parameters = fixed_body(body_tool, schema, {"a": 1})
    assert parameters["properties"]["body"] == {"properties": {"b": True}, "required": ["b"]}


def test_fixed_nested_field(body_tool: MakeTool) -> None:
    """A fixed field of a nested object is gone there, and so are definitions left without use."""
    schema = {"properties": {"settings": {"$ref": "#/components/schemas/Settings"}}}
    parameters = fixed_body(body_tool, schema, {"settings": {"theme": "dark"}})
    inner = {"type": "object", "properties": {"size": {"type": "integer"}}, "required": ["size"]}
    assert parameters["properties"]["body"] == {"properties": {"settings": inner}}
    assert "$defs" not in parameters


def test_fixed_object(body_tool: MakeTool) -> None:
    """A nested object of which every field is fixed is gone as a whole."""
    schema = {
        "properties": {"settings": {"$ref": "#/components/schemas/Settings"}, "x": True},
        "required": ["settings"],
    }
    parameters = fixed_body(body_tool, schema, {"settings": {"theme": "dark", "size": 1}})
    assert parameters["properties"]["body"] == {"properties": {"x": True}}


def test_fixed_whole_body(body_tool: MakeTool) -> None:
    """A body of which every field is fixed is no argument any more, and still sent."""
    schema = {"type": "object", "properties": {"a": True}, "required": ["a"]}
    options = {"overrides": [Override("*", body={"a": 1})]}
    tool = body_tool("application/json", schema, options=options)
    assert tool.parameters == {"type": "object", "properties": {}, "additionalProperties": False}
    assert tool.build_request({}).content == b'{"a":1}'


def test_fixed_in_recursion(body_tool: MakeTool, check_tool: Callable[..., Any]) -> None:
    """What is fixed in a schema that names itself is fixed at the top alone."""
    parameters = fixed_body(body_tool, {"$ref": "#/components/schemas/User"}, {"name": "x"})
    body = parameters["properties"]["body"]
    assert set(body["properties"]) == {"settings", "friend"}
    assert body["required"] == ["settings"]
    assert set(parameters["$defs"]["User"]["properties"]) == {"name", "settings", "friend"}


def test_fixed_in_alternatives(body_tool: MakeTool) -> None:
    """What is fixed is gone from every part of a composed schema, whatever kind the part is of."""
    parts = [{"properties": {"a": True, "b": True}, "required": ["a"]}, True]
    for keyword in ("allOf", "anyOf", "oneOf"):
        parameters = fixed_body(body_tool, {keyword: parts, "required": ["a", "b"]}, {"a": 1})
        assert parameters["properties"]["body"] == {
            keyword: [{"properties": {"b": True}}, True],
            "required": ["b"],
        }


def test_fixed_in_a_schema_of_itself(body_tool: MakeTool) -> None:
    """A schema that is an alternative of itself has no such alternative."""
    itself = {"Odd": {"anyOf": [{"$ref": "#/components/schemas/Odd"}, {"type": "null"}]}}
    tool = body_tool(
        "application/json",
        {"$ref": "#/components/schemas/Odd"},
        components={"schemas": itself},
        options={"overrides": [Override("*", body={"a": 1})]},
    )
    assert tool.parameters["properties"]["body"] == {"anyOf": [{"type": "null"}]}


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param({"query": {"q": "1"}}, id="query"),
        pytest.param({"path": {"p": "1"}}, id="path"),
        pytest.param({"headers": {"x-h": "1"}}, id="header, whatever its case"),
        pytest.param({"cookies": {"c": "1"}}, id="cookie"),
        pytest.param({"body": {"b": "1"}}, id="body"),
        pytest.param({"form": {"b": "1"}}, id="form"),
    ],
)
def test_fixed_places(make_tool: MakeTool, rule: dict[str, Any]) -> None:
    """What a rule fixes is gone from the schema, and renames nothing that is left."""
    parameters = [
        {"name": name, "in": place, "required": True, "schema": {"type": "string"}}
        for place, name in [("query", "q"), ("path", "p"), ("header", "X-H"), ("cookie", "c")]
    ]
    schema = {"type": "object", "properties": {"b": {"type": "string"}}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    operation = {"parameters": parameters, "requestBody": body}
    free = make_tool(operation, path="/v/{p}", method="post").parameters
    options = {"overrides": [Override("https://api.test/*", **rule)]}
    fixed = make_tool(operation, path="/v/{p}", method="post", options=options).parameters
    (gone,) = set(free["properties"]) - set(fixed["properties"])
    assert gone in {"q", "p", "X-H", "c", "body"}
    assert set(fixed["required"]) == set(free["required"]) - {gone}
