"""Where calls may go: redirects, inner addresses, other servers' credentials, others' sessions."""

from __future__ import annotations

import re
import threading

import anyio
import httpx2
import pytest
from tests.adversarial.conftest import spec, with_parameters
from tests.fault.script import answer, message, redirect

import callwright
from callwright import Bearer, FetchPolicy, Override, aio, create_tools_from_openapi_spec
from callwright.errors import (
    ConfigurationError,
    CredentialError,
    RedirectRefused,
    ServerMissing,
    SpecUnavailable,
)
from callwright.http.redirect import next_request
from callwright.openapi.answer.response import Answer

BEARER = {
    "components": {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}},
    "security": [{"b": []}],
}
FIXED = [
    pytest.param({"auth": Bearer("canary-token")}, id="r01"),
    pytest.param({"overrides": [Override("*", headers={"X-API-Key": "canary-key"})]}, id="r02"),
    pytest.param({"overrides": [Override("*", cookies={"sid": "canary-cookie"})]}, id="r03"),
]


@pytest.mark.parametrize("redirects", [0, 3])
@pytest.mark.parametrize("fixed", FIXED)
def test_r01_r02_r03_a_redirect_to_another_origin(fault_server, fixed, redirects):
    """Not followed, and the model reads where to; where it is allowed, no credential goes along."""
    other = fault_server(answer(b"{}", "Content-Type: application/json"))
    server = fault_server(redirect(f"{other.url}/elsewhere"))
    policy = FetchPolicy(redirects=redirects, addresses=f"127.0.0.1:{other.port}")
    tools = create_tools_from_openapi_spec(
        with_parameters(**BEARER), server=server.url, fetch_policy=policy, **fixed
    )
    result = tools["act"].call()
    assert "canary" in server.requests[0].raw.decode()
    if not redirects:
        assert result.is_error
        assert f"127.0.0.1:{other.port}" in result.content
        assert other.connections == 0
    for request in other.requests:
        assert "canary" not in request.raw.decode()


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("http://169.254.169.254/", id="r05-metadata"),
        pytest.param("http://[::1]:1/", id="r05-loopback"),
        pytest.param("file:///etc/passwd", id="r07"),
        pytest.param("gopher://127.0.0.1/", id="r07-gopher"),
    ],
)
@pytest.mark.parametrize("redirects", [0, 5])
def test_r05_r07_a_redirect_inward(fault_server, watched, location, redirects):
    """Each hop is held to the same rules: nothing is connected to and nothing opened."""
    server = fault_server(redirect(location))
    policy = FetchPolicy(redirects=redirects)
    tools = create_tools_from_openapi_spec(
        with_parameters(), server=server.url, fetch_policy=policy
    )
    assert tools["act"].call().is_error
    places = [place for event, place in watched() if event in ("open", "socket.connect")]
    assert not [p for p in places if "169.254" in p or "passwd" in p or "::1" in p]


def test_r06_a_redirect_without_end(fault_server):
    """It stops after the number that is allowed."""
    server = fault_server(redirect("/redirloop"))
    tools = create_tools_from_openapi_spec(
        with_parameters(), server=server.url, fetch_policy=FetchPolicy(redirects=5, retries=0)
    )
    assert tools["act"].call().is_error
    assert len(server.requests) <= 6


@pytest.mark.parametrize(
    "location", ["http://169.254.169.254/", "file:///etc/passwd", "gopher://127.0.0.1/x"]
)
def test_s22_a_spec_that_points_inward(fault_server, watched, location):
    """Neither another kind of address nor an inner one is followed."""
    server = fault_server(redirect(location))
    with pytest.raises(SpecUnavailable):
        create_tools_from_openapi_spec(f"{server.url}/spec.json")
    places = [place for event, place in watched() if event in ("open", "socket.connect")]
    assert not [place for place in places if "169.254" in place or "passwd" in place]


def test_s39_a_server_that_hands_out_keys(watched):
    """No connection is tried; the message names host, address and how to admit it."""
    raw = with_parameters(server="http://169.254.169.254/latest")
    result = create_tools_from_openapi_spec(raw)["act"].call()
    assert result.is_error
    assert "169.254.169.254" in result.content
    assert "admit" in result.content
    assert not [place for event, place in watched() if event == "socket.connect"]


@pytest.mark.parametrize(
    "found", [["10.0.0.5"], ["93.184.216.34", "10.0.0.5"], ["::ffff:10.0.0.5"]]
)
def test_s41_a_public_name_that_leads_inward(watched, found):
    """One inner address among the answers is enough to refuse."""

    async def resolve(host: str, port: int) -> list[str]:
        return found

    raw = with_parameters(server="http://api.example.com")
    policy = FetchPolicy(resolve=resolve)
    result = create_tools_from_openapi_spec(raw, fetch_policy=policy)["act"].call()
    assert result.is_error
    assert "10.0.0.5" in result.content
    assert not [place for event, place in watched() if event == "socket.connect"]


def test_s46_a_credential_and_a_foreign_server(fault_server):
    """With `server=` calls go there whatever the document says, and the credential with them.

    A credential alone goes to the document's own server: it is given for that document.
    """
    good, evil = fault_server(answer()), fault_server(answer())
    raw = with_parameters(server=evil.url, **BEARER)
    tools = create_tools_from_openapi_spec(raw, auth=Bearer("canary"), server=good.url)
    tools["act"].call()
    assert "canary" in good.requests[0].raw.decode()
    assert evil.connections == 0
    paths = {"/v": {"get": {"operationId": "act", "servers": [{"url": evil.url}]}}}
    tools = create_tools_from_openapi_spec(
        spec(paths, **BEARER), auth=Bearer("canary"), server=good.url
    )
    tools["act"].call()
    assert evil.connections == 0


def test_r10_two_tenants_at_once(fault_server):
    """200 calls, mixed: never a token or a cookie of one with a call of the other."""
    seen: list[tuple[str, str, str]] = []
    lock = threading.Lock()

    def behave(wire) -> None:
        request = wire.request
        with lock:
            seen.append(
                (
                    request.path,
                    request.headers.get("authorization", ""),
                    request.headers.get("cookie", ""),
                )
            )
        wire.send(message(b"{}", f"Set-Cookie: tenant={request.path[1:]}"))

    server = fault_server(behave)

    async def main() -> None:
        tenants = {}
        for name in "AB":
            raw = with_parameters(path=f"/{name}", **BEARER)
            tools = await aio.create_tools_from_openapi_spec(
                raw, server=server.url, auth=Bearer(f"token-{name}")
            )
            tenants[name] = tools["act"]
        async with anyio.create_task_group() as group:
            for _ in range(100):
                for tool in tenants.values():
                    group.start_soon(tool.acall)

    anyio.run(main)
    assert len(seen) == 200
    for path, authorization, cookie in seen:
        assert authorization == f"Bearer token-{path[1:]}"
        assert cookie == ""


def test_r04_https_is_not_left_for_http():
    """Not to the same host either, whatever number of redirects is allowed."""
    request = httpx2.Request("GET", "https://api.test/v")
    moved = Answer(status=302, headers={"location": "http://api.test/v"})
    with pytest.raises(RedirectRefused, match="https is not left for http"):
        next_request(request, moved)


def test_s45_a_variable_that_would_be_another_host(scripted):
    """A default with a slash in it fills no part of a host; the model is offered no variable."""
    variables = {"h": {"default": "evil.com/"}}
    servers = [{"url": "http://{h}.example.com", "variables": variables}]
    tools = create_tools_from_openapi_spec({**with_parameters(), "servers": servers})
    assert tools["act"].parameters["properties"] == {}
    with pytest.raises(ServerMissing):
        tools["act"].build_request()
    variables["h"]["default"] = "eu"
    tools = create_tools_from_openapi_spec({**with_parameters(), "servers": servers})
    assert tools["act"].build_request().url.host == "eu.example.com"


def test_s47_a_token_endpoint_that_the_spec_chooses(fault_server):
    """Nothing is asked of it on the document's word alone."""
    evil, api = fault_server(answer()), fault_server(answer())
    flows = {"clientCredentials": {"tokenUrl": f"{evil.url}/token", "scopes": {}}}
    schemes = {
        "o": {"type": "oauth2", "flows": flows},
        "d": {"type": "openIdConnect", "openIdConnectUrl": f"{evil.url}/.well-known"},
    }
    for name in schemes:
        raw = with_parameters(components={"securitySchemes": schemes}, security=[{name: []}])
        tools = create_tools_from_openapi_spec(raw, server=api.url, auth=Bearer("canary-token"))
        tools["act"].call()
    assert evil.connections == 0
    assert [request.headers["authorization"] for request in api.requests] == [
        "Bearer canary-token"
    ] * 2


@pytest.mark.parametrize("secret", ["canary\n", "canary\r\nX-Evil: 1", "canary\x00", "c\ud800y"])
def test_h15_a_secret_that_no_header_can_hold(fault_server, scripted, secret):
    """The caller is told, not the model: where it stands, and not its value. Nothing is sent."""
    server = fault_server(answer())
    for options in (
        lambda: {"auth": Bearer(secret)},
        lambda: {"auth": Bearer(lambda: secret)},
        lambda: {"overrides": [Override("*", headers={"Authorization": secret})]},
    ):
        with pytest.raises((ConfigurationError, CredentialError)) as caught:
            tools = create_tools_from_openapi_spec(
                with_parameters(**BEARER), server=server.url, **options()
            )
            callwright.run_with_tools(scripted([("1", "act", {})], "ok"), "go", tools)
        assert re.search("Authorization|Bearer|'b'", str(caught.value))
        assert "canary" not in str(caught.value)
    assert server.requests == []


def test_k08_answers_are_not_kept(fault_server):
    """No answer to a call is ever kept, so that nobody is given another's."""
    server = fault_server(answer(b"{}", "Cache-Control: max-age=3600"))
    for token in ("A", "B"):
        tools = create_tools_from_openapi_spec(
            with_parameters(**BEARER), server=server.url, auth=Bearer(token)
        )
        tools["act"].call()
    assert [request.headers["authorization"] for request in server.requests] == [
        "Bearer A",
        "Bearer B",
    ]
