"""A server of bytes: it does on each connection exactly what a script says, right or wrong.

It listens on loopback, keeps what it was sent, and knows as little of HTTP as it can: where a
request ends, and nothing of what an answer must look like.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import Self, TypeAlias

__all__ = ["Behaviour", "Closed", "FaultServer", "Request", "Wire"]

_PATIENCE = 30.0
"""Seconds that the server waits for a client to go on; no test should ever need them."""


class Closed(Exception):
    """The client has gone, or the server is being closed: a behaviour ends here."""


@dataclass(frozen=True)
class Request:
    """One request, as its bytes."""

    raw: bytes
    connection: int
    """Which connection it came by, counted from 1."""

    @cached_property
    def head(self) -> bytes:
        """The request line and the headers."""
        return self.raw.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        """What comes after the headers, as it was framed."""
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def method(self) -> str:
        """The method, as it was sent."""
        return self.head.split(b" ", 1)[0].decode("latin-1")

    @property
    def target(self) -> str:
        """What stands between the method and the version."""
        return (
            self.head.split(b"\r\n", 1)[0].split(b" ", 1)[1].rpartition(b" ")[0].decode("latin-1")
        )

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @cached_property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Every header line: its name in lower case, and its value."""
        pairs = (line.partition(b":") for line in self.head.split(b"\r\n")[1:])
        return tuple(
            (name.decode("latin-1").lower(), value.strip().decode("latin-1"))
            for name, _, value in pairs
        )

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headers by their names; lines of one name are joined."""
        joined: dict[str, str] = {}
        for name, value in self.lines:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return joined


@dataclass
class Wire:
    """One connection, as a behaviour uses it. Whatever it cannot do any more raises `Closed`."""

    socket: socket.socket
    request: Request
    """The request that is to be answered."""
    ending: threading.Event
    is_kept: bool = True
    """Whether the connection stays for a next request."""

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        for piece in pieces:
            if self.ending.is_set():
                raise Closed
            try:
                self.socket.sendall(piece)
            except OSError:
                raise Closed from None

    def drip(self, content: bytes, every: float = 0.05) -> None:
        """Send one byte at a time, with a pause before each."""
        for index in range(len(content)):
            self.wait(every)
            self.send(content[index : index + 1])

    def wait(self, seconds: float) -> None:
        """Let time pass; an end of the server ends it."""
        if self.ending.wait(seconds):
            raise Closed

    def silence(self) -> None:
        """Say nothing until the client or the server goes."""
        while True:
            self.socket.settimeout(0.05)
            try:
                if not self.socket.recv(65536):
                    raise Closed
            except TimeoutError:
                pass
            except OSError:
                raise Closed from None
            if self.ending.is_set():
                raise Closed

    def close(self) -> None:
        """End the connection properly."""
        self.is_kept = False

    def reset(self) -> None:
        """End the connection with a reset (RST): what the client has not read yet may be lost."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        raise Closed


Behaviour: TypeAlias = Callable[[Wire], None]
"""What is done with one request. `tests.fault.script` holds those that are ready."""


@dataclass
class FaultServer:
    """Does what a script says. Every path has its behaviour, or the one for all.

    >>> from tests.fault.script import answer
    >>> with FaultServer(answer(b"hello")) as server:
    ...     connection = socket.create_connection(server.address)
    ...     connection.sendall(b"GET /x HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    ...     connection.recv(65536).endswith(b"hello"), server.requests[0].path
    ...     connection.close()
    (True, '/x')
    """

    behaviour: Behaviour
    paths: dict[str, Behaviour] = field(default_factory=dict)
    """The behaviours of paths that have their own."""
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    """With one, it is reached by https."""
    requests: list[Request] = field(init=False, default_factory=list)
    connections: int = field(init=False, default=0)
    """How many connections were made, whether a request came or not."""
    address: tuple[str, int] = field(init=False)

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, 0), family=family, backlog=512)
        self.address = self._listener.getsockname()[:2]
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return self.address[1]

    @property
    def url(self) -> str:
        """Its origin."""
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every behaviour and connection, and wait for the threads."""
        self._ending.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                _shut(connection)
        for thread in self._threads:
            thread.join(_PATIENCE)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
                number = self.connections
            thread = threading.Thread(target=self._serve, args=(connection, number), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        received = b""
        try:
            if self.tls is not None:
                connection.settimeout(_PATIENCE)
                connection = self._secured(connection)
            while not self._ending.is_set():
                connection.settimeout(_PATIENCE)
                raw, received = _read_request(connection, received)
                request = Request(raw, number)
                with self._lock:
                    self.requests.append(request)
                wire = Wire(connection, request, self._ending)
                self.paths.get(request.path, self.behaviour)(wire)
                if not wire.is_kept:
                    return
        except (Closed, OSError):
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _secured(self, connection: socket.socket) -> socket.socket:
        assert self.tls is not None
        secured = self.tls.wrap_socket(connection, server_side=True)
        with self._lock:
            self._open.discard(connection)
            self._open.add(secured)
        return secured


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _read_request(connection: socket.socket, received: bytes) -> tuple[bytes, bytes]:
    """The bytes of one request, and those that came after it."""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, rest = received.partition(b"\r\n\r\n")
    lines = [line.lower() for line in head.split(b"\r\n")[1:]]
    if any(line.startswith(b"transfer-encoding:") for line in lines):
        while b"0\r\n\r\n" not in rest:
            rest += _more(connection)
        body, end, rest = rest.partition(b"0\r\n\r\n")
        return head + b"\r\n\r\n" + body + end, rest
    named = (line.partition(b":")[2] for line in lines if line.startswith(b"content-length:"))
    length = int(next(named, b"0"))
    while len(rest) < length:
        rest += _more(connection)
    return head + b"\r\n\r\n" + rest[:length], rest[length:]


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise Closed
    return piece
