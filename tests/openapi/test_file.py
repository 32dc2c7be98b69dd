"""Files as arguments: text, bytes, or an object that holds base64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.schema_check import ArgumentCheck
from callwright.openapi.file import without_bytes

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
