"""Where a redirect leads a call, and what of it goes along: nothing, across origins."""

from __future__ import annotations

import httpx2
import pytest
from tests.fault.script import answer, echo, redirect

import callwright
from callwright import Override
from callwright.core.errors import AddressBlocked, RedirectRefused, SpecUnavailable
from callwright.http.redirect import next_request, target_of
from callwright.openapi.answer.response import Answer
from callwright.openapi.source import FetchPolicy

SECRETS = {
    "Authorization": "Bearer canary",
    "X-API-Key": "canary",
    "Cookie": "sid=canary",
    "X-Tenant": "canary",
    "Accept": "text/plain",
}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_unasked(fault_server, send, status):
    """The answer that points elsewhere is the answer."""
    target = fault_server(echo)
    server = fault_server(redirect(f"{target.url}/x", f"{status} Over there"))
    assert send(server.url, headers=SECRETS).status == status
    assert target.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_across_origins_nothing_goes_along(fault_server, send, status):
    """Another port is another origin: no credential of any kind, and no other header either."""
    target = fault_server(echo)
    server = fault_server(redirect(f"{target.url}/x?a=1", f"{status} Over there"))
    got = send(server.url, headers=SECRETS, redirects=3)
    assert got.status == 200
    (seen,) = target.requests
    assert (seen.method, seen.target, seen.body) == ("GET", "/x?a=1", b"")
    assert dict(seen.lines) == {"host": f"127.0.0.1:{target.port}", "accept": "text/plain"}


def test_within_an_origin_everything_goes_along(fault_server, send):
    """The credential was given for it."""
    server = fault_server(echo, {"/": redirect("/next#part", "307 Temporary")})
    send(server.url, "POST", headers=SECRETS, content=b"body", redirects=1)
    _, seen = server.requests
    assert (seen.method, seen.target, seen.body) == ("POST", "/next", b"body")
    assert SECRETS.items() <= {name.title(): value for name, value in seen.lines}.items() | {
        ("X-API-Key", seen.headers["x-api-key"])
    }


@pytest.mark.parametrize(
    ("method", "status", "becomes"),
    [
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("POST", 307, "POST"),
        ("POST", 308, "POST"),
        ("PUT", 302, "PUT"),
        ("PUT", 303, "GET"),
        ("DELETE", 301, "DELETE"),
        ("HEAD", 303, "HEAD"),
        ("GET", 302, "GET"),
    ],
)
def test_methods_within_an_origin(method, status, becomes):
    """RFC 9110, 15.4; a body goes only with the method that it came with."""
    request = httpx2.Request(
        method, "https://a.test/x", headers={"Content-Type": "text/plain", "X-K": "1"}, content=b"b"
    )
    follow_up = next_request(request, Answer(status=status, headers={"location": "y"}))
    assert (follow_up.method, str(follow_up.url)) == (becomes, "https://a.test/y")
    is_whole = becomes == method
    assert (follow_up.content, "content-type" in follow_up.headers) == (
        b"b" if is_whole else b"",
        is_whole,
    )
    assert follow_up.headers["x-k"] == "1"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "QUERY"])
def test_what_is_more_than_a_question_stays(fault_server, send, method, status):
    """A write is not repeated at another origin, nor turned into a question in silence."""
    target = fault_server(echo)
    server = fault_server(redirect(target.url, f"{status} Over there"))
    with pytest.raises(RedirectRefused, match="only what reads goes on to another origin"):
        send(server.url, method, content=b"secret", redirects=3)
    assert target.connections == 0


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://a.test/", "https is not left for http"),
        ("file:///etc/passwd", "only http and https"),
        ("ftp://a.test/", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("https://user@b.test/", "a user or a password"),
        ("https://a.test:port/", "no URL"),
    ],
)
def test_where_no_redirect_leads(location, reason):
    """Each with its reason."""
    with pytest.raises(RedirectRefused, match=reason) as caught:
        target_of(httpx2.URL("https://a.test/x"), location)
    assert caught.value.location == location


INNER = "169.254.169.254/latest [::1]/ 127.1/ [bad/ a.test:99999/".split()


@pytest.mark.parametrize("inner", INNER)
def test_each_hop_is_checked(fault_server, send, inner):
    """A redirect leads to no address that the call itself may not go to."""
    server = fault_server(redirect(f"http://{inner}"))
    with pytest.raises(AddressBlocked):
        send(server.url, redirects=3)


def test_a_loop_has_an_end(fault_server, send):
    """After as many as are allowed: six requests for five redirects."""
    server = fault_server(redirect("/again"))
    with pytest.raises(RedirectRefused, match="redirects more than 5 times"):
        send(server.url, redirects=5)
    assert len(server.requests) == 6


def test_a_redirect_within_the_policy_is_one_call(fault_server):
    """The tool's result is what lies at the end; its key went no further than its origin."""
    target = fault_server(answer(b'{"a": 1}', "Content-Type: application/json"))
    server = fault_server(redirect(target.url))
    operation = {"operationId": "see", "responses": {}}
    tools = callwright.create_tools_from_openapi_spec(
        {"openapi": "3.1.0", "paths": {"/see": {"get": operation}}},
        server=server.url,
        overrides=[Override("*", headers={"X-Key": "canary"}, query={"key": "canary"})],
        fetch_policy=FetchPolicy(redirects=1, addresses="127.0.0.1"),
    )
    assert tools["see"].call({}).value == {"a": 1}
    assert b"canary" in server.requests[0].raw
    assert b"canary" not in target.requests[0].raw


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://169.254.169.254/", "link-local"),
        ("http://[::1]/", "loopback"),
        ("file:///etc/passwd", "only http and https"),
    ],
)
def test_a_spec_is_not_fetched_from_within(fault_server, location, reason):
    """Redirects of specs are followed, each to where a spec may be fetched from."""
    with pytest.raises(SpecUnavailable, match=reason):
        callwright.create_tools_from_openapi_spec(f"{fault_server(redirect(location)).url}/spec")


def test_a_spec_is_not_fetched_by_http_where_https_was_asked_for(fault_server, certified, trusting):
    """Whoever listens on the way must not choose the tools."""
    server = fault_server(answer(b"{}"))
    with pytest.raises(RedirectRefused, match="https is not left for http"):
        target_of(httpx2.URL("https://a.test/spec"), f"{server.url}/spec")
    assert server.connections == 0
