"""How much a run may do, and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from callwright.core.errors import ConfigurationError

__all__ = ["Budget", "Limit", "Limits"]

Limit = Literal["rounds", "calls", "tokens", "seconds"]
"""Which limit ended a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one run may do. None is no limit.

    The number of rounds is `max_recursive_tool_runs` of the run itself.
    """

    calls: int | None = 100
    """Tool calls in the whole run."""
    tokens: int | None = None
    """Input and output tokens of the whole run, as the models report them."""
    seconds: float | None = None
    """Duration of the whole run."""
    call_seconds: float | None = 60.0
    """Duration of one tool call, from the first byte sent to the last one received."""
    concurrent_calls: int = 8
    """Calls of one round that are under way at the same time."""
    result_tokens: int = 8_000
    """Length of one result as the model reads it."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value is not None and value <= 0:
                raise ConfigurationError(f"The limit {item.name}={value!r} must be above zero.")


@dataclass(slots=True)
class Budget:
    """What is left of the limits of one run."""

    limits: Limits
    rounds: int
    """Rounds of calls that may still be made."""
    calls: int = 0
    tokens: int = 0

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise ConfigurationError(
                f"max_recursive_tool_runs={self.rounds - 1} must not be below zero.",
                remedy="Use 0 for one round of calls, or tool_choice='none' for none.",
            )

    def spent(self) -> Limit | None:
        """The limit that is reached before another round of calls, if one is."""
        if self.rounds <= 0:
            return "rounds"
        if self.limits.calls is not None and self.calls >= self.limits.calls:
            return "calls"
        if self.limits.tokens is not None and self.tokens >= self.limits.tokens:
            return "tokens"
        return None

    def admit(self, wanted: int) -> int:
        """Enter a round of `wanted` calls; returns how many of them may be executed."""
        self.rounds -= 1
        left = wanted if self.limits.calls is None else self.limits.calls - self.calls
        admitted = min(wanted, left)
        self.calls += admitted
        return admitted
