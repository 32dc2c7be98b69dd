"""A token server and an API that asks for what it gave, on loopback."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import pytest

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The fields of its form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def pair(self) -> tuple[str, str]:
        """User and password of its basic authorization (RFC 6749, 2.3.1)."""
        encoded = self.headers.get("authorization", "").removeprefix("Basic ")
        user, _, password = b64decode(encoded).decode().partition(":")
        return unquote_plus(user), unquote_plus(password)


@dataclass
class Loopback:
    """A server that keeps what it was sent."""

    url: str
    answer: Callable[[Seen], Answer]
    seen: list[Seen] = field(default_factory=list)


def as_json(value: Any, status: int = 200) -> Answer:
    """An answer of JSON."""
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


@contextmanager
def serving(answer: Callable[[Seen], Answer]) -> Iterator[Loopback]:
    """Serve on a free port."""
    held: list[Loopback] = []

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, self.path, headers, self.rfile.read(length))
            held[0].seen.append(seen)
            status, more, content = held[0].answer(seen)
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(content))}.items():
                for line in value.split("\n"):
                    self.send_header(name, line)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any  # noqa: N815  # as the standard library calls them

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.append(Loopback(f"http://127.0.0.1:{server.server_address[1]}", answer))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield held[0]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Seen], Answer]], Loopback]]:
    """Serves what a function answers, as long as the test runs."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(serving(answer))
