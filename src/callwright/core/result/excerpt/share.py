"""How the room for a collection is shared among its entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callwright.core.json import Json
from callwright.core.result.excerpt.measure import measure

__all__ = ["Entry", "first_that_fit", "shares"]

_ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of an array or object; sizes are in characters of JSON text."""

    key: str | int
    value: Json
    frame: int
    """What its key and the punctuation take."""
    least: int
    """The least that it can be shown in; where it `is_whole`, all of it."""
    is_whole: bool
    depth: int


def first_that_fit(entries: Iterable[Entry], room: int, at_least: int = 0) -> list[Entry]:
    """The first entries that go into the room together, each in its least form."""
    kept: list[Entry] = []
    for entry in entries:
        room -= entry.frame + entry.least
        if room < 0 and len(kept) >= at_least:
            break
        kept.append(entry)
    return kept


def shares(entries: Sequence[Entry], room: int) -> list[int]:
    """The room that each entry gets: small ones what they need, the long ones equal parts.

    What small ones leave is shared again, a few times, so that little of it is lost.
    """
    given = [entry.least for entry in entries]
    spare = room - sum(given) - sum(entry.frame for entry in entries)
    hungry = [index for index, entry in enumerate(entries) if not entry.is_whole]
    for _ in range(_ROUNDS):
        part = spare // len(hungry) if hungry else 0
        sizes = {index: _need(entries[index], part) for index in hungry}
        sated = [index for index in hungry if sizes[index] <= entries[index].least + part]
        if not sated or part <= 0:
            break
        for index in sated:
            spare -= sizes[index] - given[index]
            given[index] = sizes[index]
        hungry = [index for index in hungry if index not in sated]
    for index in hungry:
        given[index] += max(0, spare // len(hungry))
    return given


def _need(entry: Entry, part: int) -> int:
    return max(entry.least, measure(entry.value, entry.least + part, entry.depth))
