"""The beginning of what may be long: JSON laid out, text as it is."""

from __future__ import annotations

import json
from collections.abc import Iterable

from callwright.core.json import Json, as_plain
from callwright.notebook.markup import Markup, element, joined, text

__all__ = ["MAX_LETTERS", "excerpt"]

MAX_LETTERS = 4_000


def excerpt(content: Json, place: str) -> Markup:
    """At most `MAX_LETTERS` of a content, and then where the whole is: `place` in the answer."""
    beginning = content if isinstance(content, str) else _laid_out(content)
    if len(beginning) <= MAX_LETTERS:
        return text(beginning)
    note = f"\n… cut after {MAX_LETTERS:,} characters; the whole is in .{place}"
    return joined([beginning[:MAX_LETTERS], element("span", note, class_="cw-quiet")])


def _laid_out(content: Json) -> str:
    """JSON on several lines, or a little more of it than is shown: a large one is not written out.

    Its indent reaches that length before its depth could exhaust the stack.
    """
    encoder = json.JSONEncoder(indent=2, ensure_ascii=False, default=as_plain)
    return _until(MAX_LETTERS, encoder.iterencode(content))


def _until(length: int, pieces: Iterable[str]) -> str:
    taken: list[str] = []
    for piece in pieces:
        taken.append(piece)
        length -= len(piece)
        if length < 0:
            break
    return "".join(taken)
