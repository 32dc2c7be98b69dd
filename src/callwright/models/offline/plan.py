"""Plan the calls that one clause needs: the goal, and the lookups of identifiers before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from callwright.core.json import Json
from callwright.core.text.words import split_words
from callwright.models.offline.arguments import Place, Use, assign
from callwright.models.offline.choice import Catalogue, Entry, may_choose
from callwright.models.offline.fit import Clause
from callwright.models.offline.language import concept, concepts
from callwright.models.offline.prompt import Piece
from callwright.models.offline.slots import Slot

__all__ = ["Draft", "Recall", "Recalled", "Step", "choose", "draft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A thing that was spoken of: its identifier, and what it is called, if that is known."""

    value: Json
    name: str = ""


Recall: TypeAlias = "Callable[[Slot], Recalled | None]"
"""Yields the last thing spoken of that fits a slot, or None."""

_MAX_LOOKUPS = 2
_CANDIDATES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call: the goal, or a lookup that yields an identifier for the call above it."""

    number: int
    entry: Entry
    lookups: Mapping[Slot, Step] = field(default_factory=dict["Slot", "Step"])

    def walk(self) -> Iterator[Step]:
        """This step and those below it."""
        yield self
        for lookup in self.lookups.values():
            yield from lookup.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan for one clause: which call is the goal, and what the clause says for each call."""

    clause: Clause
    goal: Step
    uses: tuple[Use, ...]
    leftover: tuple[Piece, ...]
    """The strong pieces that fill no slot; they choose among the items of a list."""
    recall: Recall
    score: float = 0.0

    def values(self, step: Step) -> dict[Slot, Json]:
        """What the clause itself says for one call."""
        mine = (use for use in self.uses if use.place.call == step.number)
        return {use.place.slot: use.value for use in mine}

    def says_something_for(self, step: Step) -> bool:
        """Whether a piece of the clause goes into a call or into a lookup below it."""
        numbers = {below.number for below in step.walk()}
        return any(use.place.call in numbers for use in self.uses)

    def says_only_for_goal(self) -> bool:
        """Whether the goal can be called at once, with all that the clause says."""
        is_direct = all(use.place.call == 0 for use in self.uses)
        return is_direct and not self.leftover and self.is_ready(self.goal)

    def lists_what_is_recalled(self) -> bool:
        """Whether the goal lists several things of the one that was last spoken of."""
        needed = [slot for slot in self.goal.entry.slots if slot.is_required]
        recalled = any(self.recall(slot) is not None for slot in needed)
        return recalled and self.goal.entry.lists_many

    def is_ready(self, step: Step) -> bool:
        """Whether a call can be made, lookups included, from what the clause says."""
        return not self.missing(step)

    def missing(self, step: Step) -> list[Slot]:
        """The required slots that neither the clause nor a lookup can fill."""
        values = self.values(step)
        return [
            slot
            for slot in step.entry.slots
            if slot.is_required and slot not in values
            if not self.active(step, slot) and self.recall(slot) is None
        ]

    def active(self, step: Step, slot: Slot) -> Step | None:
        """The lookup that fills a slot, if the clause gives it something to look for."""
        lookup = step.lookups.get(slot)
        if lookup is None or slot in self.values(step) or not self.is_ready(lookup):
            return None
        if self.says_something_for(lookup):
            return lookup
        named = any(piece.kind in ("quoted", "name", "code", "email") for piece in self.leftover)
        can_filter = slot.is_required and named
        return lookup if can_filter and _lists_all(lookup.entry, self.clause) else None


def _lists_all(entry: Entry, clause: Clause) -> bool:
    """Whether a tool lists things of a kind without a restriction that the clause does not want."""
    extra = set(entry.name_words) - entry.nouns - clause.words - {"all", "search", "find"}
    return entry.is_lookup and not extra


def choose(
    clause: Clause, catalogue: Catalogue, words: Sequence[str], recall: Recall
) -> list[Draft]:
    """The plans that suit a clause, best first."""
    drafts: list[Draft] = []
    ranked = [item for item in catalogue.ranked(words) if may_choose(item[0], clause.verb)]
    for entry, score, matched in ranked[:_CANDIDATES]:
        plan = draft(clause, entry, catalogue, recall)
        if _is_about(entry, matched, words, plan):
            drafts.append(_rated(plan, score, words))
    return sorted(drafts, key=lambda plan: -plan.score)


def _is_about(entry: Entry, matched: frozenset[str], words: Sequence[str], plan: Draft) -> bool:
    """Whether enough of what the clause says is about the tool, or is an argument of it."""
    inside = {word for use in plan.uses for word in concepts(plan.clause.text[slice(*use.span)])}
    wanted = set(words) - (inside - matched) - (plan.clause.sources - matched)
    chosen = sum(bool(use.place.slot.choices) for use in plan.uses)
    unplaced = 0 if plan.uses else sum(not _may_filter(piece, entry) for piece in plan.leftover)
    share = (len(matched & wanted) + chosen) / max(1, len(wanted) + chosen + unplaced)
    named = matched & (set(entry.name_words) | entry.nouns | entry.verbs)
    if entry.effect != "read" and (wanted & plan.clause.vocabulary) - matched - _subjects(plan):
        return False
    if plan.clause.verb in entry.verbs and entry.effect != "read":
        return share > 0.33
    return share > (0.33 if named and plan.uses else 0.5 if unplaced else 0.49)


def _may_filter(piece: Piece, entry: Entry) -> bool:
    """Whether a value can choose among the things that a tool lists: a year, a date."""
    return piece.kind in ("number", "date") and entry.lists_many


def _subjects(plan: Draft) -> frozenset[str]:
    """The concepts of what the calls of a plan are about."""
    entries = [step.entry for step in plan.goal.walk()]
    words = (entry.nouns | frozenset(entry.name_words) | entry.verbs for entry in entries)
    return frozenset(word for group in words for word in group)


def _rated(plan: Draft, score: float, words: Sequence[str]) -> Draft:
    strong = [piece for piece in plan.clause.pieces if piece.is_strong]
    kept = len(plan.leftover) * (1.0 if not _filters(plan) else 0.4)
    covered = 1 - kept / len(strong) if strong else 1.0
    score *= 0.35 + 0.65 * covered
    score *= 0.5 if not plan.is_ready(plan.goal) else 1.0
    score *= _directness(plan)
    extra = set(plan.goal.entry.name_words) - set(words) - plan.goal.entry.nouns - {"search"}
    score *= 0.9 ** len(extra)
    score += 0.2 * sum(1 for use in plan.uses if use.score >= 2)
    if not strong and any(use.score >= 1.5 for use in plan.uses):
        score *= 1.5
    if any(plan.recall(slot) is not None for slot in plan.goal.entry.slots if slot.is_required):
        score *= 1.25
    return replace(plan, score=score)


def _directness(plan: Draft) -> float:
    """Fewer lookups are better, above all than those of a thing that they have already told."""
    goal, factor = plan.goal.entry, 1.0
    for slot in plan.goal.entry.slots:
        lookup = plan.active(plan.goal, slot)
        if lookup is not None:
            same = goal.effect == "read" and slot.thing <= goal.nouns and not goal.lists_many
            factor *= 0.6 if same else 0.95
    if _wants_many(plan) and goal.effect == "read":
        factor *= 1.2 if goal.lists_many else 0.8
    return factor


def _wants_many(plan: Draft) -> bool:
    """Whether the clause speaks of several of the things that the goal is about."""
    about = plan.goal.entry.nouns | set(plan.goal.entry.name_words)
    words = [word for word in split_words(plan.clause.text) if word.endswith("s")]
    return any(concept(word) in about and concept(word) != word for word in words)


def _filters(plan: Draft) -> bool:
    """Whether leftover pieces can choose among items: of a lookup, or of the answer's list."""
    return len(list(plan.goal.walk())) > 1 or (plan.goal.entry.is_lookup and bool(plan.uses))


def draft(clause: Clause, entry: Entry, catalogue: Catalogue, recall: Recall) -> Draft:
    """The plan that reaches one goal, complete or not."""
    goal = _step(entry, catalogue, clause, [0], ())
    uses = assign(clause, list(_places(goal, is_needed=True, is_change=entry.effect != "read")))
    spans = [use.span for use in uses]
    leftover = tuple(
        piece
        for piece in clause.pieces
        if piece.is_strong and all(piece.span[1] <= a or b <= piece.span[0] for a, b in spans)
    )
    return Draft(clause=clause, goal=goal, uses=tuple(uses), leftover=leftover, recall=recall)


def _step(
    entry: Entry,
    catalogue: Catalogue,
    clause: Clause,
    numbers: list[int],
    above: tuple[Entry, ...],
) -> Step:
    number = numbers[-1]
    lookups: dict[Slot, Step] = {}
    for slot in entry.slots if len(above) < _MAX_LOOKUPS else ():
        provider = catalogue.provider(slot, entry, clause.words) if slot.thing else None
        if provider is None or provider in above or (above and not slot.is_required):
            continue
        numbers.append(numbers[-1] + 1)
        lookups[slot] = _step(provider, catalogue, clause, numbers, (*above, entry))
    return Step(number=number, entry=entry, lookups=lookups)


def _places(step: Step, *, is_needed: bool, is_change: bool, depth: int = 0) -> Iterator[Place]:
    halves = _halves(step.entry)
    for slot in step.entry.slots:
        lookup = step.lookups.get(slot)
        yield Place(
            call=step.number,
            slot=slot,
            threshold=_threshold(slot, depth, is_needed=is_needed),
            is_looked_up=lookup is not None,
            half=halves.get(slot),
            is_change=is_change,
        )
        if lookup is not None:
            needed = is_needed and slot.is_required
            yield from _places(lookup, is_needed=needed, is_change=is_change, depth=depth + 1)


_OWNERS = frozenset("owner org organization user username namespace workspace group".split())
_OWNED = frozenset("repository project repo".split())


def _halves(entry: Entry) -> dict[Slot, int]:
    """The slots that take the halves of `owner/repository`, if there are both."""
    needed = [slot for slot in entry.slots if slot.is_required and slot.kind == "string"]
    owners = [slot for slot in needed if slot.words & _OWNERS]
    owned = [slot for slot in needed if slot.words & _OWNED and slot not in owners]
    return {owners[0]: 0, owned[0]: 1} if owners and owned else {}


def _threshold(slot: Slot, depth: int, *, is_needed: bool) -> float:
    if slot.is_required and is_needed:
        return -0.5 if depth == 0 else 0.5
    if depth > 1:
        return 2.0
    return 0.9 if depth and is_needed else 1.5
