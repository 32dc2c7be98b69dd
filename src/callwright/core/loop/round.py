"""One round: the calls of one reply are executed, several at a time, and answered in their order.

Reads go side by side; writes to the same API one after another, in the order in which the model
asked for them, unless the limits let them go together. One failing call does not sink the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from urllib.parse import urlsplit

from callwright.core.effects import Effects
from callwright.core.errors import ArgumentsInvalid, CallwrightError
from callwright.core.events.event import CallFinished, CallStarted, OnEvent
from callwright.core.limits import Limits
from callwright.core.loop.withheld import Withheld
from callwright.core.message import ToolCall
from callwright.core.repair.change import Repaired
from callwright.core.tool import Tool, ToolResult

__all__ = ["Round"]

_MAX_NAME = 100
"""Characters of an unknown tool's name that are said again; a model may write a page as one."""
_UNKNOWN = "ended; its result is unknown."
_UNDONE = "was executed; nothing came of it."


@dataclass(kw_only=True)
class Round:
    """The calls of one reply, and in `done` what came of each of them, by its id."""

    number: int
    effects: Effects
    tools: Mapping[str, Tool]
    limits: Limits
    is_parallel: bool
    began: float
    emit: OnEvent
    withheld: Withheld | None = None
    done: dict[str, CallFinished] = field(init=False, default_factory=dict[str, CallFinished])
    _started: dict[str, float] = field(init=False, default_factory=dict[str, float])
    _under_way: set[str] = field(init=False, default_factory=set[str])
    """The calls that passed, so that something may have come of them."""

    def answer(
        self, call: ToolCall, text: str, *, is_error: bool = True, outcome_unknown: bool = False
    ) -> CallFinished:
        """Answer a call without executing it, by a word on why."""
        result = ToolResult(content=text, is_error=is_error, outcome_unknown=outcome_unknown)
        return self._finish(call, result, self._started.get(call.id, self._now()))

    def cut_short(self, call: ToolCall, why: str) -> None:
        """Answer a call whose end is not waited for, unless it has been answered."""
        if call.id in self.done:
            return
        if call.id not in self._under_way:
            self.answer(call, f"{why} before the call {_UNDONE}")
            return
        may_have_changed = self.tools[call.name].effect != "read"
        self.answer(call, f"{why} before the call {_UNKNOWN}", outcome_unknown=may_have_changed)

    async def execute(self, calls: Sequence[ToolCall]) -> None:
        """Execute calls; when all have ended, raise what the caller must mend, if there is any.

        Raises:
            Exception: whatever a call raised that is not for the model, such as CredentialError.
        """
        from anyio import create_task_group

        lanes = self._lanes(calls)
        waiting = iter(lanes)
        failures: list[Exception] = []

        async def work() -> None:
            for lane in waiting:  # shared: whoever is free takes the next one, in their order
                for call in lane:
                    try:
                        await self._execute(call)
                    except Exception as error:  # raised as it is, outside the group
                        failures.append(error)
                        self.answer(call, _told(error))

        async with create_task_group() as group:
            for _ in lanes[: self.limits.concurrent_calls]:
                group.start_soon(work)
        if failures:
            raise failures[0]

    def _lanes(self, calls: Sequence[ToolCall]) -> list[list[ToolCall]]:
        """The calls, those that must follow one another together."""
        if not self.is_parallel:
            return [list(calls)]
        lanes: dict[str, list[ToolCall]] = {}
        for call in calls:
            lanes.setdefault(self._lane(call), []).append(call)
        return list(lanes.values())

    def _lane(self, call: ToolCall) -> str:
        tool = self.tools.get(call.name)
        operation = None if tool is None else tool.operation
        if operation is None or operation.effect == "read" or self.limits.concurrent_writes:
            return f"call {call.id}"
        return f"api {urlsplit(operation.url).netloc}"

    async def _execute(self, call: ToolCall) -> None:
        started = self._started[call.id] = self._now()
        tool = self.tools.get(call.name)
        effect = "read" if tool is None else tool.effect
        self.emit(CallStarted(at=started, round=self.number, call=call, effect=effect))
        taken: Repaired | None = None
        if tool is None:
            result = ToolResult.failure(self._unknown_tool(call.name))
        elif call.arguments is None:
            result = ToolResult.failure(f"{call.fault} Send them again.")
        else:
            result, taken = await self._call(tool, call)
        self._finish(call, result, started, taken)

    async def _call(self, tool: Tool, call: ToolCall) -> tuple[ToolResult, Repaired | None]:
        """Execute a call with its arguments, mended where they do not fit."""
        if not self.effects.strict_validation:
            return await self._executed(tool, call), None
        try:
            taken = tool.repair(call.arguments or {})
        except ArgumentsInvalid as error:
            return ToolResult.failure(str(error)), None
        return await self._executed(tool, replace(call, arguments=taken.arguments)), taken

    async def _executed(self, tool: Tool, call: ToolCall) -> ToolResult:
        """What comes of a call, if it is approved."""
        passed = await self.effects.admit(tool, call)
        if isinstance(passed, ToolResult):
            return passed
        self._under_way.add(call.id)
        return await self.effects.execute(tool, call, passed)

    def _finish(
        self, call: ToolCall, result: ToolResult, started: float, taken: Repaired | None = None
    ) -> CallFinished:
        now = self._now()
        repairs = taken.repairs if taken else ()
        finished = CallFinished(
            at=now,
            round=self.number,
            call=call,
            result=result,
            seconds=now - started,
            repairs=repairs,
            repaired=taken.arguments if taken and repairs else None,
        )
        self.done[call.id] = finished
        self.emit(finished)
        return finished

    def _unknown_tool(self, name: str) -> str:
        refusal = None if self.withheld is None else self.withheld.refusal(name)
        if refusal is not None:
            return refusal
        near = get_close_matches(name[:_MAX_NAME], self.tools, n=3, cutoff=0.5)
        hint = f"Did you mean {', '.join(near)}?" if near else "Use one of those you were given."
        shown = name if len(name) <= _MAX_NAME else f"{name[:_MAX_NAME]}…"
        return f"There is no tool {shown!r}. {hint}"

    def _now(self) -> float:
        return self.effects.now() - self.began


def _told(error: Exception) -> str:
    """What the transcript says of a failure that is the caller's to mend; a stranger's words may
    hold anything, so they are left out."""
    known = isinstance(error, CallwrightError)
    return f"The call failed: {error if known else type(error).__name__}"
