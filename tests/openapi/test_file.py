"""Files as arguments: text, bytes, or an object that holds base64."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from callwright.core.errors import ArgumentsInvalid
from callwright.core.schema_check import ArgumentCheck
from callwright.openapi.file import (
    as_json,
    describes_file,
    is_file,
    text_content,
    text_media_type,
    without_bytes,
)

BodyTool = Callable[..., Any]
SchemaOf = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("schema", "is_file"),
    [
        pytest.param({"type": "string", "format": "binary"}, True, id="3.0"),
        pytest.param({"contentMediaType": "image/png"}, True, id="3.1"),
        pytest.param(
            {"type": "string", "contentMediaType": "application/json"}, False, id="text in text"
        ),
        pytest.param({"contentMediaType": "a/b", "contentEncoding": "base64"}, False, id="encoded"),
        pytest.param({"type": "string", "format": "byte"}, False, id="byte"),
    ],
)
def test_files(schema_of: SchemaOf, schema: dict[str, Any], is_file: bool) -> None:
    """The bytes of a file may be given as text or as base64."""
    read = schema_of({**schema, "description": "A picture."})
    assert read["description"] == "A picture."
    assert ("anyOf" in read) is is_file


def test_file_forms(schema_of: SchemaOf) -> None:
    """A file is text, or an object with base64 and nothing unknown."""
    check = ArgumentCheck(schema_of({"type": "string", "format": "binary"}))
    assert check.faults("text") == ()
    assert check.faults({"base64": "AA==", "filename": "a", "content_type": "b/c"}) == ()
    for refused in ({}, {"base64": 5}, {"base64": "AA==", "path": "/etc/passwd"}, 5, None):
        assert len(check.faults(refused)) == 1


@pytest.mark.parametrize(
    ("schema", "is_one"),
    [
        ({"type": "string", "contentMediaType": "application/octet-stream"}, True),
        ({"type": "string", "contentMediaType": "image/png"}, False),
        ({"contentMediaType": 5}, False),
        ({}, False),
    ],
    ids=str,
)
def test_files_of_some_libraries(schema: dict[str, Any], is_one: bool) -> None:
    """A string of octets is a file, as FastAPI means it; one of another type is text."""
    assert describes_file(schema) is is_one


@pytest.mark.parametrize(
    ("text", "content", "media_type"),
    [
        ("data:text/plain;charset=utf-8;base64,aGk=", b"hi", "text/plain;charset=utf-8"),
        ("data:;base64,aGk=", b"hi", None),
        ("DATA:a/b,%C3%A9%00", b"\xc3\xa9\0", "a/b"),
        ("data:a/b;base64,aGk%3D", b"hi", "a/b"),
        ("data:,x", b"data:,x", None),
        ("data: 1, 2", b"data: 1, 2", None),
        ("data", b"data", None),
        (" data:a/b,c", b" data:a/b,c", None),
    ],
)
def test_text(text: str, content: bytes, media_type: str | None) -> None:
    """A file as text is that text, or what a `data:` URL holds; other words are no such URL."""
    assert (text_content(text), text_media_type(text)) == (content, media_type)


def test_headers_are_hidden() -> None:
    """A file's part may have headers, which its schema does not know of; nothing else may."""
    file = {"base64": "AA==", "headers": {"X": "1"}}
    assert (is_file(file), without_bytes([file]), as_json([file])) == (
        True,
        [{"base64": "AA=="}],
        [file],
    )
    other = {"base64": "AA==", "headers": {}, "more": 1}
    assert (is_file(other), without_bytes(other)) == (False, other)


def test_without_bytes() -> None:
    """Bytes become the object form wherever they stand; the rest is as it was."""
    assert without_bytes({"a": [b"\x00", bytearray(b"\xff")], "b": "x", "c": None}) == {
        "a": [{"base64": "AA=="}, {"base64": "/w=="}],
        "b": "x",
        "c": None,
    }


@pytest.mark.parametrize("content", [b"\x00\xff", {"base64": "AP8="}], ids=["bytes", "base64"])
def test_binary_body(body_tool: BodyTool, content: Any) -> None:
    """A body may be a file as a whole."""
    tool = body_tool("application/octet-stream", {"type": "string", "format": "binary"})
    assert tool.build_request({"body": content}).content == b"\x00\xff"


@pytest.mark.parametrize("text", ["é", "A", "AAA=A", "*"])
def test_bad_base64(body_tool: BodyTool, text: str) -> None:
    """Base64 that cannot be read is the model's to mend."""
    tool = body_tool("application/octet-stream", {"type": "string", "format": "binary"})
    result = tool.call({"body": {"base64": text}})
    assert (result.is_error, result.content) == (
        True,
        "The arguments do not fit: The file's `base64` is no valid base64.",
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**5_000], ids=type)
@pytest.mark.parametrize("body", [False, True], ids=["query", "body"])
def test_numbers_that_json_has_not(make_tool: BodyTool, number: float, body: bool) -> None:
    """What no server could read as a number is refused before anything is written."""
    for schema in ({}, {"type": "boolean"}):
        content = {"application/json": {"schema": schema}}
        query = {"name": "q", "in": "query", "schema": schema}
        tool = make_tool(
            {"parameters": [query], "requestBody": {"content": content}}, method="post"
        )
        with pytest.raises(ArgumentsInvalid):
            tool.build_request({"body": [{"a": number}]} if body else {"q": number})


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param(date(2026, 1, 31), "'datetime.date'", id="a date"),
        pytest.param({1, 2}, "'set'", id="a set"),
        pytest.param([Decimal("1.5")], "'decimal.Decimal'", id="a decimal"),
        pytest.param({"a": {1: 2}}, "the key 1", id="a key that is no text"),
    ],
)
@pytest.mark.parametrize("body", [False, True], ids=["query", "body"])
def test_what_json_has_not(make_tool: BodyTool, value: Any, told: str, body: bool) -> None:
    """A value of Python's own is refused by its class, whatever the schema lets in."""
    content = {"application/json": {}}
    operation = {"parameters": [{"name": "q", "in": "query"}], "requestBody": {"content": content}}
    tool = make_tool(operation, method="post")
    arguments = {"body" if body else "q": value}
    for verb in (tool.build_request, tool.to_curl, tool.digest, tool.repair):
        with pytest.raises(ArgumentsInvalid, match=told):
            verb(arguments)
