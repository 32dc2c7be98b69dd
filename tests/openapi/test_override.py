"""Rules that fix values: whom they admit, and that nothing a model says replaces them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright import Bearer, create_tools_from_openapi_spec
from callwright.core.errors import ArgumentsInvalid, CredentialError, InvalidOverride
from callwright.openapi.override import Override
from callwright.openapi.secret import env

MakeTool = Callable[..., Any]

USERS = "https://api.github.com/users/me"


@pytest.mark.parametrize(
    ("pattern", "method", "url", "admitted"),
    [
        ("*", "GET", USERS, True),
        ("api.github.com", "GET", USERS, True),
        ("API.GitHub.com", "GET", USERS, True),
        ("api.github.com", "GET", "https://api.github.com:8443/users", True),
        ("api.github.com:8443", "GET", "https://api.github.com:8443/users", True),
        ("api.github.com:8443", "GET", USERS, False),
        ("api.github.com:*", "GET", "https://api.github.com:8443/users", True),
        ("github.com", "GET", USERS, False),
        ("*.github.com", "GET", USERS, True),
        ("*.github.com", "GET", "https://a.b.github.com/", True),
        ("*.github.com", "GET", "https://github.com/", False),
        ("*.github.com", "GET", "https://evil.test/x.github.com", False),
        ("*.github.com", "GET", "https://evil.test/?x=.github.com", False),
        ("*.github.com", "GET", "https://x.github.com@evil.test/", False),
        ("https://api.github.com*", "GET", USERS, True),
        ("https://api.github.com*", "GET", "https://api.github.com.evil.example/users", False),
        ("https://api.github.com*", "GET", "https://api.github.community/", False),
        ("https://api.github.com*", "GET", "https://evil.test/https://api.github.com", False),
        ("api.*.com", "GET", USERS, True),
        ("api.*.com", "GET", "https://api.evil.test.com/", False),
        ("api.github.*", "GET", "https://api.github.evil.test/", False),
        ("https://api.github.com/*", "GET", USERS, True),
        ("http://api.github.com/*", "GET", USERS, False),
        ("*://api.github.com/*", "GET", USERS, True),
        ("https://api.github.com/users", "GET", USERS, False),
        ("https://api.github.com/users/*", "GET", USERS, True),
        ("api.github.com/*/me", "GET", USERS, True),
        ("api.github.com/users/{id}", "GET", "https://api.github.com/users/%7Bid%7D", True),
        ("api.github.com/", "GET", "https://api.github.com", True),
        ("GET *", "GET", USERS, True),
        ("POST *", "GET", USERS, False),
        ("* api.github.com", "DELETE", USERS, True),
        ("GET https://api.github.com/users/*", "GET", USERS, True),
        ("127.0.0.1", "GET", "http://127.0.0.1:8000/v", True),
        ("[::1]:80", "GET", "http://[::1]:80/v", True),
        ("api.github.com", "GET", "/users", False),
        ("api.github.com", "GET", "http://[::1", False),
    ],
)
def test_patterns(pattern: str, method: str, url: str, admitted: bool) -> None:
    """A pattern is a method, a scheme, a host and a path, of which each matches its own part."""
    assert Override(pattern).admits(method, url) is admitted


@pytest.mark.parametrize(
    "pattern",
    ["", " ", "https://", "/users", "GET api.test x", "get api.test", "api[.]test", "a:b"],
)
def test_unreadable_patterns(pattern: str) -> None:
    """A pattern that cannot be read is refused when the rule is made."""
    with pytest.raises(InvalidOverride, match="cannot be read"):
        Override(pattern)


@pytest.mark.parametrize("matcher", [None, 5, ["*"]], ids=str)
def test_matcher_of_another_kind(matcher: Any) -> None:
    """A matcher is a pattern or a callable."""
    with pytest.raises(InvalidOverride):
        Override(matcher)


@pytest.mark.parametrize("name", ["headers", "query", "path", "body", "cookies", "form"])
def test_values_of_another_kind(name: str) -> None:
    """What a rule fixes is given by names."""
    with pytest.raises(InvalidOverride, match=name):
        Override("*", **{name: "x"})


def test_repr_hides_values() -> None:
    """A rule shows where it fixes something, but not what."""
    rule = Override("*", headers={"X-Key": "s3cr3t"}, query={"a": "s3cr3t"}, auth="s3cr3t")
    assert repr(rule) == "Override('*', headers=..., query=..., auth=...)"


@pytest.mark.parametrize("result", [None, 1, "yes", []], ids=str)
def test_matcher_without_an_answer(make_tool: MakeTool, result: object) -> None:
    """A matcher answers with a bool; another answer is the caller's to mend."""
    tool = make_tool({}, options={"overrides": [Override(lambda request: result)]})
    for verb in (tool.build_request, tool.call, lambda: tool.parameters):
        with pytest.raises(InvalidOverride, match="it must return a bool"):
            verb()


def test_callable_matcher(make_tool: MakeTool) -> None:
    """A callable is asked with the URL of the operation and with that of the request."""
    asked: list[tuple[str, str, str]] = []

    def matcher(request: Any) -> bool:
        asked.append((request.method, request.url.host, request.url.path))
        return request.url.path == "/v/7"

    tool = make_tool(
        {}, path="/v/{id}", options={"overrides": [Override(matcher, headers={"X-Seven": "1"})]}
    )
    assert tool.build_request({"id": "7"}).headers["x-seven"] == "1"
    assert "x-seven" not in tool.build_request({"id": "8"}).headers
    assert set(asked) == {("GET", "api.test", path) for path in ("/v/{id}", "/v/7", "/v/8")}


OPERATION = {
    "parameters": [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}},
        {"name": "X-H", "in": "header", "required": True, "schema": {"type": "string"}},
        {"name": "c", "in": "cookie", "required": True, "schema": {"type": "string"}},
    ],
    "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
}
GIVEN = {
    "id": "mine",
    "q": "mine",
    "X-H": "mine",
    "c": "mine",
    "body": {"a": "mine", "n": {"x": 1}},
}
EVERY_PLACE = {
    "path": {"id": "fixed"},
    "query": {"q": "fixed", "extra": ["1", "2"]},
    "headers": {"x-h": "fixed", "User-Agent": "app/1"},
    "cookies": {"c": "fixed"},
    "body": {"a": "fixed", "n": {"y": [True, None]}},
    "form": {"b": "fixed"},
    "auth": "s3cr3t",
}


def test_every_place(make_tool: MakeTool) -> None:
    """A rule fixes path, query, headers, cookies, body and credential, and says the rest itself."""
    tool = make_tool(
        OPERATION,
        path="/v/{id}",
        method="post",
        options={"overrides": [Override("*", **EVERY_PLACE)]},
    )
    assert tool.parameters["properties"] == {"body": {"type": "object"}}
    assert "required" not in tool.parameters
    request = tool.build_request({"body": {"a": "mine", "n": {"x": 1}}})
    assert str(request.url) == "https://api.test/v/fixed?q=fixed&extra=1&extra=2"
    assert request.content == b'{"a":"fixed","n":{"x":1,"y":[true,null]},"b":"fixed"}'
    wanted = {
        "x-h": "fixed",
        "user-agent": "app/1",
        "cookie": "c=fixed",
        "authorization": "Bearer s3cr3t",
    }
    assert {name: request.headers[name] for name in wanted} == wanted
    assert [name.lower() for name, _ in request.headers.raw].count(b"user-agent") == 1


@pytest.mark.parametrize("name", ["id", "q", "X-H", "c"])
def test_fixed_is_no_argument(
    make_tool: MakeTool, unchecked: Callable[..., Any], name: str
) -> None:
    """An argument for what is fixed is refused, whether arguments are checked or not."""
    tool = make_tool(
        OPERATION,
        path="/v/{id}",
        method="post",
        options={"overrides": [Override("*", **EVERY_PLACE)]},
    )
    with pytest.raises(ArgumentsInvalid):
        tool.build_request({name: "mine"})
    result = unchecked(tool, {name: "mine"})
    assert (result.is_error, name in result.content) == (True, True)


def test_rule_of_one_request(make_tool: MakeTool) -> None:
    """A rule that admits only some requests of an operation wins over the arguments of those."""
    rule = Override("https://api.test/v/special", query={"q": "fixed"}, headers={"X-H": "fixed"})
    tool = make_tool(OPERATION, path="/v/{id}", method="post", options={"overrides": [rule]})
    assert "q" in tool.parameters["properties"]
    assert tool.build_request(GIVEN).url.query == b"q=mine"
    request = tool.build_request({**GIVEN, "id": "special"})
    assert (request.url.query, request.headers["x-h"]) == (b"q=fixed", "fixed")


def test_later_wins(make_tools: MakeTool) -> None:
    """Of two rules for the same value the later one wins; others are kept."""
    rules = [
        Override("*", headers={"X-A": "1", "X-B": "1"}, body={"n": {"a": 1, "b": 1}}, auth="first"),
        Override("*.test", headers={"x-b": "2"}, body={"n": {"b": 2}}, auth="second"),
        Override("*.elsewhere", headers={"X-A": "3"}, auth="third"),
    ]
    (tool,) = make_tools({"/v/{id}": {"post": OPERATION}}, {"overrides": rules})
    request = tool.build_request({**GIVEN, "body": {}})
    assert (request.headers["x-a"], request.headers["x-b"]) == ("1", "2")
    assert request.headers["authorization"] == "Bearer second"
    assert request.content == b'{"n":{"a":1,"b":2}}'


def test_values_are_read_with_each_request(
    make_tool: MakeTool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A callable is asked and a variable read when the request is made, not before."""
    counter = iter(range(10))
    rule = Override(
        "*",
        headers={"X-Count": lambda: str(next(counter)), "X-Env": env("CALLWRIGHT_VALUE")},
        body={"n": {"deep": [env("CALLWRIGHT_VALUE")]}},
    )
    tool = make_tool(OPERATION, path="/v/{id}", method="post", options={"overrides": [rule]})
    for expected in ("0", "1"):
        monkeypatch.setenv("CALLWRIGHT_VALUE", f"value-{expected}")
        request = tool.build_request({**GIVEN, "body": {}})
        assert (request.headers["x-count"], request.headers["x-env"]) == (
            expected,
            f"value-{expected}",
        )
        assert request.content == b'{"n":{"deep":["value-%s"]}}' % expected.encode()


@pytest.mark.parametrize("place", ["headers", "query", "path", "cookies", "body"])
def test_missing_variable(make_tool: MakeTool, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """A variable that is not set is named; looking at the request needs none."""
    monkeypatch.delenv("CALLWRIGHT_MISSING", raising=False)
    rule = Override("*", **{place: {"id": env("CALLWRIGHT_MISSING")}})
    tool = make_tool(OPERATION, path="/v/{id}", method="post", options={"overrides": [rule]})
    given = {name: value for name, value in GIVEN.items() if name in tool.parameters["properties"]}
    for verb in (tool.build_request, tool.call):
        with pytest.raises(CredentialError, match="CALLWRIGHT_MISSING is not set"):
            verb(given)
    assert "$CALLWRIGHT_MISSING" in tool.to_curl(given)


@pytest.mark.parametrize(
    "value",
    [lambda: None, lambda: object(), [1], None],
    ids=["callable of None", "callable of an object", "list", "None"],
)
def test_useless_values(make_tool: MakeTool, value: Any) -> None:
    """A header is fixed to text, or to what gives text."""
    tool = make_tool({}, options={"overrides": [Override("*", headers={"X-A": value})]})
    with pytest.raises(InvalidOverride, match="'X-A'"):
        tool.build_request()


def test_body_where_there_is_none(make_tool: MakeTool) -> None:
    """A rule for all operations puts no body into one that takes none."""
    tool = make_tool({}, options={"overrides": [Override("*", body={"a": 1})]})
    assert tool.build_request().content == b""


def test_match_by_the_declared_server(make_tool: MakeTool) -> None:
    """With `server=` rules hold by the document's own URL as well as by the given one."""
    rules = [
        Override("api.test", headers={"X-A": "1"}),
        Override("127.0.0.1", headers={"X-B": "2"}),
    ]
    tool = make_tool({}, options={"overrides": rules, "server": "http://127.0.0.1:8000"})
    headers = tool.build_request().headers
    assert (headers["x-a"], headers["x-b"]) == ("1", "2")


ABROAD = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://api.test"}],
    "paths": {
        "/a": {"get": {"operationId": "here"}},
        "/b": {"get": {"operationId": "abroad", "servers": [{"url": "https://files.test"}]}},
    },
}


@pytest.mark.parametrize(
    ("matcher", "goes_abroad"),
    [("*", False), ("GET *", False), ("*.test", True), ("https://files.test/*", True)],
)
def test_secrets_of_a_rule_stay_at_home_unless_it_names_a_host(matcher, goes_abroad, monkeypatch):
    """The API's key does not go to a server that the document names for one operation."""
    monkeypatch.setenv("DESK_KEY", "canary")
    rule = Override(
        matcher,
        headers={"X-Api-Key": "canary", "X-Desk": env("DESK_KEY"), "X-Plain": "plain"},
        query={"token": "canary"},
        cookies={"session": "canary"},
    )
    tools = create_tools_from_openapi_spec(ABROAD, overrides=[rule])
    sent = tools["abroad"].build_request({})
    assert sent.headers["x-plain"] == "plain"
    assert ("canary" in f"{sent.url}{sent.headers.raw}") is goes_abroad
    assert tools["abroad"].parameters["properties"] == {}
    withheld = [finding for finding in tools.report if finding.kind == "withheld"]
    assert bool(withheld) is not goes_abroad
    for finding in withheld:
        assert "https://files.test" in finding.reason
        assert "canary" not in finding.reason


def test_a_rules_credential_stays_at_home_unless_it_names_a_host():
    """So does its `auth`, whose own `origin` decides where it states one."""
    for auth, seen in (
        (Bearer("canary"), None),
        (Bearer("canary", origin="https://files.test"), "Bearer canary"),
    ):
        tools = create_tools_from_openapi_spec(ABROAD, overrides=[Override("*", auth=auth)])
        assert tools["abroad"].build_request({}).headers.get("authorization") == seen


def test_one_rule_by_itself_is_a_list_of_one():
    """A list may be left out; what is no rule is named."""
    tools = create_tools_from_openapi_spec(ABROAD, overrides=Override("*", query={"a": "1"}))
    assert str(tools["here"].build_request({}).url) == "https://api.test/a?a=1"
    with pytest.raises(InvalidOverride, match=r"'\*' is no override"):
        create_tools_from_openapi_spec(ABROAD, overrides=["*"])
