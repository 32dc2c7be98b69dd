"""A JSON value in a given room: the first items, all keys of the first levels, long parts cut.

What stays is as it was; what is left out is said where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object
from callwright.core.result.excerpt.mark import KEY, Place, folded, left_out, rest_of_text
from callwright.core.result.excerpt.measure import MAX_DEPTH, measure, measure_text
from callwright.core.result.excerpt.share import Entry, first_that_fit, shares

__all__ = ["ALL", "Window", "fit", "fit_text"]

_ITEMS = 16
"""A long item is cut so that at least about so many of an array can be shown,"""
_USEFUL = 300
"""but rather fewer than so short that nothing can be read off them; in characters."""
_LEAST_TEXT = 8
_SHORT = 64
"""What is no longer than this is shown whole: a mark would hardly be shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The entries of a collection, or the characters of a text, that are wanted."""

    start: int = 0
    limit: int | None = None

    def stop(self, total: int) -> int:
        """Where it ends in something of this length."""
        return total if self.limit is None else min(total, self.start + self.limit)

    def holds(self, total: int) -> bool:
        """Whether all of something of this length is wanted."""
        return self.start == 0 and self.stop(total) == total


ALL = Window()


def fit(value: Json, room: int, place: Place, window: Window = ALL, depth: int = MAX_DEPTH) -> Json:
    """The value in about `room` characters of JSON text; `window` is of its own entries."""
    if _is_wanted_whole(value, window) and measure(value, room, depth) <= room:
        return value
    if isinstance(value, str):
        return _string(value, room, place)
    if depth > 0 and is_object(value):
        return _object(value, room, place, window, depth - 1)
    if depth > 0 and is_array(value):
        return _array(value, room, place, window, depth - 1)
    return folded(value, place)


def _is_wanted_whole(value: Json, window: Window) -> bool:
    return window.holds(len(value)) if is_object(value) or is_array(value) else True


def fit_text(text: str, room: int, place: Place, window: Window = ALL) -> str:
    """The beginning of a text in about `room` characters, and how many more there are."""
    start, stop = window.start, window.stop(len(text))
    if stop == len(text) and stop - start <= room:
        return text[start:]
    tail = len(rest_of_text(len(text), place, len(text)))
    end = max(start + 1, min(stop, start + room - tail))
    return text[start:end] + rest_of_text(len(text) - end, place, end)


def _string(text: str, room: int, place: Place) -> Json:
    """A string's beginning that is no longer than the room when it is written as JSON."""
    length = room - 2 - len(rest_of_text(len(text), place, len(text)))
    while length >= _LEAST_TEXT:
        beginning = text[:length]
        written = measure_text(beginning) - 2
        if written <= room - 2 - len(rest_of_text(len(text), place, len(text))):
            return beginning + rest_of_text(len(text) - length, place, length)
        length = min(length - 1, length * length // written)
    return folded(text, place)


def _object(value: JsonObject, room: int, place: Place, window: Window, depth: int) -> Json:
    total, key = len(value), _free_key(value)
    wanted = islice(value.items(), window.start, window.stop(total))
    entries = (_entry(name, item, measure_text(name) + 2, 0, place, depth) for name, item in wanted)
    mark = dump_json({key: left_out(total, total, "keys", place, total)})
    kept = _kept(entries, room - 2, len(mark), total - window.start, depth)
    if not kept:
        return folded(value, place)
    parts: dict[str, Json] = {
        str(entry.key): part for entry, part in _parts(kept, room - 2 - len(mark), place, depth)
    }
    end = window.start + len(kept)
    if end < total:
        parts[key] = left_out(total - end, total, "keys", place, end)
    return parts


def _array(value: Sequence[Json], room: int, place: Place, window: Window, depth: int) -> Json:
    total = len(value)
    wanted = enumerate(islice(value, window.start, window.stop(total)), window.start)
    wish = max(room // _ITEMS, min(room // 2, _USEFUL))
    entries = (_entry(index, item, 1, wish, place, depth) for index, item in wanted)
    mark = dump_json({KEY: left_out(total, total, "items", place, total)})
    kept = _kept(entries, room - 2, len(mark), total - window.start, depth)
    if not kept:
        return folded(value, place)
    parts = [part for _, part in _parts(kept, room - 2 - len(mark), place, depth)]
    end = window.start + len(kept)
    if end < total:
        parts.append({KEY: left_out(total - end, total, "items", place, end)})
    return parts


def _free_key(value: JsonObject) -> str:
    """The key of the mark, longer where the object itself has such a key."""
    key = KEY
    while key in value:
        key += KEY
    return key


def _entry(key: str | int, value: Json, frame: int, wish: int, place: Place, depth: int) -> Entry:
    """An entry that is shown whole if it is short, else in no less than its folded form."""
    size = measure(value, max(wish, _SHORT), depth)
    least = size if size <= max(wish, _SHORT) else max(wish, _folded_size(value, place.at(key)))
    if least > max(wish, _SHORT):
        size = measure(value, least, depth)
    return Entry(
        key=key,
        value=value,
        frame=frame,
        least=min(size, least),
        is_whole=size <= least,
        depth=depth,
    )


def _folded_size(value: Json, place: Place) -> int:
    return len(dump_json(folded(value, place)))


def _kept(entries: Iterable[Entry], room: int, mark: int, total: int, depth: int) -> list[Entry]:
    """The entries that are shown: all, or as many as leave room for a mark after them.

    What is read by itself shows one at least, or reading on would stand still.
    """
    at_least = int(depth == MAX_DEPTH - 1)
    kept = first_that_fit(entries, room, at_least)
    return kept if len(kept) == total else first_that_fit(kept, room - mark, at_least)


def _parts(
    kept: Sequence[Entry], room: int, place: Place, depth: int
) -> Iterable[tuple[Entry, Json]]:
    for entry, share in zip(kept, shares(kept, room), strict=True):
        whole = entry.value
        yield entry, fit(whole, share, place.at(entry.key), depth=depth)
