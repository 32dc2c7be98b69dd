"""As much of a result as a budget of tokens allows.

Room is counted in characters while a result is cut, and in tokens when it is judged.
"""

from __future__ import annotations

from collections.abc import Callable

from callwright.core.json import Json, dump_json, parse_json
from callwright.core.result.excerpt.fit import ALL, Window, fit, fit_text
from callwright.core.result.excerpt.mark import KEY, Place, size_of
from callwright.core.text.tokens import count_tokens

__all__ = ["excerpt", "excerpt_of_json", "excerpt_of_text", "fits", "read_content"]

_MIN_CHARACTERS_PER_TOKEN = 1
_MAX_CHARACTERS_PER_TOKEN = 10
_CHARACTERS_PER_TOKEN = 4
_ATTEMPTS = 6
_FULL = 0.85
"""What uses this much of its budget is not tried again with more room."""
_LEAST_ROOM = 40


def fits(text: str, tokens: int) -> bool:
    """Whether a text costs no more than so many tokens; counted only where it is not plain."""
    if len(text) <= tokens * _MIN_CHARACTERS_PER_TOKEN:
        return True
    if len(text) > tokens * _MAX_CHARACTERS_PER_TOKEN:
        return False
    return count_tokens(text).number <= tokens


def read_content(content: str) -> tuple[Json, bool]:
    """What a result's content holds, and whether it is JSON."""
    try:
        return parse_json(content), True
    except (ValueError, RecursionError):
        return content, False


def excerpt(value: Json, tokens: int, place: Place, *, is_json: bool = True) -> str:
    """What a content holds, in about `tokens` tokens: JSON stays JSON, text keeps its start.

    >>> excerpt([1, 2, 3], 100, Place())
    '[1,2,3]'
    """
    if isinstance(value, str) and not is_json:
        return excerpt_of_text(value, tokens, place)
    return excerpt_of_json(value, tokens, place)


def excerpt_of_json(value: Json, tokens: int, place: Place, window: Window = ALL) -> str:
    """A window of a JSON value, as JSON text."""

    def write(room: int) -> str:
        return dump_json(fit(value, room, place, window))

    return _fullest(write, tokens) or dump_json({KEY: f"{size_of(value)}, too long to be shown"})


def excerpt_of_text(text: str, tokens: int, place: Place, window: Window = ALL) -> str:
    """A window of a text, as it is."""

    def write(room: int) -> str:
        return fit_text(text, room, place, window)

    return _fullest(write, tokens) or f"… ({size_of(text)}, too long to be shown)"


def _fullest(write: Callable[[int], str], tokens: int) -> str:
    """The fullest of the texts that are written into different rooms and fit; "" if none does."""
    best, low, high = "", 0, tokens * _MAX_CHARACTERS_PER_TOKEN
    room, attempts = tokens * _CHARACTERS_PER_TOKEN, _ATTEMPTS
    while (attempts > 0 or not best) and room >= _LEAST_ROOM and low < room < high:
        attempts -= 1
        text = write(room)
        cost = count_tokens(text).number
        if cost <= tokens:
            best, low = text, room
            if cost >= tokens * _FULL:
                break
        else:
            high = room
        guess = round(room * tokens / max(cost, 1) * 0.95)
        room = guess if low < guess < high else (low + high) // 2
    return best
