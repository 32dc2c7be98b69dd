"""One call on its way to an answer: its attempts, its redirects, and what it came to in time."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace

import anyio
import httpx2

from callwright.core.errors import CallTimeout, RedirectRefused
from callwright.http.arriving import Arriving
from callwright.http.explain import Failure, failure_of
from callwright.http.log import hiding
from callwright.http.read import Reading
from callwright.http.redirect import is_redirect, next_request
from callwright.http.retry import Attempt, is_outcome_unknown, wait_before_next
from callwright.openapi.answer.charset import essence_of
from callwright.openapi.answer.problem import DO_NOT_REPEAT
from callwright.openapi.answer.response import Answer
from callwright.openapi.request.quiet import SECRETS
from callwright.openapi.source import FetchPolicy

__all__ = ["Errand", "Pace", "place_of"]

_STREAMS = frozenset(
    {"text/event-stream", "application/x-ndjson", "application/jsonl", "application/json-seq"}
)
"""What has no end by its nature: what came until the deadline is the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The time of day, waiting, and chance."""

    clock: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    chance: Callable[[], float] = random.random


@dataclass(slots=True, kw_only=True)
class Errand:
    """One call on its way."""

    open: Callable[[httpx2.Request], AbstractAsyncContextManager[Arriving]]
    policy: FetchPolicy
    pace: Pace
    deadline: float
    _request: httpx2.Request = field(init=False, repr=False)
    _attempts: int = 0
    _reading: Reading | None = None
    _is_under_way: bool = False

    async def run(self, request: httpx2.Request) -> Answer:
        """Send it until there is an answer to give.

        Raises:
            CallError: there is none.
        """
        allowed = left = self.policy.redirects
        answer = await self._tried(request)
        while allowed and is_redirect(answer):
            if not left:
                raise RedirectRefused(
                    f"{place_of(request)} redirects more than {allowed} times.",
                    location=answer.headers["location"],
                )
            left -= 1
            request = next_request(request, answer)
            answer = await self._tried(request)
        return answer

    async def _tried(self, request: httpx2.Request) -> Answer:
        """The answer to one request, tried again where that makes sense."""
        self._request, number = request, 0
        while True:
            number += 1
            outcome = await self._once(request)
            attempt = Attempt.of(request.method, request.headers, number, outcome)
            wait = wait_before_next(
                attempt,
                retries=self.policy.retries,
                left=self.deadline - anyio.current_time(),
                chance=self.pace.chance(),
                now=self.pace.clock(),
            )
            if wait is None:
                return self._settled(attempt)
            await self.pace.sleep(wait)

    async def _once(self, request: httpx2.Request) -> Answer | Failure:
        self._attempts += 1
        # Left as it is by a deadline, which then tells what there is.
        self._reading, self._is_under_way = None, True
        outcome: Answer | Failure | Exception
        try:
            with hiding(request.extensions.get(SECRETS, ())):
                outcome = await self._read(request)
        except Exception as error:
            outcome = self._explained(error)
        self._is_under_way = False
        # Raised out here, where no other exception is at hand that may hold the request.
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def _read(self, request: httpx2.Request) -> Answer:
        async with self.open(request) as arriving:
            self._reading = Reading(arriving=arriving, max_bytes=self.policy.max_answer_bytes)
            return await self._reading.run()

    def _explained(self, error: Exception) -> Failure | Exception:
        """What an exception of any client means, or itself if it is of no network."""
        received = None if self._reading is None else len(self._reading.content)
        secrets = self._request.extensions.get(SECRETS, ())
        place = place_of(self._request)
        return failure_of(error, place, received=received, secrets=secrets) or error

    def _settled(self, attempt: Attempt) -> Answer:
        is_unknown = is_outcome_unknown(attempt)
        if isinstance(attempt.outcome, Answer):
            return replace(attempt.outcome, attempts=self._attempts, outcome_unknown=is_unknown)
        error = attempt.outcome.error
        error.attempts, error.outcome_unknown = self._attempts, is_unknown
        if is_unknown:
            error.remedy = f"{error.remedy} {DO_NOT_REPEAT}".strip()
        raise error

    def at_deadline(self, seconds: float) -> Answer:
        """What there is to give when time is up.

        Raises:
            CallTimeout: nothing that is of use by itself.
        """
        request, reading = self._request, self._reading
        if reading is not None and reading.content and _is_stream(reading.arriving):
            answer = reading.answer(f"it had not ended after {seconds:.3g} s")
            return replace(answer, attempts=self._attempts)
        came = "" if reading is None else f" {len(reading.content):,} bytes came until then."
        what = f"No complete answer from {place_of(request)} within {seconds:.3g} s.{came}"
        failure = Failure(error=CallTimeout(what), is_sent=self._is_under_way, is_passing=False)
        attempt = Attempt.of(request.method, request.headers, self._attempts, failure)
        return self._settled(attempt)


def _is_stream(arriving: Arriving) -> bool:
    return essence_of(arriving.headers.get("content-type", "")) in _STREAMS


def place_of(request: httpx2.Request) -> str:
    """A request in short: its method and host, with the port where it is not the usual one."""
    port = "" if request.url.port is None else f":{request.url.port}"
    return f"{request.method} {request.url.host}{port}"
