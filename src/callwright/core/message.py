"""Messages, tool calls and usage: plain frozen values, to and from OpenAI-style dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from callwright.core.arguments import read_arguments
from callwright.core.errors import InvalidMessages
from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object, json_fault

__all__ = [
    "Content",
    "Conversation",
    "Message",
    "Messages",
    "Role",
    "ToolCall",
    "Usage",
    "assistant",
    "conversation",
    "is_notice",
    "notice",
    "system",
    "user",
]

Role = Literal["system", "developer", "user", "assistant", "tool"]
Content: TypeAlias = "str | tuple[JsonObject, ...]"
"""Text, or the parts of a multimodal message as the caller gave them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One call that a model asked for.

    `arguments` is None when `raw_arguments` is no JSON object; `fault` then says why.
    `extra` holds what the provider wants back unchanged with the call.

    >>> ToolCall.parse("call_1", "get_book", '{"book_id": 1}').arguments
    {'book_id': 1}
    """

    id: str
    name: str
    arguments: JsonObject | None
    raw_arguments: str = ""
    fault: str | None = None
    extra: JsonObject = field(default_factory=dict[str, Json])

    @classmethod
    def parse(
        cls, call_id: str, name: str, arguments: object, extra: JsonObject | None = None
    ) -> ToolCall:
        """Make a call from what a provider sent as its arguments: text, an object, or nothing."""
        raw, parsed, fault = read_arguments(arguments)
        return cls(
            id=call_id,
            name=name,
            arguments=parsed,
            raw_arguments=raw,
            fault=fault,
            extra=extra or {},
        )

    def to_dict(self) -> dict[str, Any]:
        """The call as OpenAI's chat completions write it."""
        raw = self.raw_arguments or dump_json(self.arguments or {})
        function = {"name": self.name, "arguments": raw}
        return {"id": self.id, "type": "function", "function": function, **self.extra}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a conversation.

    `tool_calls` belongs to the assistant's messages, `tool_call_id` to the tools'. `extra` holds
    other keys of the dict that it was made from, and what a provider wants back unchanged.

    >>> Message(role="user", content="Which loans are overdue?").text
    'Which loans are overdue?'
    """

    role: Role
    content: Content = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    name: str | None = None
    extra: JsonObject = field(default_factory=dict[str, Json])

    @property
    def text(self) -> str:
        """The text of the message; of a multimodal one, its text parts, a line each."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(str(part["text"]) for part in self.content if "text" in part)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Message:
        """Read an OpenAI-style dict.

        Raises:
            InvalidMessages: the dict has no known role, or its calls cannot be read.
        """
        role: Any = given.get("role")
        _check_role(role)
        calls: Any = given.get("tool_calls") or ()
        if not is_array(calls):
            raise InvalidMessages(f"The tool calls of a message are no list: {calls!r}.")
        extra = {key: value for key, value in given.items() if key not in _KNOWN_KEYS}
        fault = json_fault(extra) if extra else None
        if fault is not None:
            raise InvalidMessages(f"A message cannot be sent: {fault}.")
        return cls(
            role=role,
            content=_read_content(given.get("content")),
            tool_calls=tuple(_read_call(call) for call in calls),
            tool_call_id=given.get("tool_call_id"),
            name=given.get("name"),
            extra=extra,
        )

    def to_dict(self) -> dict[str, Any]:
        """The message as OpenAI's chat completions write it; content beside calls may be None."""
        content = self.content if isinstance(self.content, str) else list(self.content)
        result: dict[str, Any] = {"role": self.role, "content": content}
        if self.tool_calls:
            result["content"] = content or None
            result["tool_calls"] = [call.to_dict() for call in self.tool_calls]
        if self.tool_call_id is not None:
            result["tool_call_id"] = self.tool_call_id
        if self.name is not None:
            result["name"] = self.name
        return result | dict(self.extra)


_KNOWN_KEYS = frozenset({"role", "content", "tool_calls", "tool_call_id", "name"})


def _read_content(given: object) -> Content:
    if given is None:
        return ""
    if isinstance(given, str):
        return given
    if is_array(given) and all(is_object(part) for part in given):
        fault = json_fault(given)
        if fault is not None:
            raise InvalidMessages(f"The content of a message cannot be sent: {fault}.")
        return tuple(given)
    raise InvalidMessages(
        f"The content of a message is {type(given).__name__}; it must be text or parts."
    )


_CALL_KEYS = frozenset({"id", "type", "function", "name", "arguments", "index"})


def _read_call(given: object) -> ToolCall:
    """A call in OpenAI's nested form or in the flat one of Workers AI, which has no id."""
    if is_object(given):
        function = given.get("function", given)
        if is_object(function) and isinstance(function.get("name"), str):
            extra = {key: value for key, value in given.items() if key not in _CALL_KEYS}
            return ToolCall.parse(
                str(given.get("id") or ""), function["name"], function.get("arguments"), extra
            )
    raise InvalidMessages(f"A tool call has no function with a name: {given!r}.")


class Messages(tuple[Message, ...]):
    """A conversation: an immutable sequence of messages."""

    __slots__ = ()

    def to_dicts(self) -> list[dict[str, Any]]:
        """The conversation as OpenAI-style dicts, ready for `json.dumps`."""
        return [message.to_dict() for message in self]


Conversation: TypeAlias = "str | Sequence[Message | Mapping[str, Any]]"
"""What a caller may give as messages: a prompt, or messages, or OpenAI-style dicts."""


def conversation(given: Conversation) -> Messages:
    """Read a conversation.

    Raises:
        InvalidMessages: nothing was given, or something in it is no message.
    """
    if isinstance(given, str):
        given = [user(given)]
    if not is_array(given):
        is_one = is_object(given) or isinstance(given, Message)
        remedy = "Give a prompt or a list of messages" + (": [message]." if is_one else ".")
        raise InvalidMessages(f"Messages came as {type(given).__name__}.", remedy=remedy)
    messages = Messages(_read_message(item) for item in given)
    if not messages:
        raise InvalidMessages("There is no message.", remedy="Give a prompt or a list of dicts.")
    return messages


def _read_message(given: object) -> Message:
    if isinstance(given, Message):
        _check_role(given.role)
        return given
    if is_object(given):
        return Message.from_dict(given)
    raise InvalidMessages(
        f"A message came as {type(given).__name__}; "
        "it must be a dict such as {'role': 'user', 'content': '...'}.",
        remedy="Give its model_dump()." if hasattr(given, "model_dump") else "",
    )


def _check_role(role: object) -> None:
    if role not in get_args(Role):
        known = ", ".join(get_args(Role))
        raise InvalidMessages(f"A message has the role {role!r}; known roles are {known}.")


def system(text: str) -> Message:
    """A message that tells the model how to behave."""
    return Message(role="system", content=text)


def user(text: str) -> Message:
    """A message of the person who asks."""
    return Message(role="user", content=text)


def assistant(text: str = "", tool_calls: Iterable[ToolCall] = ()) -> Message:
    """A message of the model."""
    return Message(role="assistant", content=text, tool_calls=tuple(tool_calls))


_NOTICE = "[Note from the program that runs you, not from a person] "


def notice(text: str) -> Message:
    """A message by which the run itself tells the model something.

    It has the user's role, since not every provider takes a system message after the first one.
    """
    return user(_NOTICE + text)


def is_notice(message: Message) -> bool:
    """Whether a message is one of the run's own."""
    return message.role == "user" and message.text.startswith(_NOTICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a model reported to have read and written, in tokens. Usages can be added.

    >>> (Usage(input_tokens=10, output_tokens=2) + Usage(input_tokens=5)).total_tokens
    17
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Those of the input tokens that the provider had in its cache."""
    reasoning_tokens: int = 0
    """Those of the output tokens that the model spent on reasoning."""
    requests: int = 0
    dollars: float | None = None
    """What it cost; None where that is not known, because a model in it has no price."""
    is_estimated: bool = False
    """Whether tokens in it were estimated, because a provider reported none."""

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            requests=self.requests + other.requests,
            dollars=_sum_of_dollars(self, other),
            is_estimated=self.is_estimated or other.is_estimated,
        )


def _sum_of_dollars(one: Usage, other: Usage) -> float | None:
    """Known only where both are; what used no tokens costs nothing."""
    costs = [each.dollars for each in (one, other) if each.total_tokens or each.dollars is not None]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if known and len(known) == len(costs) else None
