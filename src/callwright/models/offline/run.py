"""Carry a plan as far as the results at hand allow, and say which calls are wanted next.

A plan is replayed from its beginning in every turn: a call that was answered yields its result,
one that was not is wanted. So nothing is remembered between turns, and no call is made twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from callwright.core.json import Json, JsonObject, is_object
from callwright.core.message import Message
from callwright.models.offline.choice import Entry
from callwright.models.offline.plan import Draft, Recall, Recalled, Step
from callwright.models.offline.result import (
    Record,
    Result,
    best_matches,
    identifier,
    label,
    matches_exactly,
    read_result,
)
from callwright.models.offline.slots import Slot, tool_nouns, with_values

__all__ = [
    "Fact",
    "Missing",
    "Stopped",
    "Wanted",
    "WantedCall",
    "arguments_for",
    "read_facts",
    "recaller",
]

_MAX_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A call that was made, and what came of it."""

    name: str
    arguments: JsonObject
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCall:
    """A call that a plan needs next."""

    entry: Entry
    arguments: JsonObject


class Wanted(Exception):
    """The plan needs calls that were not made yet; in the end it `changes` something, or not."""

    def __init__(self, calls: Sequence[WantedCall], *, changes: bool = False) -> None:
        super().__init__(", ".join(call.entry.tool.name for call in calls))
        self.calls = tuple(calls)
        self.changes = changes


class Stopped(Exception):
    """The plan cannot go on; the text says why."""


class Missing(Stopped):
    """Arguments are missing that only the user can give."""


def read_facts(messages: Sequence[Message]) -> list[Fact]:
    """The calls that the messages hold with their results, in order."""
    contents = {
        message.tool_call_id: message.text for message in messages if message.role == "tool"
    }
    return [
        Fact(
            name=call.name,
            arguments=call.arguments or {},
            result=read_result(contents[call.id]),
        )
        for message in messages
        for call in message.tool_calls
        if call.id in contents
    ]


@dataclass(slots=True, kw_only=True)
class Ledger:
    """The results at hand, and those of them that the replay has come to by now."""

    facts: Sequence[Fact]
    seen: list[Fact]
    notes: list[str] = field(default_factory=list[str])
    """What the user should know about how arguments were found."""
    names: dict[str, str] = field(default_factory=dict[str, str])
    """What the things are called whose identifiers were looked up, by the argument."""

    def result(self, entry: Entry, arguments: JsonObject) -> Result:
        """The result of a call.

        Raises:
            Wanted: the call was not made yet.
            Stopped: it failed.
        """
        for fact in self.facts:
            if fact.name == entry.tool.name and fact.arguments == arguments:
                if fact.result.error:
                    raise Stopped(f"{entry.tool.name} failed: {fact.result.error}")
                self.seen.append(fact)
                return fact.result
        raise Wanted([WantedCall(entry=entry, arguments=arguments)])


def arguments_for(plan: Draft, step: Step, ledger: Ledger) -> JsonObject:
    """The arguments of a call, its lookups done.

    Raises:
        Wanted: lookups are to be made first, all those that can be made now.
        Missing: the prompt does not hold what is required.
        Stopped: a lookup failed, found nothing, or found several things where one is changed.
    """
    _check(plan, step)
    values, wanted = plan.values(step), list[WantedCall]()
    for slot in step.entry.slots:
        lookup = plan.active(step, slot)
        try:
            found = _look_up(plan, lookup, slot, ledger) if lookup else None
        except Wanted as still:
            wanted += still.calls
            continue
        if found is None and slot.is_required and slot not in values:
            found = _recall(plan, slot, ledger)
        if found is not None:
            values[slot] = found
    if wanted:
        raise Wanted(wanted)
    return with_values({slot: values[slot] for slot in step.entry.slots if slot in values})


def _recall(plan: Draft, slot: Slot, ledger: Ledger) -> Json:
    recalled = plan.recall(slot)
    if recalled is None:
        return None
    if recalled.name:
        ledger.names[slot.name] = recalled.name
    return recalled.value


def _check(plan: Draft, step: Step) -> None:
    missing, entry, values = plan.missing(step), step.entry, plan.values(step)
    given = {slot.path[0] for slot in entry.slots if slot in values or plan.active(step, slot)}
    required = entry.tool.parameters.get("required")
    names = [str(name) for name in required] if isinstance(required, list) else []
    open_groups = [
        slot
        for slot in entry.slots
        if slot.path[0] in names and slot.path[0] not in given and not slot.is_required
    ]
    if missing or open_groups:
        raise Missing(_missing_text(entry, missing, open_groups))


def _missing_text(entry: Entry, missing: Sequence[Slot], open_groups: Sequence[Slot]) -> str:
    lines = [f"{entry.tool.name} fits, but the prompt does not say:"]
    lines += [_line(slot) for slot in missing]
    if open_groups and not missing:
        lines.append("at least one of these:")
        lines += [_line(slot) for slot in open_groups]
    example = (list(missing) or list(open_groups))[0].name
    lines.append(
        f"Write it as {example}=… in the prompt. The offline model reads arguments word by word; "
        "a language model would find more."
    )
    return "\n".join(lines)


def _line(slot: Slot) -> str:
    choices = f" One of: {', '.join(map(str, slot.choices))}." if slot.choices else ""
    return f"- {slot.name}: {slot.description or slot.kind}{choices}"


def _look_up(plan: Draft, step: Step, slot: Slot, ledger: Ledger) -> Json:
    arguments = arguments_for(plan, step, ledger)
    result = ledger.result(step.entry, arguments)
    record = _chosen(plan, step, slot, result, ledger)
    found = identifier(record, slot)
    if found is None:
        raise Stopped(f"The result of {step.entry.tool.name} holds no {slot.name}.")
    ledger.names[slot.name] = label(record)
    return found


def _chosen(plan: Draft, step: Step, slot: Slot, result: Result, ledger: Ledger) -> Record:
    """The record that the clause means.

    Raises:
        Stopped: there is none, or there are several where something will be changed.
    """
    own = [str(value) for value in plan.values(step).values()]
    others = [piece.text for piece in plan.leftover]
    kind = " ".join(sorted(slot.thing))
    if not result.records:
        raise Stopped(f"No {kind} was found for {_quoted(own or others)}.")
    if not result.is_list:
        return result.records[0]
    fitting = best_matches(result.records, others)
    if others and not fitting and not own:
        raise Stopped(f"No {kind} was found that matches {_quoted(others)}.")
    several = fitting or list(result.records)
    best = best_matches(several, own) or several
    if len(best) > 1:
        told = ", ".join(label(record) for record in best[:_MAX_TOLD])
        more = f" and {len(best) - _MAX_TOLD} more" if len(best) > _MAX_TOLD else ""
        if plan.goal.entry.effect != "read":
            raise Stopped(
                f"{_quoted(own or others)} fits {len(best)} of the {kind}s equally: {told}{more}. "
                f"Say which one, for instance as {slot.name}=…."
            )
        ledger.notes.append(f"(Of {len(best)} that fit, the first was used: {told}{more}.)")
    texts = own or others
    if plan.goal.entry.effect == "destructive" and not matches_exactly(best[0], texts):
        raise Stopped(
            f"Nothing is called exactly {_quoted(texts)}; the nearest is {label(best[0])}. "
            f"Say which one is meant, for instance as {slot.name}=…."
        )
    return best[0]


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts) or "this"


_REFERENCE = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|that|this|those|these|same)\b",
    re.IGNORECASE,
)


def refers_back(clause: str) -> bool:
    """Whether a clause speaks of something by a pronoun."""
    return _REFERENCE.search(clause) is not None


def recaller(clause: str, facts: Sequence[Fact], entries: Sequence[Entry]) -> Recall:
    """What the pronouns of a clause refer to: the thing in the latest result that has just one."""
    nouns = {entry.tool.name: tool_nouns(entry.tool) for entry in entries}
    refers = refers_back(clause)

    def recall(slot: Slot) -> Recalled | None:
        if not refers or not slot.thing:
            return None
        for fact in reversed(facts):
            records = fact.result.records
            if len(records) == 1 and is_object(records[0]):
                found = _recalled(records[0], slot, nouns.get(fact.name, frozenset()))
                if found is not None:
                    return found
        return None

    return recall


def _recalled(record: Record, slot: Slot, nouns: frozenset[str]) -> Recalled | None:
    found = identifier(record, slot)
    is_own = bool(slot.thing & nouns)
    named = any(
        key.lower().replace("_", "") == slot.name.lower().replace("_", "") for key in record
    )
    if found is None or not (named or is_own):
        return None
    return Recalled(value=found, name=label(record) if is_own else "")
