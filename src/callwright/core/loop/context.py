"""Keep a conversation within a model's context: old results are shortened, nothing is taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from callwright.core.loop.meter import tokens_of
from callwright.core.message import Message, Messages

__all__ = ["Context"]

_LEAST = 100
"""Results of fewer tokens are left as they are: hardly anything would be won."""


@dataclass(slots=True, kw_only=True)
class Context:
    """What of a conversation a model reads. What was shortened once stays so, for its cache.

    The rule: the oldest results first, and those of the last round only when nothing else helps;
    calls, and what people and models said, stay whole. So a call never loses its result.
    """

    tokens: int | None
    shorten: Callable[[str], str]
    """Makes the short form of a result."""
    _short: dict[int, Message] = field(init=False, default_factory=dict[int, Message])

    def view(self, messages: Sequence[Message], spent: int) -> tuple[Messages, int]:
        """The messages to send, and how many were shortened anew.

        `spent` is what the whole conversation takes up, with its tools.
        """
        if self.tokens is None:
            return Messages(messages), 0
        excess = spent - self.tokens - sum(self._won(messages, at) for at in self._short)
        before = len(self._short)
        for at in _by_age(messages):
            if excess <= 0:
                break
            if at in self._short or tokens_of(messages[at]) < _LEAST:
                continue
            short = replace(messages[at], content=self.shorten(messages[at].text))
            self._short[at] = short
            excess -= self._won(messages, at)
        view = Messages(self._short.get(at, message) for at, message in enumerate(messages))
        return view, len(self._short) - before

    def _won(self, messages: Sequence[Message], at: int) -> int:
        return tokens_of(messages[at]) - tokens_of(self._short[at])


def _by_age(messages: Sequence[Message]) -> list[int]:
    return [at for at, message in enumerate(messages) if message.role == "tool"]
