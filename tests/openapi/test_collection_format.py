"""Swagger 2.0's collection formats on the wire (Parameter Object, `collectionFormat`)."""

from __future__ import annotations

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


def request(location: str, collection_format: str | None, path: str = "/v"):
    """The request of an operation with one array in a place."""
    parameter = {"name": "x", "in": location, "type": "array", "items": {"type": "string"}}
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
    array = ["a b", "c"]
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
