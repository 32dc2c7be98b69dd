"""The one seam through which a run touches the world.

Asking a model, executing a call, asking for approval and reading the clock each happen in one
place, so that a journal, a recorder or a test stands there once.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from callwright.core.errors import ArgumentsInvalid, CallTimeout
from callwright.core.hook import call_either
from callwright.core.json import JsonObject
from callwright.core.message import ToolCall
from callwright.core.model import Model, Reply, Turn
from callwright.core.tool import Effect, Exchange, Tool, ToolResult

if TYPE_CHECKING:
    import httpx2

__all__ = ["ApprovalRequest", "Approve", "Effects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """A call that is about to be executed; its arguments fit the tool."""

    tool: Tool
    call: ToolCall
    arguments: JsonObject

    @property
    def effect(self) -> Effect:
        """What the call can do: read, write or destructive."""
        return self.tool.effect

    def show_request(self) -> Exchange:
        """The HTTP request that would be sent, as it may be shown: secrets as `$NAME`."""
        return self.tool.show_request(self.arguments)

    def build_request(self) -> httpx2.Request:
        """The HTTP request that would be sent, credentials included."""
        return self.tool.build_request(self.arguments)

    def to_curl(self) -> str:
        """The request as a curl command, secrets as variable names."""
        return self.tool.to_curl(self.arguments)


Approve: TypeAlias = "Callable[[ApprovalRequest], bool | str | Awaitable[bool | str]]"
"""Asked before each call: True lets it go; False, or a reason that the model reads, refuses it.
A plain function runs in a worker thread, so it may wait for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """How a run reaches what is outside of it."""

    model: Model
    approve: Approve | None = None
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
        refusal = await self._refusal(tool, call, arguments)
        if refusal is not None:
            return ToolResult.failure(refusal)
        with move_on_after(self.call_seconds):
            return await tool.acall(arguments, strict_validation=False)
        timeout = CallTimeout(f"The call was not finished within {self.call_seconds:g} s.")
        return ToolResult.failure(f"{timeout} What it did until then is unknown.")

    async def _refusal(self, tool: Tool, call: ToolCall, arguments: JsonObject) -> str | None:
        if self.approve is None:
            return None
        request = ApprovalRequest(tool=tool, call=call, arguments=arguments)
        decision: bool | str = await call_either(self.approve, request)
        if decision is True:
            return None
        reason = f": {decision}" if isinstance(decision, str) and decision else ""
        return f"The call was refused by the user{reason}. Do not try it again unasked."
