"""What a document says of a body: its media types, which is sent, what its fields need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.openapi.kind import preferred_media_type
from callwright.openapi.media import MediaType, body_schema, choose


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
        (["text/plain", "text/json"], "text/json"),
        (["image/png", "application/form-data"], "application/form-data"),
        (["message/rfc822", "message/imdn+xml"], "message/rfc822"),
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
BINARY = {"type": "string", "format": "binary"}
BASE64 = {"type": "string", "format": "byte"}
TEXT_FIELD = {"type": "string", "description": "What to upload."}
ROW: dict[str, Any] = {"type": "object"}
ROWS = {"type": "array", "items": ROW}


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


PATCH, MERGE = (
    MediaType(name=f"application/{name}+json") for name in ("json-patch", "merge-patch")
)
ANY_TEXT, FILES = MediaType(name="text/csv"), MediaType(name="application/zip")


@pytest.mark.parametrize(
    ("value", "chosen"),
    [([{"op": "remove", "path": "/a"}], PATCH), ({"a": None}, MERGE)],
    ids=["operations", "fields"],
)
def test_choice_of_patches(value: Any, chosen: MediaType) -> None:
    """A JSON Patch is an array (RFC 6902), so that fields go into another type if there is one."""
    assert choose([PATCH, MERGE], value) is chosen
    assert choose([PATCH], value) is PATCH


@pytest.mark.parametrize(
    ("about", "chosen"),
    [
        pytest.param({"filename": "a.png"}, PNG, id="the one that its name tells"),
        pytest.param({"filename": "a.gif"}, OCTETS, id="any octets, where none is its own"),
        pytest.param({}, OCTETS, id="any octets, where it has none"),
        pytest.param({"filename": "a.png", "content_type": "text/csv"}, ANY_TEXT, id="its own"),
    ],
)
def test_choice_for_a_file(about: dict[str, str], chosen: MediaType) -> None:
    """A file goes by its own media type, or as any octets."""
    assert choose([ANY_TEXT, FILES, PNG, OCTETS], {**FILE, **about}) is chosen


@pytest.mark.parametrize(
    ("name", "media", "schema"),
    [
        pytest.param("application/octet-stream", {}, BINARY, id="octets"),
        pytest.param("image/png", {"schema": {}}, BINARY, id="an empty schema"),
        pytest.param(
            "application/pdf",
            {"schema": {"title": "Page"}},
            {"title": "Page", **BINARY},
            id="a title",
        ),
        pytest.param(
            "application/octet-stream",
            {"schema": {"type": "string", "format": "byte"}},
            BINARY,
            id="octets by the name of base64",
        ),
        pytest.param("image/jpeg", {"schema": BASE64}, BASE64, id="an image in base64"),
        pytest.param("application/json", {}, True, id="JSON"),
        pytest.param("application/x-yaml", {}, True, id="what may be text"),
        pytest.param("image/png", {"schema": {"type": "object"}}, {"type": "object"}, id="fields"),
        pytest.param(
            "multipart/form-data",
            {"schema": {"properties": {"file": TEXT_FIELD, "a": {}}}},
            {"properties": {"file": {**TEXT_FIELD, "format": "binary"}, "a": {}}},
            id="a form with a text for a file",
        ),
        *(
            pytest.param(media_type, {"schema": schema}, schema, id=told)
            for media_type, schema, told in (
                (PARTS.name, {"properties": {"file": {"type": "integer"}}}, "its number"),
                (PARTS.name, {"properties": {"file": {**TEXT_FIELD, "enum": ["a"]}}}, "a choice"),
                (PARTS.name, {"properties": {"file": TEXT_FIELD, "b": BINARY}}, "its name"),
                (FORM.name, {"properties": {"file": TEXT_FIELD}}, "a form without files"),
            )
        ),
        pytest.param("application/jsonl", {"schema": ROW}, ROWS, id="lines by their schema"),
        pytest.param("application/jsonl", {"itemSchema": ROW}, ROWS, id="lines by itemSchema"),
        pytest.param("application/jsonl", {"schema": ROWS}, ROWS, id="lines as an array"),
    ],
)
def test_schema_of_a_body(name: str, media: Any, schema: Any) -> None:
    """Bytes of which nothing is said are a file, and an object's schema is that of each line."""
    assert body_schema(name, media, lambda node: node if isinstance(node, dict) else {}) == schema


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
        {"type": "file"},
        {"type": "object", "format": "file"},
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
