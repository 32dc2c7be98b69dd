"""Which of the calls that a model asks for are executed, and what it reads of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from callwright.core.events.event import CallFinished
from callwright.core.limits import Budget
from callwright.core.loop.stuck import Stuck, StuckBreaker
from callwright.core.message import ToolCall
from callwright.core.model import Reply
from callwright.core.tool import Tool

__all__ = ["Admission"]


@dataclass(kw_only=True)
class Admission:
    """Lets calls in, one after another, as far as the limits and the sense of it go."""

    budget: Budget
    tools: Mapping[str, Tool]
    stuck: StuckBreaker = field(init=False)

    def __post_init__(self) -> None:
        self.stuck = StuckBreaker(repeats=self.budget.limits.repeats)

    def refusal(self, reply: Reply, call: ToolCall, at: int) -> str | Stuck:
        """Why the call in this place of a reply is not executed; empty where it is."""
        limits = self.budget.limits
        if reply.finish == "length" and call is reply.message.tool_calls[-1]:
            # What is there may be JSON and yet not all that was to come.
            return "your reply was cut off at its limit of length. Call again, with less."
        if limits.calls_per_round is not None and at >= limits.calls_per_round:
            return f"too many calls in one round; at most {limits.calls_per_round} are executed."
        tool = self.tools.get(call.name)
        stuck = self.stuck.refusal(call, "read" if tool is None else tool.effect)
        if stuck is not None:
            return stuck
        if not self.budget.admit():
            return f"the run's limit of {limits.calls} calls is reached."
        return ""

    def end_round(self, executed: list[CallFinished]) -> None:
        """Note what came of the calls that were let in."""
        self.budget.rounds -= 1
        for finished in executed:
            self.stuck.note(finished.call, finished.result, finished.round)
        self.stuck.end_round()
