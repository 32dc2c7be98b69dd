"""What a wire is: how turns are written for it, and how its answers and streams are read.

A stream is put together to the body that the same answer would have had in one piece. So every
wire has one reader of replies, and a stream's reply differs from a plain one in nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from callwright.core.errors import ModelReplyInvalid
from callwright.core.json import Json, dump_json, is_array, is_object, parse_json
from callwright.core.model import Piece, Reply
from callwright.models.asked import Asked
from callwright.models.fault import one_line, read_fault
from callwright.models.profile import ModelProfile
from callwright.models.sent import Framing

__all__ = [
    "Assembly",
    "Codec",
    "StreamFault",
    "body_of",
    "count",
    "fault_of",
    "first_object",
    "index_of",
    "invalid",
    "text_of",
]


class StreamFault(Exception):
    """Carries an error that came as an event of a stream: the event, as an error's body."""

    def __init__(self, body: Json) -> None:
        super().__init__()
        self.content = dump_json(body).encode(errors="replace")


class Assembly(Protocol):
    """Puts the events of one stream together."""

    is_complete: bool
    """Whether an event has said that the reply is over; a stream that ends before was cut."""

    def feed(self, event: Mapping[str, Any]) -> Iterator[Piece]:
        """Take one event; gives what of it can be shown at once.

        Raises:
            StreamFault: it is an error.
        """
        ...

    def body(self) -> Mapping[str, Any]:
        """What has come so far, as the body of a plain answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One wire."""

    encode: Callable[[Asked, str, ModelProfile], dict[str, Any]]
    """The body of a request for a plain reply, by the name of the model."""
    decode: Callable[[Mapping[str, Any], ModelProfile], Reply]
    """The reply in the body of a successful answer."""
    assembly: Callable[[], Assembly]
    path: str
    """What is appended to the base URL; `{model}` is the model's name."""
    stream_path: str = ""
    """Where a stream is asked for, if not at the same address."""
    stream_keys: Mapping[str, Json]
    """What is added to a plain request's body to ask for a stream."""
    framing: Framing = "sse"
    ends_when_complete: bool = False
    """Whether nothing that counts comes after the event that says that the reply is over."""


def body_of(content: bytes, profile: ModelProfile) -> Mapping[str, Any]:
    """The JSON object in an answer.

    Raises:
        ModelReplyInvalid: there is none.
    """
    try:
        body = parse_json(content)
    except ValueError:
        start = one_line(content[:200].decode(errors="replace"), 80)
        raise invalid(
            profile,
            f"with something that is no JSON: {start!r}.",
            remedy="Check the model's address.",
        ) from None
    if not is_object(body):
        raise invalid(profile, "with JSON that is no object.")
    return body


def invalid(profile: ModelProfile, what: str, *, remedy: str = "") -> ModelReplyInvalid:
    """The error of an answer that is no reply."""
    return ModelReplyInvalid(f"{profile.name} answered {what}", remedy=remedy)


def first_object(
    body: Mapping[str, Any], key: str, profile: ModelProfile, what: str
) -> Mapping[str, Any]:
    """The first object in the array under a key.

    Raises:
        ModelReplyInvalid: there is none; if there is an error instead, in its words.
    """
    items: Any = body.get(key)
    item: Any = items[0] if is_array(items) and items else None
    if is_object(item):
        return item
    raise fault_of(body, profile) if body.get("error") else invalid(profile, f"without {what}.")


def fault_of(body: Json, profile: ModelProfile) -> ModelReplyInvalid:
    """The error that stands in a body with a status of success."""
    return invalid(profile, f"with an error {read_fault(dump_json(body).encode(errors='replace'))}")


def index_of(given: object) -> int | str | None:
    """What tells the parts of a stream apart: a number or an id; anything else tells nothing."""
    return given if isinstance(given, (int, str)) else None


def text_of(content: Json) -> str:
    """The text of a content: text, parts of which some are text, or JSON that was not quoted."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if is_array(content):
        return "".join(map(_text_of_part, content))
    return dump_json(content)


def _text_of_part(part: Json) -> str:
    text: object = part.get("text", "") if is_object(part) else part
    return text if isinstance(text, str) else ""


def count(given: Any, *path: str) -> int:
    """A number of tokens somewhere in a usage; 0 where there is none."""
    for key in path:
        given = given.get(key) if is_object(given) else None
    return given if isinstance(given, int) and not isinstance(given, bool) and given > 0 else 0
