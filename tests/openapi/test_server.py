"""Which server a request goes to, and when there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.errors import ConfigurationError, ServerMissing
from callwright.openapi.server import is_absolute, server_url

ROOT = {"servers": [{"url": "https://root.test/v1"}, {"url": "https://second.test"}]}
ITEM = {"servers": [{"url": "https://item.test"}]}
OPERATION = {"servers": [{"url": "https://operation.test/"}]}
NO: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("levels", "url"),
    [
        pytest.param((OPERATION, ITEM, ROOT), "https://operation.test", id="operation"),
        pytest.param((NO, ITEM, ROOT), "https://item.test", id="path"),
        pytest.param((NO, NO, ROOT), "https://root.test/v1", id="document"),
        pytest.param(({"servers": []}, NO, ROOT), "https://root.test/v1", id="empty list"),
        pytest.param(
            ({"servers": "x"}, {"servers": [{}, 1]}, ROOT), "https://root.test/v1", id="garbage"
        ),
        pytest.param((NO, NO, NO), "", id="none"),
    ],
)
def test_precedence(levels: tuple[dict[str, Any], ...], url: str) -> None:
    """The innermost level that names a server wins, and of its servers the first."""
    assert server_url("", *(level.get("servers") for level in levels)) == url


@pytest.mark.parametrize(
    ("server", "url"),
    [
        pytest.param("https://api.test/v1/", "https://api.test/v1", id="trailing slash"),
        pytest.param(" https://api.test ", "https://api.test", id="spaces"),
        pytest.param("/api", "https://host.test/api", id="path"),
        pytest.param("/", "https://host.test", id="root"),
        pytest.param("v2", "https://host.test/specs/v2", id="relative path"),
        pytest.param("../v2", "https://host.test/v2", id="upwards"),
        pytest.param("//other.test/v1", "https://other.test/v1", id="host"),
        pytest.param("https://api.test/v1?x=1#y", "https://api.test/v1", id="query and fragment"),
        pytest.param("http://[::1", "http://[::1", id="no URL"),
    ],
)
def test_relative_to_the_document(server: str, url: str) -> None:
    """A server is resolved against the URL that the document was fetched from."""
    assert server_url("https://host.test/specs/api.json", [{"url": server}]) == url


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        pytest.param("", "https://api.test/v1", id="not fetched"),
        pytest.param("http://host.test/api.json", "http://api.test/v1", id="fetched by HTTP"),
    ],
)
def test_host_without_a_scheme(base_url: str, url: str) -> None:
    """The scheme is that by which the document was fetched, and HTTPS if it was not."""
    assert server_url(base_url, [{"url": "//api.test/v1"}]) == url


def test_slash_before_a_variable() -> None:
    """A slash that stands in the URL and in the variable's default as well is meant once."""
    variables = {"base": {"default": "/v1"}, "path": {"default": "/a/b"}}
    server = {"url": "https://api.test/{base}{path}", "variables": variables}
    assert server_url("", [server]) == "https://api.test/v1/a/b"


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        pytest.param(
            {"region": {"default": "eu"}, "v": {"default": 2}},
            "https://eu.api.test/2",
            id="defaults",
        ),
        pytest.param({"region": {"default": "eu"}}, "https://eu.api.test/{v}", id="one is missing"),
        pytest.param([], "https://{region}.api.test/{v}", id="garbage"),
    ],
)
def test_variables(variables: Any, url: str) -> None:
    """Variables stand for their defaults; one without stays open."""
    server = {"url": "https://{region}.api.test/{v}", "variables": variables}
    assert server_url("", [server]) == url


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("https://api.test", True), ("http://127.0.0.1:8080/v1", True), ("http://[::1]:80", True),
        ("HTTPS://API.test", True), ("", False), ("/v1", False), ("//api.test", False),
        ("ftp://api.test", False), ("file:///etc/passwd", False), ("javascript:alert(1)", False),
        ("https://{tenant}.api.test", False), ("https://api.test/{version}", False),
        ("https://user@api.test", False), ("https://api.test:port", False), ("http://[::1", False),
        ("https://a\\@evil.test", False), ("https://", False), ("https://a b.test", False),
    ],
)  # fmt: skip
def test_is_absolute(url: str, absolute: bool) -> None:
    """Only a web server with a whole host name can be sent to."""
    assert is_absolute(url) is absolute


@pytest.mark.parametrize("server", [None, "/api", "https://{tenant}.api.test", "ftp://api.test"])
def test_no_server(make_tool: Callable[..., Any], server: str | None) -> None:
    """Without a server that can be sent to a tool can be looked at, but not called."""
    tool = make_tool({"parameters": [{"name": "q", "in": "query"}]}, server=server)
    assert tool.parameters["properties"] == {"q": {}}
    assert tool.operation.is_reachable is False
    for verb in (tool.call, tool.build_request, tool.to_curl):
        with pytest.raises(ServerMissing) as caught:
            verb({"q": 1})
        assert caught.value.place == "a test"
        assert "server=" in caught.value.remedy


def test_default_server_of_a_fetched_document(make_tool: Callable[..., Any]) -> None:
    """A document without servers is served by the host that it was fetched from."""
    tool = make_tool({}, server=None, base_url="https://host.test/specs/api.json")
    assert str(tool.build_request().url) == "https://host.test/v"


@pytest.mark.parametrize("server", ["http://127.0.0.1:8000/base", "http://127.0.0.1:8000/base/"])
def test_server_of_the_caller(make_tool: Callable[..., Any], server: str) -> None:
    """`server=` stands in for whatever the document says, of every level."""
    tool = make_tool(OPERATION, options={"server": server})
    assert str(tool.build_request().url) == "http://127.0.0.1:8000/base/v"
    assert tool.operation.declared_url == "https://operation.test/v"


@pytest.mark.parametrize(
    "server",
    [
        "",
        "api.test",
        "/v1",
        "ftp://a.test",
        "https://a.test?x=1",
        "https://a.test#x",
        "https://{x}.test",
    ],
)
def test_useless_server_of_the_caller(make_tool: Callable[..., Any], server: str) -> None:
    """A `server=` that nothing can be sent to is refused at once."""
    with pytest.raises(ConfigurationError, match="cannot be used"):
        make_tool({}, options={"server": server})


@pytest.mark.parametrize(
    ("pattern", "admitted"),
    [
        pytest.param(r"^https://api\.test/v$", True, id="declared"),
        pytest.param(r"^http://127\.0\.0\.1:8000/v$", True, id="given"),
        pytest.param(r"elsewhere", False, id="neither"),
    ],
)
def test_match_patterns_with_a_server(
    make_tools: Callable[..., Any], pattern: str, admitted: bool
) -> None:
    """Patterns are searched in the document's own URL and in that of the caller's server."""
    options = {"server": "http://127.0.0.1:8000", "match_patterns": [pattern]}
    assert (len(make_tools({"/v": {"get": {}}}, options)) == 1) is admitted
