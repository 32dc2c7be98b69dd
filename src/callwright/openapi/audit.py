"""What a document's texts would do to whoever reads them: hidden characters, words to a model.

All of the document is read, since a text may come to a model by a reference from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from callwright.core.json import is_array, is_object
from callwright.core.text.instruction import instruction_in
from callwright.core.text.visible import count_invisible, visible
from callwright.openapi.pointer import Way, pointer_to
from callwright.openapi.report import Finding

__all__ = ["audit"]


def audit(raw: object) -> Iterator[Finding]:
    r"""The texts of a document, names included, that hide something or speak to a model.

    >>> [finding.kind for finding in audit({"summary": "List\u200b all."})]
    ['hidden']
    """
    # Of the two million texts of MS Graph's document, nine of ten were there before.
    harmless: set[str] = set()
    for way, text in _texts(raw):
        if text in harmless:
            continue
        found = list(_doubts(text))
        if not found:
            harmless.add(text)
        for kind, reason in found:
            yield Finding(kind=kind, reason=reason, pointer=visible(pointer_to(way)))


def _doubts(text: str) -> Iterator[tuple[Literal["hidden", "instruction_like"], str]]:
    hidden = count_invisible(text)
    if hidden:
        some = "characters that nobody sees" if hidden > 1 else "character that nobody sees"
        yield "hidden", f"It has {hidden:,} {some}; a model is shown the text without."
    words = instruction_in(text)
    if words is not None:
        yield "instruction_like", f"It reads like an instruction to a model: {words!r}."


def _texts(raw: object) -> Iterator[tuple[Way, str]]:
    """Every text and the way to it, in the document's order; what YAML shares, once."""
    seen: dict[int, object] = {}
    waiting: list[tuple[Way, Any]] = [(None, raw)]
    while waiting:
        way, value = waiting.pop()
        if isinstance(value, str):
            yield way, value
        elif (is_object(value) or is_array(value)) and id(value) not in seen:
            seen[id(value)] = value  # held, so that no other gets its id
            items: Iterable[tuple[Any, Any]] = (
                value.items() if is_object(value) else enumerate(value)
            )
            below = [((way, key), item) for key, item in items]
            yield from ((place, place[1]) for place, _ in below if isinstance(place[1], str))
            waiting += reversed(below)
