"""How many tokens a conversation takes up: estimated message by message, each of them once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from callwright.core.json import dump_json
from callwright.core.message import Message, Usage
from callwright.core.model import Reply
from callwright.core.text.tokens import estimate_tokens
from callwright.core.tool import Tool

__all__ = ["Meter", "tokens_of"]

_PER_MESSAGE = 4
"""Tokens for the role and the marks around a message, about alike with all providers."""
_LEAST_OF_TOOLS = 0.5
"""Of what their JSON would cost; providers write tools down shorter, some by half."""


def tokens_of(message: Message) -> int:
    """The tokens of one message, estimated."""
    calls = sum(
        estimate_tokens(call.name) + estimate_tokens(call.raw_arguments)
        for call in message.tool_calls
    )
    return _PER_MESSAGE + estimate_tokens(message.text) + calls


@dataclass(slots=True)
class Meter:
    """Estimates what is sent, and trusts what a provider has reported before its own estimate."""

    _messages: list[int] = field(default_factory=list[int])
    _tools: tuple[tuple[Tool, ...], int] = ((), 0)
    _reported: int = 0
    """Input tokens as a provider last reported them."""
    _reported_for: int = 0
    """How many messages these were for."""

    def of_tools(self, tools: tuple[Tool, ...]) -> int:
        """The tokens of the tools' definitions."""
        if self._tools[0] is not tools:
            cost = sum(estimate_tokens(dump_json(tool.definition())) for tool in tools)
            self._tools = (tools, cost)
        return self._tools[1]

    def of_messages(self, messages: Sequence[Message]) -> int:
        """The tokens of a conversation; messages are only ever added to it."""
        for message in messages[len(self._messages) :]:
            self._messages.append(tokens_of(message))
        return sum(self._messages[: len(messages)])

    def report(self, usage: Usage, messages: int) -> None:
        """Take note of what a provider counted for the first so many messages."""
        if usage.input_tokens and not usage.is_estimated:
            self._reported, self._reported_for = usage.input_tokens, messages

    def least_input(self, messages: Sequence[Message], tools: tuple[Tool, ...]) -> int:
        """What a provider will at least count for these messages, as far as that can be known."""
        whole = self.of_messages(messages)
        if self._reported_for:
            return self._reported + whole - sum(self._messages[: self._reported_for])
        return whole + round(self.of_tools(tools) * _LEAST_OF_TOOLS)

    def usage_of(
        self, reply: Reply, messages: Sequence[Message], tools: tuple[Tool, ...], model: object
    ) -> Usage:
        """What a reply used: as its provider says, or estimated where it says nothing."""
        if reply.usage.total_tokens or not getattr(model, "uses_tokens", True):
            return reply.usage
        return Usage(
            input_tokens=self.of_messages(messages) + self.of_tools(tools),
            output_tokens=tokens_of(reply.message),
            requests=1,
            is_estimated=True,
        )
