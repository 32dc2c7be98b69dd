"""Which tools a clause is about, and which of them may be chosen for it.

A tool that changes something is chosen only when the clause orders that change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from callwright.core.text.rank import Field, Ranking
from callwright.core.text.words import split_words
from callwright.core.tool import Effect, Tool
from callwright.models.offline.language import (
    ACTIONS,
    NOUNS_TOO,
    READ_VERBS,
    WRITE_VERBS,
    concept,
    concepts,
    verb_concept,
)
from callwright.models.offline.slots import Slot, read_slots, tool_nouns

__all__ = ["Catalogue", "Entry", "may_choose"]

_SHORTLIST = 48
_BRIEF = {
    "name": Field(weight=3.0),
    "path": Field(weight=1.5),
    "summary": Field(weight=1.5),
    "description": Field(weight=0.4),
}
_FULL = {
    **_BRIEF,
    "parameters": Field(weight=1.0),
    "details": Field(weight=0.4),
}
_METHODS = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "remove"}
_LOOKUPS = frozenset("list search find query lookup all".split())


@dataclass(frozen=True)
class Entry:
    """One tool, read as far as it was asked about."""

    tool: Tool

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """What the tool takes."""
        return read_slots(self.tool)

    @cached_property
    def nouns(self) -> frozenset[str]:
        """The concepts of what the tool is about."""
        return tool_nouns(self.tool)

    @cached_property
    def name_words(self) -> tuple[str, ...]:
        """The concepts of the name."""
        return tuple(concepts(self.tool.name))

    @cached_property
    def effect(self) -> Effect:
        """What a call can do; judged by the name for a function, which rarely says it."""
        if self.tool.operation is not None or self.tool.effect != "write":
            return self.tool.effect
        return "write" if self._acts() else "read"

    def _acts(self) -> bool:
        """Whether a function's name begins with a verb that changes something."""
        first, *others = split_words(self.tool.name) or [""]
        verb = verb_concept(first)
        if first in NOUNS_TOO and verb in WRITE_VERBS:
            return verb_concept((split_words(self.tool.description) or [""])[0]) == verb
        # A bare `add` adds numbers more often than things.
        changes = verb in WRITE_VERBS and (bool(others) or verb != "create")
        return changes or first in ACTIONS

    @cached_property
    def verbs(self) -> frozenset[str]:
        """The concepts of the verbs that ask for this tool."""
        operation = self.tool.operation
        names = split_words(self.tool.name)
        words = {concept(word) for word in names[:1]} | {verb_concept(word) for word in names[:1]}
        words |= set([word for word in map(concept, names) if word in WRITE_VERBS][:1])
        if operation is not None:
            words |= {_METHODS.get(operation.method.upper(), "")}
            words |= set(concepts(_first_sentence(self.tool.description))[:1])
        return frozenset(words)

    @cached_property
    def lists_many(self) -> bool:
        """Whether the name speaks of several things."""
        words = split_words(self.tool.name)
        return any(word.endswith("s") and concept(word) != word for word in words)

    @cached_property
    def is_lookup(self) -> bool:
        """Whether the tool lists or finds things."""
        needed = [slot for slot in self.slots if slot.is_required]
        return bool(_LOOKUPS & set(split_words(self.tool.name))) or not needed

    def brief(self) -> Mapping[str, str]:
        """The fields of the tool that cost nothing to read."""
        operation, description = self.tool.operation, self.tool.description
        first = _first_sentence(description)
        return {
            "name": _plain(self.tool.name),
            "path": _plain(operation.path if operation else ""),
            "summary": _plain(first),
            "description": _plain(description[len(first) :]),
        }

    def full(self) -> Mapping[str, str]:
        """The fields of the tool, its parameters included."""
        names = " ".join(".".join(slot.path) for slot in self.slots)
        details = " ".join(
            f"{slot.description} {' '.join(map(str, slot.choices))}" for slot in self.slots
        )
        return {**self.brief(), "parameters": _plain(names), "details": _plain(details)}


def _first_sentence(text: str) -> str:
    return text.partition("\n")[0].partition(". ")[0]


def _plain(text: str) -> str:
    return " ".join(concepts(text))


class Catalogue:
    """The offered tools, ready to be ranked."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self.entries = tuple(Entry(tool) for tool in tools)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The concepts of the tools' names and paths."""
        briefs = (entry.brief() for entry in self.entries)
        return frozenset(word for one in briefs for word in f"{one['name']} {one['path']}".split())

    @cached_property
    def sources(self) -> frozenset[str]:
        """The concepts of the names of the APIs that the tools belong to."""
        return frozenset(word for e in self.entries for word in concepts(e.tool.source))

    def knows(self, words: Sequence[str]) -> bool:
        """Whether any tool is described with one of the words."""
        return bool(self.ranked(words))

    @cached_property
    def _brief(self) -> Ranking:
        return Ranking(_BRIEF, [entry.brief() for entry in self.entries])

    @cached_property
    def _small(self) -> Ranking:
        return Ranking(_FULL, [entry.full() for entry in self.entries])

    def ranked(self, words: Iterable[str]) -> list[tuple[Entry, float, frozenset[str]]]:
        """The entries that share a concept with `words`, best first, with score and concepts."""
        question = " ".join(words)
        if len(self.entries) <= _SHORTLIST:
            pool, ranking = list(self.entries), self._small
        else:
            pool = [self.entries[hit.index] for hit in self._brief.search(question)[:_SHORTLIST]]
            ranking = Ranking(_FULL, [entry.full() for entry in pool])
        hits = ranking.search(question)
        return [(pool[hit.index], hit.score, frozenset(hit.matched)) for hit in hits]

    def named(self, name: str) -> Entry | None:
        """The entry of the tool with that name."""
        return next((entry for entry in self.entries if entry.tool.name == name), None)

    def provider(self, slot: Slot, needing: Entry, words: frozenset[str]) -> Entry | None:
        """The tool that best finds the thing whose identifier a slot wants."""
        rated = [
            (rating, -number, entry)
            for number, entry in enumerate(self.entries)
            if entry is not needing and entry.effect == "read"
            for rating in [_provision(entry, slot, words)]
            if rating > 0
        ]
        return max(rated, key=lambda item: item[:2])[2] if rated else None


def _provision(entry: Entry, slot: Slot, words: frozenset[str]) -> float:
    """How well a tool yields the thing that a slot points to; nothing when it needs it itself."""
    names = set(entry.name_words) | entry.nouns
    told = entry.tool.name in _mentioned(slot.description)
    if not slot.thing & names and not told:
        return 0.0
    needed = [other for other in entry.slots if other.is_required]
    if any(other.thing == slot.thing for other in needed):
        return 0.0
    extra = set(entry.name_words) - slot.thing - words - _LOOKUPS - READ_VERBS
    rating = 2.0 if entry.is_lookup else 1.0
    rating += 6.0 if told else 0.0
    rating += 1.0 if slot.thing <= entry.nouns else 0.0
    rating += 0.5 * any(other.kind == "string" and not other.choices for other in entry.slots)
    return rating - 0.5 * len(extra) - 0.5 * len(needed)


def _mentioned(text: str) -> frozenset[str]:
    """The identifiers that a description mentions."""
    return frozenset(word.strip("`'\".,;:()") for word in text.split())


def may_choose(entry: Entry, verb: str | None) -> bool:
    """Whether a clause with that verb may choose the tool: an order, only what does it.

    A verb that changes nothing, or none at all, admits the tools that only read.
    """
    if entry.effect == "read":
        first = (split_words(entry.tool.name) or [""])[0]
        return verb not in WRITE_VERBS or verb in (concept(first), verb_concept(first))
    return verb is not None and verb not in READ_VERBS and concept(verb) in entry.verbs
