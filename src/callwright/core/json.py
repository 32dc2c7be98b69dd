"""JSON as a type, and how it is read, written and recognised."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypeGuard

__all__ = [
    "Json",
    "JsonObject",
    "as_plain",
    "dump_json",
    "is_array",
    "is_dict",
    "is_list",
    "is_object",
    "json_fault",
    "parse_json",
    "refuse_constant",
]

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = "Mapping[str, Json]"


def dump_json(value: Json) -> str:
    """Write `value` as compact JSON text, in the order in which its keys stand."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=as_plain)


def json_fault(value: object) -> str | None:
    """Why a value cannot be written as JSON; None where it can.

    >>> json_fault({"temperature": 0.2, "stop": ("a", "b")})
    >>> json_fault({1, 2})
    'set is no JSON value'
    """
    try:
        json.dumps(value, allow_nan=False, default=as_plain)
    except RecursionError:
        return "nested too deeply"
    except (TypeError, ValueError) as error:
        return str(error)
    return None


def parse_json(text: str | bytes) -> Json:
    """Read JSON text as RFC 8259 defines it, so without NaN and Infinity.

    Raises:
        ValueError: the text is no JSON, or is nested too deeply to be read.
    """
    try:
        value: Json = json.loads(text, parse_constant=refuse_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value from outside is a JSON object."""
    return isinstance(value, Mapping)


def is_array(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether a value from outside is a JSON array."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))


def is_dict(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value of our own making is an object: far quicker than to ask for any mapping."""
    return type(value) is dict


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value of our own making is an array."""
    return type(value) is list


def refuse_constant(name: str) -> Json:
    """Refuse what Python reads beyond JSON: NaN and Infinity.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"{name} is no JSON value")


def as_plain(value: object) -> Json:
    """A mapping or a sequence of another class, as `json` knows it."""
    if is_object(value):
        return dict(value)
    if is_array(value):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")
