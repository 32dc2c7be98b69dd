"""Arguments against a JSON Schema, safely: nothing is fetched, and no pattern runs for long.

The schema comes from an untrusted document, so it is never checked against its own meta-schema
(16 ms a call) and a schema that cannot be used checks nothing rather than breaking the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from callwright.core.json import Json, JsonObject, dump_json, is_object

__all__ = ["MAX_FAULTS", "ArgumentCheck"]

MAX_FAULTS = 5
"""How many faults are told at once; a model mends those first."""

_PATTERN_SECONDS = 0.1
_MAX_VALUE_LENGTH = 80

_Error: TypeAlias = Any
"""A `jsonschema.exceptions.ValidationError`; jsonschema leaves most of its types open."""


class ArgumentCheck:
    """One prebuilt validator for one schema.

    >>> check = ArgumentCheck({"type": "object", "properties": {"id": {"type": "integer"}}})
    >>> check.faults({"id": 7})
    ()
    >>> check.faults({"id": "seven"})
    ('id is "seven" but must be of type integer.',)
    """

    def __init__(self, schema: JsonObject) -> None:
        self._validator: Any = _validator_class()(schema, registry=_no_registry())

    def faults(self, arguments: Json) -> tuple[str, ...]:
        """One sentence for each fault, at most `MAX_FAULTS`; none means that the arguments fit."""
        from jsonschema.exceptions import UnknownType
        from referencing.exceptions import Unresolvable

        try:
            errors = sorted(self._validator.iter_errors(arguments), key=_position)
        except RecursionError:
            return ("The arguments are nested too deeply.",)
        except (Unresolvable, UnknownType, TypeError, ValueError, AttributeError, KeyError):
            # The schema itself is broken: the API will say what it thinks of the arguments.
            return ()
        return tuple(_sentence(error) for error in errors[:MAX_FAULTS])


def _position(error: _Error) -> tuple[int, str]:
    return len(error.absolute_path), str(list(error.absolute_path))


def _sentence(error: _Error) -> str:
    place = _path(error.absolute_path) or "The arguments"
    keyword, wanted, given = str(error.validator), error.validator_value, _short(error.instance)
    match keyword:
        case "required":
            missing = [name for name in wanted if name not in error.instance]
            return f"{_below(error)}{missing[0]} is required." if missing else f"{error.message}."
        case "type":
            names = wanted if isinstance(wanted, str) else " or ".join(wanted)
            return f"{place} is {given} but must be of type {names}."
        case "enum":
            return f"{place} is {given} but must be one of {_short(wanted, 400)}."
        case "const":
            return f"{place} is {given} but must be {_short(wanted)}."
        case "additionalProperties" | "unevaluatedProperties":
            return _unknown_names(error)
        case "anyOf" | "oneOf":
            return f"{place} is {given}, which fits none of the allowed forms{_nearest(error)}."
        case _:
            return f"{place} is {given} but must satisfy {keyword} {_short(wanted)}."


def _unknown_names(error: _Error) -> str:
    known: list[str] = list(error.schema.get("properties", {}))
    unknown = [name for name in error.instance if name not in known]
    names = ", ".join(unknown[:MAX_FAULTS])
    expected = ", ".join(known[:40]) or "none"
    place = _path(error.absolute_path) or "The arguments"
    return f"{place} must not have {names}; known: {expected}."


def _nearest(error: _Error) -> str:
    """The first fault within the alternative that comes closest."""
    if not error.context:
        return ""
    deepest = max(error.context, key=lambda inner: len(inner.absolute_path))
    return f" (for one: {_sentence(deepest).rstrip('.')})"


def _path(parts: Sequence[str | int]) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _below(error: _Error) -> str:
    place = _path(error.absolute_path)
    return f"{place}." if place else ""


def _short(value: Json, length: int = _MAX_VALUE_LENGTH) -> str:
    text = dump_json(value)
    return text if len(text) <= length else f"{text[:length]}…"


def _no_registry() -> Any:
    """Knows no schema and fetches none; by default jsonschema fetches remote references."""
    from referencing import Registry

    return Registry[Any]()


@lru_cache(maxsize=1)
def _validator_class() -> Any:
    from jsonschema import Draft202012Validator, validators

    extend: Any = validators.extend  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
    return extend(
        Draft202012Validator,
        {
            "pattern": _check_pattern,
            "patternProperties": _check_pattern_properties,
            "additionalProperties": _check_additional_properties,
        },
    )


def _check_pattern(
    _validator: Any, pattern: Any, instance: object, _schema: Any
) -> Iterator[_Error]:
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and _matches(pattern, instance) is False:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _check_pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: object, _schema: Any
) -> Iterator[_Error]:
    if not is_object(instance):
        return
    for pattern, schema in patterns.items():
        for key, value in instance.items():
            if _matches(pattern, key):
                yield from validator.descend(value, schema, path=key, schema_path=pattern)


def _check_additional_properties(
    validator: Any, allowed: Any, instance: object, schema: Mapping[str, Any]
) -> Iterator[_Error]:
    from jsonschema.exceptions import ValidationError

    if not is_object(instance):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    extras = [
        key
        for key in instance
        if key not in known and not any(_matches(pattern, key) for pattern in patterns)
    ]
    if allowed is False and extras:
        yield ValidationError(f"unknown names: {extras}")
    elif isinstance(allowed, Mapping):
        for key in extras:
            yield from validator.descend(instance[key], allowed, path=key)


def _matches(pattern: object, text: str) -> bool | None:
    """Whether the pattern is found in the text; None where it cannot be told in time.

    `^(a+)+$` on 27 letters takes 11 s in `re`; `regex` stops when told to.
    """
    compiled = _compile(pattern) if isinstance(pattern, str) else None
    if compiled is None:
        return None
    try:
        return compiled.search(text, timeout=_PATTERN_SECONDS) is not None
    except TimeoutError:
        return None


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> Any:
    import regex

    try:
        return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError, ValueError):
        return None
