"""Bodies that are a sequence of items: server-sent events, JSON Lines, JSON text sequences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from callwright.core.json import Json, parse_json

__all__ = ["read_sequence"]


def read_sequence(essence: str, text: str) -> list[Json] | None:
    """The items of a body of a media type; None where it is no sequence, or is not one in fact.

    >>> read_sequence("application/jsonl", '{"a": 1}\\n{"a": 2}\\n')
    [{'a': 1}, {'a': 2}]
    """
    read = _READERS.get(essence)
    try:
        return None if read is None else read(text)
    except (ValueError, RecursionError):
        return None


def _lines(text: str) -> list[Json]:
    return [parse_json(line) for line in text.split("\n") if line.strip()]


def _records(text: str) -> list[Json]:
    """A JSON text sequence (RFC 7464): each text stands after a record separator."""
    return [parse_json(record) for record in text.split("\x1e") if record.strip()]


def _events(text: str) -> list[Json]:
    """Server-sent events (WHATWG HTML, 9.2.6): what is named has its name and id beside it."""
    return [event for block in _blocks(text) if (event := _event(block)) is not None]


def _blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*_LINE_END.split(text), ""]:
        if line:
            block.append(line)
        elif block:
            yield block
            block = []


# `splitlines` knows line ends that the standard does not, such as U+2028.
_LINE_END = re.compile(r"\r\n|\n|\r")


def _event(block: list[str]) -> Json:
    """One event; None where a block has no data, as a comment that keeps the line open."""
    lines: dict[str, list[str]] = {}
    for line in block:
        name, _, value = line.partition(":")
        lines.setdefault(name, []).append(value.removeprefix(" "))
    if "data" not in lines:
        return None
    data = _json_or_text("\n".join(lines["data"]))
    named: dict[str, Json] = {name: lines[name][-1] for name in ("event", "id") if name in lines}
    return {**named, "data": data} if named else data


def _json_or_text(text: str) -> Json:
    try:
        return parse_json(text)
    except ValueError:
        return text


_READERS: Mapping[str, Callable[[str], list[Json]]] = {
    "text/event-stream": _events,
    "application/jsonl": _lines,
    "application/x-jsonl": _lines,
    "application/jsonlines": _lines,
    "application/x-jsonlines": _lines,
    "application/json-lines": _lines,
    "text/jsonl": _lines,
    "application/ndjson": _lines,
    "application/x-ndjson": _lines,
    "application/x-ldjson": _lines,
    "application/stream+json": _lines,
    "application/json-seq": _records,
    "application/geo+json-seq": _records,
}
