"""The parts of a message beyond text, as OpenAI's chat completions write them, read for others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callwright.core.json import is_object
from callwright.core.message import Message

__all__ = ["Image", "in_one", "parts_of", "split_system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture: in place, as base64 of a media type, or at a URL."""

    url: str
    media_type: str = ""
    base64: str = ""


def parts_of(
    message: Message,
    *,
    text: Callable[[str], Mapping[str, Any]],
    image: Callable[[Image], Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The parts of a message, as `text` and `image` write them; others stay as they are."""
    if isinstance(message.content, str):
        return [dict(text(message.content))] if message.content else []
    parts: list[dict[str, Any]] = []
    for part in message.content:
        if isinstance(part.get("text"), str) and part.get("type") in (None, "text"):
            parts.append(dict(text(str(part["text"]))))
        elif part.get("type") == "image_url":
            parts.append(dict(image(_image(part))))
        else:
            parts.append(dict(part))
    return parts


def _image(part: Mapping[str, Any]) -> Image:
    given: Any = part.get("image_url")
    url = str(given.get("url") or "") if is_object(given) else str(given)
    head, _, content = url.partition(",")
    if not head.startswith("data:"):
        return Image(url=url)
    media_type = head.removeprefix("data:").partition(";")[0]
    return Image(url=url, media_type=media_type or "image/png", base64=content)


def split_system(messages: Sequence[Message]) -> tuple[str, list[Message]]:
    """What the conversation begins with as instructions, and the rest of it.

    For wires that know no such messages in between: these become a person's, and so does one that
    is the whole conversation.
    """
    rest = list(messages)
    first: list[str] = []
    while len(rest) > 1 and _instructs(rest[0]):
        first.append(rest.pop(0).text)
    later = [
        Message(role="user", content=message.text) if _instructs(message) else message
        for message in rest
    ]
    return "\n\n".join(filter(None, first)), later


def _instructs(message: Message) -> bool:
    return message.role in ("system", "developer")


def in_one(messages: Iterable[tuple[str, list[dict[str, Any]]]], key: str) -> list[dict[str, Any]]:
    """Messages of a role and parts, those of one role behind each other as one; none is empty."""
    result: list[dict[str, Any]] = []
    for role, parts in messages:
        if not parts:
            continue
        if result and result[-1]["role"] == role:
            result[-1][key].extend(parts)
        else:
            result.append({"role": role, key: list(parts)})
    return result
