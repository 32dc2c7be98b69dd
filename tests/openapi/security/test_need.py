"""What is missing, and what is withheld: said before the first call, in words that help."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from callwright import (
    Basic,
    Bearer,
    Override,
    create_tools_from_openapi_spec,
    env,
    run_with_tools,
)
from callwright.core.errors import ConfigurationError, CredentialError

SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "tls": {"type": "mutualTLS"},
}


def document(server: str = "https://api.test", *sets: Any, **paths: Any) -> dict[str, Any]:
    """A document of GETs that need one of these sets."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "1"},
        "servers": [{"url": server}],
        "components": {"securitySchemes": SCHEMES},
        "security": list(sets or ({"bearer": []},)),
        "paths": {
            f"/{name}": {"get": {"operationId": name, **operation}}
            for name, operation in (paths or {"v": {}}).items()
        },
    }


def test_run_without_a_credential() -> None:
    """A run of which no tool can do without says which needs what, and how to give it."""
    tools = create_tools_from_openapi_spec(document(a={}, b={}))
    with pytest.raises(CredentialError) as caught:
        run_with_tools("offline", "Use a", tools)
    assert caught.value.what == (
        "No credential for api.test (scheme 'bearer'), needed by a and 1 more."
    )
    assert caught.value.place == "the given mapping #/security/0"
    assert 'auth=Bearer(env("TOKEN"))' in caught.value.remedy
    assert "--auth env:NAME" in caught.value.remedy


@pytest.mark.parametrize(
    ("options", "sets", "operation"),
    [
        ({"auth": "t"}, [], {}),
        ({"auth": {"bearer": "t"}}, [], {}),
        ({"auth": {}}, [], {}),
        ({"overrides": [Override("*", headers={"Authorization": "t"})]}, [], {}),
        ({"overrides": [Override("*", auth="t")]}, [], {}),
        ({"client": httpx2.AsyncClient()}, [], {}),
        ({}, [{}, {"bearer": []}], {}),
        ({}, [], {"security": []}),
        ({}, [{"key": []}], {"parameters": [{"name": "X-Key", "in": "header"}]}),
    ],
    ids=["one", "named", "none", "header", "rule", "client", "optional", "open", "parameter"],
)
def test_nothing_is_missing(options: Any, sets: Any, operation: Any) -> None:
    """What is given in any way, declined or not needed, is not missing."""
    given = document("https://api.test", *sets, v=operation)
    (tool,) = create_tools_from_openapi_spec(given, **options)
    assert tool.lacking() is None


@pytest.mark.parametrize(
    ("auth", "sets", "told"),
    [
        (None, [{"key": []}], "scheme 'key'"),
        ({"key": "k"}, [{"bearer": []}, {"key": [], "tls": []}], "'bearer' or 'key' with 'tls'"),
        ({"key": "k"}, [{"bearer": []}], "scheme 'bearer'"),
        (None, [{"nope": []}], "scheme 'nope'"),
    ],
)
def test_missing(auth: Any, sets: Any, told: str) -> None:
    """The schemes that would do are named."""
    (tool,) = create_tools_from_openapi_spec(document("https://api.test", *sets), auth=auth)
    fault = tool.lacking()
    assert fault is not None
    assert told in fault.what


def test_some_tools_need_none() -> None:
    """Where one tool can do without, a run goes on."""
    tools = create_tools_from_openapi_spec(document(a={}, b={"security": []}))
    run_with_tools("offline", "hello", tools, max_recursive_tool_runs=0, dry_run=True)


def sent(serve: Any, auth: Any, **options: Any) -> tuple[Any, Any, Any]:
    """What two servers see, the second of which is an operation's own; and the tools."""
    ok = lambda _: (401, {}, b"no")  # noqa: E731
    home, other = serve(ok), serve(ok)
    paths = {"own": {}, "away": {"servers": [{"url": other.url}]}}
    resolved = auth(home.url, other.url) if callable(auth) else auth
    given = document(home.url, **paths)
    from callwright import FetchPolicy

    tools = create_tools_from_openapi_spec(
        given, auth=resolved, fetch_policy=FetchPolicy(addresses="any"), **options
    )
    results = [tools["own"].call(), tools["away"].call()]
    seen = [server.seen[0].headers.get("authorization") for server in (home, other)]
    return seen, results, tools


def test_another_origin(serve: Any) -> None:
    """A credential stays at the document's first origin; that it is withheld is told."""
    seen, (own, away), tools = sent(serve, Bearer("t"))
    assert seen == ["Bearer t", None]
    assert "sent without" not in own.content
    assert "It was sent without a credential." in away.content
    assert "is not sent to another origin" in away.content
    (finding,) = [finding for finding in tools.report if finding.kind == "withheld"]
    assert finding.operation == "GET /away"
    assert 'auth={"http://127.0.0.1:' in finding.reason


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (lambda home, other: {other: Bearer("o")}, [None, "Bearer o"]),
        (lambda home, other: {home: "h", other: {"bearer": "o"}}, ["Bearer h", "Bearer o"]),
        (lambda home, other: {"bearer": "h", f"{other}/": "o"}, ["Bearer h", "Bearer o"]),
        (lambda home, other: Bearer("t", origin=[home, other]), ["Bearer t", "Bearer t"]),
        (lambda home, other: Bearer("t", origin=other), [None, "Bearer t"]),
        (lambda home, other: Bearer("t", origin="https://api.good.test"), [None, None]),
        (lambda home, other: {"bearer": Bearer("t", origin=other)}, [None, "Bearer t"]),
    ],
)
def test_stated_origins(serve: Any, auth: Any, expected: Any) -> None:
    """A credential goes to the origins that are stated, and to no other."""
    seen, *_ = sent(serve, auth)
    assert seen == expected


def test_document_that_names_another_server() -> None:
    """A credential for one origin does not follow a document to another, and that is told."""
    given = document("http://evil.test", a={}, b={})
    tools = create_tools_from_openapi_spec(given, auth=Bearer("t", origin="https://api.good.test"))
    assert "authorization" not in tools["a"].build_request().headers
    (finding,) = tools.report
    assert (finding.kind, finding.pointer) == ("withheld", "#/servers")
    assert "for api.good.test is not sent to another origin" in finding.reason
    with pytest.raises(CredentialError, match=r"No credential for evil\.test"):
        run_with_tools("offline", "Use a", tools)


def test_server_of_the_caller(serve: Any) -> None:
    """With `server=` all operations go there, and the credential with them."""
    given = document("http://evil.test", a={}, b={"servers": [{"url": "http://worse.test"}]})
    home = serve(lambda _: (200, {}, b"ok"))
    for tool in create_tools_from_openapi_spec(given, auth="t", server=home.url):
        tool.call()
    assert [seen.headers["authorization"] for seen in home.seen] == ["Bearer t", "Bearer t"]


@pytest.mark.parametrize("auth", [{"ftp://x": "t"}, {"https://": "t"}, {"https://x": {"no": "t"}}])
def test_keys(auth: Any) -> None:
    """A key that is neither an origin nor a scheme is refused."""
    with pytest.raises(ConfigurationError):
        create_tools_from_openapi_spec(document(), auth=auth)


def test_variable_server() -> None:
    """A server variable that leads elsewhere leads to another origin."""
    server = {"url": "https://{host}", "variables": {"host": {"default": "evil.test"}}}
    given = document("https://api.test", v={"servers": [server]})
    tool = create_tools_from_openapi_spec(given, auth=Basic("me", env("PATH")))["v"]
    request = tool.build_request()
    assert (request.url.host, "authorization" in request.headers) == ("evil.test", False)
