"""The one seam through which a run touches the world.

Asking a model, executing a call, asking for approval and reading the clock each happen in one
place, so that a journal, a recorder or a test stands there once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from callwright.core.approval import ApprovalRequest, Approve, Decision, Passed, Policy
from callwright.core.errors import CallTimeout
from callwright.core.hook import call_either
from callwright.core.message import ToolCall
from callwright.core.model import Model, Reply, Turn
from callwright.core.piece import Tell, checked_reply, read_stream
from callwright.core.tool import Tool, ToolResult

__all__ = ["Effects", "Seam", "World"]


class Seam(Protocol):
    """Where a run touches the world: every effect of a run is one call of one of these.

    `World` does them. One of your own, given as `seam=` to a run, may stand before it: to record
    a run, to replay it without a model and an API, or to carry it out elsewhere. Calls are told
    apart by their ids, which are unique in a run.
    """

    def now(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    async def ask_model(self, model: Model, turn: Turn, tell: Tell | None) -> Reply:
        """Ask a model for one reply; `tell`, where somebody listens, is told of its deltas."""
        ...

    async def ask_approval(self, approve: Approve, request: ApprovalRequest) -> Decision:
        """Ask whether a call may be executed."""
        ...

    async def call_tool(
        self, tool: Tool, call: ToolCall, passed: Passed, seconds: float | None
    ) -> ToolResult:
        """Execute one call that may be, with the arguments that it passed with, in its time."""
        ...


class World:
    """The seam of an ordinary run: everything is done, here and now."""

    def now(self) -> float:
        """The event loop's clock."""
        from anyio import current_time

        return current_time()

    async def ask_model(self, model: Model, turn: Turn, tell: Tell | None) -> Reply:
        """Ask a model: bit by bit where somebody listens and it can, else for the whole reply.

        Raises:
            ModelError: no usable reply came.
        """
        stream: Any = getattr(model, "stream", None)
        if tell is None or stream is None:
            return checked_reply(await model.reply(turn))
        return await read_stream(stream(turn), tell)

    async def ask_approval(self, approve: Approve, request: ApprovalRequest) -> Decision:
        """Ask the caller's hook."""
        decision: Decision = await call_either(approve, request)
        return decision

    async def call_tool(
        self, tool: Tool, call: ToolCall, passed: Passed, seconds: float | None
    ) -> ToolResult:
        """Execute a call; past its time it is cancelled and the model told so."""
        from anyio import move_on_after

        with move_on_after(seconds):
            result = await tool.acall(
                passed.arguments, strict_validation=False, approved=passed.hash
            )
            return passed.told(result)
        timeout = CallTimeout(f"The call was not finished within {seconds:g} s.")
        return ToolResult.failure(
            f"{timeout} What it did until then is unknown.", outcome_unknown=tool.effect != "read"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """How one run reaches what is outside of it: its model and its rules, through the seam."""

    model: Model
    approve: Approve | None = None
    policy: Policy = field(default_factory=Policy)
    call_seconds: float | None = None
    strict_validation: bool = True
    seam: Seam = field(default_factory=World)

    def now(self) -> float:
        """The seam's clock."""
        return self.seam.now()

    async def ask_model(self, turn: Turn, tell: Tell | None = None) -> Reply:
        """Ask the model for one reply."""
        return await self.seam.ask_model(self.model, turn, tell)

    async def admit(self, tool: Tool, call: ToolCall) -> Passed | ToolResult:
        """How a call passes, if it is approved; else what is told instead."""
        approve = None if self.approve is None else self._ask_approval
        return await self.policy.decide(tool, call, call.arguments or {}, approve)

    async def execute(self, tool: Tool, call: ToolCall, passed: Passed) -> ToolResult:
        """Execute one call that has passed, within its time."""
        return await self.seam.call_tool(tool, call, passed, self.call_seconds)

    async def _ask_approval(self, request: ApprovalRequest) -> Decision:
        assert self.approve is not None  # noqa: S101  # for the type checkers
        return await self.seam.ask_approval(self.approve, request)
