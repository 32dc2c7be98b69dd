"""Posting to models: whole answers elsewhere, and here those that arrive in pieces."""

from __future__ import annotations

import anyio
import pytest
from tests.fault.script import (
    answer,
    broken_off,
    dripping_body,
    endless_events,
    hang_up,
    message,
    silence,
)

from callwright.core.errors import ModelUnavailable
from callwright.http import post_to_model, stream_from_model
from callwright.models.wire import ProviderAnswer, ProviderRequest


def streamed(server, *, backend: str = "asyncio", **options: float) -> list[bytes]:
    """Every piece of an answer, and after them the words of what ended it, if something did."""
    got: list[bytes] = []
    keep = got.append

    async def main() -> None:
        request = ProviderRequest(url=server.url, headers={"authorization": "k"}, body={"a": 1})
        try:
            async with stream_from_model(request, **options) as stream:
                async for piece in stream.pieces:
                    keep(piece)
        except ModelUnavailable as error:
            keep(error.what.encode())

    anyio.run(main, backend=backend)
    return got


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_pieces_come_before_the_answer_is_whole(fault_server, backend):
    """An answer without an end is read as long as one likes, and then left."""
    server = fault_server(endless_events())

    async def main() -> tuple[int, str, bytes]:
        request = ProviderRequest(url=server.url, headers={}, body={})
        async with stream_from_model(request) as stream:
            content = b""
            async for piece in stream.pieces:
                content += piece
                if content.count(b"\n\n") > 3:
                    break
        return stream.status, stream.headers["content-type"], content

    status, content_type, content = anyio.run(main, backend=backend)
    assert (status, content_type) == (200, "text/event-stream")
    assert content.startswith(b"data: 0\n\ndata: 1\n\ndata: 2\n\n")


def test_an_error_is_read_whole(fault_server):
    """A status of failure is an answer, and what it says can be read in one."""
    server = fault_server(answer(b'{"error": 1}', "X-Id: 7", status="429 Too Many Requests"))

    async def main() -> ProviderAnswer:
        request = ProviderRequest(url=server.url, headers={}, body={})
        async with stream_from_model(request) as stream:
            assert not stream.is_success
            return await stream.read()

    got = anyio.run(main)
    assert (got.status, got.headers["x-id"], got.content) == (429, "7", b'{"error": 1}')
    assert server.requests[0].headers["content-type"] == "application/json"


def test_a_break_is_told_after_what_came(fault_server):
    """The pieces before it are given; then the end is told as what it is."""
    whole = message(b"data: 1\n\ndata: 2\n\n")
    *pieces, told = streamed(fault_server(broken_off(whole, len(whole) - 9)))
    assert b"".join(pieces) == b"data: 1\n\n"
    assert told.startswith(b"The model did not answer. No answer from POST 127.0.0.1:")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_silent_stream_is_left(fault_server, backend):
    """Silence between pieces has its own limit, however long the whole may last."""

    def behave(wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\n\r\nfirst")
        wire.silence()

    server = fault_server(behave)
    first, told = streamed(server, backend=backend, idle_seconds=0.3)
    place = server.url.removeprefix("http://")
    assert first == b"first"
    assert told.decode() == f"The model did not go on: nothing came from POST {place} in time."


def test_a_slow_stream_is_not_silent(fault_server):
    """Each piece gives the next one its time anew."""
    server = fault_server(dripping_body(every=0.01))

    async def main() -> bytes:
        request = ProviderRequest(url=server.url, headers={}, body={})
        content = b""
        async with stream_from_model(request, idle_seconds=20) as stream:
            async for piece in stream.pieces:
                content += piece
                if len(content) > 9:
                    return content
        return content

    assert len(anyio.run(main)) > 9


def test_no_answer_at_all_is_told_as_the_block_is_entered(fault_server):
    """Nobody there, or one who hangs up: the model did not answer."""
    (told,) = streamed(fault_server(hang_up))
    assert told.startswith(b"The model did not answer. No answer from POST 127.0.0.1:")


def test_a_port_without_a_server_has_a_remedy(unused_port):
    """Nobody there: the message says what to look at, whole and streamed."""
    request = ProviderRequest(url=f"http://127.0.0.1:{unused_port}/v1", headers={}, body={})

    async def stream() -> None:
        async with stream_from_model(request):
            pass

    for ask in (lambda: post_to_model(request), stream):
        with pytest.raises(ModelUnavailable, match=r"Connection refused\. Is the address right"):
            anyio.run(ask)


def test_leaving_ends_the_exchange(fault_server):
    """Who no longer wants an answer need not wait for its end."""
    server = fault_server(silence)

    async def main() -> bool:
        with anyio.move_on_after(0.2) as scope:
            async with stream_from_model(ProviderRequest(url=server.url, headers={}, body={})):
                raise AssertionError("nothing ever came")
        return scope.cancelled_caught

    assert anyio.run(main)
