"""Read a streamed reply to its end: every piece is told, and a cut stream keeps what came."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from callwright.core.errors import ModelError, ModelReplyInvalid, ModelStreamCut
from callwright.core.given import a_kind
from callwright.core.message import Message, ToolCall, assistant
from callwright.core.model import CallDelta, Piece, ReasoningDelta, Reply, TextDelta

__all__ = ["Tell", "checked_reply", "read_stream"]

Tell: TypeAlias = Callable[[Piece], None]
"""Is told of each delta as it comes."""


async def read_stream(pieces: AsyncIterator[Piece], tell: Tell) -> Reply:
    """The reply at the end of a stream; its deltas are told on the way.

    Raises:
        ModelStreamCut: the stream ended, or failed, before the reply was whole.
        ModelReplyInvalid: something in it is no piece.
    """
    partial = _Partial()
    async with AsyncExitStack() as stack:
        opened: Any = pieces
        if inspect.isawaitable(opened):  # written as a coroutine that gives an iterator
            opened = await opened
        if hasattr(opened, "aclose"):
            await stack.enter_async_context(aclosing(opened))
        try:
            async for piece in opened:
                if isinstance(piece, Reply):
                    return checked_reply(piece)
                partial.add(piece)
                tell(piece)
        except ModelStreamCut:
            raise
        except ModelError as error:
            if partial.is_empty:
                raise
            raise partial.cut(error.what, status=error.status) from error
    raise partial.cut("The model's stream ended before its reply was whole.")


@dataclass(slots=True)
class _Partial:
    """What has come of a reply."""

    texts: list[str] = field(default_factory=list[str])
    calls: dict[int, list[CallDelta]] = field(default_factory=dict[int, list[CallDelta]])

    @property
    def is_empty(self) -> bool:
        return not (self.texts or self.calls)

    def add(self, piece: object) -> None:
        if isinstance(piece, TextDelta):
            self.texts.append(piece.text)
        elif isinstance(piece, CallDelta):
            self.calls.setdefault(piece.index, []).append(piece)
        elif not isinstance(piece, ReasoningDelta):
            raise ModelReplyInvalid(
                f"The model streamed {type(piece).__name__}, which is no piece."
            )

    def cut(self, what: str, *, status: int | None = None) -> ModelStreamCut:
        calls = (
            ToolCall(
                id="".join(delta.id for delta in deltas),
                name="".join(delta.name for delta in deltas),
                arguments=None,
                raw_arguments="".join(delta.arguments for delta in deltas),
                fault="The stream was cut before the arguments were whole.",
            )
            for _, deltas in sorted(self.calls.items())
        )
        return ModelStreamCut(what, partial=assistant("".join(self.texts), calls), status=status)


def checked_reply(reply: object) -> Reply:
    """A reply that can be worked with.

    Raises:
        ModelReplyInvalid: a model of the caller's gave something else, or put it together wrongly.
    """
    if not isinstance(reply, Reply):
        raise ModelReplyInvalid(
            f"The model replied with {a_kind(reply)}.", remedy="A model returns a Reply."
        )
    message: Any = reply.message  # models of the caller's are not held to our types
    if not isinstance(message, Message):
        raise ModelReplyInvalid(
            f"The model's reply holds {a_kind(message)} as its message.",
            remedy="A Reply holds a Message, such as Message(role='assistant', content='...').",
        )
    content: Any = message.content
    if message.role != "assistant" or not isinstance(content, (str, tuple)):
        raise ModelReplyInvalid("The model's reply holds a message that is no assistant's.")
    calls: Any = message.tool_calls
    if not isinstance(calls, tuple) or not all(_is_call(call) for call in _items(calls)):
        raise ModelReplyInvalid("The model's reply holds something as a tool call that is none.")
    return reply


def _items(given: Any) -> list[Any]:
    return list(given)


def _is_call(given: Any) -> bool:
    if not isinstance(given, ToolCall):
        return False
    id_: Any = given.id
    name: Any = given.name
    arguments: Any = given.arguments
    return (
        isinstance(name, str)
        and (id_ is None or isinstance(id_, str))
        and (arguments is None or isinstance(arguments, dict))
    )
