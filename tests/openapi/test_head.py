"""What path items say at a glance, whether a document is text or a mapping."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from callwright.openapi.head import OperationHead, ParameterHead, PathHead, read_heads
from callwright.openapi.text.lazy import LazyObject

READERS: dict[str, Callable[[dict[str, Any]], Mapping[str, Any]]] = {
    "text": lambda document: LazyObject.read(json.dumps(document).encode()),
    "mapping": lambda document: document,
}


@pytest.fixture(params=READERS)
def heads(request: pytest.FixtureRequest) -> Callable[[Any], dict[str, PathHead | None]]:
    """Reads the heads of paths, from JSON text and from a mapping."""
    read = READERS[request.param]
    return lambda paths: dict(read_heads(read({"paths": paths})))


Heads = Callable[[Any], dict[str, PathHead | None]]


def test_heads(heads: Heads) -> None:
    """A head tells an operation's words, tags, parameters, and servers, and skips the rest."""
    operation = {
        "operationId": "list",
        "summary": "List.",
        "description": "All of them.",
        "deprecated": True,
        "tags": ["a", "b"],
        "parameters": [{"name": "q", "in": "query", "schema": {}}, {"$ref": "#/p"}],
        "requestBody": {"$ref": "#/b"},
        "servers": [{"url": "/"}],
        "responses": {"200": {}},
    }
    (head,) = heads({"/a": {"summary": "A.", "get": operation}}).values()
    assert head is not None
    assert head.summary == "A."
    assert list(head.operations()) == [
        (
            "GET",
            OperationHead(
                operation_id="list",
                summary="List.",
                description="All of them.",
                deprecated=True,
                tags=("a", "b"),
                parameters=(
                    ParameterHead(name="q", location="query"),
                    ParameterHead(reference="#/p"),
                ),
                body=head.get.body,  # type: ignore[union-attr]  # it is there, see above
                servers=[{"url": "/"}],
            ),
        )
    ]
    assert head.get.body.reference == "#/b"  # type: ignore[union-attr]  # see above


def test_methods(heads: Heads) -> None:
    """Operations are the method fields of a path item and, in 3.2, methods of other names."""
    item: dict[str, Any] = {
        "summary": "x", "post": {}, "query": {}, "get": {}, "GET": {}, "parameters": [],
        "additionalOperations": {"COPY": {}, "Link": {}, "GET": {}, "a/b": {}},
    }  # fmt: skip
    head = heads({"/a": item})["/a"]
    assert head is not None
    assert [method for method, _ in head.operations()] == [
        "GET",
        "POST",
        "QUERY",
        "COPY",
        "Link",
        "a/b",
    ]


def test_one_bad_item(heads: Heads) -> None:
    """What is not as it should be is seen as far as it can be; the rest is not touched by it."""
    found = heads(
        {
            "/null": None,
            "/list": [],
            "/odd": {"summary": 5, "get": {"summary": 5, "tags": [1, "a"], "operationId": "x"}},
            "/none": {"get": None, "put": 7},
            "/good": {"get": {"operationId": "y"}},
        }
    )
    assert found["/null"] is None
    assert found["/list"] is None
    odd = OperationHead(operation_id="x", tags=("a",), deprecated=False, is_regular=False)
    assert found["/odd"] == PathHead(get=odd)
    none, good = found["/none"], found["/good"]
    assert none is not None
    assert list(none.operations()) == [("GET", None), ("PUT", None)]
    assert good == PathHead(get=OperationHead(operation_id="y"))


@pytest.mark.parametrize("paths", [None, [], "x", 5])
def test_no_paths(heads: Heads, paths: Any) -> None:
    """Without an object of paths there are no heads."""
    assert heads(paths) == {}


def test_half_a_surrogate_pair() -> None:
    """A mapping may hold what is no text; the path is there all the same."""
    found = dict(read_heads({"paths": {"/a": {"\ud800": 1, "get": {}}}}))
    assert [method for method, _ in found["/a"].operations()] == ["GET"]  # type: ignore[union-attr]
