"""How long a value is as JSON text, as far as somebody asks; a huge one is not walked through."""

from __future__ import annotations

import json
from collections.abc import Iterable

from callwright.core.json import Json, dump_json, is_array, is_object

__all__ = ["MAX_DEPTH", "measure", "measure_text"]

MAX_DEPTH = 60
"""Deeper parts are folded, and read by themselves."""

# One for all, since making an encoder takes longer than measuring a short text.
_write_text = json.JSONEncoder(ensure_ascii=False).encode


def measure_text(text: str) -> int:
    """The characters of a text written as JSON.

    >>> measure_text('a"b')
    6
    """
    return len(_write_text(text))


def measure(value: Json, cap: int, depth: int = MAX_DEPTH) -> int:
    """The characters of a value as compact JSON text; some number above `cap` where it has more.

    What is nested deeper than `depth` counts as too long.

    >>> measure({"a": [1, 2]}, 100)
    11
    """
    if isinstance(value, str):
        return len(value) + 2 if len(value) > cap else measure_text(value)
    if type(value) is int:
        return len(str(value))
    if value is None or isinstance(value, (bool, int, float)):
        return len(dump_json(value))
    if depth <= 0:
        return cap + 1
    if is_object(value):
        return _measure_object(value.items(), cap, depth - 1)
    return _measure_array(value, cap, depth - 1) if is_array(value) else cap + 1


def _measure_object(entries: Iterable[tuple[str, Json]], cap: int, depth: int) -> int:
    size = 1
    for key, item in entries:
        size += measure_text(key) + 2
        size += measure(item, cap - size, depth)
        if size > cap:
            return size
    return max(size, 2)


def _measure_array(items: Iterable[Json], cap: int, depth: int) -> int:
    size = 1
    for item in items:
        size += 1 + measure(item, cap - size, depth)
        if size > cap:
            return size
    return max(size, 2)
