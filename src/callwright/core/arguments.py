"""What a model wrote as the arguments of a call, read strictly: one JSON object, or a fault.

Providers send text, an object, or nothing. Nothing is guessed here but one rule: an object that was
written as a JSON string is decoded once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import cast

from callwright.core.given import a_kind
from callwright.core.json import (
    Json,
    JsonObject,
    as_plain,
    dump_json,
    is_array,
    is_object,
    refuse_constant,
)

__all__ = ["MAX_CHARACTERS", "read_arguments", "strange_arguments"]

MAX_CHARACTERS = 1_000_000
"""More than any model writes in one reply; longer arguments are not parsed."""
_MAX_DIGITS = 4_300  # what Python reads as an integer by default


def read_arguments(given: object) -> tuple[str, JsonObject | None, str | None]:
    """The text of the arguments, the object in it, and why there is none.

    >>> read_arguments('{"id": 1, "id": 2}')[2]
    'The arguments are not valid JSON: the key "id" stands twice in one object.'
    >>> read_arguments('"{\\\\"a\\\\": 1}"')[1]
    {'a': 1}
    """
    if given is None or given == "":
        return "{}", {}, None
    if is_object(given):
        return _read_object(given)
    raw = given if isinstance(given, str) else _written(given)
    if len(raw) > MAX_CHARACTERS:
        return "", None, f"The arguments are too long: {len(raw):,} of {MAX_CHARACTERS:,} allowed."
    try:
        value = _decoded(_parse(raw))
    except ValueError as error:
        return raw, None, f"The arguments are not valid JSON: {error}."
    if value is None:
        return raw, {}, None
    if not is_object(value):
        return raw, None, f"The arguments must be one JSON object, not {_kind(value)}."
    return raw, value, None


def strange_arguments(given: object) -> tuple[str, ...]:
    """What a caller's arguments hold that no argument can be; the first of it, in a sentence.

    Bytes are well: they are the content of files.

    >>> strange_arguments({"at": {"day": {1, 2}}})
    ('at.day is a set, which is no JSON value.',)
    """
    if not is_object(given):
        return (f"The arguments are {a_kind(given)}, and must be a mapping of names to values.",)
    waiting: list[tuple[str, object]] = [("", given)]
    for place, value in islice(waiting, _MAX_VALUES):
        if is_object(value):
            for name in cast("Mapping[object, object]", value):
                if not isinstance(name, str):
                    where = f"{place} has" if place else "The arguments have"
                    return (f"{where} the name {name!r}, which is no text.",)
            waiting += [(_at(place, f".{name}"), value[name]) for name in value]
        elif is_array(value):
            waiting += [(_at(place, f"[{index}]"), item) for index, item in enumerate(value)]
        elif not isinstance(value, _PLAIN):
            return (f"{place} is {a_kind(value)}, which is no JSON value.",)
    return ()


def _at(place: str, step: str) -> str:
    """A path with one step more; of a deep one the beginning is enough."""
    if len(place) > _MAX_PLACE:
        return place
    return f"{place}{step}" if place else step.removeprefix(".")


_MAX_PLACE = 200
_MAX_VALUES = 100_000
"""Looked at; in what holds itself they never end."""
_PLAIN = (str, int, float, bool, type(None), bytes, bytearray, memoryview)


def _decoded(value: Json) -> Json:
    """What some models encode twice, decoded once; another text stays the text that it is."""
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return value
    return _parse(value)


def _read_object(given: JsonObject) -> tuple[str, JsonObject | None, str | None]:
    try:
        raw = json.dumps(given, ensure_ascii=False, separators=(",", ":"), default=as_plain)
        _parse(raw)
    except (ValueError, TypeError, RecursionError) as error:
        return "", None, f"The arguments are not valid JSON: {error}."
    if len(raw) > MAX_CHARACTERS:
        return "", None, f"The arguments are too long: {len(raw):,} of {MAX_CHARACTERS:,} allowed."
    return raw, given, None


def _written(given: object) -> str:
    try:
        return dump_json(given)  # type: ignore[arg-type]  # whatever it is, it is said not to fit
    except (TypeError, ValueError, RecursionError):
        return repr(given)


def _parse(text: str) -> Json:
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=refuse_constant,
            parse_float=_float,
            parse_int=_integer,
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _object(pairs: Sequence[tuple[str, Json]]) -> JsonObject:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {dump_json(twice)} stands twice in one object")
    return result


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:20]} is too large")
    return value


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"a number has {len(text):,} digits")
    return int(text)


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    return "an array" if is_array(value) else "a number"
