"""The tool loop: ask the model, answer its calls, ask again, until it answers or a limit is hit.

Every call is answered exactly once, in order, under its own id. The world is reached through
`Effects` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from callwright.core.effects import Effects
from callwright.core.errors import ArgumentsInvalid
from callwright.core.event import (
    CallFinished,
    CallStarted,
    ModelAsked,
    ModelReplied,
    OnEvent,
    Outcome,
    StopReason,
)
from callwright.core.framing import forges_signs, framed
from callwright.core.limits import Budget, Limit
from callwright.core.message import Message, Messages, ToolCall, Usage
from callwright.core.model import Reply, Turn
from callwright.core.read_result import ReadResult
from callwright.core.repair.change import Repaired
from callwright.core.shelf import Shelf, free_name
from callwright.core.tool import Tool, ToolResult
from callwright.core.withheld import Withheld

__all__ = ["Loop"]


@dataclass(kw_only=True)
class Loop:
    """One run of the loop. `turn` is the first one; those after it differ in their messages."""

    turn: Turn
    effects: Effects
    budget: Budget
    emit: OnEvent
    execute: bool = True
    began: float = 0.0
    """The clock when the run began."""
    withheld: Withheld | None = None
    """The tools that were not selected for the run, if there are any."""

    messages: list[Message] = field(init=False)
    calls: list[CallFinished] = field(init=False, default_factory=list[CallFinished])
    usage: Usage = field(init=False, default_factory=Usage)
    round: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.messages = list(self.turn.messages)
        self._tools = {tool.name: tool for tool in self.turn.tools}
        self._done: dict[str, CallFinished] = {}
        self._ids = {call.id for message in self.messages for call in message.tool_calls}
        self._shelf = Shelf(
            tokens=self.budget.limits.result_tokens,
            reader=free_name(self._tools),
            shown=sum(message.role == "tool" for message in self.messages),
        )

    async def run(self) -> Outcome:
        """Run to the end.

        Raises:
            ModelError: the model gave no usable reply.
        """
        from anyio import move_on_after
        from anyio.lowlevel import checkpoint

        limit = self.budget.limits.seconds
        seconds = None if limit is None else limit - self._now()
        with move_on_after(seconds):
            await checkpoint()  # so that no model is asked when the time is over already
            return await self._run()
        self._answer_open_calls("The run's time is over; the call's result is unknown.")
        return self._outcome("", "seconds")

    async def _run(self) -> Outcome:
        choice = self.turn.tool_choice
        while True:
            reply = await self._ask(choice)
            wanted = reply.message.tool_calls
            if not wanted:
                return self._outcome(reply.message.text, _stop_reason(reply))
            waiting = await self._answer(wanted)
            if waiting:
                return self._outcome(reply.message.text, "tool_calls", waiting)
            # A forced choice holds for the first round only, or the run would never end.
            choice = "none" if choice == "none" else "auto"
            limit = self.budget.spent()
            if limit is not None:
                return await self._finish_without_tools(limit)

    async def _ask(self, choice: str) -> Reply:
        self.round += 1
        started = self._now()
        self.emit(ModelAsked(at=started, round=self.round))
        turn = replace(self.turn, messages=Messages(self.messages), tool_choice=choice)
        reply = await self.effects.ask_model(turn)
        message = replace(reply.message, tool_calls=self._with_own_ids(reply.message.tool_calls))
        reply = replace(reply, message=message)
        self.messages.append(message)
        self.usage += reply.usage
        self.budget.tokens += reply.usage.total_tokens
        now = self._now()
        self.emit(
            ModelReplied(
                at=now,
                round=self.round,
                message=message,
                usage=reply.usage,
                seconds=now - started,
                model=reply.model,
            )
        )
        return reply

    def _with_own_ids(self, calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
        """The calls, each with an id of its own: providers leave ids out, or repeat them."""
        result: list[ToolCall] = []
        for call in calls:
            id_, number = call.id, len(self._ids)
            while not id_ or id_ in self._ids:
                number += 1
                id_ = f"call_{number}"
            self._ids.add(id_)
            result.append(call if id_ == call.id else replace(call, id=id_))
        return tuple(result)

    async def _answer(self, wanted: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
        """Answer what can be answered here; returns the calls that wait for the caller."""
        waiting = tuple(call for call in wanted if self._waits(call))
        here = [call for call in wanted if call not in waiting]
        if not here:
            return waiting
        admitted = self.budget.admit(len(here))
        results = await self._execute_all(here[:admitted])
        limit = self.budget.limits.calls
        refused = ToolResult.failure(f"Not executed: the run's limit of {limit} calls is reached.")
        for call in here[admitted:]:
            results.append(self._finished(call, refused, self._now()))
        for finished in results:
            self._record(finished)
        return waiting

    def _waits(self, call: ToolCall) -> bool:
        if not self.execute:
            return True
        tool = self._tools.get(call.name)
        return tool is not None and not tool.is_executable

    async def _execute_all(self, calls: Sequence[ToolCall]) -> list[CallFinished]:
        """Execute the calls of one round, several at a time; the results keep the calls' order."""
        from anyio import CapacityLimiter, create_task_group

        parallel = self.turn.parallel_tool_calls
        limiter = CapacityLimiter(self.budget.limits.concurrent_calls if parallel else 1)
        failures: list[Exception] = []

        async def execute(call: ToolCall) -> None:
            async with limiter:
                try:
                    self._done[call.id] = await self._execute(call)
                except Exception as error:  # raised as it is, outside the group
                    failures.append(error)
                    group.cancel_scope.cancel()

        async with create_task_group() as group:
            for call in calls:
                group.start_soon(execute, call)
        if failures:
            raise failures[0]
        return [self._done[call.id] for call in calls]

    async def _execute(self, call: ToolCall) -> CallFinished:
        started = self._now()
        tool = self._tools.get(call.name)
        effect = "read" if tool is None else tool.effect
        self.emit(CallStarted(at=started, round=self.round, call=call, effect=effect))
        taken: Repaired | None = None
        if tool is None:
            result = ToolResult.failure(self._unknown_tool(call.name))
        elif call.arguments is None:
            result = ToolResult.failure(f"{call.fault} Send them again.")
        else:
            result, taken = await self._call(tool, call)
        return self._finished(call, result, started, taken)

    async def _call(self, tool: Tool, call: ToolCall) -> tuple[ToolResult, Repaired | None]:
        """Execute a call with its arguments, mended where they do not fit."""
        if not self.effects.strict_validation:
            return await self.effects.call_tool(tool, call), None
        try:
            taken = tool.repair(call.arguments or {})
        except ArgumentsInvalid as error:
            return ToolResult.failure(str(error)), None
        fitting = replace(call, arguments=taken.arguments)
        # They are checked now, and need not be again.
        effects = replace(self.effects, strict_validation=False)
        return await effects.call_tool(tool, fitting), taken

    def _finished(
        self, call: ToolCall, result: ToolResult, started: float, taken: Repaired | None = None
    ) -> CallFinished:
        now = self._now()
        repairs = taken.repairs if taken else ()
        finished = CallFinished(
            at=now,
            round=self.round,
            call=call,
            result=result,
            seconds=now - started,
            repairs=repairs,
            repaired=taken.arguments if taken and repairs else None,
        )
        self.emit(finished)
        return finished

    def _record(self, finished: CallFinished) -> None:
        content = self._shown(finished)
        if self._shelf.has_kept and self._shelf.reader not in self._tools:
            self._offer(ReadResult(self._shelf))
        if self.withheld is not None:
            self._renew(self.withheld)
        self.calls.append(finished)
        self.messages.append(Message(role="tool", content=content, tool_call_id=finished.call.id))

    def _shown(self, finished: CallFinished) -> str:
        """What the model reads of a result."""
        result, reader = finished.result, self._shelf.reader
        # A page of a kept result has signs of our own, and so have our own words on a failure.
        is_ours = finished.name == reader or (result.is_error and result.exchange is None)
        is_doubtful = not is_ours and forges_signs(result.content, reader)
        return framed(self._shelf.show(result), is_doubtful=is_doubtful)

    def _offer(self, tool: Tool) -> None:
        """Offer one more tool from now on, after those that the model knows."""
        self._tools[tool.name] = tool
        self.turn = replace(self.turn, tools=(*self.turn.tools, tool))

    def _renew(self, withheld: Withheld) -> None:
        """Offer what was found meanwhile, in the place of what gives room to it."""
        withdrawn, found = withheld.take()
        if withdrawn or found:
            kept = [tool for tool in self.turn.tools if tool.name not in withdrawn]
            self.turn = replace(self.turn, tools=(*kept, *found))
            self._tools = {tool.name: tool for tool in self.turn.tools}

    def _unknown_tool(self, name: str) -> str:
        refusal = None if self.withheld is None else self.withheld.refusal(name)
        if refusal is not None:
            return refusal
        near = get_close_matches(name, self._tools, n=3, cutoff=0.5)
        hint = f"Did you mean {', '.join(near)}?" if near else "Use one of those you were given."
        return f"There is no tool {name!r}. {hint}"

    async def _finish_without_tools(self, limit: Limit) -> Outcome:
        """Ask for the best answer that is possible now; calls made all the same are refused."""
        reply = await self._ask("none")
        text = f"Not executed: the run's limit of {limit} is reached."
        for call in reply.message.tool_calls:
            self._record(self._finished(call, ToolResult.failure(text), self._now()))
        return self._outcome(reply.message.text, limit)

    def _answer_open_calls(self, text: str) -> None:
        """Answer the calls of a round that was cut short; finished ones by their results."""
        answered = {message.tool_call_id for message in self.messages}
        for call in self.messages[-1].tool_calls if self.messages else ():
            if call.id not in answered:
                done = self._done.get(call.id)
                self._record(done or self._finished(call, ToolResult.failure(text), self._now()))

    def _outcome(
        self, text: str, reason: StopReason, waiting: tuple[ToolCall, ...] = ()
    ) -> Outcome:
        return Outcome(
            text=text,
            tool_calls=waiting,
            messages=Messages(self.messages),
            calls=tuple(self.calls),
            usage=self.usage,
            rounds=self.round,
            stop_reason=reason,
        )

    def _now(self) -> float:
        return self.effects.clock() - self.began


def _stop_reason(reply: Reply) -> StopReason:
    if reply.finish == "length" or reply.finish == "refusal":
        return reply.finish
    return "answered"
