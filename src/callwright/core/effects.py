"""The one seam through which a run touches the world.

Asking a model, executing a call, asking for approval and reading the clock each happen in one
place, so that a journal, a recorder or a test stands there once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from callwright.core.approval import Approve, Policy
from callwright.core.errors import ArgumentsInvalid, CallTimeout
from callwright.core.message import ToolCall
from callwright.core.model import Model, Reply, Turn
from callwright.core.tool import Tool, ToolResult

__all__ = ["Effects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """How a run reaches what is outside of it."""

    model: Model
    approve: Approve | None = None
    policy: Policy = field(default_factory=Policy)
    call_seconds: float | None = None
    strict_validation: bool = True
    clock: Callable[[], float] = time.monotonic

    async def ask_model(self, turn: Turn) -> Reply:
        """Ask the model for one reply."""
        return await self.model.reply(turn)

    async def call_tool(self, tool: Tool, call: ToolCall) -> ToolResult:
        """Execute one call within its time, if its arguments fit and it is approved."""
        from anyio import move_on_after

        arguments = call.arguments or {}
        try:
            if self.strict_validation:
                tool.check(arguments)
        except ArgumentsInvalid as error:
            return ToolResult.failure(str(error))
        passed = await self.policy.decide(tool, call, arguments, self.approve)
        if isinstance(passed, ToolResult):
            return passed
        with move_on_after(self.call_seconds):
            result = await tool.acall(
                passed.arguments, strict_validation=False, approved=passed.hash
            )
            return passed.told(result)
        timeout = CallTimeout(f"The call was not finished within {self.call_seconds:g} s.")
        return ToolResult.failure(f"{timeout} What it did until then is unknown.")
