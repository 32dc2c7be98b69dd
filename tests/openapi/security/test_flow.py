"""Credentials that are had or proven while a call is made: awaited ones, digest, any `Auth`."""

from __future__ import annotations

import contextvars
import hashlib
import logging
from typing import Any
from urllib.request import parse_http_list, parse_keqv_list

import anyio
import anyio.lowlevel
import httpx
import httpx2
import pytest

from callwright import Basic, Bearer, Digest, Override, aio, create_tools_from_openapi_spec
from callwright.openapi.security.flow import split_challenges

QUERY = {"name": "q", "in": "query"}
USER = contextvars.ContextVar("user", default="nobody")


def document(server: str, scheme: Any = None) -> dict[str, Any]:
    """A document of one operation behind one scheme."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "1"},
        "servers": [{"url": server}],
        "components": {"securitySchemes": {"s": scheme or {"type": "http", "scheme": "bearer"}}},
        "security": [{"s": []}],
        "paths": {
            "/v": {"get": {"operationId": "v", "parameters": [{"name": "q", "in": "query"}]}}
        },
    }


def make(server: Any, auth: Any, scheme: Any = None, **options: Any) -> Any:
    """The tool of the one operation."""
    given = document(server.url, scheme)
    return create_tools_from_openapi_spec(given, auth=auth, server=server.url, **options)["v"]


@pytest.fixture
def api(serve: Any) -> Any:
    """An API that says which authorization it was sent."""
    return serve(lambda seen: (200, {}, seen.headers.get("authorization", "none").encode()))


class Vault:
    """An object that is called, and awaited."""

    async def __call__(self) -> str:
        """A token."""
        await anyio.lowlevel.checkpoint()
        return "vault"


async def from_far() -> str:
    """A token that takes its time."""
    await anyio.lowlevel.checkpoint()
    return f"f-{USER.get()}"


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (lambda: "t", "Bearer t"),
        (from_far, "Bearer f-amara"),
        (lambda: from_far(), "Bearer f-amara"),
        (Bearer(from_far), "Bearer f-amara"),
        (Vault(), "Bearer vault"),
        ({"s": Vault()}, "Bearer vault"),
        (lambda: USER.get(), "Bearer amara"),
    ],
)
def test_callables(api: Any, auth: Any, expected: str) -> None:
    """A callable gives the token of the caller's own context, `async` or not."""
    USER.set("amara")
    tool = make(api, auth)
    assert tool.call().content == expected
    assert tool.build_request().headers["authorization"] == expected


def test_awaited_values_of_a_rule(api: Any) -> None:
    """Values of rules are awaited too, and only those that a request needs."""

    def never() -> str:
        raise AssertionError("not to be read")

    USER.set("amara")
    rules = [
        Override("*", headers={"Authorization": from_far}),
        Override("POST *", headers={"X-Other": never}),
    ]
    assert make(api, {}, overrides=rules).call().content == "f-amara"


def test_parallel_users(api: Any) -> None:
    """Calls of two users at the same time never carry each other's token."""

    async def call(tool: Any, user: str, told: list[tuple[str, str]]) -> None:
        USER.set(user)
        told.append((user, (await tool.acall({})).content))

    async def main() -> list[tuple[str, str]]:
        tools = await aio.create_tools_from_openapi_spec(
            document(api.url), auth=from_far, server=api.url
        )
        told: list[tuple[str, str]] = []
        async with anyio.create_task_group() as group:
            for number in range(40):
                group.start_soon(call, tools["v"], f"u{number % 2}", told)
        return told

    assert {f"Bearer f-{user}" == seen for user, seen in anyio.run(main)} == {True}


def digest_server(algorithm: str, *, qop: bool = True, first: str = "") -> Any:
    """Checks proofs by the arithmetic of RFC 7616, 3.4.1."""
    name = algorithm.removesuffix("-sess").replace("-", "").lower()

    def h(text: str) -> str:
        return hashlib.new(name, text.encode()).hexdigest()

    def answer(seen: Any) -> Any:
        given = seen.headers.get("authorization", "")
        fields = parse_keqv_list(parse_http_list(given.removeprefix("Digest ")))
        a1 = h("Mufasa:a realm, quoted:Circle of Life")
        if algorithm.endswith("-sess"):
            a1 = h(f"{a1}:n0nce:{fields.get('cnonce')}")
        a2 = h(f"{seen.method}:{seen.path}")
        parts = [fields.get(key, "") for key in ("nc", "cnonce", "qop")] if qop else []
        if given.startswith("Digest ") and fields["response"] == h(
            ":".join([a1, "n0nce", *parts, a2])
        ):
            return 200, {}, b"proven"
        challenge = f'Digest realm="a realm, quoted", nonce="n0nce", algorithm={algorithm}'
        challenge += ', qop="auth", opaque="o"' if qop else ""
        return 401, {"WWW-Authenticate": first + challenge}, b"prove it"

    return answer


@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"])
@pytest.mark.parametrize("auth", [Digest, Basic], ids=["digest", "pair"])
def test_digest(serve: Any, algorithm: str, auth: Any) -> None:
    """A password is proven, whatever the algorithm, and is in no request."""
    server = serve(digest_server(algorithm))
    scheme = {"type": "http", "scheme": "digest"}
    tool = make(server, auth("Mufasa", "Circle of Life"), scheme)
    assert tool.call({"q": "a b"}).content == "proven"
    assert len(server.seen) == 2
    assert not any("Circle" in str(seen) for seen in server.seen)
    assert '--digest --user Mufasa:"$S"' in tool.to_curl()


@pytest.mark.parametrize("first", ['Basic realm="x", ', "Negotiate, ", 'Basic realm="x"\n'])
def test_several_challenges(serve: Any, first: str) -> None:
    """A digest challenge is met beside others, in one header or in several."""
    server = serve(digest_server("SHA-256", first=first))
    tool = make(server, Digest("Mufasa", lambda: "Circle of Life"))
    assert tool.call().content == "proven"


def test_old_digest(serve: Any) -> None:
    """A challenge without a quality of protection is met as RFC 2069 has it."""
    server = serve(digest_server("MD5", qop=False))
    assert make(server, Digest("Mufasa", "Circle of Life")).call().content == "proven"


def test_wrong_password(serve: Any) -> None:
    """A proof that is refused is not tried again."""
    server = serve(digest_server("MD5"))
    result = make(server, Digest("Mufasa", "wrong-password")).call()
    assert (result.exchange.status, len(server.seen)) == (401, 2)
    assert "wrong-password" not in result.content


@pytest.mark.parametrize(
    "challenge", ["Digest", "Digest nonce=1", 'Digest realm="a", nonce="b", algorithm=X']
)
def test_challenge_that_cannot_be_met(serve: Any, challenge: str) -> None:
    """A challenge that makes no sense is an error that the model reads."""
    server = serve(lambda _: (401, {"WWW-Authenticate": challenge}, b""))
    assert make(server, Digest("a", "b")).call().is_error


@pytest.mark.parametrize(
    "auth",
    [
        httpx2.BasicAuth("me", "password"),
        httpx.BasicAuth("me", "password"),
        {"s": httpx2.BasicAuth("me", "password")},
    ],
    ids=["httpx2", "httpx", "named"],
)
def test_auth_of_a_library(api: Any, auth: Any) -> None:
    """An `Auth` of httpx2, or of httpx, authorizes by itself; its request can be looked at."""
    tool = make(api, auth)
    assert tool.call().content == "Basic bWU6cGFzc3dvcmQ="
    assert tool.build_request().headers["authorization"] == "Basic bWU6cGFzc3dvcmQ="


@pytest.mark.parametrize("kind", [httpx2.DigestAuth, httpx.DigestAuth])
def test_digest_of_a_library(serve: Any, kind: Any) -> None:
    """So does their digest."""
    server = serve(digest_server("SHA-256"))
    assert make(server, kind("Mufasa", "Circle of Life")).call().content == "proven"


@pytest.mark.parametrize(
    ("header", "challenges"),
    [
        ("", []),
        ("Negotiate", ["Negotiate"]),
        ('Digest realm="a, Basic b=c", nonce=d', ['Digest realm="a, Basic b=c", nonce=d']),
        ("Basic realm=x, Bearer scope=y", ["Basic realm=x", "Bearer scope=y"]),
    ],
)
def test_challenges(header: str, challenges: list[str]) -> None:
    """Challenges are told apart, and not by what is quoted in them."""
    assert split_challenges(header) == challenges


@pytest.mark.parametrize("place", ["query", "header", "cookie"])
def test_logs(api: Any, place: str, caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG no record of any library holds a key, wherever it stands."""
    caplog.set_level(logging.DEBUG)
    scheme = {"type": "apiKey", "in": place, "name": "api_key"}
    assert not make(api, "canary-of-the-log", scheme).call().is_error
    (seen,) = api.seen
    assert "canary-of-the-log" in f"{seen.path} {seen.headers}"
    assert "canary" not in "\n".join(
        f"{record.getMessage()} {record.args}" for record in caplog.records
    )
