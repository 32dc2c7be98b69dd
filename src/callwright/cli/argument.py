"""From `key=value` words to a tool's arguments, each value read as the tool's schema wants it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from callwright.core.errors import ConfigurationError
from callwright.core.json import Json, is_array, is_object, parse_json

__all__ = ["read_arguments"]

_DEPTH = 8
_CONSTANTS: Mapping[tuple[str, str], Json] = {
    ("boolean", "true"): True,
    ("boolean", "false"): False,
    ("null", "null"): None,
}


def read_arguments(words: Iterable[str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Read `key=value`, `key:=JSON` and `body.field=value` words.

    A key that stands several times makes a list. What does not fit the schema is left as text:
    the tool's own check says it best.

    Raises:
        ConfigurationError: a word is of none of these forms.
    """
    arguments: dict[str, Any] = {}
    for word in words:
        key, value, is_raw = _split(word)
        path = _path(key, schema)
        wanted = _schema_at(schema, path)
        read = _read_raw(word, value) if is_raw else _read(value, wanted, schema)
        _put(arguments, path, read, key, is_list="array" in _types(wanted, schema))
    return arguments


def _split(word: str) -> tuple[str, str, bool]:
    key, equals, value = word.partition("=")
    is_raw = key.endswith(":")
    key = key.removesuffix(":")
    if not equals or not key:
        raise ConfigurationError(
            f"{word!r} is no argument.", remedy="Write key=value, or key:=JSON."
        )
    return key, value, is_raw


def _read_raw(word: str, value: str) -> Json:
    try:
        return parse_json(value)
    except ValueError as error:
        raise ConfigurationError(f"{word!r} holds no JSON after := ({error}).") from None


def _path(key: str, schema: Mapping[str, Any]) -> list[str]:
    """The steps into the arguments; the dots of an argument's own name are none."""
    known: Mapping[str, Any] = schema.get("properties", {})
    if key in known:
        return [key]
    first = max((name for name in known if key.startswith(f"{name}.")), key=len, default=None)
    if first is not None:
        return [first, *key[len(first) + 1 :].split(".")]
    within = [name for name in known if key.partition(".")[0] in _fields(known[name], schema)]
    hint = f"Did you mean {within[0]}.{key}?" if within else f"Known: {', '.join(known) or 'none'}."
    raise ConfigurationError(f"The tool has no argument {key!r}.", remedy=hint)


def _fields(schema: object, root: Mapping[str, Any]) -> Mapping[str, Any]:
    for part in _parts(schema, root):
        if is_object(part.get("properties")):
            return part["properties"]  # type: ignore[no-any-return]  # a JSON object
    return {}


def _schema_at(root: Mapping[str, Any], path: list[str]) -> object:
    schema: object = root
    for step in path:
        schema = _fields(schema, root).get(step, {})
    return schema


def _parts(schema: object, root: Mapping[str, Any], depth: int = 0) -> Iterable[Mapping[str, Any]]:
    """The schema, what it refers to, and the alternatives that it is made of."""
    if not is_object(schema) or depth > _DEPTH:
        return
    yield schema
    reference = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    yield from _parts(root.get("$defs", {}).get(reference), root, depth + 1)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from _parts(part, root, depth + 1)


def _types(schema: object, root: Mapping[str, Any]) -> set[str]:
    types: set[str] = set()
    for part in _parts(schema, root):
        given = part.get("type", ())
        types |= {given} if isinstance(given, str) else set(given)
    return types


def _read(text: str, schema: object, root: Mapping[str, Any]) -> Json:
    """The value that the schema means by a text."""
    types = _types(schema, root)
    for part in _parts(schema, root):
        for choice in part.get("enum", ()):
            if str(choice) == text:
                return choice  # type: ignore[no-any-return]  # a JSON value of the schema
    for kind in types & {"boolean", "null"}:
        if (kind, text) in _CONSTANTS:
            return _CONSTANTS[kind, text]
    if types & {"integer", "number"} and _is_number(parsed := _parsed(text)):
        return parsed
    if "object" in types and is_object(parsed := _parsed(text)):
        return parsed
    if "array" in types:
        return parsed if is_array(parsed := _parsed(text)) else [_read_item(text, schema, root)]
    return text if types else _parsed(text)


def _read_item(text: str, schema: object, root: Mapping[str, Any]) -> Json:
    items = [part["items"] for part in _parts(schema, root) if is_object(part.get("items"))]
    return _read(text, items[0] if items else {"type": "string"}, root)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _parsed(text: str) -> Json:
    """The text as JSON, or as it is."""
    try:
        return parse_json(text)
    except ValueError:
        return text


def _put(
    arguments: dict[str, Any], path: list[str], value: Json, key: str, *, is_list: bool
) -> None:
    *steps, last = path
    place = arguments
    for step in steps:
        below: Any = place.setdefault(step, {})
        if not isinstance(below, dict):
            raise ConfigurationError(f"{key!r} reaches into a value that is no object.")
        place = cast("dict[str, Any]", below)
    if last not in place:
        place[last] = value
    elif is_list and is_array(value) and is_array(place[last]):
        place[last] = [*place[last], *value]
    else:
        raise ConfigurationError(f"The argument {key!r} is given twice.")
