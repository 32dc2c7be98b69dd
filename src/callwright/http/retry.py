"""Whether a request is sent once more, and after how long: decided from values, nothing is done.

A call that only reads is tried again when what stood against it is likely to pass. One that may
change something is tried again only where none of it can have taken effect, or where the API
itself sees to it that the second is the same as the first (an idempotency key).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callwright.core.retry_after import retry_after
from callwright.http.explain import Failure
from callwright.openapi.answer.response import Answer

__all__ = ["Attempt", "is_outcome_unknown", "wait_before_next"]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})
"""RFC 9110, 9.2.1. PUT and DELETE can be repeated as well, but not behind someone's back: what
was deleted and made anew meanwhile would be deleted again."""
_KEYS = frozenset({"idempotency-key", "x-idempotency-key"})
_PASSING = frozenset({408, 429, 502, 503, 504})
_UNDONE = frozenset({408, 429})
"""These say that the request was not carried out; a gateway's 502 to 504 do not."""
_FIRST_WAIT = 0.25
_LONGEST_WAIT = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sending of a request, and what came of it."""

    method: str
    header_names: frozenset[str]
    """In lower case."""
    number: int
    """Counted from 1."""
    outcome: Answer | Failure

    @classmethod
    def of(
        cls, method: str, headers: Iterable[str], number: int, outcome: Answer | Failure
    ) -> Attempt:
        """The attempt of a request with headers of these names."""
        names = frozenset(name.lower() for name in headers)
        return cls(method=method, header_names=names, number=number, outcome=outcome)

    @property
    def is_safe(self) -> bool:
        """Whether the request only reads."""
        return self.method.upper() in SAFE_METHODS

    @property
    def is_repeatable(self) -> bool:
        """Whether a second request has no second effect."""
        return self.is_safe or not self.header_names.isdisjoint(_KEYS)


def wait_before_next(
    attempt: Attempt, *, retries: int, left: float, chance: float, now: float
) -> float | None:
    """The seconds to wait before the request is sent again; None where it is not.

    Args:
        attempt: the last one.
        retries: how many may follow the first.
        left: seconds until the deadline.
        chance: a number from 0 to 1, so that many clients do not come again at once.
        now: the time of day, as seconds since 1970.
    """
    if attempt.number > retries or not _may_repeat(attempt):
        return None
    usual = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (attempt.number - 1)) * (0.5 + chance / 2)
    wanted = retry_after(_headers(attempt.outcome), now=now)
    wait = usual if wanted is None else wanted + chance * min(1.0, wanted / 10)
    return wait if wait < left else None


def _may_repeat(attempt: Attempt) -> bool:
    outcome = attempt.outcome
    if isinstance(outcome, Answer):
        return outcome.status in _PASSING and attempt.is_repeatable
    return outcome.is_passing and (attempt.is_repeatable or not outcome.is_sent)


def is_outcome_unknown(attempt: Attempt) -> bool:
    """Whether the request may have taken effect although nothing says that it did."""
    if attempt.is_safe:
        return False
    outcome = attempt.outcome
    if isinstance(outcome, Answer):
        return outcome.status in _PASSING - _UNDONE
    return outcome.is_sent


def _headers(outcome: Answer | Failure) -> Mapping[str, str]:
    return outcome.headers if isinstance(outcome, Answer) else {}
