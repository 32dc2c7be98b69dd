"""Where connections may go: checked after resolution, and made to what was checked."""

from __future__ import annotations

import anyio
import httpx
import httpx2
import pytest
from tests.fault.script import answer, echo

import callwright
from callwright.core.errors import AddressBlocked, ApiUnreachable, ServerMissing
from callwright.http import Sender, session
from callwright.openapi.source import FetchPolicy

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "One", "version": "1"},
    "paths": {"/thing": {"get": {"operationId": "get_thing", "responses": {}}}},
}


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_name_is_resolved_once_and_kept_in_the_request(fault_server, send, names, backend):
    """The connection goes to the address, the Host header says the name."""
    server = fault_server(echo)
    url = f"http://api.test:{server.port}/x"
    resolve = names(api=["127.0.0.1"])
    assert send(url, resolve=resolve, backend=backend).status == 200
    assert server.requests[0].headers["host"] == f"api.test:{server.port}"


def test_the_name_is_what_tls_asks_for(fault_server, send, names, certified, trusting):
    """A certificate is checked against the name, and one of another name is refused."""
    server = fault_server(answer(b"{}"), tls=certified("api.test"))
    resolve = names(api=["127.0.0.1"], other=["127.0.0.1"])
    right, wrong = (f"https://{name}.test:{server.port}/" for name in ("api", "other"))
    assert send(right, resolve=resolve, ssl_context=trusting).content == b"{}"
    with pytest.raises(ApiUnreachable, match="Hostname mismatch, certificate is not valid"):
        send(wrong, resolve=resolve, ssl_context=trusting, retries=0)


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (["10.0.0.5"], "private"),
        (["8.8.8.8", "10.0.0.5"], "private"),
        (["2606:4700::1111", "::1"], "loopback"),
        (["::ffff:10.0.0.5"], "translated"),
        (["fe80::1%eth0"], "scoped"),
    ],
)
def test_one_answer_that_is_not_public_stands_against_all(fault_server, send, names, answers, kind):
    """A name that leads inward too is not connected to at all."""
    with pytest.raises(AddressBlocked, match=f"is {kind}, not public") as caught:
        send("http://api.test/", resolve=names(api=answers), addresses="public")
    assert (caught.value.host, caught.value.port) == ("api.test", 80)
    assert caught.value.address == answers[-1]
    assert "FetchPolicy(addresses='api.test:80')" in caught.value.remedy
    assert "--allow-address api.test:80" in caught.value.remedy


def test_a_name_that_turns_inward_is_refused_when_it_does(fault_server, send, names):
    """Each new connection looks anew, and goes only to what it has checked itself."""
    server = fault_server(answer(b"{}", "Connection: close"))
    resolve = names(api=[["127.0.0.1"], ["127.0.0.2"]])
    url = f"http://api.test:{server.port}/"
    assert send(url, resolve=resolve, addresses="127.0.0.1").status == 200
    with pytest.raises(AddressBlocked, match=r"127\.0\.0\.2 of 'api\.test' is loopback"):
        send(url, resolve=resolve, addresses="127.0.0.1")
    assert server.connections == 1


def test_the_next_address_is_tried(fault_server, send, names):
    """One that nobody answers at does not end the call."""
    server = fault_server(answer(b"{}"))
    resolve = names(api=["127.0.0.2", "127.0.0.3", "127.0.0.1"])
    url = f"http://api.test:{server.port}/"
    assert send(url, resolve=resolve, addresses="127.0.0.0/8", retries=0).status == 200


def test_no_address_answers(send, names, unused_port):
    """The reason of the first is told."""
    with pytest.raises(ApiUnreachable, match="Connection refused"):
        send(
            f"http://api.test:{unused_port}/",
            resolve=names(api=["127.0.0.1", "127.0.0.2"]),
            addresses="127.0.0.0/8",
        )


def test_a_name_that_nobody_knows(send, names):
    """The name and the resolver's own words."""
    with pytest.raises(ApiUnreachable, match=r"No answer from GET gone\.test: Name or service"):
        send("http://gone.test/", resolve=names())


LITERALS = [
    "169.254.169.254", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "127.0.0.1.", "[::1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]",
    "[fe80::1%25lo]", "0.0.0.0", "127。0。0。1", "%31%32%37.0.0.1", "localhost", "LOCALHOST.",
    "app.localhost", "1", "[0:0:0:0:0:0:0:1]", "192.168.1.1", "h%20x",
]  # fmt: skip


@pytest.mark.parametrize("host", LITERALS)
@pytest.mark.parametrize("client", [None, httpx2, httpx], ids=["ours", "httpx2", "httpx"])
def test_literal_addresses_are_refused_in_any_spelling(fault_server, host, client):
    """Before anything is connected to; with a client of the caller's, too."""
    server = fault_server(answer(b"{}"))

    async def main() -> callwright.ToolResult:
        given = None if client is None else client.AsyncClient(trust_env=False)
        tools = await callwright.aio.create_tools_from_openapi_spec(
            {**SPEC, "servers": [{"url": f"http://{host}:{server.port}"}]}, client=given
        )
        result = await tools["get_thing"].acall({})
        if given is not None:
            await given.aclose()
        return result

    try:
        result = anyio.run(main)
    except ServerMissing:
        return
    assert result.is_error
    assert "not public" in result.content or "neither a name nor an address" in result.content
    assert server.connections == 0


def test_a_server_of_the_callers_own_is_admitted_with_its_port(fault_server):
    """`server=` is the caller's word for one host and port."""
    server = fault_server(answer(b"{}"))
    tools = callwright.create_tools_from_openapi_spec(SPEC, server=server.url)
    assert not tools["get_thing"].call({}).is_error


def test_a_spec_on_loopback_admits_its_own_origin_alone(fault_server):
    """What it names besides is refused, on the same machine too."""
    other = fault_server(answer(b"{}"))
    paths = {
        "/thing": {
            "get": {"operationId": "own", "responses": {}},
            "post": {
                "operationId": "other",
                "servers": [{"url": other.url}],
                "responses": {},
            },
        }
    }
    spec = callwright.core.json.dump_json({**SPEC, "paths": paths}).encode()
    server = fault_server(answer(b"{}"), {"/openapi.json": answer(spec)})
    tools = callwright.create_tools_from_openapi_spec(f"{server.url}/openapi.json")
    assert not tools["own"].call({}).is_error
    refused = tools["other"].call({})
    assert refused.is_error and f"--allow-address 127.0.0.1:{other.port}" in refused.content
    assert not refused.outcome_unknown
    assert other.connections == 0


def test_a_connection_of_one_policy_serves_no_other(fault_server, names):
    """In one session, what one API is let out to stays closed to another."""
    server = fault_server(answer(b"{}"))
    url = f"http://api.test:{server.port}/"
    resolve = names(api=["127.0.0.1"])

    async def main() -> None:
        opened = Sender(policy=FetchPolicy(addresses="127.0.0.1", resolve=resolve))
        closed = Sender(policy=FetchPolicy(resolve=resolve))
        async with session():
            await opened(httpx2.Request("GET", url))
            await opened(httpx2.Request("GET", url))
            with pytest.raises(AddressBlocked):
                await closed(httpx2.Request("GET", url))

    anyio.run(main)
    assert (server.connections, len(server.requests)) == (1, 2)


def test_a_refused_address_is_not_asked_again(send, names, waits):
    """It will not have become another in a moment."""
    with pytest.raises(AddressBlocked):
        send("http://api.test/", resolve=names(api=["10.0.0.1"]))
    assert waits.seconds == []
