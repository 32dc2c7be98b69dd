"""HTML that is escaped by construction: what is not `Markup` is text, and shown as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

__all__ = ["Markup", "element", "joined", "text"]


class Markup(str):
    """HTML as it is to be sent. Every other string is escaped before it becomes a part of it."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: object) -> Markup:
    """One element. Attributes that are None are left out; `class_` is `class`, `_` is `-`.

    >>> element("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>{joined(children)}</{name}>")


def joined(parts: Iterable[str]) -> Markup:
    """Parts after each other, those that are no `Markup` escaped."""
    return Markup("".join(text(part) for part in parts))


def text(given: str) -> Markup:
    """A text as HTML shows it: escaped, with what would be invisible made visible."""
    if isinstance(given, Markup):
        return given
    lines = given.replace("\r\n", "\n")
    return Markup(escape(_INVISIBLE.sub(_named, lines)))


# Control characters but tab and line feed; what turns the direction of reading (UAX 9); separators
# and spaces without a width; tag characters; lone surrogates, which UTF-8 cannot carry; and what
# XML forbids. The joiners U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


def _named(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"
