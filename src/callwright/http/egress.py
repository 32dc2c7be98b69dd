"""The way out: names are resolved here, every address is checked, and only these are connected to.

A connection goes to an address that was checked, so that no second look at the name can lead
elsewhere; TLS and the Host header keep the name.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from ssl import SSLContext
from typing import Any, cast

import anyio
import httpcore2

from callwright.core.errors import AddressBlocked
from callwright.openapi.admission import (
    Admission,
    is_address,
    is_localhost,
    is_misspelt,
    plain_host,
)
from callwright.openapi.source import Resolve

__all__ = ["CONNECT_SECONDS", "Egress", "check_unresolved", "system_resolve"]

CONNECT_SECONDS = 10.0
_MAX_PORT = 65_535
_HEAD_START = 0.25
"""Seconds that an address has to itself before the next one is tried too (RFC 8305, 5)."""
_PLAIN_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|[0-9A-Fa-f:.]+")


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that the system knows of a host."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def check_host(host: str, port: int) -> None:
    """Refuse what is neither a name nor a plain address: readers differ on what it means.

    Raises:
        AddressBlocked: it is a short, octal, hexadecimal or scoped spelling, or no name at all; or
            there is no such port.
    """
    if not 0 < port <= _MAX_PORT:
        what = f"The address of {host!r} has the port {port}; there are 1 to {_MAX_PORT:,}."
        raise AddressBlocked(what, host=host, port=port)
    if is_misspelt(host) or not _PLAIN_HOST.fullmatch(host):
        raise AddressBlocked(
            f"The host {host!r} is neither a name nor an address in its usual spelling.",
            host=host,
            port=port,
            remedy="Write it as a name, as 192.0.2.1, or as 2001:db8::1.",
        )


def check_unresolved(admission: Admission, host: str, port: int) -> None:
    """Refuse what can be refused of a host before its name is looked up.

    Raises:
        AddressBlocked: it is an address that is not admitted, or a name of this machine.
    """
    check_host(host, port)
    plain = plain_host(host)
    known = plain if is_address(plain) else "127.0.0.1" if is_localhost(plain) else ""
    kind = known and admission.objection(host, port, known)
    if kind:
        raise blocked(host, port, known, kind)


def blocked(host: str, port: int, address: str, kind: str) -> AddressBlocked:
    """The refusal of one address, and how the caller could admit it."""
    host = plain_host(host)
    known = f"The address {address}" if address == host else f"The address {address} of {host!r}"
    entry = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return AddressBlocked(
        f"{known} is {kind}, not public; nothing was sent to it.",
        host=host,
        port=port,
        address=address,
        remedy=f"If it is meant, admit it: FetchPolicy(addresses={entry!r}), or "
        f"--allow-address {entry} at the command line.",
    )


@dataclass(frozen=True, slots=True)
class Egress(httpcore2.AsyncNetworkBackend):
    """Connects to the addresses of a host that are admitted, if all of them are."""

    admission: Admission
    resolve: Resolve = system_resolve
    ssl_context: SSLContext | None = None
    """Whom TLS trusts, where it is not the usual."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # as httpcore2 gives it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Open a connection.

        Raises:
            AddressBlocked: one of the host's addresses is not admitted.
            httpcore2.ConnectError: it cannot be found, or none of its addresses answers.
            httpcore2.ConnectTimeout: not in time.
        """
        with anyio.move_on_after(timeout):
            addresses = await self._checked(host, port)
            return await _first_connection(addresses, port, local_address, socket_options)
        raise httpcore2.ConnectTimeout(f"No connection within {timeout} s")

    async def _checked(self, host: str, port: int) -> Sequence[str]:
        check_unresolved(self.admission, host, port)
        try:
            addresses = [plain_host(host)] if is_address(host) else await self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from error
        for address in addresses:
            kind = self.admission.objection(host, port, address)
            if kind:
                raise blocked(host, port, address, kind)
        if not addresses:
            raise httpcore2.ConnectError(f"{host!r} has no address")
        return _by_turns(addresses)

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        await anyio.sleep(seconds)


def _by_turns(addresses: Sequence[str]) -> Sequence[str]:
    """IPv6 and IPv4 addresses by turns, so that one family that leads nowhere costs little."""
    six = [address for address in addresses if ":" in address]
    four = [address for address in addresses if ":" not in address]
    pairs = (six, four) if addresses[0] in six else (four, six)
    return [address for pair in zip_longest(*pairs) for address in pair if address is not None]


# It serves trio as well, as anyio does.
_sockets = cast(httpcore2.AsyncNetworkBackend, httpcore2.AnyIOBackend())


async def _first_connection(
    addresses: Sequence[str],
    port: int,
    local_address: str | None,
    socket_options: Iterable[Any] | None,
) -> httpcore2.AsyncNetworkStream:
    """Connect to whichever answers first; the next is tried when one has failed or is slow."""
    options: dict[str, Any] = {"local_address": local_address, "socket_options": socket_options}
    if len(addresses) == 1:
        return await _sockets.connect_tcp(addresses[0], port, **options)
    won: list[httpcore2.AsyncNetworkStream] = []
    failed: list[Exception] = []

    async def attempt(address: str, done: anyio.Event) -> None:
        try:
            stream = await _sockets.connect_tcp(address, port, **options)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            failed.append(error)
            done.set()
            return
        if won:
            await stream.aclose()
            return
        won.append(stream)
        done.set()
        group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for address in addresses:
            done = anyio.Event()
            group.start_soon(attempt, address, done)
            with anyio.move_on_after(_HEAD_START):
                await done.wait()
    if won:
        return won[0]
    raise failed[0]
