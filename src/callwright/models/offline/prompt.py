"""What a prompt holds: its clauses, and the pieces of a clause that could be arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal, TypeAlias

from callwright.core.text.words import STOP_WORDS, stem
from callwright.models.offline.language import (
    NUMBER_WORDS,
    READ_VERBS,
    WRITE_VERBS,
    concept,
    is_opener,
    requested_verb,
)

__all__ = ["Piece", "Span", "read_pieces", "split_clauses"]

Span: TypeAlias = tuple[int, int]
Finder: TypeAlias = "Callable[[str], Iterator[tuple[str, Span]]]"
Kind = Literal["pair", "quoted", "email", "url", "date", "number", "code", "name", "rest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One part of a clause that could be an argument."""

    kind: Kind
    text: str
    span: Span
    before: tuple[str, ...] = ()
    """The words that stand before it, the nearest first."""
    after: tuple[str, ...] = ()
    key: str = ""
    """The name that the prompt gives it, as in `name=value`."""
    is_written_out: bool = False
    """Whether it is a number in letters, which may mean no number at all."""

    @property
    def is_strong(self) -> bool:
        """Whether the prompt surely means it as a value."""
        return self.kind not in ("rest", "pair") and not self.is_written_out


_QUOTED = re.compile(
    r"“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|\"([^\"]+)\"|`([^`]+)`"
    r"|(?<![\w\u2019'])[\u2018']((?:[^'\u2019\u2018]|(?<=\w)['\u2019](?=\w))+)['\u2019](?!\w)"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://[^\s<>\"”\u2019]*[^\s<>\"”\u2019.,;:!?)]")
_ISO_DATE = re.compile(r"\b\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?(?!\w)")
_MONTHS: tuple[str, ...] = tuple(
    "january february march april may june july august september october november december".split()
)
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DATES = (
    re.compile(
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})\b", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH},? (?P<year>\d{{4}})\b",
        re.IGNORECASE,
    ),
)
_CODE = re.compile(
    r"(?<![\w/@.-])(?:[\w.-]+/[\w.-]*\w|[A-Za-z]+[-_]\d[\w-]*|[0-9a-f]{8}-[0-9a-f-]{27}"
    r"|[A-Za-z]+\d+\w*|\d+[A-Za-z_]\w*|[A-Za-z]\w*(?:[-_]\w+)+)(?![\w/@])"
)
_NUMBER = re.compile(r"(?<![\w.,/-])#?(-?\d+(?:\.\d+)?)(?![\w/]|[.,-]\d)")
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b", re.IGNORECASE)

_CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ]\.(?![^\W\d_]{2})|[A-ZÀ-ÖØ-Þ][\w-]*(?:['\u2019](?!s\b)\w+)*)"
_LINK = (
    r"(?:of the|of a|of|and the|and(?! (?:The|An?) )|in the|on the|at the|to the|the|"
    r"de la|de|la|le|van der|van|von|der|den|du|del|di|da|al|bin|&)"
)
_NAME = re.compile(rf"(?<!\w){_CAPITAL}(?:\s+(?:{_LINK}\s+)?{_CAPITAL})*")
_WORD = re.compile(r"[^\W\d_][\w\u2019'-]*")
_TOKEN = re.compile(r"\w+(?:['\u2019]\w+)?|[=:,;]")

_PAIR_KEY = re.compile(r"(?<!\w)(?P<key>[A-Za-z_][\w.-]*)\s*(?P<sign>=|:(?!//))\s*(?=\S)")
_PAIR_END = re.compile(
    r"[,;]|\s+(?:and\s+)?[A-Za-z_][\w.-]*\s*[=:](?!//)|[.!?]?$|\s+and\s", re.MULTILINE
)

_BREAK = re.compile(
    r"\s*[;\n]+\s*"
    r"|(?<=[\w\u2019”\"')])[.!?]+\s+(?=[A-Z“\"'\u2018])"
    r"|,?\s+(?:and\s+)?(?:then|afterwards|finally)\s+"
    r"|,?\s+and\s+also\s+"
)
_AND = re.compile(r",?\s+and\s+(?=(?P<word>[a-z]+)\b)", re.IGNORECASE)
_ASKS = frozenset("who what which when where how is are does".split())
_INITIAL = re.compile(r"(?:\b[A-ZÀ-Þ]|\b(?:Mr|Mrs|Ms|Dr|St|Jr|Prof|No|vs|etc))$")


def split_clauses(prompt: str) -> list[str]:
    """Split a prompt into the clauses that ask for something each.

    >>> split_clauses("Add a book by Ursula K. Le Guin and then list all books. Thanks!")
    ['Add a book by Ursula K. Le Guin', 'list all books', 'Thanks!']
    """
    quoted = [match.span() for match in _QUOTED.finditer(prompt)]
    cuts = [
        match.span()
        for match in _BREAK.finditer(prompt)
        if not _touches(match.span(), quoted) and not _ends_with_initial(prompt, match)
    ]
    clauses = [clause for part in _cut(prompt, cuts) for clause in _split_at_and(part)]
    return [clause for clause in clauses if _WORD.search(clause)]


def _ends_with_initial(prompt: str, match: re.Match[str]) -> bool:
    dot = match.group().startswith(".")
    return dot and _INITIAL.search(prompt[: match.start()]) is not None


def _cut(text: str, cuts: Collection[Span]) -> list[str]:
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _split_at_and(clause: str) -> list[str]:
    """Split where `and` joins two orders, or two questions that each have a value of their own."""
    quoted = [match.span() for match in _QUOTED.finditer(clause)]
    for match in _AND.finditer(clause):
        if _touches(match.span(), quoted) or not match["word"].islower():
            continue
        left, right = clause[: match.start()], clause[match.end() :]
        if _joins_orders(left, match["word"]) or _joins_questions(left, right, match["word"]):
            return [left.strip(), *_split_at_and(right.strip())]
    return [clause]


def _joins_orders(left: str, word: str) -> bool:
    verb = requested_verb(word)
    known = verb in WRITE_VERBS or (verb in READ_VERBS and verb not in ("name", "count", "read"))
    return known and requested_verb(left) is not None


def _joins_questions(left: str, right: str, word: str) -> bool:
    if word not in _ASKS:
        return False
    return all(any(piece.is_strong for piece in read_pieces(part)) for part in (left, right))


def read_pieces(clause: str, vocabulary: Collection[str] = ()) -> list[Piece]:
    """Read the pieces of a clause, in order; no letter belongs to two of them.

    Pairs are the exception: whether `note: x` is one depends on the tool. `vocabulary` holds the
    concepts that tools are described with, which are no values by themselves.

    >>> [(piece.kind, piece.text) for piece in read_pieces("Lend 'Dune' to Hana on May 3 2026")]
    [('quoted', 'Dune'), ('name', 'Hana'), ('date', '2026-05-03')]
    """
    pieces = list(_pairs(clause))
    taken = [piece.span for piece in pieces if "=" in clause[slice(*piece.span)]]
    for kind, finder in _FINDERS:
        for text, span in finder(clause):
            if not _touches(span, taken):
                taken.append(span)
                pieces.append(_placed(kind, text, span, clause))
    pieces += _names(clause, taken, vocabulary)
    pieces += _rest(clause, taken, vocabulary)
    return sorted(pieces, key=lambda piece: (piece.span, piece.kind))


def _placed(kind: Kind, text: str, span: Span, clause: str, key: str = "") -> Piece:
    before = [word.lower() for word in _TOKEN.findall(clause[: span[0]])]
    after = [word.lower() for word in _TOKEN.findall(clause[span[1] :])]
    return Piece(
        kind=kind,
        text=text,
        span=span,
        before=tuple(before[::-1][:8]),
        after=tuple(after[:4]),
        key=key,
        is_written_out=kind == "number" and clause[span[0]].isalpha(),
    )


def _pairs(clause: str) -> Iterator[Piece]:
    closed = [match.span() for form in (_QUOTED, _URL) for match in form.finditer(clause)]
    for match in _PAIR_KEY.finditer(clause):
        start = match.end()
        if _touches(match.span(), closed):
            continue
        value = _QUOTED.match(clause, start)
        if value is not None:
            text, end = _inner(value), value.end()
        else:
            end = _pair_end(clause, start, match["sign"])
            text = clause[start:end].strip()
        if text:
            yield _placed("pair", text, (match.start(), end), clause, match["key"])


def _pair_end(clause: str, start: int, sign: str) -> int:
    """Where an unquoted value ends: after a colon at the comma, after `=` at the word or name."""
    ending = _PAIR_END.search(clause, start)
    end = ending.start() if ending else len(clause)
    if sign == ":":
        return end
    name, word = _NAME.match(clause, start), re.compile(r"\S+").match(clause, start)
    longest = max(found.end() for found in (name, word) if found) if word else end
    return min(end, longest)


def _quotes(clause: str) -> Iterator[tuple[str, Span]]:
    for match in _QUOTED.finditer(clause):
        yield _inner(match), match.span()


def _inner(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None).strip()


def _dates(clause: str) -> Iterator[tuple[str, Span]]:
    for match in _ISO_DATE.finditer(clause):
        yield match.group(), match.span()
    for match in (found for pattern in _DATES for found in pattern.finditer(clause)):
        month = _MONTHS.index(match["month"].lower()) + 1
        try:
            day = date(int(match["year"]), month, int(match["day"]))
        except ValueError:
            continue
        yield day.isoformat(), match.span()


def _numbers(clause: str) -> Iterator[tuple[str, Span]]:
    for match in _NUMBER.finditer(clause):
        yield match.group(1), match.span()
    for match in _NUMBER_WORD.finditer(clause):
        yield str(NUMBER_WORDS[match.group().lower()]), match.span()


def _found(pattern: re.Pattern[str], clause: str) -> Iterator[tuple[str, Span]]:
    for match in pattern.finditer(clause):
        yield match.group(), match.span()


_FINDERS: tuple[tuple[Kind, Finder], ...] = (
    ("quoted", _quotes),
    ("url", partial(_found, _URL)),
    ("email", partial(_found, _EMAIL)),
    ("date", _dates),
    ("code", partial(_found, _CODE)),
    ("number", _numbers),
)


def _touches(span: Span, taken: Collection[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _names(clause: str, taken: list[Span], vocabulary: Collection[str]) -> Iterator[Piece]:
    for match in [] if clause.isupper() else list(_NAME.finditer(_blanked(clause, taken))):
        start, end = _without_opener(match.group(), match.start(), clause)
        text = clause[start:end]
        words = _WORD.findall(text)
        if not words or _is_plain(text, words, vocabulary):
            continue
        taken.append((start, end))
        yield _placed("name", text, (start, end), clause)


def _without_opener(text: str, start: int, clause: str) -> Span:
    """The span of a name without the word that has its capital from the sentence's beginning."""
    end = start + len(text)
    opens = not _WORD.search(clause[:start]) or clause[:start].rstrip()[-1:] in (".", ":", ",", "?")
    if opens or text.split()[0] in ("I", "Please"):
        first, _, others = text.partition(" ")
        article = first in ("The", "A", "An", "And", "My") and others[:1].isupper()
        if is_opener(first) and not article:
            left = re.sub(rf"^(?:{_LINK}\s+)+", "", others.lstrip()) if others else ""
            return end - len(left), end
    return start, end


def _is_plain(text: str, words: list[str], vocabulary: Collection[str]) -> bool:
    """Whether a capital word is a common one after all, such as a noun of the API."""
    if len(words) > 1:
        return False
    return text.lower() in STOP_WORDS or concept(text) in vocabulary


def _rest(clause: str, taken: list[Span], vocabulary: Collection[str]) -> Iterator[Piece]:
    run: Span | None = None
    blank = _blanked(clause, taken)
    for match in _WORD.finditer(blank):
        if len(match.group()) == 1 or _is_known(match.group(), vocabulary):
            continue
        joined = run is not None and blank[run[1] : match.start()] == " "
        if run is not None and not joined:
            yield _placed("rest", clause[run[0] : run[1]], run, clause)
        run = (run[0] if run is not None and joined else match.start(), _end(match))
    if run is not None:
        yield _placed("rest", clause[run[0] : run[1]], run, clause)


def _end(match: re.Match[str]) -> int:
    """The end of a word without a possessive ending."""
    word = match.group()
    return match.end() - (2 if word.lower().endswith(("'s", "\u2019s")) else 0)


def _is_known(word: str, vocabulary: Collection[str]) -> bool:
    lower = word.lower().removesuffix("'s").removesuffix("\u2019s")
    if lower.endswith("est") and len(lower) > 5:
        return True
    known = lower in STOP_WORDS or is_opener(lower) or lower in _COMMON
    return known or concept(lower) in vocabulary or stem(lower) in vocabulary


def _blanked(clause: str, taken: Collection[Span]) -> str:
    letters = list(clause)
    for start, end in taken:
        letters[start:end] = "\x00" * (end - start)
    return "".join(letters)


_COMMON = frozenset(
    "currently right today there one anyone someone everyone everything anything something else "
    "both whole "
    "first last top most called named titled entitled whose copy copies it's them he she his her "
    "wants want needs like also thing things number id out up back off over via between during "
    "after before until since than as per old available sort sorted order ordered again still yet "
    "ever kind type library api server service tool tools data information details detail "
    "wish".split()
)
