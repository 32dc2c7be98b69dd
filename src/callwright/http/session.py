"""Connections that exchanges share: those of a session, or those of one exchange alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import lru_cache
from ssl import SSLContext

import httpx2
from anyio.lowlevel import current_token

__all__ = ["own_client", "session"]

_CONNECT_SECONDS = 10.0

_current: ContextVar[tuple[object, httpx2.AsyncClient] | None] = ContextVar("client", default=None)
"""The session's client, and the event loop it belongs to."""


@asynccontextmanager
async def session() -> AsyncGenerator[None, None]:
    """Keep connections open while the body runs, so that a run's calls can share them."""
    if _session_client() is not None:
        yield
        return
    async with _new_client() as client:
        token = _current.set((current_token(), client))
        try:
            yield
        finally:
            _current.reset(token)


def _session_client() -> httpx2.AsyncClient | None:
    """The session's client, if it is of this event loop.

    A worker thread takes the context along, and with it the session of another loop.
    """
    held = _current.get()
    return held[1] if held is not None and held[0] == current_token() else None


@asynccontextmanager
async def own_client() -> AsyncGenerator[httpx2.AsyncClient, None]:
    """The session's client, or one for a single exchange."""
    current = _session_client()
    if current is not None:
        yield current
    else:
        async with _new_client() as client:
            yield client


def _new_client() -> httpx2.AsyncClient:
    # No proxy, netrc or certificate settings from the environment: a call goes where it says.
    return httpx2.AsyncClient(
        verify=_ssl_context(),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20),
    )


@lru_cache(maxsize=1)
def _ssl_context() -> SSLContext:
    return httpx2.create_ssl_context(trust_env=False)
