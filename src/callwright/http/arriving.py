"""An answer whose head has come, whoever received it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

import anyio
import httpcore2
import httpx2

__all__ = ["Arriving"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """An answer whose head has come, and whose content is still under way."""

    status: int
    headers: Mapping[str, str]
    """The names are in lower case; several headers of one name are one."""
    content: AsyncGenerator[bytes, None]
    """As it was sent."""
    response: Any
    """What is to be closed."""
    is_decoded: bool = False
    """Whether the content's codings are undone already."""

    @classmethod
    def of_httpcore(cls, response: httpcore2.Response) -> Arriving:
        """One that came by a connection of ours."""
        headers = httpx2.Headers(response.headers)
        return cls(
            status=response.status,
            headers={name.lower(): value for name, value in headers.items()},
            content=_pieces(response.stream),
            response=response,
        )

    @classmethod
    def of_client(cls, response: Any) -> Arriving:
        """One that a client of `httpx2` or `httpx` received; a mock's is there as a whole."""
        is_whole = bool(response.is_stream_consumed)
        return cls(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            content=response.aiter_bytes() if is_whole else response.aiter_raw(),
            response=response,
            is_decoded=is_whole,
        )

    async def aclose(self) -> None:
        """End the exchange, read to its end or not."""
        with anyio.CancelScope(shield=True):
            await self.content.aclose()
            if _has_rest(self.response):
                await self.response.extensions["network_stream"].aclose()
            await self.response.aclose()


def _has_rest(response: Any) -> bool:
    """Whether more came than the answer: the next one on the connection would be read from it.

    httpcore2 looks for what has arrived since, and not at what it has already taken in; that it
    does not show either, so a test holds that this still finds it.
    """
    connection = getattr(getattr(response.stream, "_stream", None), "_connection", None)
    state = getattr(connection, "_h11_state", None)
    return state is not None and bool(state.trailing_data[0])


async def _pieces(stream: Any) -> AsyncGenerator[bytes, None]:
    """The stream's pieces, by an iterator of it that can be closed."""
    iterator = stream.__aiter__()
    try:
        async for piece in iterator:
            yield piece
    finally:
        await iterator.aclose()
