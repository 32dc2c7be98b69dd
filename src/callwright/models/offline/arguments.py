"""Which piece of a clause fills which slot: every pairing is scored, the best ones are taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from callwright.core.json import Json
from callwright.core.text.words import split_words, stem
from callwright.models.offline.fit import Clause, fit
from callwright.models.offline.language import asks_about_one, concept
from callwright.models.offline.prompt import Piece, Span
from callwright.models.offline.slots import Slot, coerce

__all__ = ["Place", "Use", "assign"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A slot of one of the calls that may be made. The call with the number 0 is the goal."""

    call: int
    slot: Slot
    threshold: float
    """How well a piece must fit."""
    is_looked_up: bool = False
    """Whether another call can find the identifier that the slot wants."""
    half: int | None = None
    """Which half of `owner/repository` the slot takes, if its call has slots for both."""
    is_change: bool = False
    """Whether the goal changes something, so that loose words may not be arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A piece in its place."""

    place: Place
    value: Json
    score: float
    span: Span


def assign(clause: Clause, places: Sequence[Place]) -> list[Use]:
    """Fill the places, each piece of the clause being used once; the best fits come first."""
    wanted = [use for place in places for use in _uses(clause, place) if _suffices(use)]
    order = {id(place): number for number, place in enumerate(places)}
    wanted.sort(key=lambda use: (-use.score, use.span, order[id(use.place)]))
    taken: list[Use] = []
    for use in wanted:
        free = all(other.place is not use.place for other in taken)
        if free and not _overlaps(use.span, (other.span for other in taken)):
            taken.append(use)
    return _with_lists(clause, taken)


def _suffices(use: Use) -> bool:
    return use.score >= use.place.threshold


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _uses(clause: Clause, place: Place) -> Iterator[Use]:
    slot = place.slot
    if slot.choices:
        yield from _choices(clause, place)
    if slot.kind == "boolean":
        yield from _truths(clause, place)
    for piece in clause.pieces:
        if piece.kind == "code" and place.half is not None and piece.text.count("/") == 1:
            yield _half(piece, place, place.half)
            continue
        if _is_too_loose(piece, place):
            continue
        found = fit(piece, slot, clause, is_goal=place.call == 0)
        if found is not None:
            score, value = found
            if piece.kind == "rest" and score < (1.0 if place.is_change else 0.0):
                continue
            wrapped = [value] if slot.kind == "array" else value
            yield Use(place=place, value=wrapped, score=score, span=piece.span)


def _is_too_loose(piece: Piece, place: Place) -> bool:
    """Whether a name stands where an identifier is wanted that can be looked up."""
    is_text = piece.kind in ("quoted", "name", "rest")
    return is_text and place.is_looked_up and bool(place.slot.thing)


def _half(piece: Piece, place: Place, half: int) -> Use:
    middle = piece.span[0] + piece.text.index("/")
    span = (piece.span[0], middle) if half == 0 else (middle + 1, piece.span[1])
    return Use(place=place, value=piece.text.split("/")[half], score=6.0, span=span)


_COMMON_CHOICES = frozenset("none any name id date created updated true false asc desc".split())
_TOKEN = re.compile(r"\w+")


def _choices(clause: Clause, place: Place) -> Iterator[Use]:
    """The values of an enum that the clause holds, however they are written."""
    found: list[tuple[Json, Span]] = []
    for choice in place.slot.choices:
        # The verb of an order says what to do; it describes nothing that is looked up for it.
        if place.call and clause.verb is not None and concept(str(choice)) == clause.verb:
            continue
        found += [(choice, span) for span in _mentions(clause, str(choice))]
    found.sort(key=lambda item: (item[1][0] - item[1][1], item[1]))
    lean = 0.0 if place.call == 0 else -0.5
    if place.slot.kind == "array":
        if found:
            values = [choice for choice, _ in sorted(found, key=lambda item: item[1])]
            yield Use(place=place, value=list(dict.fromkeys(values)), score=3.0, span=found[0][1])
        return
    for choice, span in found:
        length = span[1] - span[0]
        yield Use(place=place, value=choice, score=3.0 + lean + length / 100, span=span)


def _mentions(clause: Clause, choice: str) -> Iterator[Span]:
    wanted = [stem(word) for word in split_words(choice)]
    tokens = [
        (stem(word), match.span())
        for match in _TOKEN.finditer(clause.text)
        for word in split_words(match.group())[:1]
    ]
    for start in range(len(tokens) - len(wanted) + 1):
        window = tokens[start : start + len(wanted)]
        span = (window[0][1][0], window[-1][1][1]) if window else (0, 0)
        if not wanted or [word for word, _ in window] != wanted:
            continue
        if choice.lower() in _COMMON_CHOICES and not _is_within(span, clause.pieces, whole=True):
            continue
        if _is_within(span, clause.pieces):
            continue
        yield span


def _is_within(span: Span, pieces: Collection[Piece], *, whole: bool = False) -> bool:
    """Whether a span is a part of a longer value, or with `whole`, a value by itself."""
    solid = [piece.span for piece in pieces if piece.kind in ("quoted", "name", "pair", "code")]
    if whole:
        return any(start <= span[0] and span[1] <= end for start, end in solid)
    return any(
        start <= span[0] and span[1] <= end and (end - start) > (span[1] - span[0]) + 2
        for start, end in solid
    )


_PARTS = re.compile(r"how (?:many|much) \w+ (?:of|does|has)\b", re.IGNORECASE)


def _counts_parts(clause: Clause) -> bool:
    """Whether a clause asks how much of one thing there is, and so restricts nothing."""
    return _PARTS.search(clause.text) is not None


_NEGATIONS = frozenset(
    "not no without except un non never isn't aren't isn\u2019t aren\u2019t".split()
)


def _truths(clause: Clause, place: Place) -> Iterator[Use]:
    """Whether the clause names a boolean: "available books", "books that are not available"."""
    if asks_about_one(clause.text) or _counts_parts(clause) or place.call:
        return
    tokens = list(re.finditer(r"[\w\u2019']+", clause.text))
    for index, match in enumerate(tokens):
        word = match.group().lower()
        plain = word.removeprefix("un")
        if len(plain) < 3 or concept(plain) not in place.slot.words:
            continue
        near = {token.group().lower() for token in tokens[max(0, index - 2) : index]}
        negated = plain != word or bool(near & _NEGATIONS)
        yield Use(place=place, value=not negated, score=2.0, span=match.span())


_BETWEEN = re.compile(r"\s*(?:,|and|,\s*and|&|or)\s*")


def _with_lists(clause: Clause, uses: list[Use]) -> list[Use]:
    """The uses, those of arrays with the pieces that follow in the same enumeration."""
    spans = [use.span for use in uses]
    return [_extended(clause, use, spans) if _is_list(use) else use for use in uses]


def _is_list(use: Use) -> bool:
    return use.place.slot.kind == "array" and not use.place.slot.choices


def _extended(clause: Clause, use: Use, spans: list[Span]) -> Use:
    slot, values, end = use.place.slot, list(_texts(use)), use.span[1]
    for piece in clause.pieces:
        between = clause.text[end : piece.span[0]]
        if piece.kind == "rest" or not _BETWEEN.fullmatch(between) or piece.span in spans:
            continue
        value = coerce(piece.text, slot.items)
        if value is not None:
            values.append(value)
            spans.append(piece.span)
            end = piece.span[1]
    return Use(place=use.place, value=values, score=use.score, span=(use.span[0], end))


def _texts(use: Use) -> Sequence[Json]:
    return use.value if isinstance(use.value, list) else [use.value]
