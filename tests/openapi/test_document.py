"""A document as it is, and the ways in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.errors import SpecInvalid
from callwright.openapi.document import Document
from callwright.openapi.report import Finding

RAW: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Books"},
    "paths": {"/a/{b}": {"get": {"operationId": "x"}}, "x-private": {"get": {}}},
    "components": {
        "schemas": {"A~b": 1, "na me": 2, "list": [10, 11], "C": {"$ref": "#/components/schemas/D"}}
    },
}


def test_says_what_it_is() -> None:
    """A document shows its title and where it came from."""
    assert repr(Document(RAW, place="books.json")) == "<Document 'Books' from books.json>"
    assert Document({"openapi": "3.1.0", "info": []}, place="x.json").title == "x.json"


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        pytest.param("#/info/title", "Books", id="plain"),
        pytest.param("#/paths/~1a~1{b}/get/operationId", "x", id="slashes"),
        pytest.param("#/paths/~1a~1%7Bb%7D/get/operationId", "x", id="percent"),
        pytest.param("#/components/schemas/A~0b", 1, id="tilde"),
        pytest.param("#/components/schemas/na%20me", 2, id="space"),
        pytest.param("#/components/schemas/list/1", 11, id="index"),
    ],
)
def test_find(reference: str, value: object) -> None:
    """A reference is a JSON Pointer in a URI fragment (RFC 6901, section 6)."""
    assert Document(RAW, place="").find(reference) == value


@pytest.mark.parametrize(
    "reference",
    [
        "#anchor",
        "",
        "#/nowhere",
        "#/components/schemas/list/2",
        "#/components/schemas/list/-1",
        "#/info/title/x",
        "other.yaml#/A",
        "file:///etc/passwd",
        "https://evil.test/a.json#/A",
    ],
)
def test_find_nothing(reference: str) -> None:
    """A reference that leads nowhere or out of the document is refused, and nothing is opened."""
    with pytest.raises(SpecInvalid) as caught:
        Document(RAW, place="").find(reference)
    assert repr(reference) in caught.value.what


def test_resolve() -> None:
    """References are followed to the object at their end; a circle ends in a refusal."""
    schemas = {"C": {"$ref": "#/components/D"}, "D": {"x": 1}, "E": {"$ref": "#/components/E"}}
    document = Document({"openapi": "3.1.0", "components": schemas}, place="")
    assert document.resolve({"$ref": "#/components/C"}) == {"x": 1}
    with pytest.raises(SpecInvalid, match="circle"):
        document.resolve({"$ref": "#/components/E"})


def test_heads() -> None:
    """Extensions among the paths are no paths."""
    assert [path for path, _ in Document(RAW, place="").heads()] == ["/a/{b}"]


def test_path_item() -> None:
    """The fields beside a path item's reference stand over those it leads to."""
    raw = {
        "openapi": "3.1.0",
        "paths": {"/a": {"$ref": "#/components/pathItems/P", "summary": "near"}},
        "components": {"pathItems": {"P": {"get": 1, "summary": "far"}}},
    }
    assert Document(raw, place="").path_item("/a") == {"get": 1, "summary": "near"}


@pytest.mark.parametrize(
    ("item", "reason", "place"),
    [
        pytest.param(None, "An object was expected, not NoneType.", "", id="null"),
        pytest.param([], "An object was expected, not list.", "", id="list"),
        pytest.param({"$ref": "#/x"}, "The reference '#/x' leads nowhere.", "", id="dangling"),
        pytest.param({"get": None}, "The operation is no object.", "/get", id="null operation"),
    ],
)
def test_broken_path_items(
    make_tools: Callable[..., Any], item: object, reason: str, place: str
) -> None:
    """A broken path item is reported by itself; the rest of the document is read."""
    tools = make_tools({"/a": item, "/b": {"get": {}}})
    assert [tool.operation.path for tool in tools] == ["/b"]
    operation = "GET /a" if place else ""
    pointer = f"#/paths/~1a{place}"
    finding = Finding(kind="refused", reason=reason, pointer=pointer, operation=operation)
    assert tools.report == (finding,)


@pytest.mark.parametrize("paths", [None, {}, []], ids=["null", "empty", "list"])
def test_no_paths(make_tools: Callable[..., Any], paths: Any) -> None:
    """A 3.1 document may be without paths: it has no tools."""
    assert list(make_tools(paths)) == []
