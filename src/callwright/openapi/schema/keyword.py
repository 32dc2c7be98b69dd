"""The keywords of JSON Schema 2020-12 that a model is shown, and how each is read.

A reader gives None for a value that the keyword cannot have; such a keyword is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from callwright.core.json import is_array, is_object
from callwright.core.text.visible import visible

__all__ = ["KEYWORDS", "MAY_BE_NULL", "Schema", "SchemaWalk"]

Schema: TypeAlias = "dict[str, Any] | bool"

_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})


class SchemaWalk(Protocol):
    """Reads the schemas within a schema; `place` is their key or their index."""

    def at(self, place: str | int, raw: object) -> Schema:
        """Read a schema."""
        ...


def _text(_walk: SchemaWalk, value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _words(_walk: SchemaWalk, value: object) -> str | None:
    return visible(value) or None if isinstance(value, str) else None


def _flag(_walk: SchemaWalk, value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(_walk: SchemaWalk, value: object) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _positive(walk: SchemaWalk, value: object) -> float | None:
    number = _number(walk, value)
    return number if number is not None and number > 0 else None


def _count(_walk: SchemaWalk, value: object) -> int | None:
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if not is_whole or isinstance(value, bool):
        return None
    count = int(value)  # type: ignore[call-overload]  # a whole number by the line above
    return count if count >= 0 else None


def _values(walk: SchemaWalk, value: object) -> list[Any] | None:
    return [_anything(walk, item) for item in value] if is_array(value) and value else None


def _names(_walk: SchemaWalk, value: object) -> list[str] | None:
    if not is_array(value):
        return None
    return list(dict.fromkeys(name for name in value if isinstance(name, str))) or None


def _name_map(walk: SchemaWalk, value: object) -> dict[str, list[str]] | None:
    if not is_object(value):
        return None
    return {str(name): names for name, item in value.items() if (names := _names(walk, item))}


def _type(_walk: SchemaWalk, value: object) -> str | list[str] | None:
    if isinstance(value, str):
        return value if value in _TYPES else None
    names = [name for name in value if isinstance(name, str)] if is_array(value) else []
    names = [name for name in names if name in _TYPES]
    return list(dict.fromkeys(names)) or None


def _anything(_walk: SchemaWalk, value: object) -> object:
    return visible(value) if isinstance(value, str) else value


def _schema(walk: SchemaWalk, value: object) -> Schema | None:
    return walk.at("", value) if is_object(value) or isinstance(value, bool) else None


def _schemas(walk: SchemaWalk, value: object) -> list[Schema] | None:
    if not is_array(value) or not value:
        return None
    return [walk.at(index, item) for index, item in enumerate(value)]


def _schema_map(walk: SchemaWalk, value: object) -> dict[str, Schema] | None:
    if not is_object(value):
        return None
    return {str(name): walk.at(str(name), item) for name, item in value.items()}


MAY_BE_NULL = frozenset({"const", "default"})

KEYWORDS: Mapping[str, Callable[[SchemaWalk, Any], Any]] = {
    **dict.fromkeys(("title", "description"), _words),
    **dict.fromkeys(("format", "pattern"), _text),
    **dict.fromkeys(("contentEncoding", "contentMediaType"), _text),
    **dict.fromkeys(("uniqueItems", "deprecated"), _flag),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    "multipleOf": _positive,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _count),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), _count),
    **dict.fromkeys(("enum", "examples"), _values),
    **dict.fromkeys(("const", "default"), _anything),
    "required": _names,
    "dependentRequired": _name_map,
    "type": _type,
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _schemas),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), _schema_map),
    **dict.fromkeys(("items", "additionalProperties", "not", "if", "then"), _schema),
    **dict.fromkeys(("else", "contains", "propertyNames"), _schema),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), _schema),
}
