"""A long result as a model reads it: the beginning of everything, with what is missing counted.

JSON stays JSON: long arrays and objects keep their first entries, long strings their beginning.
"""

from __future__ import annotations

from callwright.core.json import Json, dump_json, is_array, is_object
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
            text = dump_json(_cut(value, entries, length, _MAX_DEPTH))
            if _fits(text, tokens):
                best, low = text, entries + 1
            else:
                high = entries - 1
        if best is not None:
            return best
    return None


def _cut(value: Json, entries: int, length: int, depth: int) -> Json:
    if isinstance(value, str):
        return value if len(value) <= length else f"{value[:length]}… ({len(value):,} characters)"
    if depth == 0:
        return "…"
    if is_object(value):
        kept = {
            key: _cut(item, entries, length, depth - 1)
            for key, item in list(value.items())[:entries]
        }
        missing = len(value) - len(kept)
        return {**kept, "…": f"{missing:,} more of {len(value):,}"} if missing else kept
    if is_array(value):
        items = [_cut(item, entries, length, depth - 1) for item in value[:entries]]
        missing = len(value) - len(items)
        return [*items, f"… {missing:,} more of {len(value):,}"] if missing else items
    return value


def _beginning(text: str, tokens: int) -> str:
    """The beginning of a text, halved until it fits."""
    length = min(len(text), tokens * _MAX_CHARACTERS_PER_TOKEN)
    while length > 1 and not _fits(text[:length], tokens):
        length //= 2
    return f"{text[:length]}… ({len(text) - length:,} more characters)"
