"""Addresses as they are sent, from the server's URL to the last value in the path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.errors import ArgumentsInvalid
from callwright.openapi.override import Override

MakeTool = Callable[..., Any]


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("https://bücher.example/a b", "https://xn--bcher-kva.example/a%20b/v"),
        ("https://BÜCHER.example:8443", "https://xn--bcher-kva.example:8443/v"),
        ("https://faß.de", "https://xn--fa-hia.de/v"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example/v"),
        ("https://api.test/é/", "https://api.test/%C3%A9/v"),
        ("https://api.test/a%20b", "https://api.test/a%20b/v"),
        ("https://api.test/v1//", "https://api.test/v1/v"),
        ("https://api.test/a//b", "https://api.test/a//b/v"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x/v"),
    ],
)
def test_servers(make_tool: MakeTool, server: str, url: str) -> None:
    """A path is joined to its server, whose host is written as name servers know it."""
    assert str(make_tool({}, server=server).build_request().url) == url


def test_host_that_there_cannot_be(make_tool: MakeTool) -> None:
    """A host that has no form in ASCII raises nothing before it is asked for."""
    assert make_tool({}, server="https://é..test").build_request().url.host == "%c3%a9..test"


@pytest.mark.parametrize(
    "matcher",
    ["https://bücher.example/*", lambda request: request.url.raw_host == b"xn--bcher-kva.example"],
    ids=["pattern", "callable"],
)
def test_rule_for_a_host_beyond_ascii(make_tool: MakeTool, matcher: Any) -> None:
    """A rule names a host as the document does, or sees it as a URL of httpx2."""
    rule = Override(matcher, headers={"X": "1"})
    tool = make_tool({}, server="https://bücher.example", options={"overrides": [rule]})
    assert tool.build_request().headers["x"] == "1"


@pytest.mark.parametrize(
    ("path", "arguments", "url"),
    [
        ("/{a}/{b}", {"a": "{b}", "b": "{a}"}, "/%7Bb%7D/%7Ba%7D"),
        ("/{a}.{b}", {"a": "x", "b": "y"}, "/x.y"),
        ("/a({a})", {"a": "b/c"}, "/a(b%2Fc)"),
        ("/é/{a}#one", {"a": "é"}, "/%C3%A9/%C3%A9"),
        ("/v?x=1&y={a}", {"a": "b&c=d"}, "/v?x=1&y=b%26c%3Dd"),
        ("/{a}/", {"a": "b"}, "/b/"),
        ("/{a}/{a}", {"a": "b"}, "/b/b"),
        ("/{a", {}, "/%7Ba"),
        ("/v", {}, "/v"),
    ],
)
def test_templates(make_tool: MakeTool, path: str, arguments: dict[str, str], url: str) -> None:
    """A template is filled in one pass; what stands around its values is kept."""
    assert str(make_tool({}, path=path).build_request(arguments).url) == f"https://api.test{url}"


@pytest.mark.parametrize(
    "value",
    ["", ".", "..", "../../admin", "%2e%2e%2fadmin", "..\\..\\admin", "%252e", "..;/x", "a/.."],
)
@pytest.mark.parametrize("method", ["get", "delete"])
def test_values_that_lead_away(make_tool: MakeTool, method: str, value: str) -> None:
    """A value that would reach another operation is refused, and the model reads which it is."""
    tool = make_tool({}, path="/users/{id}", method=method)
    with pytest.raises(ArgumentsInvalid, match=r"id is .*, which is no path segment"):
        tool.build_request({"id": value})


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("5?admin=1", "5%3Fadmin%3D1"),
        ("5#frag", "5%23frag"),
        ("http://localhost:1/evil", "http%3A%2F%2Flocalhost%3A1%2Fevil"),
        ("//localhost:1/evil", "%2F%2Flocalhost%3A1%2Fevil"),
        ("@localhost:1/", "%40localhost%3A1%2F"),
        ("5;admin=1", "5%3Badmin%3D1"),
        ("a\0b\r\nX: 1", "a%00b%0D%0AX%3A%201"),
        ("50%25", "50%2525"),
        ("a/../b?x=1", "a%2F..%2Fb%3Fx%3D1"),
    ],
)
def test_values_that_stay(make_tool: MakeTool, value: str, written: str) -> None:
    """Any other value is one segment of the same host, percent-encoded once."""
    url = make_tool({}, path="/users/{id}/posts").build_request({"id": value}).url
    assert url.raw_path.decode() == f"/users/{written}/posts"
    assert url.host == "api.test"
