"""One turn of the offline model: the clauses of the last prompt, each planned and answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from callwright.core.json import dump_json
from callwright.core.message import Message, is_notice
from callwright.core.model import Turn
from callwright.models.offline.answer import asked_fields, tell, tell_record
from callwright.models.offline.choice import Catalogue
from callwright.models.offline.fit import Clause
from callwright.models.offline.language import (
    READ_VERBS,
    asks_how,
    concept,
    concepts,
    is_question,
    requested_verb,
)
from callwright.models.offline.output import shape_output
from callwright.models.offline.pick import pick, picks_from
from callwright.models.offline.plan import Draft, Recall, choose, draft
from callwright.models.offline.prompt import Piece, read_pieces, split_clauses
from callwright.models.offline.result import Record, best_matches
from callwright.models.offline.run import (
    Fact,
    Ledger,
    Stopped,
    Wanted,
    WantedCall,
    arguments_for,
    read_facts,
    recaller,
    refers_back,
)

__all__ = ["Session"]

_WHO = "The offline model matches words; it is no language model."
_MAX_NEAREST = 3
_MAX_SEARCHES = 40
_PLACES = frozenset("in at near from to into".split())
_IDLE = frozenset(
    "there now today currently right please anything something thing also ever still yet thank "
    "about everything thanks hello hi hey ok okay sure know need like good day one".split()
)
_PEOPLE = ("user", "member", "contact", "customer", "employee", "author", "owner", "account")


def _is_prompt(message: Message) -> bool:
    return message.role == "user" and not is_notice(message)


class Session:
    """What is said and known in one turn."""

    def __init__(self, turn: Turn, catalogue: Catalogue) -> None:
        asked = [i for i, each in enumerate(turn.messages) if _is_prompt(each)]
        start = asked[-1] if asked else 0
        self.turn, self.catalogue = turn, catalogue
        self.prompt = turn.messages[start].text if asked else ""
        self.history = read_facts(turn.messages[:start])
        self.facts = read_facts(turn.messages[start:])
        self.seen: list[Fact] = []

    def respond(self) -> tuple[list[WantedCall], str]:
        """The calls that are wanted next, or the answer."""
        if self.catalogue.named(self.turn.tool_choice) is not None:
            return self._respond_forced(self.turn.tool_choice)
        wanted, told = self._go_through(split_clauses(self.prompt))
        if not wanted:
            return [], self._final([line for line in told if line])
        if self.turn.tool_choice == "none" or not self.turn.tools:
            return [], "\n".join([*told, _not_allowed(wanted)])
        return wanted if self.turn.parallel_tool_calls else wanted[:1], ""

    def _final(self, told: Sequence[str]) -> str:
        """The answer's text, as JSON when the turn has a schema for it."""
        text = "\n".join(told) or self._no_tool(self.prompt)
        if self.turn.response_schema is None:
            return text
        records = self.seen[-1].result.records if self.seen else ()
        return dump_json(shape_output(self.turn.response_schema, records, text))

    def _go_through(self, clauses: Sequence[str]) -> tuple[list[WantedCall], list[str]]:
        """Answer clause after clause, until one needs a call that those after it must wait for."""
        wanted: list[WantedCall] = []
        told: list[str] = []
        for number, text in enumerate(clauses):
            if wanted and refers_back(text):
                break
            try:
                told.append(self._answer(text, is_alone=len(clauses) == 1))
            except Wanted as still:
                if wanted and any(call.entry.effect != "read" for call in still.calls):
                    break
                wanted += [call for call in still.calls if call not in wanted]
                if still.changes:
                    break
            except Stopped as reason:
                told.append(str(reason) + _untried(clauses[number + 1 :]))
                break
        return wanted, told

    def _answer(self, text: str, *, is_alone: bool) -> str:
        if asks_how(text):
            raise Stopped(self._no_tool(text))
        clause, words = self._read_clause(text)
        known = [*self.history, *self.seen]
        recall = recaller(text, known, self.catalogue.entries)
        plans = self._named_plan(clause, recall) or choose(clause, self.catalogue, words, recall)
        told = _told_already(clause, words, known)
        if told and not (plans and plans[0].lists_what_is_recalled()):
            return told
        if not plans and (set(words) <= clause.sources or self._asks_for_part(clause, words)):
            plans = self._bare_plan(clause, recall)
        if not plans and self.turn.tool_choice == "required" and not self.facts:
            plans = self._any_plan(clause)
        if not plans:
            return self._without_plan(text, words, is_alone=is_alone)
        return self._carry_out(plans[0])

    def _carry_out(self, plan: Draft) -> str:
        ledger = Ledger(facts=self.facts, seen=self.seen)
        entry = plan.goal.entry
        try:
            arguments = arguments_for(plan, plan.goal, ledger)
            result = ledger.result(entry, arguments)
        except Wanted as still:
            raise Wanted(still.calls, changes=entry.effect != "read") from None
        others = [piece.text for piece in plan.leftover]
        known = [record for fact in self.seen for record in fact.result.records]
        asked = "" if entry.effect != "read" and plan.clause.verb != "update" else plan.clause.text
        told = tell(asked, entry, arguments, result, others, ledger.names)
        return "\n".join([told, *ledger.notes, *_unused(others, known)])

    def _named_plan(self, clause: Clause, recall: Recall) -> list[Draft]:
        """The plan for a tool that the clause calls by its very name: "get_book 3"."""
        spoken = {piece.text for piece in clause.pieces if piece.kind == "code"}
        entry = next((e for e in self.catalogue.entries if e.tool.name in spoken), None)
        if entry is None or (entry.effect != "read" and is_question(clause.text)):
            return []
        names = {entry.tool.name, *(slot.name for slot in entry.slots)}
        pieces = tuple(p for p in clause.pieces if p.kind != "code" or p.text not in names)
        return [draft(replace(clause, pieces=pieces), entry, self.catalogue, recall)]

    def _bare_plan(self, clause: Clause, recall: Recall) -> list[Draft]:
        """The search that suits the values of a clause that has nothing else: "Find 'Dune'"."""
        entries = [entry for entry in self.catalogue.entries if entry.effect == "read"]
        plans = [draft(clause, e, self.catalogue, recall) for e in entries[:_MAX_SEARCHES]]
        direct = [plan for plan in plans if plan.uses and plan.says_only_for_goal()]
        return sorted(direct, key=_total_fit, reverse=True)[:1]

    def _asks_for_part(self, clause: Clause, words: Sequence[str]) -> bool:
        """Whether a clause asks for a part of a named thing, in words that some tool knows."""
        named = [
            piece
            for piece in clause.pieces
            if piece.kind in ("name", "quoted") and not _PLACES & set(piece.before[:1])
        ]
        owns = any(clause.text[piece.span[1] :][:2] in ("'s", "\u2019s") for piece in named)
        return owns or (bool(named) and is_question(clause.text) and self.catalogue.knows(words))

    def _any_plan(self, clause: Clause) -> list[Draft]:
        """The plan that uses most of a clause, when a call is required and no tool suits it."""
        recall = recaller("", (), ())
        plans = [draft(clause, entry, self.catalogue, recall) for entry in self.catalogue.entries]
        ready = [plan for plan in plans if plan.is_ready(plan.goal)]
        return sorted(ready, key=lambda plan: -len(plan.uses))[:1]

    def _without_plan(self, text: str, words: Sequence[str], *, is_alone: bool) -> str:
        if not words and not is_alone:
            return ""
        last = self.facts[-1] if self.facts and is_alone else None
        entry = self.catalogue.named(last.name) if last else None
        if last is not None and entry is not None and not last.result.error:
            return tell(text, entry, last.arguments, last.result)
        raise Stopped(self._no_tool(text))

    def _no_tool(self, text: str) -> str:
        if not self.turn.tools:
            return f"No tools were offered. {_WHO}"
        near = [entry.tool.name for entry, _, _ in self.catalogue.ranked(concepts(text))]
        names = near or [tool.name for tool in self.turn.tools]
        hint = "Nearest" if near else "There are"
        more = ", …" if len(names) > _MAX_NEAREST else ""
        told = ", ".join(names[:_MAX_NEAREST])
        return f"No tool was found for “{text.strip()}”. {hint}: {told}{more}. {_WHO}"

    def _read_clause(self, text: str) -> tuple[Clause, list[str]]:
        vocabulary = self.catalogue.vocabulary
        pieces = tuple(read_pieces(text, vocabulary))
        words = self._words(text, pieces)
        clause = Clause(
            text=text,
            pieces=pieces,
            verb=requested_verb(text),
            words=frozenset(words),
            vocabulary=vocabulary,
            sources=self.catalogue.sources,
        )
        return clause, words

    def _words(self, text: str, pieces: Sequence[Piece]) -> list[str]:
        """The concepts of a clause without its values; who is asked for is a person of the API."""
        blank = text
        for piece in pieces:
            if piece.is_strong or (piece.kind == "pair" and "=" in text[slice(*piece.span)]):
                start, end = piece.span
                blank = blank[:start] + " " * (end - start) + blank[end:]
        keys = " ".join(piece.key for piece in pieces if piece.key)
        words = [word for word in concepts(f"{blank} {keys}") if word not in _IDLE]
        if words and words[0] in READ_VERBS and words[0] == requested_verb(text):
            words = words[1:]
        if re.match(r"\s*who\W*(?:is|are|s)\b", text, re.IGNORECASE):
            person = next((word for word in _PEOPLE if word in self.catalogue.vocabulary), "user")
            words = [person if word == "user" else word for word in words]
        return list(dict.fromkeys(words))

    def _respond_forced(self, name: str) -> tuple[list[WantedCall], str]:
        """Call the one tool that was named, if its arguments can be found."""
        entry = self.catalogue.named(name) or self.catalogue.entries[0]
        slot = picks_from(entry.slots)
        if slot is not None:
            picked = pick(slot, self.turn.messages)
            return [WantedCall(entry=entry, arguments={slot.path[0]: picked})], ""
        clause, _ = self._read_clause(self.prompt)
        recall = recaller(self.prompt, self.history, self.catalogue.entries)
        try:
            return self._forced_call(draft(clause, entry, self.catalogue, recall)), ""
        except Stopped as reason:
            return [], str(reason)

    def _forced_call(self, plan: Draft) -> list[WantedCall]:
        ledger = Ledger(facts=self.facts, seen=self.seen)
        try:
            arguments = arguments_for(plan, plan.goal, ledger)
        except Wanted as still:
            return list(still.calls)
        return [WantedCall(entry=plan.goal.entry, arguments=arguments)]


def _total_fit(plan: Draft) -> tuple[float, int]:
    """How well the values suit a tool; of equals, the one with the shorter name."""
    return sum(use.score for use in plan.uses), -len(plan.goal.entry.name_words)


def _unused(others: Sequence[str], known: Sequence[Record]) -> list[str]:
    """A line about the values that neither an argument nor a result took up."""
    idle = [text for text in others if not best_matches(known, [text])]
    return [f"(Not used: {', '.join(idle)}.)"] if idle else []


def _untried(clauses: Sequence[str]) -> str:
    return f"\nNot tried: {' '.join(f'“{text}”' for text in clauses)}" if clauses else ""


def _not_allowed(wanted: Sequence[WantedCall]) -> str:
    names = ", ".join(dict.fromkeys(call.entry.tool.name for call in wanted))
    return f"Not finished: {names} would have to be called, which is not allowed now."


def _told_already(clause: Clause, words: Sequence[str], facts: Sequence[Fact]) -> str:
    """The answer from the last result, if the clause only asks more about the same thing."""
    record = _single(facts)
    if record is None or clause.verb is not None or any(p.is_strong for p in clause.pieces):
        return ""
    fields = asked_fields(clause.text, [record])
    said = {concept(word) for key in fields for word in re.split(r"\W|_", key)}
    if not fields or not (refers_back(clause.text) or set(words) <= said | {"count"}):
        return ""
    return tell_record(clause.text, record)


def _single(facts: Sequence[Fact]) -> Record | None:
    records = facts[-1].result.records if facts else ()
    return records[0] if len(records) == 1 else None
