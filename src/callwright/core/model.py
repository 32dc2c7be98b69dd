"""The Model protocol: one turn in, one reply out. Any object with that one coroutine is a model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from callwright.core.errors import InvalidTool
from callwright.core.json import JsonObject, is_object
from callwright.core.message import Message, Messages, Usage
from callwright.core.tool import Tool

__all__ = [
    "CallDelta",
    "Finish",
    "Model",
    "Piece",
    "ReasoningDelta",
    "Reply",
    "StreamingModel",
    "TextDelta",
    "ToolChoice",
    "Turn",
    "check_tool_choice",
]

ToolChoice: TypeAlias = "str | Mapping[str, Any]"
"""`auto`, `none`, `required`, the name of one tool, or OpenAI's dict that names one."""

Finish = Literal["stop", "tool_calls", "length", "refusal"]
"""Why a reply ended: it was complete, it asks for calls, it was cut off, or it was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a model is asked in one turn."""

    messages: Messages
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    """`auto`, `none`, `required`, or the name of the one tool that must be called."""
    parallel_tool_calls: bool = True
    response_schema: JsonObject | None = None
    """A JSON Schema that the answer's text must satisfy as JSON."""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the caller wants the provider to be told beside: temperature, seed and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model answers: one assistant message, and what it cost.

    >>> from callwright import Message, Reply
    >>> Reply(message=Message(role="assistant", content="Hello.")).message.text
    'Hello.'
    """

    message: Message
    usage: Usage = field(default_factory=Usage)
    finish: Finish = "stop"
    model: str = ""
    """The model that answered, as its provider names it."""


@runtime_checkable
class Model(Protocol):
    """Whatever answers a turn."""

    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn.

        Raises:
            ModelError: no usable reply came.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """More of a reply's text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningDelta:
    """More of what a model thinks before it answers, where its provider shows that."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDelta:
    """More of a call: its id and name as soon as they are known, its arguments bit by bit.

    `index` tells the calls of one reply apart, counted from 0; what is empty says nothing new.
    """

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


Piece: TypeAlias = TextDelta | ReasoningDelta | CallDelta | Reply
"""What a streamed reply is made of; the last piece is the whole `Reply`."""


@runtime_checkable
class StreamingModel(Model, Protocol):
    """A model that can also answer bit by bit. One without `stream` is asked by `reply`."""

    def stream(self, turn: Turn) -> AsyncIterator[Piece]:
        """Answer one turn: deltas as they come, and as the last piece the whole reply.

        Raises:
            ModelStreamCut: the stream ended before the reply was whole; `partial` holds what came.
            ModelError: no usable reply came.
        """
        ...


_MODES = ("auto", "none", "required")
_CHOOSE = f"Use one of {', '.join(_MODES)} or the name of a tool."


def check_tool_choice(choice: ToolChoice, tools: tuple[Tool, ...]) -> str:
    """Read a tool choice as one of the modes or the name of an offered tool.

    Raises:
        InvalidTool: it names no mode and no tool, or requires a call where there are no tools.
    """
    name = _chosen_name(choice)
    if name == "required" and not tools:
        raise InvalidTool('The tool choice is "required", but there are no tools.')
    if name not in _MODES and name not in {tool.name for tool in tools}:
        raise InvalidTool(f"The tool choice {name!r} names no tool.", remedy=_CHOOSE)
    return name


def _chosen_name(choice: ToolChoice) -> str:
    if isinstance(choice, str):
        return choice
    function: object = choice.get("function", choice) if is_object(choice) else None
    name = function.get("name") if is_object(function) else None
    if not isinstance(name, str):
        raise InvalidTool(f"The tool choice {choice!r} names no tool.", remedy=_CHOOSE)
    return name
