"""The tool loop: ask the model, answer its calls, ask again, until it answers or a limit is hit.

Every call is answered exactly once, in order, under its own id. The world is reached through
`Effects` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from callwright.core.cost import Ledger
from callwright.core.effects import Effects
from callwright.core.errors import ModelReplyInvalid, ModelStreamCut
from callwright.core.events.event import (
    AnswerRejected,
    LimitReached,
    OnEvent,
    Outcome,
    StopReason,
    StuckNoticed,
)
from callwright.core.limits import Budget, Limit
from callwright.core.loop.admission import Admission
from callwright.core.loop.asking import Asking
from callwright.core.loop.context import Context
from callwright.core.loop.round import Round
from callwright.core.loop.stuck import Stuck
from callwright.core.loop.transcript import Transcript
from callwright.core.loop.withheld import Withheld
from callwright.core.message import Message, Messages, ToolCall, notice
from callwright.core.model import Reply, Turn
from callwright.core.structured import AnswerCheck, StructuredAnswer
from callwright.core.tool import Tool

__all__ = ["Loop", "reason_of"]


@dataclass(kw_only=True)
class Loop:
    """One run of the loop. `turn` is the first one; those after it differ in their messages."""

    turn: Turn
    effects: Effects
    budget: Budget
    emit: OnEvent
    execute: bool = True
    is_streaming: bool = False
    structured: StructuredAnswer | None = None
    ledger: Ledger = field(default_factory=Ledger)
    began: float = 0.0
    """The clock when the run began."""
    withheld: Withheld | None = None
    """The tools that were not selected for the run, if there are any."""

    def __post_init__(self) -> None:
        limits = self.budget.limits
        self._tools = {tool.name: tool for tool in self.turn.tools}
        self._transcript = Transcript.of(self.turn.messages, self.turn.tools, limits.result_tokens)
        self._admission = Admission(budget=self.budget, tools=self._tools)
        shelf = self._transcript.shelf
        self._asking = Asking(
            effects=self.effects,
            budget=self.budget,
            ledger=self.ledger,
            context=Context(tokens=limits.context_tokens, shorten=shelf.put_away),
            ids=self._transcript.ids,
            emit=self.emit,
            is_streaming=self.is_streaming,
            began=self.began,
        )
        self._round = self._next_round()
        self._text = ""
        self._check = self._answer_check()

    def _answer_check(self) -> AnswerCheck | None:
        """How the answer is held to its schema: natively, or by one more tool."""
        if self.structured is None:
            return None
        is_native = getattr(self.effects.model, "supports_schema_with_tools", False)
        check = AnswerCheck(self.structured, self.budget.limits.answer_attempts)
        if self.turn.tools and not is_native:
            self._offer(check.by_tool(self._tools))
        else:
            self.turn = replace(self.turn, response_schema=self.structured.schema)
        return check

    async def run(self) -> Outcome:
        """Run to the end.

        Raises:
            ModelError: the model gave no usable reply; `interrupted` tells what was done.
        """
        from anyio import move_on_after

        with move_on_after(self._seconds_left()):
            return await self._run()
        self._reached("seconds")
        self._close("The run's time was over")
        return self._outcome("seconds")

    def interrupted(self, error: BaseException) -> Outcome:
        """What the run came to when it was ended from outside, or by a failure."""
        partial: Any = error.partial if isinstance(error, ModelStreamCut) else None
        if isinstance(partial, Message):
            self._text = partial.text
        reason = reason_of(error)
        self._close("The run failed" if reason == "failed" else "The run was cancelled")
        return self._outcome(reason)

    async def _run(self) -> Outcome:
        choice = self.turn.tool_choice
        limit: Limit | Literal["stuck"] | None = self._too_dear()
        while limit is None:
            reply = await self._ask(choice)
            ended = await self._take(reply)
            if ended is not None:
                return ended
            # A forced choice holds for the first round only, or the run would never end.
            choice = "none" if choice == "none" else "auto"
            if self._check and self._check.tool and not reply.message.tool_calls:
                choice = self._check.tool.name
            limit = self._limit()
        return await self._finish_without_tools(limit)

    def _limit(self) -> Limit | Literal["stuck"] | None:
        """What ends the run before another round; the tokens of a last answer are reckoned in."""
        if self._admission.stuck.is_over:
            return "stuck"
        soft = self._soft_seconds()
        late: Limit | None = "seconds" if soft is not None and soft <= 0 else None
        return self.budget.spent() or self._too_dear(replies=2) or late

    def _too_dear(self, replies: int = 1) -> Limit | None:
        return self._asking.too_dear(self.turn, self._transcript.messages, replies)

    async def _ask(self, choice: str) -> Reply:
        from anyio.lowlevel import checkpoint

        await checkpoint()  # a model and tools that never wait could else not be cancelled
        reply = await self._asking.ask(self.turn, self._transcript.messages, choice)
        self._text = reply.message.text
        self._round = self._next_round()
        return reply

    def _next_round(self) -> Round:
        return Round(
            number=self._asking.round,
            effects=self.effects,
            tools=self._tools,
            limits=self.budget.limits,
            is_parallel=self.turn.parallel_tool_calls,
            began=self.began,
            emit=self.emit,
            withheld=self.withheld,
        )

    async def _take(self, reply: Reply) -> Outcome | None:
        """Do what a reply asks for; the outcome where it ends the run."""
        wanted = reply.message.tool_calls
        final = self._check.call_among(wanted) if self._check else None
        if final is not None:
            return await self._take_final(reply, final)
        if wanted:
            return await self._answer(reply, wanted)
        return self._take_text(_stop_reason(reply))

    def _take_text(self, reason: StopReason) -> Outcome | None:
        if self._check is None or reason != "answered":
            return self._outcome(reason)
        try:
            return self._outcome(reason, output=self._check.parse(self._text))
        except ModelReplyInvalid as error:
            self._reject(error)
            again = f"{error} Answer again, {self._check.how}."
            self._transcript.messages.append(notice(again))
            return None

    async def _take_final(self, reply: Reply, final: ToolCall) -> Outcome | None:
        """Take the answer in a call; where it does not fit, the other calls are executed."""
        try:
            return self._accepted(reply, final, "answered")
        except ModelReplyInvalid as error:
            self._round.answer(final, f"{error} Call {final.name} again.")
            self._reject(error)
        others = [call for call in reply.message.tool_calls if call is not final]
        return await self._answer(reply, others)

    def _accepted(self, reply: Reply, final: ToolCall, reason: StopReason) -> Outcome:
        """The run ended by the answer in a call.

        Raises:
            ModelReplyInvalid: it does not satisfy the schema.
        """
        assert self._check is not None  # noqa: S101  # for the type checkers
        self._text, output = self._check.parse_call(final)
        self._round.answer(final, "The answer is accepted.", is_error=False)
        self._refuse(reply, "the final answer was given in the same round.")
        return self._outcome(reason, output=output)

    def _refuse(self, reply: Reply, why: str) -> None:
        """Answer the calls of a reply that are not answered yet without executing them."""
        for call in reply.message.tool_calls:
            if call.id not in self._round.done:
                self._round.answer(call, f"Not executed: {why}")
        self._record(reply.message.tool_calls)

    def _reject(self, error: ModelReplyInvalid) -> None:
        """Tell of an answer that does not fit; the one after the last attempt is raised."""
        self.emit(AnswerRejected(at=self._now(), round=self._asking.round, reason=str(error)))
        if self._check is None or not self._check.is_worth_another:
            raise error

    async def _answer(self, reply: Reply, wanted: Sequence[ToolCall]) -> Outcome | None:
        """Answer the calls that can be answered here; those that cannot end the run."""
        from anyio import move_on_after

        waiting = tuple(call for call in wanted if self._waits(call))
        here = [call for call in wanted if call not in waiting]
        admitted = [call for at, call in enumerate(here) if self._is_admitted(reply, call, at)]
        with move_on_after(self._soft_seconds()):
            await self._round.execute(admitted)
        for call in here:
            self._round.cut_short(call, "The run's time was over")
        if here:
            self._admission.end_round([self._round.done[call.id] for call in admitted])
        self._record(call for call in reply.message.tool_calls if call not in waiting)
        return self._outcome("tool_calls", waiting) if waiting else None

    def _waits(self, call: ToolCall) -> bool:
        tool = self._tools.get(call.name)
        return not self.execute or (tool is not None and not tool.is_executable)

    def _is_admitted(self, reply: Reply, call: ToolCall, at: int) -> bool:
        """Whether a call may be executed; if not, it is answered."""
        refusal = self._admission.refusal(reply, call, at)
        if isinstance(refusal, Stuck):
            self.emit(
                StuckNoticed(
                    at=self._now(), round=self._asking.round, call=call, reason=refusal.reason
                )
            )
            refusal = refusal.text
        if refusal:
            self._round.answer(call, f"Not executed: {refusal}")
        return not refusal

    def _record(self, calls: Any) -> None:
        self._transcript.record(calls, self._round)
        reader = self._transcript.reader(self._tools)
        if reader is not None:
            self._offer(reader)
        if self.withheld is not None:
            self._renew(self.withheld)

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
            self._tools.clear()
            self._tools.update({tool.name: tool for tool in self.turn.tools})

    async def _finish_without_tools(self, limit: Limit | Literal["stuck"]) -> Outcome:
        """Ask for the best answer that is possible now; calls made all the same are refused."""
        self._reached(limit)
        if self._too_dear():
            return self._outcome(limit)
        why = "You go round in circles" if limit == "stuck" else f"The limit of {limit} is reached"
        text = (
            f"{why}: no tool can be used any more. Give your best answer now, with what you have."
        )
        self._transcript.messages.append(notice(text))
        by_tool = self._check.tool if self._check else None
        reply = await self._ask(by_tool.name if by_tool else "none")
        final = self._check.call_among(reply.message.tool_calls) if self._check else None
        output = None
        try:
            if final is not None:
                return self._accepted(reply, final, limit)
            output = self._check.parse(self._text) if self._check else None
        except ModelReplyInvalid as error:
            self.emit(AnswerRejected(at=self._now(), round=self._asking.round, reason=str(error)))
        self._refuse(reply, f"the run's limit of {limit} is reached.")
        return self._outcome(limit, output=output)

    def _reached(self, limit: Limit | Literal["stuck"]) -> None:
        self.emit(LimitReached(at=self._now(), round=self._asking.round, limit=limit))

    def _close(self, why: str) -> None:
        """Answer the calls of a round that was cut short; finished ones keep their results."""
        open_calls = self._transcript.open_calls()
        for call in open_calls:
            self._round.cut_short(call, why)
        self._record(open_calls)

    def _outcome(
        self, reason: StopReason, waiting: tuple[ToolCall, ...] = (), output: Any = None
    ) -> Outcome:
        return Outcome(
            text=self._text,
            output=output,
            tool_calls=waiting,
            messages=Messages(self._transcript.messages),
            calls=tuple(self._transcript.calls),
            usage=self.ledger.total,
            usage_by_model=dict(self.ledger.by_model),
            trim_usage=self.ledger.trim,
            rounds=self._asking.round,
            stop_reason=reason,
        )

    def _seconds_left(self) -> float | None:
        limit = self.budget.limits.seconds
        return None if limit is None else limit - self._now()

    def _soft_seconds(self) -> float | None:
        """What is left for calls: some of the time is kept for a last answer."""
        left, limit = self._seconds_left(), self.budget.limits.seconds
        if left is None or limit is None:
            return None
        wanted = max(limit / 10, 1.5 * self._asking.slowest)
        return left - min(wanted, limit / 4)

    def _now(self) -> float:
        return self.effects.now() - self.began


def reason_of(error: BaseException) -> Literal["failed", "cancelled"]:
    """Why a run ended that an exception broke off."""
    return "failed" if isinstance(error, Exception) else "cancelled"


def _stop_reason(reply: Reply) -> StopReason:
    if reply.finish == "length" or reply.finish == "refusal":
        return reply.finish
    return "answered"
