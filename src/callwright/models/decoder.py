"""A streamed answer as the pieces of a reply, byte by byte. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.core.json import Json, is_array, is_object, parse_json
from callwright.core.message import Message
from callwright.core.model import CallDelta, Piece, TextDelta
from callwright.core.redaction import NO_SECRETS, Redaction
from callwright.models.codec import Codec, StreamFault
from callwright.models.sent import SentEvent, SentEvents

__all__ = ["StreamDecoder", "pieces_of"]


class StreamDecoder:
    """Reads one streamed answer of a wire."""

    def __init__(self, codec: Codec, redaction: Redaction = NO_SECRETS) -> None:
        self._codec = codec
        self._redaction = redaction
        self._events = SentEvents(codec.framing)
        self._assembly = codec.assembly()
        self._whole: Mapping[str, Any] | None = None
        self.is_over = False
        """Whether an event has said that no other one follows."""

    @property
    def is_complete(self) -> bool:
        """Whether the reply is whole; a stream that ends before was cut."""
        return self._whole is not None or self._assembly.is_complete

    def body(self) -> Mapping[str, Any]:
        """What came so far, as the body of a plain answer."""
        return self._assembly.body() if self._whole is None else self._whole

    def feed(self, content: bytes) -> Iterator[Piece]:
        """What can be shown of these bytes.

        Raises:
            StreamFault: an event is an error, or is broken.
        """
        try:
            for event in self._events.feed(content):
                yield from self._take(event)
        except ValueError as error:
            raise StreamFault({"message": str(error)}) from None

    def end(self) -> Iterator[Piece]:
        """What can be shown of what was left when the bytes ended."""
        for event in self._events.end():
            yield from self._take(event)

    def _take(self, event: SentEvent) -> Iterator[Piece]:
        data = event.data.strip()
        if data == "[DONE]":
            self._assembly.is_complete = self.is_over = True
        elif event.name == "error" or data.startswith(("{", "[")) or event.is_whole:
            yield from self._read(event, self._parsed(event, data))

    def _parsed(self, event: SentEvent, data: str) -> Json:
        clean = self._redaction(data.encode(errors="replace"))
        try:
            return parse_json(clean)
        except ValueError:
            said = clean.decode(errors="replace")[:400]
            if event.name == "error":
                raise StreamFault({"message": said}) from None
            raise StreamFault({"message": f"an event that is no JSON: {said!r}"}) from None

    def _read(self, event: SentEvent, value: Json) -> Iterator[Piece]:
        if event.name == "error":
            raise StreamFault(value)
        if event.is_whole and is_object(value):
            self._whole = value
            return
        for item in value if is_array(value) else (value,):
            if is_object(item):
                yield from self._assembly.feed(item)
        if self._codec.ends_when_complete and self._assembly.is_complete:
            self.is_over = True


def pieces_of(message: Message) -> Iterator[Piece]:
    """A whole message in pieces, from a provider that does not stream it."""
    if message.text:
        yield TextDelta(text=message.text)
    for index, call in enumerate(message.tool_calls):
        yield CallDelta(index=index, id=call.id, name=call.name, arguments=call.raw_arguments)
