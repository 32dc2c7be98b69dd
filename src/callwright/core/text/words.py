"""The words of a text or an identifier, as they are compared with those of a prompt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["STOP_WORDS", "split_words", "stem", "stems"]

STOP_WORDS = frozenset(
    "a an and any are as at be but by can could did do does for from get give had has have how i "
    "if in into is it its just let list me my of on or our please show so tell than that the "
    "their them then there these they this to us want was we were what when where which who whose "
    "why will with would you your".split()
)
"""English words that say little about what is wanted."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_SUFFIXES = (
    ("sses", "ss"),
    ("ies", "y"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("xes", "x"),
    ("ing", ""),
    ("ed", ""),
    ("ss", "ss"),
    ("us", "us"),
    ("s", ""),
)


def split_words(text: str) -> list[str]:
    """Split a text or an identifier into lower-case words, camelCase and snake_case included.

    >>> split_words("listReposForUser /users/{user_id}")
    ['list', 'repos', 'for', 'user', 'users', 'user', 'id']
    """
    return [word.lower() for word in _WORD.findall(text)]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Take the common English endings off a word, lightly.

    >>> [stem(word) for word in ("repositories", "issues", "status", "borrowed", "borrowing")]
    ['repository', 'issue', 'status', 'borrow', 'borrow']
    """
    for ending, instead in _SUFFIXES:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: len(word) - len(ending)] + instead
    return word


def stems(text: str, *, without: Iterable[str] = STOP_WORDS) -> list[str]:
    """The stems of a text's words, stop words left out.

    >>> stems("Who is borrowing the books?")
    ['borrow', 'book']
    """
    dropped = frozenset(without)
    return [stem(word) for word in split_words(text) if word not in dropped]
