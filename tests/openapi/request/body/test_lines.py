"""Bodies that are sequences: an array, item by item."""

from __future__ import annotations

from typing import Any

import pytest

from callwright.core.errors import ArgumentsInvalid
from callwright.openapi.media import MediaType
from callwright.openapi.request.body.write import write_body


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("application/jsonl", b'{"a":1}\n[]\n'),
        ("application/x-ndjson", b'{"a":1}\n[]\n'),
        ("application/json-seq", b'\x1e{"a":1}\n\x1e[]\n'),
        ("application/geo+json-seq", b'\x1e{"a":1}\n\x1e[]\n'),
        ("text/event-stream", b'data: {"a":1}\n\ndata: []\n\n'),
    ],
)
def test_sequences(name: str, content: bytes) -> None:
    """A sequence (OAS 3.2) is an array of which each item is a text of its own."""
    written = write_body(MediaType(name=name), [{"a": 1}, []])
    assert (written.content_type, written.content) == (name, content)
    with pytest.raises(ArgumentsInvalid, match="must be an array"):
        write_body(MediaType(name=name), {"a": 1})


@pytest.mark.parametrize(
    ("event", "content"),
    [
        ({"event": "add", "data": "1"}, "event: add\ndata: 1\n\n"),
        ({"data": {"a": [1]}, "id": 5, "retry": 10}, 'data: {"a":[1]}\nid: 5\nretry: 10\n\n'),
        ({"data": "two\nlines\r\nor three"}, "data: two\ndata: lines\ndata: or three\n\n"),
        ({"data": "x", "event": None, "comment": "no field"}, "data: x\n\n"),
        ({"data": ""}, "data: \n\n"),
        ("only data", "data: only data\n\n"),
        ({"id": 5, "name": "x"}, 'data: {"id":5,"name":"x"}\n\n'),
    ],
    ids=str,
)
def test_events(event: Any, content: str) -> None:
    """An event is written field by field, its data in as many lines as it has."""
    assert write_body(MediaType(name="text/event-stream"), [event]).content.decode() == content


def test_broken_event() -> None:
    """A line break would end a field, and another could follow."""
    with pytest.raises(ArgumentsInvalid, match="'event' of an event must be a single line"):
        write_body(MediaType(name="text/event-stream"), [{"event": "a\ndata: b"}])
