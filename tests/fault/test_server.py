"""The fault server does to the byte what its scripts say."""

from __future__ import annotations

import gzip
import socket

import pytest
from tests.fault.script import (
    answer,
    bomb,
    broken_off,
    echo,
    hang_up,
    in_turn,
    interim_flood,
    lying,
    message,
    reset,
)

GET = b"GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"


def exchanged(server, request: bytes = GET) -> bytes:
    """Everything that comes back to one request, up to the end of the connection."""
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


@pytest.mark.parametrize("at", [0, 1, 16, 40, 44])
def test_a_message_breaks_off_at_any_byte(fault_server, at):
    """Exactly the first bytes come."""
    whole = message(b"hello!")
    assert exchanged(fault_server(broken_off(whole, at))) == whole[:at]


def test_a_length_may_be_a_lie(fault_server):
    """The promise is more than what comes."""
    assert exchanged(fault_server(lying(b"short", 100))) == message(b"short", length=100)


def test_requests_and_connections_are_kept(fault_server):
    """A body and a second request of one connection are told apart."""
    server = fault_server(echo)
    post = b"POST /p HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 3\r\n\r\nabc"
    exchanged(server, post + GET)
    first, second = server.requests
    assert (first.method, first.path, first.headers["x-a"], first.body) == (
        "POST",
        "/p",
        "1, 2",
        b"abc",
    )
    assert (second.target, second.path, second.body) == ("/a?b=c", "/a", b"")
    assert (server.connections, first.connection, second.connection) == (1, 1, 1)


def test_behaviours_take_turns_and_paths_have_their_own(fault_server):
    """The last of a row stays; a path's own behaviour is before it."""
    server = fault_server(in_turn(answer(b"one"), answer(b"two")), {"/own": hang_up})
    own = GET.replace(b"/a?b=c", b"/own")
    assert [exchanged(server)[-3:] for _ in range(3)] == [b"one", b"two", b"two"]
    assert exchanged(server, own) == b""


def test_a_reset_is_a_reset(fault_server):
    """The client is told that the connection was reset, not that it ended."""
    with pytest.raises(ConnectionResetError):
        exchanged(fault_server(reset))


def test_a_bomb_is_true_gzip(fault_server):
    """It unpacks to what it was told to hold."""
    packed = exchanged(fault_server(bomb(size=8 * 1024 * 1024))).partition(b"\r\n\r\n")[2]
    assert gzip.decompress(packed) == bytes(8 * 1024 * 1024)
    assert len(packed) < 20_000


def test_interim_answers_come_before_the_last(fault_server):
    """So many as were asked for."""
    received = exchanged(fault_server(interim_flood(3)))
    assert received.count(b"100 Continue") == 3
    assert received.endswith(b"at last")
