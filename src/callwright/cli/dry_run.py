"""What a dry run shows: the calls that the model asked for, none of which was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from callwright.cli.error import FAILED_CALL, OK
from callwright.cli.screen import errors, output, visible
from callwright.core.errors import CallError
from callwright.core.json import JsonObject

if TYPE_CHECKING:
    from callwright.answer import Answer
    from callwright.core.message import ToolCall
    from callwright.core.tool import Exchange
    from callwright.tools import Tools

__all__ = ["show_calls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A call, and the request it would make; or what stands in its way."""

    call: ToolCall
    request: Exchange | None = None
    curl: str = ""
    fault: str = ""

    def as_json(self) -> JsonObject:
        told: JsonObject = {"name": self.call.name, "arguments": self.call.arguments}
        if self.request is None:
            return {**told, "error": self.fault}
        sent: JsonObject = {"method": self.request.method, "url": self.request.url}
        return {**told, **sent, "curl": self.curl}


def show_calls(answer: Answer, tools: Tools, *, as_json: bool) -> int:
    """Write the calls as curl or JSON, or the answer where there is none; returns the exit code."""
    planned = [_planned(call, tools) for call in answer.tool_calls]
    if as_json:
        output().json({"answer": answer.text, "calls": [item.as_json() for item in planned]})
    else:
        _write(answer, planned)
    for item in planned:
        if item.request is None:
            name, fault = visible(item.call.name), visible(item.fault)
            errors().line(f"{name} cannot be sent: {fault}", "warning")
    if not planned:
        errors().line("the model asked for no call", "faint")
    return FAILED_CALL if any(item.request is None for item in planned) else OK


def _write(answer: Answer, planned: list[_Planned]) -> None:
    if not planned:
        output().answer(answer.text)
    for item in planned:
        if item.request is not None:
            output().answer(item.curl)


def _planned(call: ToolCall, tools: Tools) -> _Planned:
    tool = next((tool for tool in tools if tool.name == call.name), None)
    if tool is None or call.arguments is None:
        return _Planned(call=call, fault=call.fault or "There is no such tool.")
    try:
        request, curl = tool.show_request(call.arguments), tool.to_curl(call.arguments)
    except CallError as error:
        return _Planned(call=call, fault=error.what)
    return _Planned(call=call, request=request, curl=curl)
