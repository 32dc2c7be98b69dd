"""What came of one comparison, and how many of them add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["Outcome", "Totals", "changes_between", "different", "equal", "skipped", "total_of"]

Verdict = Literal["equal", "different", "skipped"]
Totals: TypeAlias = "dict[str, dict[str, Any]]"
"""For each reader: how much was compared, how much was equal, and causes with their counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One comparison with one reader."""

    reader: str
    verdict: Verdict
    cause: str = ""
    detail: str = ""


def equal(reader: str) -> Outcome:
    """Both say the same."""
    return Outcome(reader=reader, verdict="equal")


def skipped(reader: str, reason: str) -> Outcome:
    """There was nothing to compare, or nothing that the reader understands."""
    return Outcome(reader=reader, verdict="skipped", cause=reason)


def different(reader: str, cause: str, detail: str = "") -> Outcome:
    """They do not say the same."""
    return Outcome(reader=reader, verdict="different", cause=cause, detail=detail)


def total_of(outcomes: Iterable[Outcome]) -> Totals:
    """How much was compared with each reader, and what came of it."""
    counted: dict[str, Counter[tuple[str, str]]] = {}
    for one in outcomes:
        counted.setdefault(one.reader, Counter())[one.verdict, one.cause] += 1
    return {reader: _section(counts) for reader, counts in sorted(counted.items())}


def _section(counts: Counter[tuple[str, str]]) -> dict[str, Any]:
    equals = sum(n for (verdict, _), n in counts.items() if verdict == "equal")
    disagreements = _causes(counts, "different")
    return {
        "compared": equals + sum(disagreements.values()),
        "equal": equals,
        "disagreements": disagreements,
        "skipped": _causes(counts, "skipped"),
    }


def _causes(counts: Counter[tuple[str, str]], wanted: str) -> dict[str, int]:
    return {cause: n for (verdict, cause), n in sorted(counts.items()) if verdict == wanted}


def changes_between(committed: Totals, seen: Totals) -> Iterator[tuple[str, str]]:
    """How totals differ from those that are committed: `worse`, `better` or `different`.

    What is compared follows what the tools' schemas say, so a few more or less are no fault.
    """
    for reader in sorted(committed.keys() | seen.keys()):
        before, after = _flat(committed.get(reader, {})), _flat(seen.get(reader, {}))
        for name in sorted(before.keys() | after.keys()):
            old, new = before.get(name, 0), after.get(name, 0)
            if old != new:
                yield _verdict(name, old, new), f"{reader} / {name}: {old} -> {new}"


def _flat(section: dict[str, Any]) -> dict[str, int]:
    flat = {f"disagreement / {cause}": n for cause, n in section.get("disagreements", {}).items()}
    flat |= {f"skipped / {reason}": n for reason, n in section.get("skipped", {}).items()}
    return flat | {name: section.get(name, 0) for name in ("compared", "equal")}


def _verdict(name: str, old: int, new: int) -> str:
    if name.startswith("disagreement"):
        return "worse" if new > old else "better"
    if name in ("compared", "equal"):
        return "worse" if new < 0.98 * old else "different"
    return "different"
