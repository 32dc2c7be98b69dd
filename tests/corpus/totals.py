"""Totals of documents: how they add up, and whether one set of them is worse than another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from tests.corpus.tally import KINDS, Tally

__all__ = ["Change", "Totals", "by_kind", "changes_between", "sum_of", "without_zeros"]

Totals: TypeAlias = "dict[str, dict[str, int]]"
"""Counts by their section and their name."""
Change: TypeAlias = "tuple[Literal['worse', 'better', 'different'], str]"

# What may grow, and what may shrink; all else is as the committed totals have it.
_GOOD = {("documents", "loaded"), ("operations", "tools"), ("operations", "agreeing")}
_BAD = {("operations", name) for name in ("refused", "differing", "cut")}
_BAD_SECTIONS = {"faults", "lost", "invented", "cut away"}


def by_kind(tally: Tally) -> dict[str, int]:
    """A tally with the names of its kinds."""
    return dict(zip(KINDS, tally, strict=True))


def sum_of(totals: Iterable[Totals]) -> Totals:
    """Totals added up, name by name."""
    found: dict[str, Counter[str]] = {}
    for one in totals:
        for section, counts in one.items():
            found.setdefault(section, Counter()).update(counts)
    return {section: dict(sorted(counts.items())) for section, counts in sorted(found.items())}


def without_zeros(totals: Totals) -> Totals:
    """What there is any of; a section that has nothing stays, so that one sees it is empty."""
    return {
        section: {name: count for name, count in counts.items() if count}
        for section, counts in totals.items()
    }


def changes_between(committed: Totals, seen: Totals) -> Iterator[Change]:
    """How the totals that were seen differ from those that are committed."""
    for section in sorted(committed.keys() | seen.keys()):
        before, after = committed.get(section, {}), seen.get(section, {})
        for name in sorted(before.keys() | after.keys()):
            change = after.get(name, 0) - before.get(name, 0)
            if change:
                text = f"{section} / {name}: {before.get(name, 0)} -> {after.get(name, 0)}"
                yield _verdict(section, name, change), text


def _verdict(section: str, name: str, change: int) -> Literal["worse", "better", "different"]:
    if (section, name) in _GOOD:
        return "better" if change > 0 else "worse"
    if section in _BAD_SECTIONS or (section, name) in _BAD:
        return "worse" if change > 0 else "better"
    return "different"
