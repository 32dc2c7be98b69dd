"""One run from the outside: its events, and what stands before and after its loop."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias, cast

from callwright.answer import Answer
from callwright.core.cost import Ledger
from callwright.core.effects import Effects
from callwright.core.errors import CallwrightError, InvalidTool
from callwright.core.events.event import (
    PROVISIONAL,
    CallStarted,
    Event,
    OnEvent,
    Outcome,
    RunFinished,
    ToolsTrimmed,
)
from callwright.core.events.log import log_event
from callwright.core.hook import call_either
from callwright.core.limits import Budget
from callwright.core.loop.loop import Loop, reason_of
from callwright.core.loop.withheld import Withheld
from callwright.core.message import Messages, Usage
from callwright.core.model import Model, Turn
from callwright.find_tools import FindTools
from callwright.tools import ToolLike, Tools, as_tools
from callwright.trim_model import TrimModel
from callwright.trimming import with_required

__all__ = ["CurrentRun", "TrimFunction"]

TrimFunction: TypeAlias = Callable[
    [Tools, Model, Messages], "Iterable[ToolLike] | Awaitable[Iterable[ToolLike]]"
]


@dataclass(kw_only=True)
class CurrentRun:
    """The events of one run, and what stands before and after its loop."""

    effects: Effects
    ledger: Ledger
    budget: Budget
    hook: OnEvent | None
    verbose: bool
    began: float = field(init=False)
    events: list[Event] = field(init=False, default_factory=list[Event])
    withheld: Withheld | None = field(init=False, default=None)
    loop: Loop | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.began = self.effects.now()

    def now(self) -> float:
        """Seconds since the run began."""
        return self.effects.now() - self.began

    @property
    def finder(self) -> Sequence[FindTools]:
        """The tool by which the model finds what was withheld, if it has one."""
        return [self.withheld] if isinstance(self.withheld, FindTools) else []

    def emit(self, event: Event) -> None:
        """Tell an event to everybody who listens."""
        is_delta = isinstance(event, PROVISIONAL)
        if not is_delta:
            self.events.append(event)
            log_event(event)
        if isinstance(event, CallStarted):
            for finder in self.finder:
                finder.note_call(event.call.name)
        if self.verbose and not is_delta:
            print(f"{event.at:7.2f} s  {event}", file=sys.stderr)  # noqa: T201  # as asked for
        if self.hook is not None:
            self.hook(event)

    def enter_trim(self, usage: Usage, model: str) -> Usage:
        """Put what a trim pass used on the run's account; the same, with what it cost."""
        priced = self.ledger.priced(usage, model)
        self.ledger.enter(priced, model, is_trim=True)
        self.budget.spend(priced)
        return priced

    async def offer(self, given: Tools, turn: Turn, trim: TrimFunction | None) -> Tools:
        """The tools that are offered: those that the trim function keeps and that can be read."""
        if trim is None or not given:
            return given
        started = self.now()
        model = TrimModel(effects=self.effects, enter=self.enter_trim)
        chosen: object = await call_either(trim, given, model, turn.messages)
        is_set = isinstance(chosen, Iterable) or callable(chosen)
        if isinstance(chosen, str) or not is_set:
            raise InvalidTool(
                f"The trim_function returned {chosen!r}, which is no set of tools.",
                remedy="Let it return those of its first argument that are kept.",
            )
        kept = as_tools(cast("Iterable[ToolLike]", chosen))
        kept = with_required(kept, given, turn.tool_choice)
        now = self.now()
        self.emit(
            ToolsTrimmed(
                at=now,
                given=len(given),
                kept=tuple(tool.name for tool in kept),
                seconds=now - started,
                usage=self.ledger.trim,
                trim=kept.trim,
            )
        )
        return kept

    @contextmanager
    def telling_a_break(self, messages: Messages) -> Generator[None]:
        """Where the run breaks off, tell what was done until then; it goes with the error."""
        try:
            yield
        except BaseException as error:
            loop = self.loop
            outcome = loop.interrupted(error) if loop else self._before(error, messages)
            answer = self.finish(outcome)
            if isinstance(error, CallwrightError):
                error.answer = answer
            raise

    def _before(self, error: BaseException, messages: Messages) -> Outcome:
        """What the run came to when it broke off before its loop, as where tools are chosen."""
        return Outcome(
            text="",
            messages=messages,
            usage=self.ledger.total,
            usage_by_model=dict(self.ledger.by_model),
            trim_usage=self.ledger.trim,
            stop_reason=reason_of(error),
        )

    def finish(self, outcome: Outcome) -> Answer:
        """The answer, told as the last event."""
        answer = Answer.of(replace(outcome, events=tuple(self.events)))
        self.emit(RunFinished(at=self.now(), answer=answer))
        return answer
