"""Text as people see it: what is invisible could say to a model what nobody else reads."""

from __future__ import annotations

import re

__all__ = ["count_invisible", "visible"]

# Control characters but line ends and tabs, halves of surrogate pairs, private use, and what
# Unicode calls default ignorable: joiners, marks of direction, variation selectors, fillers, tags.
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\ue000-\uf8ff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U0010ffff"
)
# A single joiner or variation selector behind a letter or a picture is spelling: Persian, Hindi and
# emoji have them. In a row, or behind ASCII, they can only be a code.
_SPELLING = rf"(?<=[^\x00-\x7f{_UNSEEN}])(?:\ufe0f?\u200d|[\u200c\ufe0e\ufe0f])(?![{_UNSEEN}])"
_PATTERN = re.compile(rf"({_SPELLING})|[{_UNSEEN}]+")
_ALL_VISIBLE = re.compile(r"[\n\t -~]*")


def visible(text: str) -> str:
    r"""The text without control and invisible characters, line ends and tabs apart.

    >>> visible("List\u200b all\u202e.")
    'List all.'
    """
    if _ALL_VISIBLE.fullmatch(text):
        return text
    return _PATTERN.sub(lambda match: match[1] or "", text.replace("\r\n", "\n"))


def count_invisible(text: str) -> int:
    r"""How many characters `visible` takes out of a text.

    >>> count_invisible("List\u200b all\u202e.")
    2
    """
    if _ALL_VISIBLE.fullmatch(text):
        return 0
    found = _PATTERN.finditer(text.replace("\r\n", "\n"))
    return sum(len(match[0]) for match in found if not match[1])
