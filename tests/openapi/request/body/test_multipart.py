"""Multipart bodies, read back by Python's own email parser."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from typing import Any

import pytest

from callwright.core.errors import ArgumentsInvalid
from callwright.openapi.media import MediaType
from callwright.openapi.request.body.write import write_body

BodyTool = Callable[..., Any]


def media(name: str, encoding: Mapping[str, Any] | None = None, schema: Any = True) -> MediaType:
    """A media type with its Encoding Objects."""
    return MediaType(name=name, raw={"encoding": encoding or {}}, schema=schema)


Part = tuple[str, str | None, str, bytes]


def parts_of(content_type: str, content: bytes) -> list[Part]:
    """Name, filename, content type and content of the parts, by Python's email parser."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = message_from_bytes(head + content, policy=policy.HTTP)
    assert not message.defects
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    ]


def encoded(content: bytes, **fields: str) -> dict[str, str]:
    """A file as an argument."""
    return {"base64": base64.b64encode(content).decode(), **fields}


JPEG = b"\xff\xd8\xff\xe0\r\n--\x00"

MULTIPART: dict[str, tuple[Any, dict[str, Any], list[Part]]] = {
    "texts": (
        {"a": "x & y\n", "n": 0, "t": False, "e": ""},
        {},
        [
            ("a", None, "text/plain", b"x & y\n"),
            ("n", None, "text/plain", b"0"),
            ("t", None, "text/plain", b"false"),
            ("e", None, "text/plain", b""),
        ],
    ),
    "null and nothing": ({"n": None, "l": [], "b": "x"}, {}, [("b", None, "text/plain", b"x")]),
    "object": ({"o": {"a": 1}}, {}, [("o", None, "application/json", b'{"a":1}')]),
    "array": (
        {"a": ["x", {"b": 1}]},
        {},
        [
            ("a", None, "text/plain", b"x"),
            ("a", None, "application/json", b'{"b":1}'),
        ],
    ),
    "file": ({"f": encoded(JPEG)}, {}, [("f", "f", "application/octet-stream", JPEG)]),
    "file with a name": (
        {"f": encoded(JPEG, filename="a.jpg", content_type="image/jpeg")},
        {},
        [
            ("f", "a.jpg", "image/jpeg", JPEG),
        ],
    ),
    "files": (
        {"f": [encoded(b"1"), encoded(b"2", filename="two")]},
        {},
        [
            ("f", "f", "application/octet-stream", b"1"),
            ("f", "two", "application/octet-stream", b"2"),
        ],
    ),
    "file of a type": (
        {"f": encoded(b"1")},
        {"f": {"contentType": "image/png"}},
        [
            ("f", "f", "image/png", b"1"),
        ],
    ),
    "file of types": (
        {"f": encoded(b"1")},
        {"f": {"contentType": "image/png, image/gif"}},
        [
            ("f", "f", "image/png", b"1"),
        ],
    ),
    "file of types, any octets among them": (
        {"f": encoded(b"1")},
        {"f": {"contentType": "video/mp4, application/octet-stream"}},
        [
            ("f", "f", "application/octet-stream", b"1"),
        ],
    ),
    "file of a range": (
        {"f": encoded(b"1")},
        {"f": {"contentType": "image/*"}},
        [
            ("f", "f", "application/octet-stream", b"1"),
        ],
    ),
    "text of a type": (
        {"x": "<a/>"},
        {"x": {"contentType": "application/xml"}},
        [
            ("x", None, "application/xml", b"<a/>"),
        ],
    ),
    "text as JSON": (
        {"x": "a"},
        {"x": {"contentType": "application/json"}},
        [
            ("x", None, "application/json", b'"a"'),
        ],
    ),
    "style": (
        {"a": ["x y", "z"]},
        {"a": {"style": "form", "explode": False}},
        [
            ("a", None, "text/plain", b"x y,z"),
        ],
    ),
    "deepObject": (
        {"a": {"k": {"l": "é"}}},
        {"a": {"style": "deepObject"}},
        [
            ("a[k][l]", None, "text/plain", "é".encode()),
        ],
    ),
    "line break in a name": (
        {'a"\r\nX-Evil: 1': "x"},
        {},
        [
            ("a%22%0D%0AX-Evil: 1", None, "text/plain", b"x"),
        ],
    ),
    "array as JSON": (
        {"a": ["x", 1]},
        {"a": {"contentType": "application/json"}},
        [("a", None, "application/json", b'["x",1]')],
    ),
    "object of a type": (
        {"a": {"b": 1}},
        {"a": {"contentType": "application/vnd.a+json"}},
        [("a", None, "application/vnd.a+json", b'{"b":1}')],
    ),
    "object of one of some types": (
        {"a": {"b": 1}},
        {"a": {"contentType": "text/plain, application/xml"}},
        [
            (
                "a",
                None,
                "application/xml",
                b'<?xml version="1.0" encoding="UTF-8"?>\n<root><b>1</b></root>',
            )
        ],
    ),
    "object as text": (
        {"a": {"b": 1}},
        {"a": {"contentType": "text/plain"}},
        [("a", None, "text/plain", b'{"b":1}')],
    ),
    "file of the type that its name tells": (
        {"f": encoded(b"1", filename="a.png")},
        {"f": {"contentType": "image/gif, image/png"}},
        [("f", "a.png", "image/png", b"1")],
    ),
    "file of a type in a range": (
        {"f": encoded(b"1", filename="a.jpeg")},
        {"f": {"contentType": "image/*"}},
        [("f", "a.jpeg", "image/jpeg", b"1")],
    ),
    "file with a name of another type": (
        {"f": encoded(b"1", filename="a.txt")},
        {"f": {"contentType": "image/gif, image/png"}},
        [("f", "a.txt", "application/octet-stream", b"1")],
    ),
    "name beyond ASCII": (
        {"f": encoded(b"1", filename='naïve "x".png')},
        {},
        [("f", "naïve %22x%22.png", "application/octet-stream", b"1")],
    ),
    "array as lines": (
        {"a": [1, 2]},
        {"a": {"contentType": "application/jsonl"}},
        [("a", None, "application/jsonl", b"1\n2\n")],
    ),
}


@pytest.mark.parametrize("case", MULTIPART)
def test_multipart(case: str) -> None:
    """Each field is a part, files and objects of their own type; nothing is percent-encoded."""
    value, encoding, parts = MULTIPART[case]
    written = write_body(media("multipart/form-data", encoding), value)
    assert parts_of(written.content_type, written.content) == parts


BINARY = {"type": "string", "format": "binary"}


@pytest.mark.parametrize(
    ("schema", "filename"),
    [
        pytest.param(BINARY, "f", id="a file"),
        pytest.param({"anyOf": [BINARY, {"type": "null"}]}, "f", id="a file or null"),
        pytest.param({"anyOf": [BINARY, {"type": "array", "items": BINARY}]}, "f", id="or files"),
        pytest.param({"anyOf": [BINARY, {"type": "string"}]}, None, id="a file or text"),
        pytest.param({"oneOf": [{"type": ["string", "null"]}, BINARY]}, None, id="or text of 3.1"),
    ],
)
def test_text_for_a_file(schema: Any, filename: str | None) -> None:
    """A text is the file's content, unless the field may be text: the address of a file, say."""
    fields = {"type": "object", "properties": {"f": schema}}
    written = write_body(media("multipart/form-data", schema=fields), {"f": "https://a.test/1"})
    ((name, given, _, content),) = parts_of(written.content_type, written.content)
    assert (name, given, content) == ("f", filename, b"https://a.test/1")


def test_multipart_is_always_the_same() -> None:
    """The same fields make the same bytes, boundary included."""
    value = {"a": "x", "f": encoded(JPEG)}
    first, second = (write_body(media("multipart/form-data"), value) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("text", ["a/b\r\nX-Evil: 1", "no type", "a/", "a/b; c\0"])
def test_bad_type_of_a_file(text: str) -> None:
    """What is no media type is refused, so that nothing in it becomes a header."""
    with pytest.raises(ArgumentsInvalid, match="is no media type"):
        write_body(media("multipart/form-data"), {"f": encoded(b"1", content_type=text)})


def test_multipart_of_another_kind() -> None:
    """Another kind of multipart keeps its name."""
    written = write_body(media("multipart/mixed"), {"a": {"b": 1}})
    assert written.content_type.startswith("multipart/mixed; boundary=")


UPLOAD = {
    "type": "object",
    "properties": {
        "note": {"type": "string"},
        "file": {"$ref": "#/components/schemas/File"},
        "more": {"type": "array", "items": {"type": "string", "format": "binary"}},
    },
}
SCHEMAS = {
    "File": {"type": "string", "format": "binary"},
    "Upload": UPLOAD,
    "Extended": {"allOf": [{"$ref": "#/components/schemas/Upload"}, {"properties": {"x": True}}]},
}


@pytest.mark.parametrize("schema", ["Upload", "Extended"])
@pytest.mark.parametrize(
    "content", ["hello", b"hello", {"base64": "aGVsbG8="}], ids=["text", "bytes", "base64"]
)
def test_uploads(body_tool: BodyTool, schema: str, content: Any) -> None:
    """A field that is a file by its schema is sent as one, be it text, bytes or base64."""
    node = {"$ref": f"#/components/schemas/{schema}"}
    tool = body_tool("multipart/form-data", node, components={"schemas": SCHEMAS})
    body = {"note": "n", "file": content, "more": [content, content]}
    request = tool.build_request({"body": body})
    assert parts_of(request.headers["content-type"], request.content) == [
        ("note", None, "text/plain", b"n"),
        ("file", "file", "application/octet-stream", b"hello"),
        ("more", "more", "application/octet-stream", b"hello"),
        ("more", "more", "application/octet-stream", b"hello"),
    ]


@pytest.mark.parametrize(
    ("schema", "value", "part"),
    [
        pytest.param(
            {"contentMediaType": "image/png"}, "x", ("image/png", b"x"), id="type of the schema"
        ),
        pytest.param(
            {"type": "string", "format": "binary"},
            "data:image/gif;base64,AP8=",
            ("image/gif", b"\0\xff"),
            id="data: URL",
        ),
        pytest.param(
            {"anyOf": [{"type": "string", "format": "binary"}, {"type": "null"}]},
            "x",
            ("application/octet-stream", b"x"),
            id="file or null",
        ),
    ],
)
def test_files_by_their_schema(schema: Any, value: Any, part: tuple[str, bytes]) -> None:
    """A file is sent as one, whatever style ASP.NET's documents give every field."""
    given = media("multipart/form-data", {"f": {"style": "form"}}, {"properties": {"f": schema}})
    written = write_body(given, {"f": value})
    assert parts_of(written.content_type, written.content) == [("f", "f", *part)]


def headers_of(written: Any) -> list[dict[str, str]]:
    """The headers of the parts, by Python's email parser."""
    head = f"Content-Type: {written.content_type}\r\n\r\n".encode()
    message = message_from_bytes(head + written.content, policy=policy.HTTP)
    return [dict(part.items()) for part in message.iter_parts()]


PART_HEADERS = {
    "X-Limit": {"schema": {"type": "integer"}},
    "X-Kind": {"schema": {"const": "upload"}},
    "Content-Type": {"schema": {"const": "text/evil"}},
}


def test_headers_of_a_part() -> None:
    """A part has the headers that its encoding asks for: given with the file, or of one value."""
    given = media("multipart/form-data", {"f": {"headers": PART_HEADERS}})
    file = encoded(b"1", headers={"x-limit": 5})
    assert headers_of(write_body(given, {"f": file, "g": "x"})) == [
        {
            "Content-Disposition": 'form-data; name="f"; filename="f"',
            "X-Kind": "upload",
            "x-limit": "5",
            "Content-Type": "application/octet-stream",
        },
        {"Content-Disposition": 'form-data; name="g"'},
    ]


@pytest.mark.parametrize(
    "headers", [{"X-Other": "1"}, {"Content-Disposition": "x"}, {"X-Limit": "1\r\nX-Evil: 1"}]
)
def test_headers_that_no_part_has(headers: dict[str, str]) -> None:
    """A header that the document does not name is refused, and so is one with a line break."""
    given = media("multipart/form-data", {"f": {"headers": PART_HEADERS}})
    with pytest.raises(ArgumentsInvalid, match="header"):
        write_body(given, {"f": encoded(b"1", headers=headers)})


def test_headers_from_a_caller(body_tool: BodyTool) -> None:
    """A file as an argument may bring the headers of its part, though its schema hides them."""
    schema = {"properties": {"f": {"type": "string", "format": "binary"}}}
    encoding = {"f": {"headers": PART_HEADERS}}
    tool = body_tool("multipart/form-data", schema, encoding=encoding)
    request = tool.build_request({"body": {"f": encoded(b"1", headers={"X-Limit": "5"})}})
    assert b"\r\nX-Limit: 5\r\n" in request.content
    assert "headers" not in str(tool.parameters)


ORDERED = {
    "schema": {"type": "array", "prefixItems": [{"type": "object"}, {"contentMediaType": "a/b"}]},
    "prefixEncoding": [{}, {}],
    "itemEncoding": {"contentType": "multipart/mixed", "itemEncoding": {"contentType": "text/x"}},
}


def test_items_as_parts(make_tool: BodyTool) -> None:
    """The items of an array (OAS 3.2) are parts without names, each by its position's encoding."""
    operation = {"requestBody": {"required": True, "content": {"multipart/mixed": ORDERED}}}
    tool = make_tool(operation, method="post", version="3.2.0")
    request = tool.build_request({"body": [{"a": 1}, b"1", ["x", "y"]]})
    content_type = request.headers["content-type"]
    assert content_type.startswith("multipart/mixed; boundary=")
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = message_from_bytes(head + request.content, policy=policy.HTTP)
    first, second, third = message.iter_parts()
    assert dict(first.items()) == {"Content-Type": "application/json"}
    assert first.get_payload(decode=True) == b'{"a":1}'
    assert dict(second.items()) == {"Content-Type": "a/b"}
    assert second.get_payload(decode=True) == b"1"
    inner = [(part.get_content_type(), part.get_payload()) for part in third.iter_parts()]
    assert inner == [("text/x", "x"), ("text/x", "y")]


def test_file_by_position_with_a_name() -> None:
    """A file that has a name keeps it, where its part has none."""
    written = write_body(media("multipart/mixed"), [encoded(b"1", filename="a.bin")])
    assert headers_of(written) == [
        {
            "Content-Disposition": 'attachment; filename="a.bin"',
            "Content-Type": "application/octet-stream",
        }
    ]
