"""What a document's texts would do to whoever reads them: hidden characters, words to a model.

All of the document is read, since a text may come to a model by a reference from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from callwright.core.json import is_array, is_object
from callwright.core.text.instruction import instruction_in
from callwright.core.text.visible import count_invisible, visible
from callwright.openapi.pointer import escape_pointer
from callwright.openapi.report import Finding

__all__ = ["audit"]


def audit(raw: object) -> Iterator[Finding]:
    r"""The texts of a document, names included, that hide something or speak to a model.

    >>> [finding.kind for finding in audit({"summary": "List\u200b all."})]
    ['hidden']
    """
    for pointer, text in _texts(raw):
        hidden = count_invisible(text)
        if hidden:
            some = "characters that nobody sees" if hidden > 1 else "character that nobody sees"
            reason = f"It has {hidden:,} {some}; a model is shown the text without."
            yield Finding(kind="hidden", reason=reason, pointer=visible(pointer))
        words = instruction_in(text)
        if words is not None:
            reason = f"It reads like an instruction to a model: {words!r}."
            yield Finding(kind="instruction_like", reason=reason, pointer=visible(pointer))


def _texts(raw: object) -> Iterator[tuple[str, str]]:
    """Every text with its JSON Pointer, in the document's order; what YAML shares, once."""
    seen: dict[int, object] = {}
    waiting: list[tuple[str, Any]] = [("#", raw)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, str):
            yield pointer, value
        elif (is_object(value) or is_array(value)) and id(value) not in seen:
            seen[id(value)] = value  # held, so that no other gets its id
            items = value.items() if is_object(value) else enumerate(value)
            below = [(f"{pointer}/{escape_pointer(str(key))}", key, item) for key, item in items]
            yield from ((place, key) for place, key, _ in below if isinstance(key, str))
            waiting += [(place, item) for place, _, item in reversed(below)]
