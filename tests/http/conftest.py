"""What the tests of the network share: sending to servers that fail, and names that lead there."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import anyio
import httpx2
import pytest
import trustme

from callwright.http import Sender
from callwright.http.errand import Pace
from callwright.openapi.answer.response import Answer
from callwright.openapi.source import FetchPolicy


@dataclass
class Waits:
    """Takes the place of waiting: what was to be waited for is kept, and no time passes."""

    seconds: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        """Do not wait."""
        self.seconds.append(seconds)
        await anyio.lowlevel.checkpoint()

    @property
    def pace(self) -> Pace:
        """A pace by which it is 1 January 1970 and chance is exhausted."""
        return Pace(clock=lambda: 0.0, sleep=self.sleep, chance=lambda: 1.0)


@pytest.fixture
def waits() -> Waits:
    """What a sender waited for, without waiting."""
    return Waits()


@pytest.fixture
def unused_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def names() -> Callable[..., Callable]:
    """Makes a resolver of a table; of several answers in a row each is given once."""

    def make(**table: Sequence[str] | Sequence[Sequence[str]]):  # type: ignore[no-untyped-def]
        asked: dict[str, int] = {}

        async def resolve(host: str, port: int) -> Sequence[str]:
            asked[host] = asked.get(host, 0) + 1
            known = table.get(host.partition(".")[0])
            if known is None:
                raise OSError(-2, "Name or service not known")
            if isinstance(known[0], str):
                return known
            return known[min(asked[host], len(known)) - 1]

        return resolve

    return make


@pytest.fixture
def send(waits) -> Callable[..., Answer]:
    """Sends one request, to this machine as well unless the policy says something else."""

    def send(
        url: str,
        method: str = "GET",
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        backend: str = "asyncio",
        ssl_context: ssl.SSLContext | None = None,
        **policy: object,
    ) -> Answer:
        sender = Sender(
            policy=FetchPolicy(**{"addresses": "127.0.0.1", **policy}),
            pace=waits.pace,
            ssl_context=ssl_context,
        )
        request = httpx2.Request(method, url, headers=headers, content=content)
        return anyio.run(sender, request, backend=backend)

    return send


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Whoever vouches for the names of the tests."""
    return trustme.CA()


@pytest.fixture
def trusting(authority) -> ssl.SSLContext:
    """TLS that trusts it."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def certified(authority) -> Callable[..., ssl.SSLContext]:
    """Makes the TLS of a server of these names."""

    def make(*hosts: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*hosts).configure_cert(context)
        return context

    return make
