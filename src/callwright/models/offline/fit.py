"""How well one piece of a clause fits one slot: by type, format, name, and the words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from callwright.core.json import Json
from callwright.core.text.words import split_words, stems
from callwright.models.offline.language import ARTICLES, CUES, ID_WORDS, concept
from callwright.models.offline.prompt import Piece
from callwright.models.offline.slots import Slot, coerce

__all__ = ["Clause", "fit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause of a prompt, read."""

    text: str
    pieces: tuple[Piece, ...]
    verb: str | None = None
    """The concept of the verb that orders something; None when the clause only asks."""
    words: frozenset[str] = frozenset()
    """The concepts of the clause, values left out."""
    vocabulary: frozenset[str] = frozenset()
    """The concepts of the things that the tools are about."""
    sources: frozenset[str] = frozenset()
    """The concepts of the APIs' own names, which say little about what is wanted of them."""


_BASE = {
    "quoted": 1.0,
    "name": 0.9,
    "code": 0.8,
    "url": 0.4,
    "email": 0.4,
    "date": 0.3,
    "number": 0.2,
    "rest": -0.5,
}
_EMAIL_WORDS = frozenset("email mail".split())
_URL_WORDS = frozenset("url uri link href homepage website webhook".split())
_DATE_WORDS = frozenset(
    "date day when since until start end due from to before after on at".split()
)
_TEXT_FOR_NUMBERS = ID_WORDS | frozenset(
    "zip postal phone version year query q text search".split()
)
_TEXT_FOR_EMAILS = frozenset(
    "to from recipient user username login address contact q query".split()
)
_PERSON_WORDS = frozenset(
    "author name owner user member creator username login assignee customer recipient".split()
)
_TITLE_WORDS = frozenset("title q query subject keyword text term search topic phrase".split())
_PRIMARY_WORDS = _TITLE_WORDS | frozenset("name city username location message content".split())
_SKIPPED = (
    ARTICLES | ID_WORDS | frozenset("of to is are as be with for by in at on from and".split())
)
_CUE_VERBS = frozenset("wrote write writes written called named titled has have".split())
_WISHES = (("wants",), ("would",), ("needs",), ("wishes",))
_SUBJECTS = (("has",), ("have",), ("did",), ("does",))
_LIMIT_WORDS = frozenset("limit count size page per max top first".split())
_TIMES = frozenset("in from since until before after between during".split())
_NAMED_OF = frozenset("name title city country label town".split())
_PERSON = re.compile(r"(?!The |A |An )[^\W\d_][\w.\u2019'-]*(?: [^\W\d_][\w.\u2019'-]*)+")
_LINKED = re.compile(r"\b(?:of|and|in|on|the|at|to|a|The|A|An)\b")


def fit(piece: Piece, slot: Slot, clause: Clause, *, is_goal: bool) -> tuple[float, Json] | None:
    """The score of a piece in a slot and the value that it makes there, or None.

    `is_goal` says whether the slot belongs to the call that answers the clause, not to one that
    looks something up for it.
    """
    if slot.kind == "object" or (slot.choices and piece.kind != "pair"):
        return None
    if piece.kind == "pair":
        return _pair(piece, slot, clause.text)
    kind = slot.items if slot.kind == "array" else slot.kind
    if kind in ("integer", "number"):
        return _number(piece, slot, kind, clause, is_goal=is_goal)
    if kind == "string":
        return _text(piece, slot, clause, is_goal=is_goal)
    return None


def _pair(piece: Piece, slot: Slot, clause: str) -> tuple[float, Json] | None:
    """A value with a name; a shorter name than the slot's fits less well than the exact one."""
    given = tuple(split_words(piece.key))
    names = (tuple(split_words(slot.name)), tuple(split_words("_".join(slot.path))))
    concepts = {concept(word) for word in given}
    if given not in names and not (concepts and concepts <= slot.words):
        return None
    onwards = clause[piece.span[1] - len(piece.text) :]
    value = _choice(onwards, slot) if slot.choices else _typed(piece.text, slot)
    return None if value is None else (10.0 if given in names else 8.0, value)


def _choice(onwards: str, slot: Slot) -> Json:
    """The longest value of the enum with which the text goes on."""
    words = split_words(onwards)
    fitting = [
        choice
        for choice in slot.choices
        if (wanted := split_words(str(choice))) and words[: len(wanted)] == wanted
    ]
    return max(fitting, key=lambda choice: len(str(choice)), default=None)


def _typed(text: str, slot: Slot) -> Json:
    if slot.kind != "array":
        return coerce(text.split()[0] if slot.kind != "string" else text, slot.kind, slot.bounds)
    return coerce(text, slot.items)


def _number(
    piece: Piece, slot: Slot, kind: str, clause: Clause, *, is_goal: bool
) -> tuple[float, Json] | None:
    value = coerce(piece.text, kind, slot.bounds) if piece.kind == "number" else None
    if value is None or (slot.thing and _belongs_elsewhere(piece, slot, clause)):
        return None
    score = _BASE["number"] + _nearness(piece, slot) + _cued(piece, slot)
    score += 0.0 if slot.thing or (piece.is_written_out and is_goal) else 0.1
    if "year" in slot.words and re.fullmatch(r"1\d{3}|20\d\d", piece.text):
        score += 2.0
    if clause.verb == "update" and piece.before[:1] == ("to",) and not slot.is_required:
        score += 1.5
    if slot.words & _LIMIT_WORDS and _counts_items(piece, slot):
        score += 2.0
    return score - (0.0 if is_goal else 0.5), value


def _counts_items(piece: Piece, slot: Slot) -> bool:
    """Whether a number says how many things are wanted: `3 fantasy books`."""
    follows = [word for word in piece.after[:3] if word.endswith("s")]
    return slot.name != "page" and any(concept(word) in slot.nouns for word in follows)


def _belongs_elsewhere(piece: Piece, slot: Slot, clause: Clause) -> bool:
    """Whether the number is that of another thing: `member 7` is no book's number."""
    if piece.before[:1] and piece.before[0] in _TIMES:
        return True
    noun = next((concept(word) for word in piece.before if word not in _SKIPPED), "")
    after = concept(piece.after[0]) if piece.after else ""
    if noun and noun in clause.vocabulary and noun not in slot.words | slot.nouns:
        return noun != clause.verb
    return after in clause.vocabulary and not (noun and noun in slot.words)


def _text(piece: Piece, slot: Slot, clause: Clause, *, is_goal: bool) -> tuple[float, Json] | None:
    formatted = _formatted(piece, slot)
    if formatted is None:
        return None
    bonus, value = formatted
    score = bonus + _BASE[piece.kind] + _nearness(piece, slot)
    # "Which books has X borrowed?" names no author; "has X written?" does.
    if "author" not in slot.words or piece.before[:1] not in _SUBJECTS or "author" in clause.words:
        score += _cued(piece, slot)
    score += _likeness(piece, slot)
    if slot.thing and piece.kind in ("quoted", "name", "rest"):
        score -= 0.8
    if set(stems(slot.description)) & set(stems(" ".join(piece.before[:1]))):
        score += 0.25
    if clause.verb == "update" and piece.before[:1] == ("to",) and not slot.is_required:
        score += 1.5 if is_goal else -1.5
    return score + (0.0 if is_goal else 0.5), value


def _formatted(piece: Piece, slot: Slot) -> tuple[float, Json] | None:
    """What the slot's format adds to the score, and the value as the format wants it."""
    words, kind = slot.words, piece.kind
    if slot.format == "email" or words & _EMAIL_WORDS:
        return (3.0, piece.text) if _looks(piece, "email", "@") else None
    if slot.format in ("uri", "url") or words & _URL_WORDS:
        return (3.0, piece.text) if _looks(piece, "url", "://") else None
    if slot.format in ("date", "date-time"):
        return (3.0, _dated(piece.text, slot.format)) if kind == "date" else None
    wanted = {"date": _DATE_WORDS, "number": _TEXT_FOR_NUMBERS, "email": _TEXT_FOR_EMAILS}.get(kind)
    if wanted is not None and not words & wanted:
        return None
    if slot.format == "uuid" and kind != "code":
        return None
    return 0.0, piece.text


def _looks(piece: Piece, kind: str, sign: str) -> bool:
    return piece.kind == kind or (piece.kind == "quoted" and sign in piece.text)


def _dated(text: str, wanted: str) -> str:
    if wanted == "date":
        return text[:10]
    return text if "T" in text else f"{text}T00:00:00Z"


def _nearness(piece: Piece, slot: Slot) -> float:
    """How near the slot's own name, or the thing that the tool is about, stands to the piece."""
    before = [word for word in piece.before if word not in _SKIPPED or word in slot.words]
    is_of = piece.before[:1] == ("of",) and piece.kind != "number"
    for distance, word in enumerate(before[:3]):
        if is_of and word not in _NAMED_OF:
            break
        if concept(word) in slot.words and word not in _CUE_VERBS:
            return 2.5 - 0.5 * distance
        if distance == 0 and concept(word) in slot.nouns:
            return 1.5
    for distance, word in enumerate(piece.after[:2]):
        if word in (",", ";", "and", "to", "by"):
            break
        if concept(word) in slot.words and not slot.thing:
            return (2.5 if piece.kind == "number" else 1.0) - 0.5 * distance
    return 0.0


def _cued(piece: Piece, slot: Slot) -> float:
    """What the preposition or verb before the piece says about it."""
    cue = next((word for word in piece.before if word not in ARTICLES), "")
    pointed = CUES.get(cue, frozenset())
    # In "does the library have X" and "who has X", X is what is had.
    if cue in ("has", "have") and {"does", "do", "did", "who"} & set(piece.before[1:5]):
        pointed = frozenset[str]()
    raw = frozenset(split_words(slot.name))
    if pointed & (slot.words | raw):
        return 2.0
    return 1.5 if pointed & slot.nouns else 0.0


def _likeness(piece: Piece, slot: Slot) -> float:
    """What the looks of a text say: a person's name, or a title."""
    words = slot.words
    score = 0.5 if words & _PRIMARY_WORDS else 0.0
    is_person = piece.kind != "quoted" and _PERSON.fullmatch(piece.text) is not None
    is_person = is_person and not _LINKED.search(piece.text)
    if is_person and words & _PERSON_WORDS:
        score += 0.5
    if words & _TITLE_WORDS:
        score += -0.25 if is_person else 0.75
    if piece.after[:1] in _WISHES and words & _PERSON_WORDS:
        score += 1.0
    return score
