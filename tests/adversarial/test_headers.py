"""Headers and cookies that a model would like to set, or to break out of."""

from __future__ import annotations

import pytest
from tests.adversarial.conftest import with_parameters
from tests.fault.script import answer

from callwright import Bearer, Override, create_tools_from_openapi_spec

TRACE = {"name": "X-Trace", "in": "header", "schema": {"type": "string"}}


@pytest.fixture
def seen(fault_server):
    """Calls `act` with these parameters on a real server; gives the result and the requests."""

    def call(parameters, arguments, *, strict=True, **options):
        server = fault_server(answer(b"{}", "Content-Type: application/json"))
        raw = with_parameters(*parameters, **options.pop("fields", {}))
        tool = create_tools_from_openapi_spec(raw, server=server.url, **options)["act"]
        if strict:
            return tool.call(arguments), server
        import anyio

        result = anyio.run(lambda: tool.acall(arguments, strict_validation=False))
        return result, server

    return call


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("a\r\nX-Evil: 1", id="h01"),
        pytest.param("a\nb", id="h01-lf"),
        pytest.param("a\x00b", id="h02"),
        pytest.param("\ud800", id="h03-half"),
        pytest.param("x" * 2_000_000, id="h04"),
    ],
)
def test_h01_h02_h04_a_value_that_no_line_can_hold(seen, value):
    """It is refused in a short message; nothing is sent and nothing raised."""
    result, server = seen([TRACE], {"X-Trace": value})
    assert result.is_error
    assert len(result.content) < 1_000
    assert server.requests == []


def test_h03_letters_of_other_scripts(seen):
    """They go out as UTF-8, as browsers and RFC 9110's obs-text have it."""
    result, server = seen([TRACE], {"X-Trace": "café 中"})
    assert not result.is_error
    assert server.requests[0].headers["x-trace"].encode("latin-1").decode() == "café 中"


AUTH = {
    "components": {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}},
    "security": [{"b": []}],
}


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    "arguments",
    [
        {"header": {"Authorization": "Bearer MODEL"}},
        {"Authorization": "Bearer MODEL"},
        {"authorization": "Bearer MODEL"},
    ],
)
def test_h05_authorization_that_is_not_declared(seen, arguments, strict):
    """It is refused, and not sent; the configured one is sent once when the call is right."""
    options = {"auth": Bearer("CONFIGURED"), "fields": AUTH, "strict": strict}
    result, server = seen([TRACE], arguments, **options)
    assert result.is_error
    assert server.requests == []
    result, server = seen([TRACE], {"X-Trace": "t"}, **options)
    lines = [value for name, value in server.requests[0].lines if name == "authorization"]
    assert lines == ["Bearer CONFIGURED"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Authorization", id="h06"),
        pytest.param("Host", id="h08"),
        pytest.param("Cookie", id="h09"),
        pytest.param("Content-Length", id="h12-length"),
        pytest.param("Transfer-Encoding", id="h12-coding"),
        pytest.param("X-Forwarded-For", id="h13-for"),
        pytest.param("X-HTTP-Method-Override", id="h13-method"),
        pytest.param("Proxy-Authorization", id="h13-proxy"),
        pytest.param("Connection", id="h13-connection"),
        pytest.param("Upgrade", id="h13-upgrade"),
        pytest.param("TE", id="h13-te"),
    ],
)
def test_h06_h08_h09_h12_h13_headers_that_are_not_the_models(seen, name):
    """Declared, required or not, they are no arguments; a rule may set those of proxies."""
    declared = {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
    for arguments in ({name: "evil.example"}, {name.lower(): "1"}):
        result, server = seen([declared, TRACE], arguments, strict=False)
        assert result.is_error
        assert server.requests == []
    result, server = seen([declared, TRACE], {"X-Trace": "t"})
    assert not result.is_error
    (request,) = server.requests
    assert request.headers["host"] == f"127.0.0.1:{server.port}"
    assert "evil" not in request.raw.decode("latin-1")
    assert "transfer-encoding" not in request.headers
    rules = [Override("*", headers={"X-Forwarded-For": "10.0.0.1"})]
    _, server = seen([TRACE], {}, overrides=rules)
    assert server.requests[0].headers["x-forwarded-for"] == "10.0.0.1"


@pytest.mark.parametrize("value", ["x; admin=1", 'x", admin=1', "a b", "a,b"])
def test_h10_a_value_that_would_be_two_cookies(seen, value):
    """The server reads one cookie, or nothing is sent."""
    result, server = seen(
        [{"name": "sid", "in": "cookie", "schema": {"type": "string"}}], {"sid": value}
    )
    if result.is_error:
        assert server.requests == []
        return
    from http.cookies import SimpleCookie
    from urllib.parse import unquote

    cookies = SimpleCookie(server.requests[0].headers["cookie"])
    assert list(cookies) == ["sid"]
    assert unquote(cookies["sid"].value) == value


def test_h11_a_cookie_that_ends_its_line(seen):
    """It is encoded or refused; no other header arises."""
    result, server = seen(
        [{"name": "sid", "in": "cookie", "schema": {"type": "string"}}], {"sid": "x\r\nX-Evil: 1"}
    )
    assert result.is_error or "x-evil" not in server.requests[0].headers
    assert isinstance(result.content, str)


def test_h14_a_rule_over_a_models_value(seen):
    """What is fixed is sent once; its parameter is not shown, and cannot be given."""
    tenant = {"name": "X-Tenant", "in": "header", "schema": {"type": "string"}}
    rules = [Override("*", headers={"X-Tenant": "A"})]
    for name in ("X-Tenant", "x-tenant"):
        result, server = seen([tenant], {name: "B"}, overrides=rules, strict=False)
        assert result.is_error
        assert server.requests == []
    result, server = seen([tenant], {}, overrides=rules)
    assert [v for n, v in server.requests[0].lines if n == "x-tenant"] == ["A"]
    tool = create_tools_from_openapi_spec(with_parameters(tenant), overrides=rules)["act"]
    assert tool.parameters["properties"] == {}
