"""Bytes as events, wherever they are cut."""

from __future__ import annotations

import pytest

from callwright.models.sent import Framing, SentEvent, SentEvents


def read(content: bytes, size: int, framing: Framing = "sse") -> list[SentEvent]:
    """The events in a content that comes in pieces of this size."""
    events = SentEvents(framing)
    found: list[SentEvent] = []
    for start in range(0, len(content), size):
        found.extend(events.feed(content[start : start + size]))
    return [*found, *events.end()]


ONE = SentEvent('{"a":1}')
EVENTS: list[tuple[bytes, list[SentEvent]]] = [
    (b'data: {"a":1}\n\n', [ONE]),
    (b'data:{"a":1}\n\n', [ONE]),
    (b"data:  x\n\n", [SentEvent(" x")]),
    (b'data: {"a":1}\r\n\r\n', [ONE]),
    (b'data: {"a":1}\r\r', [ONE]),
    (b'\xef\xbb\xbfdata: {"a":1}\n\n', [ONE]),
    (b': OPENROUTER PROCESSING\n\ndata: {"a":1}\n\n:\n\n', [ONE]),
    (b'data: {"a":\ndata: 1}\n\n', [SentEvent('{"a":\n1}')]),
    (b'data: {"a":\r\ndata: 1}\r\n\r\n', [SentEvent('{"a":\n1}')]),
    (b"event: error\ndata: no\n\ndata: x\n\n", [SentEvent("no", "error"), SentEvent("x")]),
    (b"id: 7\nretry: 10\ndata: x\n\n", [SentEvent("x")]),
    (b"data\n\ndata: x\n\n", [SentEvent(""), SentEvent("x")]),
    (b"event: ping\n\ndata: x\n\n", [SentEvent("x")]),
    (b"data: a\n\n\n\ndata: b\n\n", [SentEvent("a"), SentEvent("b")]),
    (b"data: a\n\ndata: b", [SentEvent("a"), SentEvent("b")]),
    ("data: größe\n\n".encode(), [SentEvent("größe")]),
    (b'{"a":1}', [SentEvent('{"a":1}', is_whole=True)]),
    (b'\n {"a":\n1}\n', [SentEvent('{"a":\n1}', is_whole=True)]),
    (b"<html>no</html>", [SentEvent("<html>no</html>", is_whole=True)]),
    (b'{"a":1}\n{"b":2}\n', [ONE, SentEvent('{"b":2}')]),
    (b"", []),
    (b"\n\n", []),
]


@pytest.mark.parametrize(("content", "events"), EVENTS, ids=lambda value: repr(value)[:40])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_are_the_same_wherever_the_bytes_are_cut(
    content: bytes, events: list[SentEvent], size: int
) -> None:
    """Spaces, line ends, comments, names and several lines are read as the standard has them."""
    assert read(content, size) == events


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":1}\n{"b":"\xc3\xb6"}\n',
        b'{"a":1}\r\n\r\n{"b":"\xc3\xb6"}',
        b'data: {"a":1}\n\ndata: {"b":"\xc3\xb6"}\n\n',
        b': hello\n{"a":1}\n\n{"b":"\xc3\xb6"}\n',
    ],
)
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_value_a_line(content: bytes, size: int) -> None:
    """Lines of JSON, with what some servers put around them."""
    assert read(content, size, "lines") == [ONE, SentEvent('{"b":"ö"}')]


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_an_event_without_an_end_is_given_up(end: bytes) -> None:
    """A server that never ends its event does not fill the memory, neither line by line."""
    events = SentEvents("sse")
    piece = b"data: " + b"x" * 10_000_000 + end
    with pytest.raises(ValueError, match="more than"):
        for _ in range(10):
            assert list(events.feed(piece)) == []
