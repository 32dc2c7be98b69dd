"""JSON Pointers (RFC 6901) as URI fragments: how a place in a document is written down."""

from __future__ import annotations

from typing import TypeAlias

from callwright.core.pointer import escape as escape_pointer

__all__ = ["Way", "escape_pointer", "pointer_to"]

Way: TypeAlias = "tuple[Way, str | int] | None"
"""The way to a value: that of what holds it, and its key there."""


def pointer_to(way: Way) -> str:
    """The pointer at the end of a way.

    >>> pointer_to(((None, "paths"), "/a"))
    '#/paths/~1a'
    """
    parts: list[str] = []
    while way is not None:
        way, key = way
        parts.append(escape_pointer(str(key)))
    return "/".join(["#", *reversed(parts)])
