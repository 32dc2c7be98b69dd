"""However a path value, a server or a redirect is spelt, only the caller's origin is reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fault.script import answer, redirect
from tests.fault.server import FaultServer

import callwright
from callwright.core.errors import ServerMissing
from callwright.openapi.source import FetchPolicy

EXAMPLES = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PIECES = (
    ". .. / // \\ \\\\ %2e %2E%2e %2f %252f %5c ; ? # @ : & = + %00 %0d%0a \r\n \t a b users admin http://"
    " https:// file:// // ..;/ %c0%ae \u2024 \uff0e \uff0f \u3002 {id} localhost 127.0.0.1 [::1]"
).split(" ")


async def inward(host: str, port: int) -> Sequence[str]:
    """Every name leads to this machine, and none beyond it."""
    return ["127.0.0.1"]


@pytest.fixture(scope="module")
def other() -> Iterator[FaultServer]:
    """A server that nobody was sent to."""
    with FaultServer(answer(b"{}")) as server:
        yield server


def spellings(other: FaultServer) -> st.SearchStrategy[str]:
    """Texts of pieces that servers and clients have been led astray by."""
    there = (f"127.0.0.1:{other.port}", f"localhost:{other.port}", f"@127.0.0.1:{other.port}")
    pieces = st.sampled_from((*PIECES, *there, f":{other.port}"))
    return st.lists(pieces, min_size=1, max_size=8).map("".join)


def made(server: str | None, url: str, template: str = "/v/{id}/end") -> callwright.Tool:
    """The tool of a path, with a server that is the caller's or the document's."""
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    operation = {"operationId": "see", "parameters": [parameter], "responses": {}}
    tools = callwright.create_tools_from_openapi_spec(
        {"openapi": "3.1.0", "servers": [{"url": url}], "paths": {template: {"get": operation}}},
        server=server,
        fetch_policy=FetchPolicy(redirects=2, retries=0, resolve=inward),
    )
    return tools["see"]


def test_a_path_value_stays_its_segment(fault_server, other):
    """One segment, no query, the rest of the template behind it; or nothing is sent."""
    server = fault_server(answer(b"{}"))
    tool = made(server.url, "https://api.test")

    @EXAMPLES
    @given(spellings(other))
    def hold(value: str) -> None:
        before = len(server.requests)
        result = tool.call({"id": value})
        for request in server.requests[before:]:
            first, second, segment, last = request.target.split("/")
            assert (first, second, last) == ("", "v", "end")
            assert unquote(segment) == value
            assert not set("?#\\ \r\n") & set(request.target)
            assert request.headers["host"] == f"127.0.0.1:{server.port}"
        assert len(server.requests) - before == (0 if result.is_error else 1)
        assert other.connections == 0

    hold()
    assert len(server.requests) > 20


def test_a_redirect_stays_at_its_origin(fault_server, other):
    """Where it points elsewhere on this machine, it is refused."""
    server = fault_server(answer(b"{}"))
    tool = made(server.url, "https://api.test")

    @EXAMPLES
    @given(spellings(other))
    def hold(location: str) -> None:
        pointing = location.encode("ascii", "replace").decode()
        if not set("\r\n") & set(pointing):
            server.paths["/v/x/end"] = redirect(pointing)
            tool.call({"id": "x"})
            assert other.connections == 0

    hold()


def test_a_server_of_the_documents_leads_nowhere_within(other):
    """However it says where it is: this machine is not public."""

    @EXAMPLES
    @given(spellings(other))
    def hold(text: str) -> None:
        tool = made(None, f"http://{text}")
        with suppress(ServerMissing):
            assert tool.call({"id": "x"}).is_error
        assert other.connections == 0

    hold()
