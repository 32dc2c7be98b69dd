"""Sends the requests of one API: each within its deadline, its caps and its caller's policy."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext

import anyio
import httpx2

from callwright.core.errors import ArgumentsInvalid
from callwright.http.arriving import Arriving
from callwright.http.client import Client, exchange_by_client
from callwright.http.egress import Egress, system_resolve
from callwright.http.errand import Errand, Pace
from callwright.http.session import exchange
from callwright.openapi.answer.response import Answer
from callwright.openapi.source import FetchPolicy

__all__ = ["Client", "Sender"]

_MAX_HEADER_BYTES = 64 * 1024
_MARGIN = 0.1
"""Seconds before an outer deadline, in which what was read until then is still told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends the requests of one API, by the caller's client where one was given.

    A client of the caller's resolves names by itself: only what stands in the address is checked
    then.
    """

    client: Client | None = None
    policy: FetchPolicy = field(default_factory=FetchPolicy)
    pace: Pace = field(default_factory=Pace)
    ssl_context: SSLContext | None = None
    """Whom TLS trusts, where it is not the usual."""

    async def __call__(self, request: httpx2.Request) -> Answer:
        """Send one request and read its answer; redirects are followed as the policy says.

        An answer above the cap comes back as far as it was read, `cut` saying so; an event stream
        that has not ended by the deadline likewise.

        Raises:
            ArgumentsInvalid: the request is too large to be sent, or no request at all.
            AddressBlocked: it goes to an address that is not admitted.
            RedirectRefused: it is redirected to where it may not follow.
            ApiUnreachable: no complete answer came.
            CallTimeout: it did not come in time.
        """
        self._check(request)
        started = anyio.current_time()
        deadline = min(
            started + self.policy.call_seconds, anyio.current_effective_deadline() - _MARGIN
        )
        errand = Errand(open=self.open, policy=self.policy, pace=self.pace, deadline=deadline)
        with anyio.CancelScope(deadline=deadline):
            return await errand.run(request)
        return errand.at_deadline(deadline - started)

    def _check(self, request: httpx2.Request) -> None:
        """Refuse what no server takes, before a socket is opened."""
        length = sum(len(name) + len(value) for name, value in request.headers.raw)
        if length > _MAX_HEADER_BYTES:
            raise ArgumentsInvalid(
                [f"They make {length:,} bytes of headers; {_MAX_HEADER_BYTES:,} may be sent."]
            )
        size, allowed = int(request.headers.get("content-length", 0)), self.policy.max_request_bytes
        if size > allowed:
            raise ArgumentsInvalid(
                [f"They make a body of {size:,} bytes; {allowed:,} may be sent."]
            )

    @asynccontextmanager
    async def open(self, request: httpx2.Request) -> AsyncGenerator[Arriving, None]:
        """Send one request once, and hand out its answer while it arrives."""
        if self.client is None:
            egress = Egress(
                self.policy.admission, self.policy.resolve or system_resolve, self.ssl_context
            )
            async with exchange(request, egress) as arriving:
                yield arriving
            return
        async with exchange_by_client(self.client, request, self.policy.admission) as arriving:
            yield arriving
