"""What a model wrote as the arguments of a call, read strictly: one JSON object, or a fault.

Providers send text, an object, or nothing. Nothing is guessed here but one rule: an object that was
written as a JSON string is decoded once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from callwright.core.json import (
    Json,
    JsonObject,
    as_plain,
    dump_json,
    is_array,
    is_object,
    refuse_constant,
)

__all__ = ["MAX_CHARACTERS", "read_arguments"]

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
