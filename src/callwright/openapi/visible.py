"""Text as people see it: what is invisible could say to a model what nobody else reads."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["visible"]

_ALL_VISIBLE = re.compile(r"[\n\t -~]*")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})


def visible(text: str) -> str:
    """The text without control and invisible characters, line ends and tabs apart.

    >>> visible("List\u200b all\u202e.")
    'List all.'
    """
    if _ALL_VISIBLE.fullmatch(text):
        return text
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in _INVISIBLE
    )
