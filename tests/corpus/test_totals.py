"""Totals: how they add up and how they are held against those that are committed."""

from __future__ import annotations

from tests.corpus.totals import changes_between, sum_of, without_zeros


def test_totals_add_up():
    """Name by name; what counts nothing is left out, its section stays."""
    one = {"documents": {"all": 1}, "faults": {"no description": 0}}
    assert without_zeros(sum_of([one, one])) == {"documents": {"all": 2}, "faults": {}}


def test_changes_are_judged():
    """More tools are better, more faults worse; a new reason is something to look at."""
    committed = {"operations": {"tools": 5}, "faults": {"double": 2}, "lost": {"enums": 1}}
    seen = {"operations": {"tools": 4}, "faults": {"double": 1}, "repaired": {"a": 1}}
    assert list(changes_between(committed, seen)) == [
        ("better", "faults / double: 2 -> 1"),
        ("better", "lost / enums: 1 -> 0"),
        ("worse", "operations / tools: 5 -> 4"),
        ("different", "repaired / a: 0 -> 1"),
    ]
