"""Swagger 2.0's collection formats on the wire (Parameter Object, `collectionFormat`)."""

from __future__ import annotations

from typing import Any

import pytest

import callwright

FORMATS = {
    None: "a%20b,c",
    "csv": "a%20b,c",
    "ssv": "a%20b%20c",
    "tsv": "a%20b%09c",
    "pipes": "a%20b%7Cc",
}
BARE = {None: "a b,c", "csv": "a b,c", "ssv": "a b c", "tsv": "a b\tc", "pipes": "a b|c"}


def request(location: str, collection_format: str | None, path: str = "/v", **more: Any):
    """The request of an operation with one array in a place."""
    parameter = {"name": "x", "in": location, "type": "array", "items": {"type": "string"}}
    parameter |= more.get("parameter", {})
    if collection_format:
        parameter["collectionFormat"] = collection_format
    operation = {"parameters": [parameter], "consumes": ["application/x-www-form-urlencoded"]}
    document = {
        "swagger": "2.0",
        "host": "api.test",
        "schemes": ["https"],
        "paths": {path: {"post": operation}},
    }
    (tool,) = callwright.create_tools_from_openapi_spec(document)
    array = more.get("array", ["a b", "c"])
    return tool.build_request({"body": {"x": array}} if location == "formData" else {"x": array})


@pytest.mark.parametrize("collection_format", FORMATS)
def test_encoded(collection_format: str | None) -> None:
    """In a path, a query and a form the delimiter is percent-encoded, unless it is a comma."""
    expected = FORMATS[collection_format]
    assert request("path", collection_format, "/v/{x}").url.raw_path == f"/v/{expected}".encode()
    assert request("query", collection_format).url.query == f"x={expected}".encode()
    assert request("formData", collection_format).content == f"x={expected}".encode()


@pytest.mark.parametrize("collection_format", BARE)
def test_header(collection_format: str | None) -> None:
    """In a header nothing is percent-encoded."""
    assert request("header", collection_format).headers["x"] == BARE[collection_format]


def test_multi() -> None:
    """`multi` repeats the name."""
    assert request("query", "multi").url.query == b"x=a%20b&x=c"
    assert request("formData", "multi").content == b"x=a%20b&x=c"


INNER = {"type": "array", "collectionFormat": "pipes", "items": {"type": "string"}}
NESTED = {"parameter": {"items": INNER}, "array": [["a b", "c|d"], [], ["e"]]}


@pytest.mark.parametrize("location", ["path", "query", "formData"])
def test_arrays_in_arrays(location: str) -> None:
    """The items of an array within an array are joined by the format of its own."""
    made = request(location, "csv", "/v/{x}" if location == "path" else "/v", **NESTED)
    written = made.content if location == "formData" else made.url.raw_path
    assert written.endswith(b"a%20b%7Cc%7Cd,,e")


def test_arrays_in_arrays_elsewhere() -> None:
    """In a header nothing is encoded, and `multi` repeats the name for each inner array."""
    assert request("header", "csv", **NESTED).headers["x"] == "a b|c|d,,e"
    assert request("query", "multi", **NESTED).url.query == b"x=a%20b%7Cc%7Cd&x=&x=e"


def test_arrays_in_arrays_by_default() -> None:
    """An array within an array is joined by commas where nothing else is said, at any depth."""
    deeper = {"type": "array", "items": {"type": "array", "items": {}}}
    parameter = {"items": {**deeper, "collectionFormat": "ssv"}}
    made = request("query", "tsv", parameter=parameter, array=[[["a", "b"], ["c"]], [["d"]]])
    assert made.url.query == b"x=a,b%20c%09d"
