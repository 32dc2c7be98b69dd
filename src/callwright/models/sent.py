"""A stream of bytes as the events in it: server-sent events, or a JSON value a line. Pure.

The bytes may be cut anywhere. A server that answers with one JSON body although it was asked for
a stream gives one event that holds that body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Framing", "SentEvent", "SentEvents"]

Framing: TypeAlias = Literal["sse", "lines"]
"""Server-sent events (the WHATWG's event streams), or one JSON value a line."""

_LINE_END = re.compile(rb"\r\n|\n|\r")
_MAX_EVENT = 64_000_000
"""Bytes of one event; a stream that goes on without ending one is no stream of events."""


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One event: its data, and its name where it has one."""

    data: str
    name: str = ""
    is_whole: bool = False
    """Whether it is a whole body instead of a stream's event."""


class SentEvents:
    """Reads events out of bytes as they come.

    >>> events = SentEvents("sse")
    >>> [*events.feed(b'data: {"a"'), *events.feed(b":1}\\r\\n\\r\\n")]
    [SentEvent(data='{"a":1}', name='', is_whole=False)]
    """

    def __init__(self, framing: Framing) -> None:
        self._framing: Framing = framing
        self._rest = bytearray()
        self._looked_at = 0
        """How many bytes of the rest are known to end no line: an image is one of millions."""
        self._is_begun = self._is_body = False
        self._name = ""
        self._data: list[str] = []
        self._length = 0

    def feed(self, content: bytes) -> Iterator[SentEvent]:
        """The events that end in these bytes.

        Raises:
            ValueError: an event is too long.
        """
        self._rest += content
        self._begin()
        if self._is_begun and not self._is_body:
            for line in self._lines():
                yield from self._read(line)
        if self._length + len(self._rest) > _MAX_EVENT:
            raise ValueError(f"an event of more than {_MAX_EVENT:,} bytes")

    def end(self) -> Iterator[SentEvent]:
        """What is left when no more bytes come: a body, or an event without an end."""
        if self._is_body:
            text = bytes(self._rest).decode(errors="replace").strip()
            self._rest.clear()
            yield from _of_body(text)
            return
        rest = bytes(self._rest).rstrip(b"\r\n")
        self._rest.clear()
        if rest:
            yield from self._read(rest)
        yield from self._read(b"")

    def _begin(self) -> None:
        """See by its first character whether this is a stream of events at all."""
        if self._is_begun:
            return
        if self._rest.startswith(b"\xef\xbb\xbf"):
            del self._rest[:3]
        head = bytes(self._rest.lstrip()[:1])
        if head and head != b"\xef":  # the first byte of a mark that is not whole yet
            self._is_begun = True
            self._is_body = self._framing == "sse" and head in (b"{", b"[", b"<")

    def _lines(self) -> Iterator[bytes]:
        """The complete lines; a CR at the very end may be half of a CR LF."""
        rest, start = self._rest, 0
        for end in _LINE_END.finditer(rest, self._looked_at):
            if end[0] == b"\r" and end.end() == len(rest):
                break
            yield bytes(rest[start : end.start()])
            start = end.end()
        del rest[:start]
        self._looked_at = max(0, len(rest) - 1)

    def _read(self, line: bytes) -> Iterator[SentEvent]:
        text = line.decode(errors="replace")
        if self._framing == "lines":
            # Some servers send event streams where lines were meant.
            data = text.removeprefix("data:").strip()
            if data.startswith("{"):
                yield SentEvent(data)
        elif text:
            self._field(text)
        else:
            if self._data:
                yield SentEvent("\n".join(self._data), self._name)
            self._name, self._data, self._length = "", [], 0

    def _field(self, text: str) -> None:
        name, _, value = text.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._length += len(value)
        elif name == "event":
            self._name = value


def _of_body(text: str) -> Iterator[SentEvent]:
    """A body in one piece; or, from a server that sends lines where events were meant, those."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    if len(lines) > 1 and all(line.startswith("{") and line.endswith("}") for line in lines):
        yield from map(SentEvent, lines)
    else:
        yield SentEvent(text, is_whole=True)
