"""The twenty ordinary cases of a tool's schema and its request, each through the front door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass
class Case:
    """An operation of an ordinary API, arguments, and what the wire must carry."""

    operation: Mapping[str, Any]
    arguments: Mapping[str, Any]
    url: str
    properties: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    content: str = ""
    method: str = "get"
    path: str = "/v"
    required: tuple[str, ...] = ()
    item: Mapping[str, Any] = field(default_factory=dict)
    schemas: Mapping[str, Any] = field(default_factory=dict)


def query(**fields: Any) -> dict[str, Any]:
    """An operation with one query parameter."""
    return {"parameters": [{"name": "q", "in": "query", **fields}]}


def body(media_type: str, schema: Any, **fields: Any) -> dict[str, Any]:
    """An operation with a required body of one media type."""
    return {
        "requestBody": {"required": True, "content": {media_type: {"schema": schema, **fields}}}
    }


TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
FLAG = {"type": "boolean"}
JSON_TYPE = {"content-type": "application/json"}
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}
MAP = {"type": "object", "additionalProperties": True}
SONG = {
    "type": "object",
    "properties": {"id": {"type": "integer", "readOnly": True}, "name": TEXT},
    "required": ["id", "name"],
}
TREE = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
    },
}
FILE = {
    "anyOf": [
        TEXT,
        {
            "type": "object",
            "properties": {
                "base64": {"type": "string", "description": "The bytes, in base64."},
                "filename": TEXT,
                "content_type": TEXT,
            },
            "required": ["base64"],
            "additionalProperties": False,
        },
    ]
}
MULTIPART = (
    b'--{b}\r\nContent-Disposition: form-data; name="note"\r\n\r\na & b\r\n'
    b'--{b}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\nhello\r\n--{b}--\r\n"
).decode()
BOUNDARY = "44d98966822a9a9d7e4bae01ca9ac321"

ORDINARY = {
    "array, not exploded": Case(
        query(schema=TEXTS, explode=False), {"q": ["a", "b"]}, "/v?q=a,b", {"q": TEXTS}
    ),
    "array": Case(query(schema=TEXTS), {"q": ["a", "b"]}, "/v?q=a&q=b", {"q": TEXTS}),
    "pipes": Case(
        query(schema=TEXTS, style="pipeDelimited", explode=False),
        {"q": ["a", "b"]},
        "/v?q=a%7Cb",
        {"q": TEXTS},
    ),
    "deepObject": Case(
        query(schema=MAP, style="deepObject", explode=True),
        {"q": {"a": {"b": 1}, "c": "d"}},
        "/v?q%5Ba%5D%5Bb%5D=1&q%5Bc%5D=d",
        {"q": MAP},
    ),
    "false and zero": Case(
        {
            "parameters": [
                *query(schema=FLAG)["parameters"],
                {"name": "n", "in": "query", "schema": {"type": "integer"}},
            ]
        },
        {"q": False, "n": 0},
        "/v?q=false&n=0",
        {"q": FLAG, "n": {"type": "integer"}},
    ),
    "JSON in the query": Case(
        query(content={"application/json": {"schema": MAP}}),
        {"q": {"a": [1]}},
        "/v?q=%7B%22a%22%3A%5B1%5D%7D",
        {"q": MAP},
    ),
    "matrix": Case(
        {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "style": "matrix", "schema": TEXT}
            ]
        },
        {"id": "5"},
        "/v/;id=5",
        {"id": TEXT},
        path="/v/{id}",
        required=("id",),
    ),
    "path value": Case(
        {"parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}]},
        {"id": "a/../b?x=1"},
        "/v/a%2F..%2Fb%3Fx%3D1",
        {"id": TEXT},
        path="/v/{id}",
        required=("id",),
    ),
    "header array": Case(
        {"parameters": [{"name": "X-Ids", "in": "header", "schema": TEXTS}]},
        {"X-Ids": ["a", "b"]},
        "/v",
        {"X-Ids": TEXTS},
        headers={"x-ids": "a,b"},
    ),
    "parameters of the path": Case(
        {},
        {"id": "1", "lang": "en"},
        "/v/1?lang=en",
        {"id": TEXT, "lang": TEXT},
        path="/v/{id}",
        required=("id",),
        item={
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": TEXT},
                {"name": "lang", "in": "query", "schema": TEXT},
            ]
        },
    ),
    "JSON array body": Case(
        body("application/json", TEXTS),
        {"body": ["a"]},
        "/v",
        {"body": TEXTS},
        headers=JSON_TYPE,
        content='["a"]',
        method="post",
        required=("body",),
    ),
    "same name in path and body": Case(
        body("application/json", {"type": "object", "properties": {"id": TEXT}}),
        {"id": "1", "body": {"id": "2"}},
        "/v/1",
        {"id": TEXT, "body": {"type": "object", "properties": {"id": TEXT}}},
        headers=JSON_TYPE,
        content='{"id":"2"}',
        method="put",
        path="/v/{id}",
        required=("id", "body"),
    ),
    "form": Case(
        body(
            "application/x-www-form-urlencoded",
            {"type": "object", "properties": {"a": TEXTS, "t": FLAG}},
        ),
        {"body": {"a": ["x", "y z"], "t": True}},
        "/v",
        {"body": {"type": "object", "properties": {"a": TEXTS, "t": FLAG}}},
        headers=FORM_TYPE,
        content="a=x&a=y%20z&t=true",
        method="post",
        required=("body",),
    ),
    "form with deepObject": Case(
        body(
            "application/x-www-form-urlencoded",
            {"type": "object", "properties": {"metadata": MAP}},
            encoding={"metadata": {"style": "deepObject", "explode": True}},
        ),
        {"body": {"metadata": {"k": "v"}}},
        "/v",
        {"body": {"type": "object", "properties": {"metadata": MAP}}},
        headers=FORM_TYPE,
        content="metadata%5Bk%5D=v",
        method="post",
        required=("body",),
    ),
    "multipart": Case(
        body(
            "multipart/form-data",
            {
                "type": "object",
                "properties": {"note": TEXT, "file": {"type": "string", "format": "binary"}},
            },
        ),
        {"body": {"note": "a & b", "file": {"base64": "aGVsbG8=", "filename": "a.txt"}}},
        "/v",
        {"body": {"type": "object", "properties": {"note": TEXT, "file": FILE}}},
        headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"},
        content=MULTIPART.replace("{b}", BOUNDARY),
        method="post",
        required=("body",),
    ),
    "text": Case(
        body("text/plain", TEXT),
        {"body": "a & b"},
        "/v",
        {"body": TEXT},
        headers={"content-type": "text/plain"},
        content="a & b",
        method="post",
        required=("body",),
    ),
    "XML before JSON": Case(
        {
            "requestBody": {
                "required": True,
                "content": {
                    "application/xml": {"schema": TEXT},
                    "application/json": {"schema": MAP},
                },
            }
        },
        {"body": {"a": 1}},
        "/v",
        {"body": MAP},
        headers=JSON_TYPE,
        content='{"a":1}',
        method="post",
        required=("body",),
    ),
    "readOnly": Case(
        body("application/json", SONG),
        {"body": {"name": "x"}},
        "/v",
        {"body": {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}},
        headers=JSON_TYPE,
        content='{"name":"x"}',
        method="post",
        required=("body",),
    ),
    "allOf": Case(
        body(
            "application/json",
            {"allOf": [{"properties": {"a": TEXT}}, {"properties": {"b": FLAG}}]},
        ),
        {"body": {"a": "x", "b": False}},
        "/v",
        {"body": {"allOf": [{"properties": {"a": TEXT}}, {"properties": {"b": FLAG}}]}},
        headers=JSON_TYPE,
        content='{"a":"x","b":false}',
        method="post",
        required=("body",),
    ),
    "recursion": Case(
        body("application/json", {"$ref": "#/components/schemas/Tree"}),
        {"body": {"name": "a", "children": [{"name": "b", "children": []}]}},
        "/v",
        {"body": {"$ref": "#/$defs/Tree"}},
        headers=JSON_TYPE,
        content='{"name":"a","children":[{"name":"b","children":[]}]}',
        method="post",
        required=("body",),
        schemas={"Tree": TREE},
    ),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary(
    own_headers: Callable[..., dict[str, str]],
    make_tools: Callable[..., Any],
    check_tool: Callable[..., Any],
    name: str,
) -> None:
    """The twenty ordinary cases are right on the wire and visible to the model."""
    case = ORDINARY[name]
    paths = {case.path: {**case.item, case.method: case.operation}}
    (tool,) = make_tools(paths, components={"schemas": case.schemas})
    request = tool.build_request(case.arguments)
    assert request.method == case.method.upper()
    assert str(request.url) == f"https://api.test{case.url}"
    assert own_headers(request) == case.headers
    assert request.content.decode() == case.content
    parameters = check_tool(tool)
    assert parameters["properties"] == case.properties
    assert parameters.get("required", []) == list(case.required)
