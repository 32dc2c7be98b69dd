"""Notice when a model goes round in circles, and say so before the run is ended for it.

What counts is asking the same again and learning nothing: a call that fails again, one that gives
the very same result again, or two rounds that take turns. A poll whose result changes is none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from callwright.core.message import ToolCall
from callwright.core.tool import Effect, ToolResult

__all__ = ["Stuck", "StuckBreaker", "StuckReason"]

StuckReason: TypeAlias = Literal["failing", "repeating", "alternating"]
"""The same call keeps failing, it keeps giving the same result, or two rounds take turns."""

_Key: TypeAlias = tuple[str, str]
_Came: TypeAlias = tuple[_Key, "str | None"]
"""A call, and the result that it came to; None for a failure, whatever it said."""

_TEXTS: dict[StuckReason, str] = {
    "failing": "this same call has failed {streak} times in a row. Change the "
    "arguments, use another tool, or answer with what you have.",
    "repeating": "this same call has given the same result {streak} times in a row. "
    "Use what you have read, change the arguments, or answer.",
    "alternating": "you take turns between the same calls, and they give the same "
    "results. Use what you have read, do something else, or answer.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Why a call is not made again, and what the model reads of it."""

    reason: StuckReason
    text: str


@dataclass(slots=True)
class _Trace:
    """What one call came to, in how many rounds in a row."""

    result: str | None = None
    streak: int = 0
    round: int = 0


@dataclass(slots=True, kw_only=True)
class StuckBreaker:
    """Keeps what each call came to, by name and arguments.

    `repeats` is how often a call may fail or give the same result; a read may give the same result
    twice as often, since something may yet come. None never breaks anything.
    """

    repeats: int | None
    is_over: bool = field(init=False, default=False)
    """Whether the model was told, and asked the same again all the same."""
    _traces: dict[_Key, _Trace] = field(init=False, default_factory=dict[_Key, _Trace])
    _blocked: set[_Key] = field(init=False, default_factory=set[_Key])
    _told: set[_Key] = field(init=False, default_factory=set[_Key])
    _this_round: list[_Came] = field(init=False, default_factory=list[_Came])
    _rounds: list[frozenset[_Came]] = field(init=False, default_factory=list[frozenset[_Came]])
    _idle: int = field(init=False, default=0)

    def refusal(self, call: ToolCall, effect: Effect) -> Stuck | None:
        """Why a call is not made again, if it is not."""
        key = _key(call)
        reason = self._reason(key, effect)
        if reason is None:
            return None
        self.is_over = self.is_over or key in self._told
        self._told.add(key)
        streak = self._traces[key].streak
        return Stuck(reason=reason, text=_TEXTS[reason].format(streak=streak))

    def _reason(self, key: _Key, effect: Effect) -> StuckReason | None:
        trace, repeats = self._traces.get(key), self.repeats
        if trace is None or repeats is None:
            return None
        if key in self._blocked:
            return "alternating"
        if trace.result is None:
            return "failing" if trace.streak >= max(repeats - 1, 1) else None
        patience = 2 * repeats if effect == "read" else repeats
        return "repeating" if trace.streak >= patience else None

    def note(self, call: ToolCall, result: ToolResult, number: int) -> None:
        """Note what an executed call came to in a round."""
        key, came = _key(call), None if result.is_error else result.content
        self._this_round.append((key, came))
        trace = self._traces.setdefault(key, _Trace())
        if trace.round == number:
            return  # of several in one round the model has seen none
        is_same = trace.streak > 0 and trace.result == came
        trace.streak = trace.streak + 1 if is_same else 1
        trace.result, trace.round = came, number

    def end_round(self) -> None:
        """End a round: two in which nothing was executed are the end of it, if one was told of."""
        if self.repeats is None:
            return
        self._idle = 0 if self._this_round else self._idle + 1
        self.is_over = self.is_over or (self._idle > 1 and bool(self._told))
        self._rounds = [*self._rounds[-3:], frozenset(self._this_round)]
        self._this_round = []
        if _alternate(self._rounds):
            self._blocked |= {key for came in self._rounds[-2:] for key, _ in came}


def _alternate(rounds: list[frozenset[_Came]]) -> bool:
    if len(rounds) < 4:
        return False
    first, second = rounds[0], rounds[1]
    return bool(first and second) and first != second and rounds[2:] == rounds[:2]


def _key(call: ToolCall) -> _Key:
    if call.arguments is None:
        return call.name, call.raw_arguments
    return call.name, json.dumps(call.arguments, sort_keys=True, default=str)
