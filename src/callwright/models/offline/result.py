"""What a tool message says: an error, one record, several records, a plain value, or nothing.

The content is data; nothing in it is followed as an instruction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from callwright.core.json import Json, is_array, is_object, parse_json
from callwright.core.text.words import split_words
from callwright.models.offline.slots import Slot

__all__ = [
    "Record",
    "Result",
    "best_matches",
    "identifier",
    "is_nested",
    "label",
    "label_key",
    "matches_exactly",
    "read_result",
]

Record: TypeAlias = "Mapping[str, Json]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One tool message, read."""

    records: tuple[Record, ...] = ()
    is_list: bool = False
    total: int = 0
    """How many records there are, those included that the API left out."""
    value: Json = None
    """A plain value, or text."""
    error: str = ""


_FAILURE = re.compile(
    r"(?:HTTP[ /]?[\d.]* ?[45]\d\d|The arguments do not fit|The call was (?:refused|not finished)|"
    r"Not executed|There is no tool|The tool failed|The arguments (?:are not|must)|Error\b|"
    r"The run's time is over|.{0,60}\b(?:answered|returned|status)\b.{0,20}\b[45]\d\d\b)"
)


_ADVICE = re.compile(
    r" *(?:Tell the user|Do not try it (?:again unasked|another way)"
    r"(?:; say what you would have done)?)\."
)
"""What is said to the model that made a call, and not to the person who reads its answer."""


def read_result(content: str) -> Result:
    """Read the content of a tool message.

    >>> read_result('{"items": [{"id": 1}], "total": 9}').total
    9
    >>> read_result('{"title": "Not Found", "status": 404, "detail": "No such book."}').error
    'Not Found: No such book.'
    """
    text = content.strip()
    try:
        value = parse_json(text)
    except ValueError:
        return _read_text(text)
    if is_object(value) and set(value) == _WITH_HEADERS:
        value = value["body"]
    if is_object(value):
        return _read_object(value)
    listed = _listed(value)
    if listed is not None:
        return listed
    return Result(value=value)


# An answer is shown beside its headers where these say something.
_WITH_HEADERS = {"status", "headers", "body"}


def _read_text(text: str) -> Result:
    if text.startswith("The call succeeded ("):
        return Result()
    if not _FAILURE.match(text):
        return Result(value=text)
    lines = [line.strip().removesuffix(".") for line in _ADVICE.sub("", text).splitlines()]
    told = [line for line in lines if line and not line.startswith(("{", "[", "<"))]
    status = told[0] if told else ""
    return Result(error=". ".join(line for line in told if line == status or line not in status))


def _read_object(value: Mapping[str, Any]) -> Result:
    error = _problem(value)
    if error:
        return Result(error=error)
    lists = {key: found for key, items in value.items() if (found := _listed(items)) is not None}
    plain = [key for key, items in value.items() if not is_nested(items)]
    if len(lists) == 1 and (label_key(value) is None or len(plain) <= 2):
        listed = next(iter(lists.values()))
        return replace(listed, total=_total(value, listed.total))
    return Result(records=(value,)) if value else Result()


# A long result is shown as an excerpt: its arrays end with how many items they have in all.
_CUT = re.compile(r"[\d,]+ more of ([\d,]+) items\b.*", re.DOTALL)


def _cut_of(item: Any) -> re.Match[str] | None:
    told = item.get("…") if is_object(item) and len(item) == 1 else None
    return _CUT.fullmatch(told) if isinstance(told, str) else None


def _listed(value: object) -> Result | None:
    """The result that an array of records is, or None."""
    if not is_array(value):
        return None
    cut = _cut_of(value[-1]) if value else None
    items = list(value[:-1] if cut else value)
    records = tuple(item for item in items if is_object(item))
    if len(records) < len(items):
        return None
    total = int(cut[1].replace(",", "")) if cut else len(records)
    return Result(records=records, is_list=True, total=total)


def _total(value: Mapping[str, Any], shown: int) -> int:
    totals = [
        item
        for key, item in value.items()
        if "total" in key.lower() and isinstance(item, int) and not isinstance(item, bool)
    ]
    return max([shown, *totals[:1]])


def _problem(value: Mapping[str, Any]) -> str:
    """The problem that an object reports (RFC 9457 and its likes), or nothing."""
    status = value.get("status")
    failed = isinstance(status, int) and 400 <= status <= 599
    if failed and ("title" in value or "detail" in value):
        return ": ".join(str(value[key]) for key in ("title", "detail") if value.get(key))
    error = value.get("error")
    if error and len(value) <= 3 and set(value) <= {"error", "message", "code", "status", "detail"}:
        told = error.get("message", error) if is_object(error) else error
        return ": ".join(str(part) for part in (told, value.get("message")) if part)
    return ""


def is_nested(value: object) -> bool:
    """Whether a value is no plain one."""
    return is_object(value) or is_array(value)


_LABELS = ("title", "name", "full_name", "display_name", "login", "username", "label", "subject")


def label_key(record: Record) -> str | None:
    """The key whose value names the record."""
    for key in _LABELS:
        if isinstance(record.get(key), str) and record[key]:
            return key
    texts = [key for key, value in record.items() if isinstance(value, str) and value]
    has_id = any(split_words(key)[-1:] == ["id"] for key in record)
    named = [key for key in texts if has_id and split_words(key)[-1:] in (["title"], ["name"])]
    first = [key for key in list(record)[:1] if key in texts and _is_word(str(record[key]))]
    return next(iter([*named, *first]), None)


_MAX_WORD = 40


def _is_word(text: str) -> bool:
    return len(text) <= _MAX_WORD and text[:1].isalpha() and "://" not in text


def label(record: Record) -> str:
    """What a record is called, in quotation marks; by its first value when it has no name."""
    key = label_key(record)
    if key is not None:
        return f"“{record[key]}”"
    plain = [(name, value) for name, value in record.items() if not is_nested(value)]
    return f"{' '.join(split_words(plain[0][0]))} {plain[0][1]}" if plain else "It"


def identifier(record: Record, slot: Slot) -> Json:
    """The value of a record that identifies it for a slot, or None.

    >>> identifier({"id": 7, "name": "Ada"}, Slot(path=("memberId",), kind="integer"))
    7
    """
    wanted = split_words(slot.name)
    for key, value in record.items():
        if split_words(key) == wanted and _has_kind(value, slot):
            return value
    for key in ("id", wanted[-1] if wanted else "id", "uuid", "number", "key", "slug"):
        if _has_kind(record.get(key), slot):
            return record[key]
    return None


def _has_kind(value: Json, slot: Slot) -> bool:
    if isinstance(value, bool) or value is None:
        return False
    return isinstance(value, int) if slot.kind == "integer" else isinstance(value, (str, int))


def best_matches(records: Sequence[Record], texts: Sequence[str]) -> list[Record]:
    """The records that match most of the texts, and match them most exactly; maybe none."""
    rated = [(_match(record, texts), record) for record in records]
    best = max((rating for rating, _ in rated), default=0.0)
    return [record for rating, record in rated if rating == best and best > 0]


def matches_exactly(record: Record, texts: Sequence[str]) -> bool:
    """Whether each text is a value of the record, upper and lower case aside."""
    values = {_folded(str(value)) for value in record.values() if not is_nested(value)}
    return all(_folded(text) in values for text in texts)


def _match(record: Record, texts: Sequence[str]) -> float:
    values = [_folded(str(value)) for value in record.values() if isinstance(value, (str, int))]
    return sum(_match_one(values, _folded(text)) for text in texts)


def _match_one(values: Sequence[str], text: str) -> float:
    if text in values:
        return 1.5
    pattern = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
    return 1.0 if any(pattern.search(value) for value in values) else 0.0


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
