"""Sends the requests of one API, each within its deadline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import anyio
import httpx2

from callwright.core.errors import ArgumentsInvalid, CallTimeout
from callwright.http.explain import explain
from callwright.http.read import read_answer
from callwright.http.session import own_client
from callwright.openapi.response import Answer

__all__ = ["Client", "Sender"]

Client: TypeAlias = Any
"""An `httpx2.AsyncClient`, or a legacy `httpx` one: only `build_request` and `send` are used."""

MAX_ANSWER_BYTES = 16 * 1024 * 1024
CALL_SECONDS = 60.0
_MAX_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends the requests of one API, by the caller's client where one was given."""

    client: Client | None = None
    max_bytes: int = MAX_ANSWER_BYTES
    seconds: float = CALL_SECONDS

    async def __call__(self, request: httpx2.Request) -> Answer:
        """Send one request and read its whole answer; redirects are not followed.

        Raises:
            ApiUnreachable: no complete answer came.
            CallTimeout: it did not come in time.
            AnswerTooLarge: it has too many bytes.
        """
        place = f"{request.method} {request.url.host}"
        if (request.url.port or 0) > _MAX_PORT:
            raise ArgumentsInvalid([f"The address has a port above {_MAX_PORT}."])
        with anyio.move_on_after(self.seconds):
            try:
                return await self._exchange(request)
            except Exception as error:
                explain(error, place)
        raise CallTimeout(f"No complete answer from {place} within {self.seconds:g} s.")

    async def _exchange(self, request: httpx2.Request) -> Answer:
        if self.client is None:
            async with own_client() as client:
                return await read_answer(await client.send(request, stream=True), self.max_bytes)
        # A client of the caller's may be of another library: it builds its own request.
        own = self.client.build_request(
            request.method,
            str(request.url),
            headers=list(request.headers.raw),
            content=request.content or None,
        )
        return await read_answer(
            await self.client.send(own, stream=True, follow_redirects=False), self.max_bytes
        )
