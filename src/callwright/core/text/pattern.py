"""A spec's regular expressions against texts, within bounds of time and of memory."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

__all__ = ["matches"]

_SECONDS = 0.1
_MAX_COPIES = 100_000
"""Of a part that is repeated a number of times within what is repeated: `regex` writes it out, at
some 250 bytes a copy."""
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(|\)|\{(\d+)(?:,\d*)?\}", re.DOTALL)


def matches(pattern: object, text: str) -> bool | None:
    """Whether the pattern is found in the text; None where it cannot be told in bounds.

    `^(a+)+$` on 27 letters takes 11 s in `re`; `regex` stops when told to.

    >>> matches("^[a-z]+$", "word"), matches("^[a-z]+$", "7"), matches("([a-z", "a")
    (True, False, None)
    """
    compiled = _compile(pattern) if isinstance(pattern, str) else None
    if compiled is None:
        return None
    try:
        return compiled.search(text, timeout=_SECONDS) is not None
    except TimeoutError:
        return None


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> Any:
    import regex

    if _copies(pattern) > _MAX_COPIES:
        return None
    try:
        return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError, ValueError):
        return None


def _copies(pattern: str) -> int:
    """How many copies of one part are written out: `((a{9}){9}){9}` has 729.

    Of groups one after another the one with the most counts.
    """
    most = [1]  # in each open group
    closed, group = -1, 1  # where the last group ended, and what is in it
    for token in _TOKEN.finditer(pattern):
        if token[0] == "(":
            most.append(1)
        elif token[0] == ")" and len(most) > 1:
            closed, group = token.end(), most.pop()
            most[-1] = max(most[-1], group)
        elif token[1] is not None:
            inner = group if token.start() == closed else 1
            most[-1] = max(most[-1], inner * min(int(token[1][:9]), _MAX_COPIES + 1))
    return max(most)
