"""Write a value as a body of a media type."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.core.errors import ArgumentsInvalid
from callwright.openapi.document import Document
from callwright.openapi.media import MediaType
from callwright.openapi.request.body.write import write_body


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
    written = write_body(MediaType(name="application/json"), value)
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
    assert write_body(MediaType(name=name), "x").content_type == sent


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("application/octet-stream", "application/json"),
        ("image/*", "application/json"),
        ("message/imdn+xml", "application/json"),
        ("application/vnd.flux", "application/vnd.flux"),
        ("application/x-yaml", "application/x-yaml"),
        ("", "application/json"),
        ("text/json", "text/json"),
    ],
)
def test_fields_where_bytes_are_said(name: str, sent: str) -> None:
    """An object is JSON, and called so where its media type is of bytes or says nothing."""
    media = MediaType.read(name, {}, Document({"openapi": "3.1.0", "paths": {}}, place=""))
    written = write_body(media, {"a": [1]})
    assert (written.content_type, written.content) == (sent, b'{"a":[1]}')


@pytest.mark.parametrize("name", ["text/plain", "application/xml", "image/svg+xml"])
@pytest.mark.parametrize(
    ("value", "content"),
    [("a b\n", b"a b\n"), (5, b"5"), (False, b"false"), ({"base64": "AP8="}, b"\x00\xff")],
    ids=str,
)
def test_text(name: str, value: Any, content: bytes) -> None:
    """Text is sent as it is; a file as its bytes."""
    assert write_body(MediaType(name=name), value).content == content


BINARY = {"type": "string", "format": "binary"}
PNG = {"base64": "AP8=", "content_type": "image/png"}


@pytest.mark.parametrize(
    ("name", "schema", "value", "sent"),
    [
        pytest.param("image/*", True, PNG, ("image/png", b"\0\xff"), id="of a range"),
        pytest.param("*/*", BINARY, PNG, ("image/png", b"\0\xff"), id="of any type"),
        pytest.param(
            "*/*",
            BINARY,
            {"base64": "AP8=", "filename": "a.bin"},
            ("application/octet-stream", b"\0\xff"),
            id="of a name that tells none",
        ),
        pytest.param("application/json", BINARY, PNG, ("application/json", b"\0\xff"), id="JSON"),
        pytest.param(
            "audio/*", True, PNG, ("application/octet-stream", b"\0\xff"), id="of another range"
        ),
        pytest.param(
            "image/gif",
            BINARY,
            "data:image/gif;base64,AP8=",
            ("image/gif", b"\0\xff"),
            id="data: URL",
        ),
        pytest.param(
            "image/gif",
            BINARY,
            {"base64": "data:;base64,AP8="},
            ("image/gif", b"\0\xff"),
            id="data: URL as base64",
        ),
        pytest.param("text/csv", True, "data:a/b,c", ("text/csv", b"data:a/b,c"), id="text"),
        pytest.param(
            "application/json", True, PNG, ("application/json", json.dumps(PNG).encode()), id="none"
        ),
    ],
)
def test_files(name: str, schema: Any, value: Any, sent: tuple[str, bytes]) -> None:
    """A file is its bytes, and says its own type where the document leaves it open."""
    written = write_body(MediaType(name=name, schema=schema), value)
    content = written.content
    assert (written.content_type, content.replace(b'":"', b'": "').replace(b',"', b', "')) == sent


def test_files_in_json() -> None:
    """JSON has no bytes: what is a file by the schema is sent as its base64, nothing else is."""
    nested = {"properties": {"f": BINARY, "o": {}}, "additionalProperties": BINARY}
    schema = {"type": "array", "items": {"anyOf": [nested, {"type": "null"}]}}
    file = {"base64": "AP8=", "filename": "a"}
    written = write_body(
        MediaType(name="application/json", schema=schema), [{"f": file, "o": file, "t": "x"}, None]
    )
    assert json.loads(written.content) == [{"f": "AP8=", "o": file, "t": "x"}, None]


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        ("iso-8859-1", b"\xe9"),
        ("ISO-8859-1; x=y", b"\xe9"),
        ("utf-8", b"\xc3\xa9"),
        ("rot13", b"\xc3\xa9"),
    ],
)
def test_charset(charset: str, content: bytes) -> None:
    """Text is written in the charset that the media type names."""
    assert write_body(MediaType(name=f"text/plain; charset={charset}"), "é").content == content


def test_charset_that_has_no_such_letter() -> None:
    """A letter that the charset does not have is the model's to mend."""
    with pytest.raises(ArgumentsInvalid, match="'π' cannot be written in us-ascii"):
        write_body(MediaType(name='text/plain; charset="us-ascii"'), "π")


def as_file(value: Any) -> Any:
    """Something in the form of a file, be it one or not."""
    return {"base64": value, "filename": value, "content_type": value, "headers": value}


MEDIA_TYPES = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/mixed",
    "application/jsonl",
    "application/json-seq",
    "text/event-stream",
    "text/plain",
    "application/xml",
    "image/png",
]
ENCODING = {"a": {"style": "deepObject"}, "b": {"contentType": "application/xml, a/*"}, "c": None}
texts = st.sampled_from(["", "a", "b", "c", "é\r\n", '"', "\0", "data:a/b;base64,x"]) | st.text()
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner) | st.builds(as_file, inner),
    max_leaves=8,
)


@pytest.mark.parametrize("name", MEDIA_TYPES)
@given(value=values)
def test_any_value(name: str, value: Any) -> None:
    """Any value at all is written, or refused in words for the model; the same way each time."""
    media = MediaType(name=name, raw={"encoding": ENCODING}, schema={"properties": {"c": BINARY}})
    try:
        written = write_body(media, value)
    except ArgumentsInvalid:
        return
    assert written == write_body(media, value)
    assert isinstance(written.content, bytes)


OFFERED = {
    "application/json": {"schema": {"properties": {"f": BINARY, "n": {}}}},
    "multipart/form-data": {"schema": {"properties": {"f": BINARY}}},
    "application/octet-stream": {},
    "image/png": {},
}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ({"n": 1}, "application/json"),
        ({"f": {"base64": "AA=="}}, "multipart/form-data"),
        ({"n": {"base64": "AA=="}}, "application/json"),
        (b"\0", "application/octet-stream"),
        ([], "application/json"),
    ],
    ids=str,
)
def test_choice(make_tool: Callable[..., Any], value: Any, sent: str) -> None:
    """Of several media types the one is sent that can hold the files that were given."""
    tool = make_tool({"requestBody": {"content": OFFERED}}, method="post")
    request = tool.build_request({"body": value})
    assert request.headers["content-type"].partition(";")[0] == sent


@pytest.mark.parametrize(
    "charset", ["utf-16", "UTF-16LE", "shift_jis", "koi8-r", "utf-8", "unknown"]
)
def test_text_in_the_charset_that_it_says(charset: str) -> None:
    """Text is written in the charset that its media type names, where there is such a one."""
    name = f"text/plain; charset={charset}"
    written = write_body(MediaType(name=name), "Ж")
    assert (written.content_type, written.content) == (
        name,
        "Ж".encode("utf-8" if charset == "unknown" else charset),
    )


def test_bad_type_of_a_file() -> None:
    """What is no media type is none, though anything may be sent."""
    file = {"base64": "AP8=", "content_type": "any"}
    with pytest.raises(ArgumentsInvalid, match="is no media type"):
        write_body(MediaType(name="*/*", schema=BINARY), file)
