"""What one schema object says, as counts: the words that a document and a tool have in common.

Where the objects of a document or of a tool lie is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

__all__ = ["KINDS", "NOTHING", "Tally", "added", "keywords_of", "names_of", "tally"]

Tally: TypeAlias = "tuple[int, ...]"
"""One count for each of `KINDS`, in their order."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_size(value: object) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)  # type: ignore[operator, call-overload]


def _is_divisor(value: object) -> bool:
    return _is_number(value) and value > 0  # type: ignore[operator]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


# JSON Schema 2020-12, Validation, 6 and 7: the values that each keyword can have. A keyword with
# another value says nothing. An exclusive bound is a bound; OAS 3.0 writes it as a boolean beside
# the number, 2020-12 instead of it.
_KEYWORDS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "description": ("descriptions", _is_text),
    "format": ("formats", _is_text),
    "pattern": ("patterns", lambda value: isinstance(value, str)),
    "minimum": ("minimums", _is_number),
    "exclusiveMinimum": ("minimums", _is_number),
    "maximum": ("maximums", _is_number),
    "exclusiveMaximum": ("maximums", _is_number),
    "minLength": ("minLengths", _is_size),
    "maxLength": ("maxLengths", _is_size),
    "minItems": ("minItems", _is_size),
    "maxItems": ("maxItems", _is_size),
    "multipleOf": ("multipleOfs", _is_divisor),
}

KINDS = (
    "arguments",
    "required_arguments",
    "required",
    "properties",
    "enums",
    "enum_values",
    "defaults",
    *dict.fromkeys(kind for kind, _ in _KEYWORDS.values()),
)
_PLACE = {kind: place for place, kind in enumerate(KINDS)}
NOTHING: Tally = (0,) * len(KINDS)


def tally(**counts: int) -> Tally:
    """The counts given by the names of their kinds.

    >>> tally(required=2)[KINDS.index("required")]
    2
    """
    return tuple(counts.get(kind, 0) for kind in KINDS)


def added(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies, kind by kind."""
    return tuple(map(sum, zip(NOTHING, *tallies, strict=True)))


def names_of(schema: Mapping[str, Any]) -> frozenset[str]:
    """The distinct names in a schema's `required`."""
    listed = schema.get("required")
    return frozenset(n for n in listed if isinstance(n, str)) if _is_list(listed) else frozenset()


def keywords_of(schema: Mapping[str, Any]) -> Tally:
    """What a schema object says itself, its `required` and its subschemas aside."""
    counts = [0] * len(KINDS)
    for keyword, value in schema.items():
        if keyword in _KEYWORDS:
            kind, is_meaningful = _KEYWORDS[keyword]
            counts[_PLACE[kind]] += is_meaningful(value)
        elif keyword == "default":
            counts[_PLACE["defaults"]] += 1
        elif keyword == "enum" and _is_list(value) and value:
            counts[_PLACE["enums"]] += 1
            # What `nullable` beside an enum means was disputed for years: null is left aside.
            counts[_PLACE["enum_values"]] += sum(item is not None for item in value)
    return tuple(counts)


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)
