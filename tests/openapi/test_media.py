"""What a document says of a body: its media types, which is sent, what its fields need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.openapi.kind import preferred_media_type
from callwright.openapi.media import MediaType, choose


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


FORM, PARTS, TEXT, OCTETS, PNG = (
    MediaType(name=name)
    for name in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
        "application/octet-stream",
        "image/png",
    )
)
LINES, JSON = MediaType(name="application/jsonl"), MediaType(name="application/json")
SAYS_BASE64 = MediaType(name="application/json", schema={"properties": {"base64": {}}})
FILE = {"base64": "AA=="}


@pytest.mark.parametrize(
    ("offered", "value", "chosen"),
    [
        pytest.param([FORM, TEXT], {"a": 1}, FORM, id="as it is described"),
        pytest.param([FORM, TEXT], "a", TEXT, id="text is no form"),
        pytest.param([LINES, JSON], {"a": 1}, JSON, id="an object is no sequence"),
        pytest.param([FORM, PARTS], 5, FORM, id="none fits"),
        pytest.param([JSON, OCTETS], FILE, OCTETS, id="file"),
        pytest.param([JSON], FILE, JSON, id="file where none can go"),
        pytest.param([SAYS_BASE64, OCTETS], FILE, SAYS_BASE64, id="base64 of its own"),
        pytest.param(
            [JSON, TEXT, PNG], {**FILE, "content_type": "image/png"}, PNG, id="file of a type"
        ),
    ],
)
def test_choice(offered: list[MediaType], value: Any, chosen: MediaType) -> None:
    """The preferred media type is sent, unless the value can only be meant for another one."""
    assert choose(offered, value) is chosen


@pytest.mark.parametrize("all_of", [5, "x", [5], [{"$ref": "#/nope"}]], ids=str)
def test_garbage_schema(make_document: Callable[..., Any], all_of: object) -> None:
    """Looking for files in a schema that makes no sense finds none."""
    raw = {"schema": {"properties": {"a": None, "b": {"items": 5}}, "allOf": all_of}}
    read = MediaType.read("multipart/form-data", raw, make_document({}))
    assert [read.is_file_field(name) for name in ("a", "b", "c")] == [False] * 3


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "format": "binary"},
        {"contentMediaType": "image/png"},
        {"type": "string", "contentMediaType": "application/octet-stream"},
        {"anyOf": [{"type": "string", "format": "binary"}, {"type": "null"}]},
        {"type": "array", "items": {"$ref": "#/components/schemas/F"}},
    ],
    ids=str,
)
def test_file_fields(make_document: Callable[..., Any], schema: object) -> None:
    """A field is a file in every way that documents say it, a circle of branches no matter."""
    whole = {"allOf": [{"$ref": "#/components/schemas/W"}, {"properties": {"f": schema}}]}
    components = {"schemas": {"F": {"type": "string", "format": "binary"}, "W": whole}}
    document = make_document({}, components=components)
    read = MediaType.read(
        "multipart/form-data", {"schema": {"$ref": "#/components/schemas/W"}}, document
    )
    assert read.is_file_field("f")
