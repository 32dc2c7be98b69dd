"""Behaviours of servers that fail, lie, drip, flood or never end; and of one that simply answers.

Each function makes one `Behaviour`: what is done with one request. A behaviour of your own is a
function of a `Wire`.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterator

from tests.fault.server import Behaviour, Wire

__all__ = [
    "answer",
    "bomb",
    "broken_off",
    "dripping_body",
    "dripping_head",
    "echo",
    "endless",
    "endless_events",
    "garbage",
    "hang_up",
    "in_turn",
    "interim_flood",
    "large_header",
    "lying",
    "message",
    "not_gzip",
    "redirect",
    "reset",
    "retry_later",
    "silence",
    "wrapped_away",
]

OK = b"HTTP/1.1 200 OK\r\n"


def message(
    content: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = None
) -> bytes:
    """The bytes of an answer; `length` is what it says of its length, if not the truth."""
    told = len(content) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {told}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


def answer(content: bytes = b"", *headers: str, status: str = "200 OK") -> Behaviour:
    """A proper answer; the connection stays open for the next request."""
    return lambda wire: wire.send(message(content, *headers, status=status))


def echo(wire: Wire) -> None:
    """Answer with the request as it came: its method, target, header lines and body, as JSON."""
    request = wire.request
    seen = {
        "method": request.method,
        "target": request.target,
        "headers": request.lines,
        "body": request.body.decode("latin-1"),
    }
    wire.send(message(json.dumps(seen).encode(), "Content-Type: application/json"))


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """The first for the first request, and so on; the last for all that come after it."""
    left = list(behaviours)
    lock = threading.Lock()

    def behave(wire: Wire) -> None:
        with lock:
            chosen = left.pop(0) if len(left) > 1 else left[0]
        chosen(wire)

    return behave


def hang_up(wire: Wire) -> None:
    """End the connection without a word."""
    wire.close()


def reset(wire: Wire) -> None:
    """Reset the connection without a word."""
    wire.reset()


def silence(wire: Wire) -> None:
    """Keep the connection, and say nothing for ever."""
    wire.silence()


def garbage(wire: Wire) -> None:
    """Answer with bytes that are no HTTP."""
    wire.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is no HTTP\r\n\r\n")
    wire.close()


def broken_off(whole: bytes, at: int, *, by_reset: bool = False) -> Behaviour:
    """The first `at` bytes of a message, and then the end of the connection."""

    def behave(wire: Wire) -> None:
        wire.send(whole[:at])
        if by_reset:
            wire.wait(0.02)  # else the reset may overtake what was sent
            wire.reset()
        wire.close()

    return behave


def lying(content: bytes, length: int) -> Behaviour:
    """Say that the content has `length` bytes; when it has fewer, the connection ends there."""

    def behave(wire: Wire) -> None:
        wire.send(message(content, length=length))
        if length > len(content):
            wire.close()

    return behave


def dripping_head(every: float = 0.05) -> Behaviour:
    """One header after another, for ever."""

    def behave(wire: Wire) -> None:
        wire.send(OK)
        for number in _count():
            wire.wait(every)
            wire.send(f"X-Header-{number}: still coming\r\n".encode())

    return behave


def dripping_body(
    every: float = 0.05, content: bytes = b".", content_type: str = "text/plain"
) -> Behaviour:
    """A proper head, and then one byte at a time, for ever."""

    def behave(wire: Wire) -> None:
        wire.send(OK + f"Content-Type: {content_type}\r\n\r\n".encode())
        while True:
            wire.drip(content, every)

    return behave


def endless(content_type: str = "text/plain", piece: bytes = b"x" * 1_000_000) -> Behaviour:
    """Chunks of this piece, as fast as they are taken, for ever."""

    def behave(wire: Wire) -> None:
        wire.send(OK + f"Content-Type: {content_type}\r\n".encode())
        wire.send(b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            wire.send(b"%x\r\n" % len(piece), piece, b"\r\n")

    return behave


def endless_events(every: float = 0.02) -> Behaviour:
    """An event stream that counts, for ever."""

    def behave(wire: Wire) -> None:
        wire.send(OK + b"Content-Type: text/event-stream\r\n\r\n")
        for number in _count():
            wire.send(b"data: %d\n\n" % number)
            wire.wait(every)

    return behave


def interim_flood(count: int | None = None, every: float = 0.0) -> Behaviour:
    """Interim answers (100 Continue), so many or for ever; and then a proper one."""

    def behave(wire: Wire) -> None:
        for number in _count():
            if number == count:
                break
            wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            if every:
                wire.wait(every)
        wire.send(message(b"at last"))

    return behave


def large_header(size: int = 2_000_000) -> Behaviour:
    """A header of this many bytes before a proper answer."""
    return lambda wire: wire.send(message(b"small", f"X-Large: {'x' * size}"))


def bomb(coding: str = "gzip", size: int = 1024**3) -> Behaviour:
    """Zeros by the gigabyte, as `gzip` or `deflate` packs them: about a thousandth of it."""
    window = {"gzip": 31, "deflate": 15}[coding]

    def behave(wire: Wire) -> None:
        wire.send(OK + b"Content-Type: text/plain\r\n")
        wire.send(f"Content-Encoding: {coding}\r\nConnection: close\r\n\r\n".encode())
        for piece in _packed(size, window):
            wire.send(piece)
        wire.close()

    return behave


def wrapped_away(wire: Wire) -> None:
    """Gzip without end that unpacks to nothing: only what comes in can be counted."""
    wire.send(OK + b"Content-Encoding: gzip\r\n\r\n")
    packer = zlib.compressobj(wbits=31)
    wire.send(packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH))
    empty = packer.flush(zlib.Z_FULL_FLUSH) or b"\x00\x00\x00\xff\xff"
    while True:
        wire.send(empty * 10_000)


def not_gzip(wire: Wire) -> None:
    """Text that says that it is gzip."""
    wire.send(message(b'{"plain": "text"}', "Content-Encoding: gzip"))


def redirect(location: str, status: str = "302 Found", *headers: str) -> Behaviour:
    """Point elsewhere."""
    return answer(b"", f"Location: {location}", *headers, status=status)


def retry_later(after: str | None, status: str = "429 Too Many Requests") -> Behaviour:
    """Refuse for now, and say when to come again, in whatever words."""
    headers = () if after is None else (f"Retry-After: {after}",)
    return answer(
        b'{"error": "not now"}', "Content-Type: application/json", *headers, status=status
    )


def _packed(size: int, window: int) -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=window)
    block = bytes(1024 * 1024)
    for _ in range(size // len(block)):
        yield packer.compress(block)
    yield packer.flush()


def _count() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1
