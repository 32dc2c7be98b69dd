"""What a provider wants back unchanged with an assistant's message: signatures, reasoning items.

It is kept in the message as the parts of the reply in their order, so that it survives being
written as JSON and read again, and is sent back only on the wire that it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from callwright.core.json import JsonObject, is_array, is_object
from callwright.core.message import Message, ToolCall

__all__ = ["ECHO", "echo", "echoed"]

ECHO = "echo"
"""The key of `Message.extra` under which it stands, by wire."""

Part = Mapping[str, Any]


def echo(
    wire: str, parts: Sequence[Part], *, is_call: Callable[[Part], bool], of_call: Sequence[str]
) -> JsonObject:
    """The `extra` of a message with these parts; of a call, what `of_call` names is left out.

    Calls are kept as calls of the message, where they may be mended, and are put in again.
    """
    kept = [_without(part, of_call) if is_call(part) else dict(part) for part in parts]
    return {ECHO: {wire: kept}}


def echoed(
    wire: str,
    message: Message,
    *,
    is_call: Callable[[Part], bool],
    is_text: Callable[[Part], bool],
    write: Callable[[ToolCall], Part],
) -> tuple[list[dict[str, Any]], bool]:
    """The parts again, with the message's calls in their places, and whether that is all of it.

    It is not where the message came by another wire, or where its text or its calls are no longer
    those that came: then what is neither of both is given, to go before them.
    """
    kept: Any = message.extra.get(ECHO)
    parts: Any = kept.get(wire) if is_object(kept) else None
    if not is_array(parts) or not all(map(is_object, parts)):
        return [], False
    calls = list(map(write, message.tool_calls))
    if sum(map(is_call, parts)) != len(calls) or _text(parts, is_text) != message.text:
        others = [dict(part) for part in parts if not is_call(part) and not is_text(part)]
        return others, False
    waiting = iter(calls)
    whole = [{**part, **next(waiting)} if is_call(part) else dict(part) for part in parts]
    return whole, True


def _text(parts: Sequence[Part], is_text: Callable[[Part], bool]) -> str:
    return "".join(str(part.get("text", "")) for part in parts if is_text(part))


def _without(part: Part, keys: Sequence[str]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key not in keys}
