"""The conversation of one run as it grows, and the calls in it that were answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from callwright.core.events.event import CallFinished
from callwright.core.loop.history import Ids, healed
from callwright.core.loop.round import Round
from callwright.core.message import Message, Messages, ToolCall
from callwright.core.name import free_name
from callwright.core.result.framing import forges_signs, framed
from callwright.core.result.read_result import ReadResult
from callwright.core.result.shelf import READER, Shelf
from callwright.core.tool import Tool

__all__ = ["Transcript"]


@dataclass(kw_only=True)
class Transcript:
    """Messages that are only ever added to: every call is followed by its one result."""

    messages: list[Message]
    shelf: Shelf
    ids: Ids
    calls: list[CallFinished] = field(default_factory=list[CallFinished])

    @classmethod
    def of(cls, given: Messages, tools: Sequence[Tool], result_tokens: int) -> Transcript:
        """Begin with a conversation.

        Raises:
            InvalidMessages: it has results for no call.
        """
        messages = list(healed(given))
        shown = sum(message.role == "tool" for message in messages)
        reader = free_name(READER, {tool.name for tool in tools})
        shelf = Shelf(tokens=result_tokens, reader=reader, shown=shown)
        return cls(messages=messages, shelf=shelf, ids=Ids.of(messages))

    def record(self, calls: Iterable[ToolCall], round_: Round) -> None:
        """Enter what came of calls, in their order."""
        for call in calls:
            finished = round_.done[call.id]
            content = self._shown(finished)
            self.calls.append(finished)
            self.messages.append(Message(role="tool", content=content, tool_call_id=call.id))

    def _shown(self, finished: CallFinished) -> str:
        """What the model reads of a result."""
        result, reader = finished.result, self.shelf.reader
        # A page of a kept result has signs of our own, and so have our own words on a failure.
        is_ours = finished.name == reader or (result.is_error and result.exchange is None)
        is_doubtful = not is_ours and forges_signs(result.content, reader)
        return framed(self.shelf.show(result), is_doubtful=is_doubtful)

    def reader(self, offered: Iterable[str]) -> Tool | None:
        """The tool that reads on in long results, once there are some and it is not offered."""
        if self.shelf.has_kept and self.shelf.reader not in offered:
            return ReadResult(self.shelf)
        return None

    def open_calls(self) -> list[ToolCall]:
        """The calls of the last reply that have no result yet."""
        answered: set[str | None] = set()
        for message in reversed(self.messages):
            if message.role == "assistant":
                return [call for call in message.tool_calls if call.id not in answered]
            answered.add(message.tool_call_id)
        return []
