"""Connections that exchanges share: those of a session, or those of one exchange alone.

A pool holds the connections of one way out, so that none that was opened under one policy is used
under another. No cookie is kept, and nothing is taken from the environment: no proxy, no netrc, no
certificates.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import lru_cache
from ssl import SSLContext

import anyio
import httpcore2
import httpx2
from anyio.lowlevel import current_token

from callwright.http.arriving import Arriving
from callwright.http.egress import CONNECT_SECONDS, Egress

__all__ = ["exchange", "session"]

_KEPT_CONNECTIONS = 20
_KEPT_SECONDS = 15.0


class _Pools:
    """The pools of one session, by their ways out."""

    def __init__(self) -> None:
        self._pools: dict[Egress, httpcore2.AsyncConnectionPool] = {}

    def of(self, egress: Egress) -> httpcore2.AsyncConnectionPool:
        """The pool of this way out."""
        pool = self._pools.get(egress)
        if pool is None:
            pool = self._pools[egress] = httpcore2.AsyncConnectionPool(
                ssl_context=egress.ssl_context or _ssl_context(),
                max_connections=None,
                max_keepalive_connections=_KEPT_CONNECTIONS,
                keepalive_expiry=_KEPT_SECONDS,
                network_backend=egress,
            )
        return pool

    async def aclose(self) -> None:
        """Close all connections, whatever happens meanwhile."""
        with anyio.CancelScope(shield=True):
            for pool in self._pools.values():
                await pool.aclose()


_current: ContextVar[tuple[object, _Pools] | None] = ContextVar("pools", default=None)
"""The session's pools, and the event loop they belong to."""


@asynccontextmanager
async def session() -> AsyncGenerator[None, None]:
    """Keep connections open while the body runs, so that a run's calls can share them."""
    if _session_pools() is not None:
        yield
        return
    pools = _Pools()
    token = _current.set((current_token(), pools))
    try:
        yield
    finally:
        _current.reset(token)
        await pools.aclose()


def _session_pools() -> _Pools | None:
    """The session's pools, if they are of this event loop.

    A worker thread takes the context along, and with it the session of another loop.
    """
    held = _current.get()
    return held[1] if held is not None and held[0] == current_token() else None


@asynccontextmanager
async def exchange(request: httpx2.Request, egress: Egress) -> AsyncGenerator[Arriving, None]:
    """Send one request, and hand out the answer while it arrives.

    Raises:
        AddressBlocked: its host has an address that is not admitted.
        httpcore2.TimeoutException, NetworkError, ProtocolError: no answer came.
    """
    held = _session_pools()
    pools = held or _Pools()
    try:
        response = await pools.of(egress).handle_async_request(_as_sent(request))
        arriving = Arriving.of_httpcore(response)
        try:
            yield arriving
        finally:
            await arriving.aclose()
    finally:
        if held is None:
            await pools.aclose()


def _as_sent(request: httpx2.Request) -> httpcore2.Request:
    """The request as it goes over the wire: its path and its headers as they stand."""
    url = request.url
    target = url.raw_path or b"/"
    return httpcore2.Request(
        method=request.method.encode("ascii", errors="replace"),
        url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target),
        headers=_headers(request),
        content=request.stream,
        extensions={"timeout": {"connect": CONNECT_SECONDS}},
    )


def _headers(request: httpx2.Request) -> list[tuple[bytes, bytes]]:
    """The headers; a user and a password in the address are credentials (RFC 7617)."""
    headers = list(request.headers.raw)
    url = request.url
    if url.userinfo and "authorization" not in request.headers:
        pair = f"{url.username}:{url.password}".encode()
        headers.append((b"Authorization", b"Basic " + b64encode(pair)))
    return headers


@lru_cache(maxsize=1)
def _ssl_context() -> SSLContext:
    return httpx2.create_ssl_context(trust_env=False)
