"""Request bodies: which media type is sent, and how a value is written in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from callwright.core.errors import ArgumentsInvalid
from callwright.openapi.media import MediaType, preferred_media_type, write_body

BodyTool = Callable[..., Any]


def media(name: str, encoding: Mapping[str, Any] | None = None, files: Any = ()) -> MediaType:
    """A media type with its Encoding Objects."""
    return MediaType(name=name, encoding=encoding or {}, files=files)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["application/xml", "application/json"], "application/json"),
        (["text/xml", "application/vnd.a+json"], "application/vnd.a+json"),
        (
            ["multipart/form-data", "application/x-www-form-urlencoded"],
            "application/x-www-form-urlencoded",
        ),
        (["application/octet-stream", "text/plain"], "text/plain"),
        (["image/png", "*/*"], "*/*"),
        (["application/pdf"], "application/pdf"),
        (
            ["application/json; charset=utf-8", "application/json"],
            "application/json; charset=utf-8",
        ),
        (["application/octet-stream", "application/x-ndjson"], "application/x-ndjson"),
    ],
    ids=" or ".join,
)
def test_preference(offered: list[str], chosen: str) -> None:
    """Of several media types the one that a model's argument fits best is taken."""
    assert preferred_media_type(dict.fromkeys(offered)) == chosen


@pytest.mark.parametrize(
    "value",
    [
        "text",
        "",
        0,
        1.5,
        True,
        False,
        None,
        [],
        {},
        [1, "a", None],
        {"a": None, "b": "é", "c": {"d": []}},
    ],
    ids=json.dumps,
)
def test_json(value: Any) -> None:
    """Any JSON value is a body: nothing is dropped, nothing parsed again."""
    written = write_body(media("application/json"), value)
    assert written.content_type == "application/json"
    assert written.content == json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("application/json", "application/json"),
        ("application/vnd.api+json", "application/vnd.api+json"),
        ("application/json; charset=utf-8", "application/json; charset=utf-8"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/plain"),
        ("text/csv", "text/csv"),
        ("application/xml", "application/xml"),
        ("image/png", "image/png"),
        ("image/*", "application/octet-stream"),
    ],
)
def test_content_type(name: str, sent: str) -> None:
    """The media type is sent as it is named; a range is no Content-Type."""
    assert write_body(media(name), "x").content_type == sent


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("application/jsonl", b'{"a":1}\n[]\n'),
        ("application/x-ndjson", b'{"a":1}\n[]\n'),
        ("application/json-seq", b'\x1e{"a":1}\n\x1e[]\n'),
    ],
)
def test_sequences(body_tool: BodyTool, name: str, content: bytes) -> None:
    """A sequence (OAS 3.2) is an array of which each item is a text of its own."""
    assert write_body(media(name), [{"a": 1}, []]).content == content
    with pytest.raises(ArgumentsInvalid, match="must be an array"):
        write_body(media(name), {"a": 1})


@pytest.mark.parametrize("name", ["text/plain", "application/xml", "image/svg+xml"])
@pytest.mark.parametrize(
    ("value", "content"),
    [("a b\n", b"a b\n"), (5, b"5"), (False, b"false"), ({"base64": "AP8="}, b"\x00\xff")],
    ids=str,
)
def test_text(name: str, value: Any, content: bytes) -> None:
    """Text is sent as it is; a file as its bytes."""
    assert write_body(media(name), value).content == content


FORMS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "values": ({"a": "x y&z", "n": 0, "t": False, "e": ""}, {}, "a=x%20y%26z&n=0&t=false&e="),
    "nothing": ({"n": None, "l": [], "o": None}, {}, ""),
    "array": ({"a": ["x", "y"], "b": True}, {}, "a=x&a=y&b=true"),
    "object": ({"o": {"k": [1]}}, {}, "o=%7B%22k%22%3A%5B1%5D%7D"),
    "deepObject": (
        {"metadata": {"k": "v", "n": {"m": 1}}},
        {"metadata": {"style": "deepObject"}},
        "metadata%5Bk%5D=v&metadata%5Bn%5D%5Bm%5D=1",
    ),
    "deepObject array": (
        {"x": ["a", "b"]},
        {"x": {"style": "deepObject"}},
        "x%5B0%5D=a&x%5B1%5D=b",
    ),
    "not exploded": ({"x": ["a", "b"]}, {"x": {"explode": False}}, "x=a,b"),
    "pipes": ({"x": ["a", "b"]}, {"x": {"style": "pipeDelimited"}}, "x=a%7Cb"),
    "reserved": ({"x": "a/b"}, {"x": {"allowReserved": True}}, "x=a/b"),
    "JSON": (
        {"x": "a", "y": ["b"]},
        {k: {"contentType": "application/json"} for k in "xy"},
        "x=%22a%22&y=%5B%22b%22%5D",
    ),
    "odd names": ({"a[b]": 1, "é": 2}, {}, "a%5Bb%5D=1&%C3%A9=2"),
    "garbage encoding": ({"x": "a"}, {"x": None}, "x=a"),
}


@pytest.mark.parametrize("case", FORMS)
def test_forms(case: str) -> None:
    """A form repeats arrays, writes objects as JSON, and follows style, explode and contentType."""
    value, encoding, content = FORMS[case]
    written = write_body(media("application/x-www-form-urlencoded", encoding), value)
    assert written.content_type == "application/x-www-form-urlencoded"
    assert written.content.decode() == content


@pytest.mark.parametrize("name", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("value", ["x", [], 5, None], ids=str)
def test_no_form(name: str, value: Any) -> None:
    """A form holds fields, so only an object can be one."""
    with pytest.raises(ArgumentsInvalid, match="The body must be an object"):
        write_body(media(name), value)


@pytest.mark.parametrize("all_of", [5, "x", [5], [{"$ref": "#/nope"}]], ids=str)
def test_garbage_schema(make_document: Callable[..., Any], all_of: object) -> None:
    """Looking for files in a schema that makes no sense finds none."""
    raw = {"schema": {"properties": {"a": None, "b": {"items": 5}}, "allOf": all_of}}
    read = MediaType.read("multipart/form-data", raw, make_document({}))
    assert read == media("multipart/form-data", files=frozenset())
