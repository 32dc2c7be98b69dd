"""Multipart bodies, read back by Python's own email parser."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from typing import Any

import pytest

from callwright.openapi.media import MediaType, write_body

BodyTool = Callable[..., Any]


def media(name: str, encoding: Mapping[str, Any] | None = None, files: Any = ()) -> MediaType:
    """A media type with its Encoding Objects."""
    return MediaType(name=name, encoding=encoding or {}, files=files)


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
    "line break in a type": (
        {"f": encoded(b"1", content_type="a/b\r\nX-Evil: 1")},
        {},
        [
            ("f", "f", "a/bx-evil: 1", b"1"),
        ],
    ),
}


@pytest.mark.parametrize("case", MULTIPART)
def test_multipart(case: str) -> None:
    """Each field is a part, files and objects of their own type; nothing is percent-encoded."""
    value, encoding, parts = MULTIPART[case]
    written = write_body(media("multipart/form-data", encoding), value)
    assert parts_of(written.content_type, written.content) == parts


def test_multipart_is_always_the_same() -> None:
    """The same fields make the same bytes, boundary included."""
    value = {"a": "x", "f": encoded(JPEG)}
    first, second = (write_body(media("multipart/form-data"), value) for _ in range(2))
    assert first == second


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
