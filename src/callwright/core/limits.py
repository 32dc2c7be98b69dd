"""How much a run may do, and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from callwright.core.errors import ConfigurationError
from callwright.core.given import check_number
from callwright.core.message import Usage

__all__ = ["Budget", "Limit", "Limits"]

Limit = Literal["rounds", "calls", "tokens", "dollars", "seconds"]
"""Which limit ended a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one run may do. None is no limit.

    Calls, rounds and tokens are counted, times are seconds, costs dollars. `call_seconds` and
    `result_tokens` are of each call, `calls_per_round` and `concurrent_calls` of each reply, the
    others of the whole run; `docs/runs.md` has them in a table.

    The number of rounds is `max_recursive_tool_runs` of the run itself. When a limit is reached,
    the model is told, and asked for its best answer without tools, as far as the limit allows.

    >>> Limits(calls=20, seconds=30, dollars=0.05).calls
    20
    """

    calls: int | None = 100
    """Tool calls in the whole run."""
    calls_per_round: int | None = 32
    """Tool calls in one reply of the model; those above are told to be asked for again."""
    tokens: int | None = None
    """Input and output tokens of the whole run, as the models report them."""
    dollars: float | None = None
    """Cost of the whole run; needs the `prices` of its models."""
    seconds: float | None = None
    """Duration of the whole run."""
    call_seconds: float | None = 60.0
    """Duration of one tool call, from the first byte sent to the last one received."""
    concurrent_calls: int = 8
    """Calls of one round that are under way at the same time."""
    concurrent_writes: bool = False
    """Whether writes to the same API may be under way at the same time, too."""
    result_tokens: int = 8_000
    """Length of one result as the model reads it."""
    context_tokens: int | None = None
    """Length of the conversation as the model reads it, tools included. Above it, old results are
    shortened; `Answer.messages` keeps them whole."""
    repeats: int | None = 3
    """How often the model may ask the same in vain before it is stopped; see `docs/runs.md`."""
    answer_attempts: int = 3
    """How often the model may give its answer until it satisfies the `response_schema`."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, bool):
                continue
            check_number(f"The limit {item.name}", value)
            if value is not None and not value > 0:
                raise ConfigurationError(f"The limit {item.name}={value!r} must be above zero.")


@dataclass(slots=True)
class Budget:
    """What is left of the limits of one run."""

    limits: Limits
    rounds: int
    """Rounds of calls that may still be made."""
    calls: int = 0
    tokens: int = 0
    dollars: float = 0.0

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise ConfigurationError(
                f"max_recursive_tool_runs={self.rounds - 1} must not be below zero.",
                remedy="Use 0 for one round of calls, or tool_choice='none' for none.",
            )

    @property
    def counts_tokens(self) -> bool:
        """Whether a limit depends on tokens, so that it is worth counting them beforehand."""
        return self.limits.tokens is not None or self.limits.dollars is not None

    def spent(self) -> Limit | None:
        """The limit that is reached before another round of calls, if one is."""
        if self.rounds <= 0:
            return "rounds"
        if self.limits.calls is not None and self.calls >= self.limits.calls:
            return "calls"
        return self.too_dear(0, 0.0)

    def too_dear(self, tokens: int, dollars: float) -> Limit | None:
        """The limit that so many more tokens or dollars would break, if one is."""
        if self.limits.tokens is not None and not _fits(self.tokens, tokens, self.limits.tokens):
            return "tokens"
        if self.limits.dollars is not None and not _fits(
            self.dollars, dollars, self.limits.dollars
        ):
            return "dollars"
        return None

    def spend(self, usage: Usage) -> None:
        """Count what a reply used."""
        self.tokens += usage.total_tokens
        self.dollars += usage.dollars or 0.0

    def admit(self) -> bool:
        """Whether one more call may be made; it is counted."""
        if self.limits.calls is not None and self.calls >= self.limits.calls:
            return False
        self.calls += 1
        return True


def _fits(spent: float, more: float, limit: float) -> bool:
    return spent < limit and spent + more <= limit
