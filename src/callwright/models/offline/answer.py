"""Tell results in plain sentences: what was asked about, or the main facts when nothing was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from callwright.core.json import Json, JsonObject
from callwright.core.text.words import split_words, stem
from callwright.models.offline.choice import Entry
from callwright.models.offline.language import ID_WORDS, concept, concepts
from callwright.models.offline.result import (
    Record,
    Result,
    best_matches,
    is_nested,
    label,
    label_key,
)

__all__ = ["asked_fields", "tell", "tell_record"]

_MAX_ITEMS = 10
_MAX_FIELDS = 8
_MAX_FIELDS_IN_LIST = 3
_MAX_TEXT = 2_000
_MAX_VALUE = 200


def tell(
    clause: str,
    entry: Entry,
    arguments: JsonObject,
    result: Result,
    others: Sequence[str] = (),
    names: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The answer to a clause from the result of the call that was its goal.

    `others` are the values of the clause that no argument took: they choose among the records.
    `names` says what the things are called whose identifiers are among the arguments.
    """
    given = _given(arguments, names)
    if result.is_list:
        records = best_matches(result.records, others) or list(result.records)
        total = result.total if len(records) == len(result.records) else len(records)
        told = frozenset(key for key, _ in _flat(arguments))
        return _tell_list(
            clause, entry, arguments, given, [_without(r, told) for r in records], total
        )
    done = "Done. " if entry.effect != "read" else ""
    if result.records:
        return done + tell_record(clause, result.records[0], entry.nouns)
    if result.value is None or result.value == "":
        return f"Done: {entry.tool.name}{',' if given else ''}{given}."
    return done + _tell_value(result.value)


def _tell_value(value: Json) -> str:
    if isinstance(value, str):
        return value if len(value) <= _MAX_TEXT else f"{value[:_MAX_TEXT]} …"
    if isinstance(value, (list, tuple)):
        shown = ", ".join(_plain(item) for item in value[:_MAX_ITEMS])
        more = f" and {len(value) - _MAX_ITEMS} more" if len(value) > _MAX_ITEMS else ""
        return f"{len(value)} results: {shown}{more}."
    return f"The result is {_plain(value)}."


def _tell_list(
    clause: str,
    entry: Entry,
    arguments: JsonObject,
    given: str,
    records: Sequence[Record],
    total: int,
) -> str:
    if not records:
        return f"Nothing was found{f' for{given}' if given else ''}."
    counts = _counts(clause, entry)
    if total == 1:
        told = tell_record(clause, records[0], entry.nouns)
        return f"1 {stem(_plural(entry))}: {told}" if counts else told
    shown = records[:_MAX_ITEMS]
    part = f"{len(records)} of " if _is_limited(arguments) and len(records) < total else ""
    counted = f"{part}{total} {_plural(entry)}{f' for{given}' if given else ''}"
    more = f"and {total - len(shown)} more" if total > len(shown) and not part else ""
    fields = asked_fields(clause, records, entry.nouns)[:_MAX_FIELDS_IN_LIST]
    if not fields and counts:
        return f"{counted}: {', '.join([label(record) for record in shown] + [more] * bool(more))}."
    chosen = fields or _main_fields(records)[:_MAX_FIELDS_IN_LIST]
    lines = [f"- {_sentence(record, chosen)}" for record in shown]
    return "\n".join([f"{counted}:", *lines, *([f"{more}."] if more else [])])


def _without(record: Record, told: frozenset[str]) -> Record:
    """A record without what the head of the list says for all of them."""
    named = label_key(record)
    return {key: value for key, value in record.items() if key == named or key not in told}


def _counts(clause: str, entry: Entry) -> bool:
    """Whether the clause asks how many of the listed things there are."""
    noun = re.escape(stem(_plural(entry)))
    return re.search(rf"how many (?:\S+ ){{0,3}}{noun}", clause, re.IGNORECASE) is not None


def _plural(entry: Entry) -> str:
    """What the listed things are called: the last plural of the tool's name."""
    words = split_words(entry.tool.name)
    stop = next(
        (i for i, word in enumerate(words) if i and word in ("by", "for", "of", "in")), None
    )
    plurals = [word for word in words[:stop] if word.endswith("s") and not word.endswith("ss")]
    plurals = [word for word in plurals if word not in ("status", "news")]
    return plurals[-1] if plurals else "results"


def tell_record(clause: str, record: Record, nouns: frozenset[str] = frozenset()) -> str:
    """One record: its name, and what the clause asks about it."""
    fields = asked_fields(clause, [record], nouns) or _main_fields([record])[:_MAX_FIELDS]
    return f"{_sentence(record, fields)}."


def _sentence(record: Record, fields: Iterable[str]) -> str:
    parts = [f"{_spoken(key)} {_plain(record[key])}" for key in fields if key in record]
    if label_key(record) is None and parts:
        return ", ".join(parts)
    return f"{label(record)}: {', '.join(parts)}" if parts else label(record)


def asked_fields(
    clause: str, records: Sequence[Record], nouns: frozenset[str] = frozenset()
) -> list[str]:
    """The keys that the clause asks about, in the records' order."""
    first = records[0]
    asked = set(concepts(clause)) - nouns - _BLAND
    named = label_key(first)
    keys = [key for key, value in first.items() if key != named and not is_nested(value)]
    if not asked & ID_WORDS:
        keys = [key for key in keys if split_words(key)[-1:] != ["id"]]
    words = {key: {concept(word) for word in split_words(key)} for key in keys}
    found = {key for key in keys if words[key] & asked}
    exact = {key for key in found if words[key] <= asked and len(words[key]) > 1}
    kindred = _kindred(clause, first, keys)
    chosen = exact or found
    chosen = chosen if chosen & kindred else chosen | kindred
    told = [key for key in keys if key in chosen and any(r.get(key) is not None for r in records)]
    return told or [key for key in keys if key in chosen]


_BLAND = frozenset("title name find all who what user".split())
_KINDRED: Mapping[str, frozenset[str]] = {
    "when": frozenset("on at date since until due day time year".split()),
    "who": frozenset("author name owner user member login creator".split()),
    "where": frozenset("location city address country place".split()),
}
_TIME = re.compile(r"\d\d:\d\d(?::\d\d)?")


def _kindred(clause: str, record: Record, keys: Sequence[str]) -> set[str]:
    """The keys whose values answer the question word: dates to `when`, people to `who`."""
    said = split_words(clause)
    wanted = _KINDRED.get(said[0] if said and said[:2] != ["who", "is"] else "", frozenset())
    # Who has a thing is not who made it.
    wanted -= frozenset(["author", "creator"] if said[1:2] == ["has"] else [])
    found = {key for key in keys if wanted & _telling(key)}
    if {"hours", "times"} & set(said):
        found |= {key for key in keys if _TIME.fullmatch(str(record[key]))}
    return found


def _telling(key: str) -> set[str]:
    """The words of a key that say what its value is: the last, and those of a date."""
    words = split_words(key)
    return {word for word in words if word in ("due", "date")} | set(words[-1:])


def _main_fields(records: Sequence[Record]) -> list[str]:
    named = label_key(records[0])
    return [
        key
        for key, value in records[0].items()
        if key != named and not is_nested(value) and not _is_minor(key, value)
    ]


def _is_minor(key: str, value: Json) -> bool:
    words = split_words(key)
    if value is None or value == "" or (isinstance(value, str) and value.startswith("http")):
        return True
    return bool(words) and words[-1] in ID_WORDS | {"url", "href", "token", "hash"}


def _spoken(key: str) -> str:
    return " ".join(split_words(key)) or key


def _plain(value: Json) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]} …"


def _given(arguments: JsonObject, names: Mapping[str, str]) -> str:
    """The arguments, as they are told: ` title “Dune”, member “Hana Sato”, limit 3`."""
    parts = [
        f"{_thing(key)} {names[key]}" if key in names else f"{_spoken(key)} {_shown(value)}"
        for key, value in _flat(arguments)
        if key not in _LIMITS
    ]
    return f" {', '.join(parts)}" if parts else ""


_LIMITS = frozenset("limit per_page perPage page_size pageSize max_results maxResults".split())


def _is_limited(arguments: JsonObject) -> bool:
    return bool(_LIMITS & set(arguments))


def _thing(key: str) -> str:
    """The name of an identifier without the word that says so."""
    return " ".join(word for word in split_words(key) if word not in ID_WORDS) or key


def _shown(value: Json) -> str:
    return f"“{_plain(value)}”" if isinstance(value, str) else _plain(value)


def _flat(arguments: JsonObject) -> Iterable[tuple[str, Json]]:
    for key, value in arguments.items():
        if isinstance(value, dict):
            yield from _flat(value)
        elif isinstance(value, list):
            yield key, ", ".join(_plain(item) for item in value)
        else:
            yield key, value
