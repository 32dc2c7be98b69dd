"""Calls of different users in one process have nothing in common but the process."""

from __future__ import annotations

import threading

import anyio
import httpx
import httpx2
import pytest
from tests.fault.script import answer, in_turn, message, redirect
from tests.fault.server import Wire

import callwright
from callwright import Override
from callwright.http import session

OPERATION = {"operationId": "see", "responses": {}, "security": [{"token": []}]}
SPEC = {
    "openapi": "3.1.0",
    "paths": {"/see": {"get": OPERATION}},
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
}


def tool_of(url: str, user: str, **options: object) -> callwright.Tool:
    """A user's tool, with a token and a header of the user's own."""
    return callwright.create_tools_from_openapi_spec(
        SPEC,
        server=url,
        auth=f"token-of-{user}",
        overrides=[Override("*", headers={"X-User": user})],
        **options,
    )["see"]


def setting_cookies(wire: Wire) -> None:
    """Give every caller a cookie that names the token it came with."""
    token = wire.request.headers["authorization"].removeprefix("Bearer ")
    answer(b"{}", f"Set-Cookie: sid=of-{token}; Path=/")(wire)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_two_hundred_interleaved_calls_share_nothing(fault_server, backend):
    """No token and no cookie of one user goes along with a call of the other."""
    server = fault_server(setting_cookies)
    tools = {user: tool_of(server.url, user) for user in ("a", "b")}

    async def main() -> None:
        limiter = anyio.CapacityLimiter(16)

        async def call(user: str) -> None:
            async with limiter:
                result = await tools[user].acall({})
                assert not result.is_error

        async with session(), anyio.create_task_group() as group:
            for number in range(200):
                group.start_soon(call, "ab"[number % 2])

    anyio.run(main, backend=backend)
    assert len(server.requests) == 200
    for request in server.requests:
        user = request.headers["x-user"]
        assert request.headers["authorization"] == f"Bearer token-of-{user}"
        assert "cookie" not in request.headers
    assert server.connections < 200


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_a_client_that_users_share_keeps_no_cookie_of_theirs(fault_server, library):
    """Its own cookies go along as before; those that an answer sets do not."""
    server = fault_server(setting_cookies)

    async def main() -> dict[str, str]:
        async with library.AsyncClient(cookies={"own": "1", "sid": "mine"}) as client:
            tools = [
                (
                    await callwright.aio.create_tools_from_openapi_spec(
                        SPEC,
                        server=server.url,
                        auth=f"token-of-{user}",
                        overrides=[Override("*", headers={"X-User": user})],
                        client=client,
                    )
                )["see"]
                for user in ("a", "b")
            ]
            async with anyio.create_task_group() as group:
                for number in range(100):
                    group.start_soon(tools[number % 2].acall, {})
            return dict(client.cookies)

    assert anyio.run(main) == {"own": "1", "sid": "mine"}
    assert {request.headers["cookie"] for request in server.requests} == {"own=1; sid=mine"}


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_a_clients_own_settings_stay_at_the_first_origin(fault_server, library):
    """Where a redirect leads elsewhere, none of its headers, cookies and credentials."""
    target = fault_server(answer(b"{}"))
    server = fault_server(redirect(target.url))

    async def main() -> None:
        async with library.AsyncClient(
            headers={"X-Api-Key": "canary"}, cookies={"sid": "canary"}, auth=("u", "canary")
        ) as client:
            tools = await callwright.aio.create_tools_from_openapi_spec(
                {"openapi": "3.1.0", "paths": {"/see": {"get": {"operationId": "see"}}}},
                server=server.url,
                client=client,
                fetch_policy=callwright.FetchPolicy(redirects=1, addresses="127.0.0.1"),
            )
            assert not (await tools["see"].acall({})).is_error

    anyio.run(main)
    assert server.requests[0].raw.count(b"canary") == 2
    assert "authorization" in server.requests[0].headers
    assert b"canary" not in target.requests[0].raw
    assert not {"authorization", "cookie", "x-api-key"} & set(target.requests[0].headers)


def test_a_cookie_of_the_server_is_not_kept(fault_server):
    """The next call is made without it, on the same connection as well."""
    server = fault_server(answer(b"{}", "Set-Cookie: sid=attacker"))

    async def main() -> None:
        tool = await callwright.aio.create_tools_from_openapi_spec(
            {"openapi": "3.1.0", "paths": {"/see": {"get": {"operationId": "see"}}}},
            server=server.url,
        )
        async with session():
            for _ in range(3):
                await tool[0].acall({})

    anyio.run(main)
    assert [request.headers.get("cookie") for request in server.requests] == [None] * 3
    assert server.connections == 1


def test_an_answer_that_was_left_is_not_read_by_the_next(fault_server):
    """A connection with an unread rest is not used again."""
    long = answer(b"x" * 500_000, "Content-Type: text/plain")
    server = fault_server(in_turn(long, answer(b"next", "Content-Type: text/plain")))
    policy = callwright.FetchPolicy(max_answer_bytes=1000)

    async def main() -> list[str]:
        tools = await callwright.aio.create_tools_from_openapi_spec(
            {"openapi": "3.1.0", "paths": {"/see": {"get": {"operationId": "see"}}}},
            server=server.url,
            fetch_policy=policy,
        )
        async with session():
            return [(await tools[0].acall({})).content for _ in range(2)]

    first, second = anyio.run(main)
    assert "truncated" in first
    assert second == "next"
    assert server.connections == 2


@pytest.mark.parametrize("at", [1, 20, None], ids=["a byte", "half a head", "whole"])
def test_an_answer_nobody_asked_for_is_no_answer_to_the_next(fault_server, at):
    """What a server sends beyond its answer ends the connection."""
    planted = message(b"planted")

    def behave(wire: Wire) -> None:
        wire.send(message(b"own") + planted[:at])

    server = fault_server(in_turn(behave, answer(b"own")))

    async def main() -> list[str]:
        tools = await callwright.aio.create_tools_from_openapi_spec(
            {"openapi": "3.1.0", "paths": {"/see": {"get": {"operationId": "see"}}}},
            server=server.url,
        )
        async with session():
            return [(await tools[0].acall({})).content for _ in range(2)]

    assert anyio.run(main) == ["own", "own"]
    assert server.connections == 2


def test_runs_in_threads_have_sessions_of_their_own(fault_server):
    """A session of one event loop is not used on another."""
    server = fault_server(setting_cookies)
    failed: list[object] = []

    def run(user: str) -> None:
        tool = tool_of(server.url, user)

        async def main() -> None:
            async with session():
                for _ in range(10):
                    result = await tool.acall({})
                    failed.extend([result] if result.is_error else [])

        anyio.run(main)

    threads = [threading.Thread(target=run, args=(user,)) for user in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {request.headers["x-user"] for request in server.requests} == set("abcd")
    assert all(r.headers["authorization"].endswith(r.headers["x-user"]) for r in server.requests)
