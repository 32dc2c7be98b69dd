"""Keep a conversation in order: every call has its own id, and exactly one result after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from callwright.core.errors import InvalidMessages
from callwright.core.message import Message, Messages, ToolCall

__all__ = ["Ids", "healed"]

_NO_RESULT = "No result was given for this call; it is not known whether it was executed."


@dataclass(slots=True)
class Ids:
    """The ids of a conversation's calls."""

    taken: set[str] = field(default_factory=set[str])

    @classmethod
    def of(cls, messages: Iterable[Message]) -> Ids:
        """Those that a conversation has."""
        return cls({call.id for message in messages for call in message.tool_calls})

    def own(self, calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
        """The calls, each with an id of its own: providers leave ids out, or repeat them."""
        return tuple(map(self._own, calls))

    def _own(self, call: ToolCall) -> ToolCall:
        id_, number = call.id, len(self.taken)
        while not id_ or id_ in self.taken:
            number += 1
            id_ = f"call_{number}"
        self.taken.add(id_)
        return call if id_ == call.id else replace(call, id=id_)


def healed(messages: Messages) -> Messages:
    """A conversation as providers take it: each call answered once, in order, right after it.

    Calls without an id get one; results without an id are those of the first open call of their
    name, or of the first one that is open, as Workers AI writes them. A call that nobody answered
    is answered by a word on that.

    Raises:
        InvalidMessages: a result is for no call.

    >>> from callwright.core.message import conversation
    >>> call = {"id": "1", "function": {"name": "f", "arguments": "{}"}}
    >>> given = [{"role": "assistant", "tool_calls": [call]}, {"role": "user", "content": "Hm?"}]
    >>> [message.role for message in healed(conversation(given))]
    ['assistant', 'tool', 'user']
    """
    if not any(message.role == "tool" or message.tool_calls for message in messages):
        return messages
    ids, result, at = Ids(), list[Message](), 0
    while at < len(messages):
        message = messages[at]
        at += 1
        if message.role == "tool":
            raise InvalidMessages(
                f"A tool message is for the call {message.tool_call_id!r}, which was not made "
                "before it.",
                remedy="Leave it out, or give the assistant's message with the call.",
            )
        end = at
        while message.tool_calls and end < len(messages) and messages[end].role == "tool":
            end += 1
        calls = ids.own(message.tool_calls)
        given = [call.id for call in message.tool_calls]
        result.append(replace(message, tool_calls=calls) if calls else message)
        result += _results(calls, given, messages[at:end])
        at = end
    return Messages(result)


def _results(
    calls: Sequence[ToolCall], given: Sequence[str], told: Sequence[Message]
) -> list[Message]:
    """One result a call, in the calls' order; `given` are the ids that the calls came with."""
    found: dict[str, Message] = {}
    for message in told:
        call = _call_of(message, calls, given, found)
        if call is None:
            raise InvalidMessages(
                f"A tool message is for the call {message.tool_call_id!r}, which is not open.",
                remedy="Give one result for each call of the message before it.",
            )
        found[call.id] = replace(message, tool_call_id=call.id)
    unknown = {
        call.id: Message(role="tool", content=_NO_RESULT, tool_call_id=call.id) for call in calls
    }
    return [found.get(call.id, unknown[call.id]) for call in calls]


def _call_of(
    message: Message,
    calls: Sequence[ToolCall],
    given: Sequence[str],
    found: dict[str, Message],
) -> ToolCall | None:
    pairs = zip(calls, given, strict=True)
    open_calls = [(call, id_) for call, id_ in pairs if call.id not in found]
    if message.tool_call_id:
        return next((call for call, id_ in open_calls if id_ == message.tool_call_id), None)
    named = (call for call, _ in open_calls if call.name == message.name)
    return next(named, open_calls[0][0] if open_calls else None)
