"""What libraries log at their loudest, and what exceptions carry: no secret in either."""

from __future__ import annotations

import logging
import traceback

import anyio
import httpx
import httpx2
import pytest
from tests.fault.script import answer, hang_up, redirect

import callwright
from callwright import Override
from callwright.core.errors import CallError
from callwright.http import Sender
from callwright.openapi.request.quiet import SECRETS, QuietRequest
from callwright.openapi.source import FetchPolicy

KEY = 'sk/7+"canary ключ=1'
SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "One", "version": "1"},
    "paths": {"/thing": {"get": {"operationId": "get_thing", "responses": {}}}},
}
FORMS = ("canary", "%D0%BA%D0%BB", "\\xd0\\xba", "ключ")
"""What is left of the key in any writing."""


@pytest.fixture
def logged(caplog):
    """Everything that any library logs, at DEBUG, as it would be written."""
    caplog.set_level(logging.DEBUG)
    return lambda: "\n".join(record.getMessage() for record in caplog.records)


def call(url: str, client: object = None, **fixed: object) -> callwright.ToolResult:
    """Call an API with a key in its query, unless it is fixed elsewhere."""
    rule = Override("*", **(fixed or {"query": {"api_key": lambda: KEY}}))

    async def main() -> callwright.ToolResult:
        tools = await callwright.aio.create_tools_from_openapi_spec(
            SPEC, server=url, overrides=[rule], client=client
        )
        result = await tools["get_thing"].acall({})
        if client is not None:
            await client.aclose()
        return result

    return anyio.run(main)


@pytest.mark.parametrize("library", [None, httpx2, httpx], ids=["ours", "httpx2", "httpx"])
def test_a_key_in_the_query_is_in_no_log(fault_server, logged, library):
    """Neither as it is nor encoded, although an answer points to the same URL again."""
    server = fault_server(answer(b"{}"))

    def behave(wire) -> None:
        redirect(f"/again{wire.request.target}")(wire)

    server.behaviour = behave
    client = library.AsyncClient(trust_env=False) if library else None
    result = call(server.url, client)
    assert "%D0%BA%D0%BB" in server.requests[0].target
    assert ("httpcore" in logged() or library is not None) and "/again" in logged()
    for form in FORMS:
        assert form not in logged()
        assert form not in result.content


def test_a_client_of_the_callers_logs_as_before_elsewhere(fault_server, logged):
    """Only records of our own requests are changed: what others log stays theirs."""
    server = fault_server(answer(b"{}"))

    async def main() -> None:
        async with httpx2.AsyncClient(trust_env=False) as client:
            await client.get(f"{server.url}/x", params={"k": "their-own-value"})

    anyio.run(main)
    assert "k=their-own-value" in logged()


@pytest.mark.parametrize(
    "fixed",
    [{"query": {"k": lambda: KEY}}, {"headers": {"X-Key": lambda: "sk-canary"}}],
    ids=["query", "header"],
)
@pytest.mark.parametrize("behaviour", [hang_up, answer(b"x", "Content-Encoding: gzip")])
def test_a_failure_tells_no_key(fault_server, behaviour, fixed):
    """Not in the words that the model reads."""
    result = call(fault_server(behaviour).url, **fixed)
    assert result.is_error
    assert not any(form in result.content for form in FORMS)


def test_an_exception_carries_no_key(fault_server):
    """No cause, no context, and no frame whose locals show it."""
    url = fault_server(hang_up).url
    sender = Sender(policy=FetchPolicy(addresses="any", retries=1))

    async def main() -> None:
        await sender(
            QuietRequest(
                "GET",
                httpx2.URL(url, params={"key": KEY}),
                headers={"X-Key": KEY.encode()},
                extensions={SECRETS: frozenset({KEY})},
            )
        )

    with pytest.raises(CallError) as caught:
        anyio.run(main)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    written = "".join(told.format())
    assert "errand.py" in written
    assert [line for line in written.splitlines() if any(f in line for f in FORMS)] == []
