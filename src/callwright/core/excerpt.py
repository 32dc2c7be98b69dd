"""A long result as a model reads it: the beginning of everything, with what is missing counted.

JSON stays JSON: long arrays and objects keep their first entries, long strings their beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object
from callwright.core.tokens import count_tokens
from callwright.core.tool import ToolResult

__all__ = ["excerpt"]

_STRING_LENGTHS = (2_000, 500, 150, 50)
_MAX_ENTRIES = 2_000
_MAX_DEPTH = 60
_MIN_CHARACTERS_PER_TOKEN = 1
_MAX_CHARACTERS_PER_TOKEN = 10


def excerpt(result: ToolResult, tokens: int) -> str:
    """The result's content in at most about `tokens` tokens."""
    content = result.content
    if _fits(content, tokens):
        return content
    if (is_array(result.value) or is_object(result.value)) and not result.is_error:
        shortened = _shortened(result.value, tokens)
        if shortened is not None:
            return shortened
    return _beginning(content, tokens)


def _fits(text: str, tokens: int) -> bool:
    if len(text) <= tokens * _MIN_CHARACTERS_PER_TOKEN:
        return True
    if len(text) > tokens * _MAX_CHARACTERS_PER_TOKEN:
        return False
    return count_tokens(text).number <= tokens


def _shortened(value: Json, tokens: int) -> str | None:
    """The longest excerpt that fits: rather shorter strings than no entries at all."""
    for length in _STRING_LENGTHS:
        best, low, high = None, 1, _MAX_ENTRIES
        while low <= high:
            entries = (low + high) // 2
            text = _Cut(entries, length, tokens * _MAX_CHARACTERS_PER_TOKEN).write(value)
            if text is not None and _fits(text, tokens):
                best, low = text, entries + 1
            else:
                high = entries - 1
        if best is not None:
            return best
    return None


class _TooMuch(Exception):
    """More values are kept than could be written."""


@dataclass(slots=True)
class _Cut:
    """Keeps the first `entries` of each collection and `length` characters of each string.

    `left` is how many values may be kept in all: each takes a character at least, so that a huge
    answer is given up early instead of being written whole.
    """

    entries: int
    length: int
    left: int

    def write(self, value: Json) -> str | None:
        """The excerpt as JSON text; None if it would be far too long."""
        try:
            return dump_json(self._cut(value, _MAX_DEPTH))
        except _TooMuch:
            return None

    def _cut(self, value: Json, depth: int) -> Json:
        self.left -= 1
        if self.left < 0:
            raise _TooMuch
        if isinstance(value, str):
            return self._text(value)
        if depth == 0:
            return "…"
        if is_object(value):
            return self._object(value, depth - 1)
        return self._array(value, depth - 1) if is_array(value) else value

    def _text(self, value: str) -> str:
        is_short = len(value) <= self.length
        return value if is_short else f"{value[: self.length]}… ({len(value):,} characters)"

    def _object(self, value: JsonObject, depth: int) -> Json:
        kept = {key: self._cut(item, depth) for key, item in islice(value.items(), self.entries)}
        missing = len(value) - len(kept)
        return {**kept, "…": f"{missing:,} more of {len(value):,}"} if missing else kept

    def _array(self, value: Sequence[Json], depth: int) -> Json:
        items = [self._cut(item, depth) for item in value[: self.entries]]
        missing = len(value) - len(items)
        return [*items, f"… {missing:,} more of {len(value):,}"] if missing else items


def _beginning(text: str, tokens: int) -> str:
    """The beginning of a text, halved until it fits."""
    length = min(len(text), tokens * _MAX_CHARACTERS_PER_TOKEN)
    while length > 1 and not _fits(text[:length], tokens):
        length //= 2
    return f"{text[:length]}… ({len(text) - length:,} more characters)"
