"""Asking a provider once more: whether, after how long, and how often. It reads the clock."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from callwright.core.errors import ModelStreamCut, ModelUnavailable
from callwright.core.retry_after import retry_after
from callwright.models.fault import read_fault
from callwright.models.wire import ProviderAnswer

__all__ = ["LONGEST_WAIT", "Refused", "delay_before_retry", "persistently"]

T = TypeVar("T")

# stamina logs every retry; where nobody listens, Python would print that to standard error.
logging.getLogger("stamina").addHandler(logging.NullHandler())

_ATTEMPTS = 3
_RETRY_SECONDS = 120.0
"""After so long no other attempt is begun, so that a hanging provider is not waited for thrice."""

LONGEST_WAIT = 30.0
"""Seconds. A provider that wants a longer wait is not asked again: earlier would be in vain."""

# The names of OpenAI, of gateways built on new-api (which send 503 with it), and of Workers AI.
_HOPELESS = frozenset({"insufficient_quota", "model_not_found", "3036"})


class Refused(Exception):
    """Carries an answer that is no success to where it is decided whether to ask again."""

    def __init__(self, answer: ProviderAnswer) -> None:
        super().__init__(answer.status)
        self.answer = answer


async def persistently(ask: Callable[[], Awaitable[T]]) -> T:
    """What `ask` gives, after as many attempts as help.

    Raises:
        Refused: the last attempt was answered by no success.
        ModelUnavailable: it was not answered at all.
    """
    from stamina import AsyncRetryingCaller

    caller = AsyncRetryingCaller(
        attempts=_ATTEMPTS, timeout=_RETRY_SECONDS, wait_initial=0.5, wait_max=8.0
    )
    return await caller(delay_before_retry, ask)


def delay_before_retry(error: Exception) -> bool | float:
    """Whether to ask again: False, True for the usual wait, or the seconds that were asked for."""
    if isinstance(error, Refused):
        return _delay_after(error.answer)
    return isinstance(error, ModelUnavailable) and not isinstance(error, ModelStreamCut)


def _delay_after(answer: ProviderAnswer) -> bool | float:
    if not _is_passing(answer):
        return False
    wait = retry_after(answer.headers, now=time.time())
    if wait is None:
        return True
    return wait if wait <= LONGEST_WAIT else False


def _is_passing(answer: ProviderAnswer) -> bool:
    fault = read_fault(answer.content)
    if not _HOPELESS.isdisjoint((fault.code, fault.type)):
        return False
    said = answer.headers.get("x-should-retry")
    if said in ("true", "false"):
        return said == "true"
    return answer.status in (408, 409, 429) or answer.status >= 500
