"""The tools and calls of a turn in the dialect of a provider, and its reply in the tools' own.

A conversation holds calls in the tools' own form, whichever provider made them: that is what a
caller reads, stores, and takes to another provider. Only on the wire do they match the schema that
the model sees, in the calls that it is shown again just as in those that it makes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callwright.core.json import JsonObject, dump_json, is_object, parse_json
from callwright.core.message import Content, Message, ToolCall
from callwright.core.model import Reply, Turn
from callwright.core.tool import Tool
from callwright.models.dialect.limits import StrictLimits
from callwright.models.dialect.lower import lower, lower_tool
from callwright.models.dialect.lowered import Dialect, Lowered

__all__ = ["TurnDialect"]


class TurnDialect:
    """One turn's schemas in a dialect."""

    def __init__(self, turn: Turn, dialect: Dialect, limits: StrictLimits) -> None:
        self._turn = turn
        self._dialect: Dialect = dialect
        self._limits = limits
        self._tools = {tool.name: tool for tool in turn.tools}

    def definition(self, tool: Tool) -> dict[str, Any]:
        """The tool's definition, in OpenAI's form."""
        definition = tool.definition()
        if self._dialect == "json-schema":
            return definition
        lowered = self._lowered(tool)
        function = {**definition["function"], "parameters": lowered.schema}
        if self._dialect == "openai-strict":
            function["strict"] = lowered.is_strict
        elif self._dialect == "gemini" and not lowered.schema["properties"]:
            # It answers 400 to an object without properties, and takes none for no arguments.
            del function["parameters"]
        return {**definition, "function": function}

    def response_schema(self) -> dict[str, Any]:
        """The schema of the answer, and whether the provider is to hold the model to it."""
        schema = self._turn.response_schema or {}
        lowered = self._answer()
        return {"schema": schema} if lowered is None else {"schema": lowered.schema, "strict": True}

    def called(self, message: Message) -> Message:
        """An earlier message as the model would write it now."""
        if self._dialect == "json-schema" or not message.tool_calls:
            return message
        return replace(message, tool_calls=tuple(map(self._lowered_call, message.tool_calls)))

    def restored(self, reply: Reply) -> Reply:
        """What the model wrote in the tools' own form."""
        if self._dialect == "json-schema":
            return reply
        message = reply.message
        calls = tuple(map(self._restored_call, message.tool_calls))
        restored = replace(message, tool_calls=calls, content=self._restored_text(message))
        return replace(reply, message=restored)

    def _lowered(self, tool: Tool) -> Lowered:
        return lower_tool(tool, self._dialect, limits=self._limits)

    def _lowered_call(self, call: ToolCall) -> ToolCall:
        tool = self._tools.get(call.name)
        if tool is None or call.arguments is None:
            return call
        return _with_arguments(call, self._lowered(tool).lower(call.arguments))

    def _restored_call(self, call: ToolCall) -> ToolCall:
        tool = self._tools.get(call.name)
        if tool is None or call.arguments is None:
            return call
        return _with_arguments(call, self._lowered(tool).restore(call.arguments))

    def _answer(self) -> Lowered | None:
        """The schema of the answer in strict mode, if it has one there."""
        schema = self._turn.response_schema
        if self._dialect != "openai-strict" or schema is None:
            return None
        lowered = lower(schema, self._dialect, limits=self._limits)
        # A schema without properties means any object here, not the empty one.
        return lowered if lowered.is_strict and lowered.schema["properties"] else None

    def _restored_text(self, message: Message) -> Content:
        lowered = self._answer()
        if lowered is None or not isinstance(message.content, str):
            return message.content
        try:
            value = parse_json(message.content)
        except ValueError:
            return message.content
        restored = lowered.restore(value) if is_object(value) else value
        return message.content if restored == value else dump_json(restored)


def _with_arguments(call: ToolCall, arguments: JsonObject) -> ToolCall:
    """The call with other arguments; with its own text where they are the same."""
    text = dump_json(arguments)
    if text == dump_json(call.arguments):
        return call
    return replace(call, arguments=arguments, raw_arguments=text)
