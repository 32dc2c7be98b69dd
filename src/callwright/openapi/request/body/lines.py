"""Bodies that are sequences (OAS 3.2, Sequential Media Types): an array, item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, dump_json, is_array, is_object
from callwright.openapi.media import MediaType
from callwright.openapi.request.style import text_of

__all__ = ["events_text", "lines_text", "sequence_text"]


def lines_text(media: MediaType, value: Json) -> str:
    """A line of JSON for each item."""
    return "".join(f"{dump_json(item)}\n" for item in _items(media, value))


def sequence_text(media: MediaType, value: Json) -> str:
    """A JSON text sequence (RFC 7464)."""
    return "".join(f"\x1e{dump_json(item)}\n" for item in _items(media, value))


def events_text(media: MediaType, value: Json) -> str:
    """A stream of server-sent events (WHATWG HTML, 9.2.6).

    An item that has no data, and more than the fields of an event, is itself the data of one.
    """
    return "".join(f"{_event_text(_as_event(item))}\n" for item in _items(media, value))


def _items(media: MediaType, value: Json) -> Iterator[Json]:
    if not is_array(value):
        raise ArgumentsInvalid([f"The body must be an array to be sent as {media.name}."])
    yield from value


_EVENT_FIELDS = ("event", "data", "id", "retry")


def _as_event(item: Json) -> Mapping[str, Json]:
    if is_object(item) and ("data" in item or (item and item.keys() <= {*_EVENT_FIELDS})):
        return item
    return {"data": item}


def _event_text(event: Mapping[str, Json]) -> str:
    return "".join(
        f"{name}: {line}\n"
        for name, value in event.items()
        if name in _EVENT_FIELDS and value is not None
        for line in _lines(name, text_of(value))
    )


def _lines(name: str, text: str) -> list[str]:
    """Data may have several lines, which a reader joins again; the other fields may not."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > 1 and name != "data":
        raise ArgumentsInvalid([f"The {name!r} of an event must be a single line."])
    return lines
