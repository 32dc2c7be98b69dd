"""The words that stand where something was left out, with the call that reads on.

Left-out entries and folded parts are told under the key `…`, which stands nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object
from callwright.core.pointer import escape

__all__ = ["KEY", "Place", "folded", "left_out", "rest_of_text", "size_of"]

KEY = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A part of a kept result: where the tool that reads on finds it again."""

    reader: str = ""
    handle: str = ""
    """Empty where the result is not kept."""
    pointer: str = ""

    def at(self, key: str | int) -> Place:
        """The place of what stands here under a key or at an index."""
        return replace(self, pointer=f"{self.pointer}/{escape(str(key))}")

    def call(self, offset: int = 0) -> str:
        """The call that reads here, from an offset on.

        >>> Place(reader="read_result", handle="r1", pointer="/items").call(20)
        "read_result(handle='r1', pointer='/items', offset=20)"
        """
        pointer = f", pointer={self.pointer!r}" if self.pointer else ""
        start = f", offset={offset}" if offset else ""
        return f"{self.reader}(handle={self.handle!r}{pointer}{start})"

    def tail(self, offset: int = 0) -> str:
        """The end of a mark: how to read on, where that is possible."""
        return f"; {self.call(offset)} reads on" if self.handle else ""


def size_of(value: Json) -> str:
    """How large a part is, in words.

    >>> size_of([1, 2, 3])
    'array of 3 items'
    """
    if isinstance(value, str):
        return f"text of {len(value):,} characters"
    if is_object(value):
        return f"object of {len(value):,} keys"
    if is_array(value):
        return f"array of {len(value):,} items"
    return f"number of {len(dump_json(value)):,} digits"


def folded(value: Json, place: Place) -> JsonObject:
    """What stands in place of a part that is not shown at all.

    >>> folded([1, 2, 3], Place())
    {'…': 'array of 3 items'}
    """
    return {KEY: size_of(value) + place.tail()}


def left_out(missing: int, total: int, unit: str, place: Place, offset: int) -> str:
    """What is said of the entries after those that are shown.

    >>> left_out(4980, 5000, "items", Place(), 20)
    '4,980 more of 5,000 items'
    """
    return f"{missing:,} more of {total:,} {unit}{place.tail(offset)}"


def rest_of_text(missing: int, place: Place, offset: int) -> str:
    """What stands at the end of a text's beginning.

    >>> rest_of_text(9_500, Place(), 500)
    '… (9,500 more characters)'
    """
    return f"… ({missing:,} more characters{place.tail(offset)})"
