"""Arguments against a JSON Schema, safely: nothing is fetched, and no pattern runs for long.

The schema comes from an untrusted document, so it is never checked against its own meta-schema
(16 ms a call) and a schema that cannot be used checks nothing rather than breaking the call. A
value may fit more than one part of a `oneOf`: whether that is one too many, the API says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object
from callwright.core.text.pattern import matches

__all__ = ["MAX_FAULTS", "ArgumentCheck"]

MAX_FAULTS = 5
"""How many faults are told at once; a model mends those first."""

_MAX_STEPS = 20_000
"""Keywords looked at for one value; 2,304 real tools needed 3,214 at most."""
_MAX_NESTING = 120
"""Keywords within keywords; each takes several levels of Python's stack."""
_MAX_DEPTH = 60
"""Levels of a value."""
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
        make = _validator_class(is_told_apart=_is_told_apart(schema))
        self._validator: Any = make(schema, registry=_no_registry())

    def faults(self, arguments: Json) -> tuple[str, ...]:
        """One sentence for each fault, at most `MAX_FAULTS`; none means that the arguments fit."""
        from jsonschema.exceptions import UnknownType
        from referencing.exceptions import Unresolvable

        token = _work.set(Work(_MAX_STEPS))
        errors: list[_Error] = []
        try:
            for error in self._validator.iter_errors(arguments):
                errors.append(error)  # noqa: PERF402  # those before an exception are kept
        except RecursionError:
            return _too_deep(arguments)
        except (Unresolvable, UnknownType, TypeError, ValueError, AttributeError, KeyError):
            # The schema itself is broken: the API will say what it thinks of the arguments.
            return ()
        except WorkExceeded:
            # What was found is told. Else nothing is proven against the arguments, and there is
            # nothing that a model could mend.
            if not errors:
                return _too_deep(arguments)
        finally:
            _work.reset(token)
        errors.sort(key=_position)
        return tuple(dict.fromkeys(map(_sentence, errors[: 4 * MAX_FAULTS])))[:MAX_FAULTS]


def _too_deep(arguments: Json) -> tuple[str, ...]:
    """A value too deep to be checked is refused; a schema that goes in circles refuses nothing."""
    is_deep = any(depth > _MAX_DEPTH for depth in _depths(arguments))
    return ("The arguments are nested too deeply.",) if is_deep else ()


def _depths(value: Json) -> Iterator[int]:
    waiting: list[tuple[Json, int]] = [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield depth
        if is_object(node):
            waiting.extend((inner, depth + 1) for inner in node.values())
        elif is_array(node):
            waiting.extend((inner, depth + 1) for inner in node)


def _position(error: _Error) -> tuple[int, str]:
    return len(error.absolute_path), str(list(error.absolute_path))


def _sentence(error: _Error) -> str:
    path = _path(error.absolute_path)
    place, verb = (path, "is") if path else ("The arguments", "are")
    keyword, wanted, given = str(error.validator), error.validator_value, _short(error.instance)
    match keyword:
        case "required":
            missing = (name for name in wanted if error.message.startswith(f"{name!r} "))
            return f"{_below(error)}{next(missing, 'A name')} is required."
        case "type":
            names = wanted if isinstance(wanted, str) else " or ".join(wanted)
            return f"{place} {verb} {given} but must be of type {names}."
        case "enum":
            return f"{place} {verb} {given} but must be one of {_short(wanted, 400)}."
        case "const":
            return f"{place} {verb} {given} but must be {_short(wanted)}."
        case "additionalProperties" | "unevaluatedProperties":
            return _unknown_names(error)
        case "anyOf" | "oneOf":
            return f"{place} {verb} {given}, which fits none of the allowed forms{_nearest(error)}."
        case _:
            return f"{place} {verb} {given} but must satisfy {keyword} {_short(wanted)}."


def _unknown_names(error: _Error) -> str:
    place = _path(error.absolute_path) or "The arguments"
    if error.validator == "unevaluatedProperties":
        # Which are known, the parts of the schema say; only the message tells which are not.
        unknown = [name for name in error.instance if repr(name) in error.message]
        return f"{place} must not have {', '.join(unknown[:MAX_FAULTS])}."
    known: list[str] = list(error.schema.get("properties", {}))
    unknown = [name for name in error.instance if name not in known]
    names = ", ".join(unknown[:MAX_FAULTS])
    expected = ", ".join(known[:40]) or "none"
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


class WorkExceeded(Exception):  # no error of the caller's, and never seen by one
    """A check took more steps than any honest schema needs."""


class Work:
    """Counts the steps of one check: forty levels of `anyOf` with two parts have 2^40.

    Their nesting is counted as well: where Python's stack ends, jsonschema's registry may end the
    process with a panic that is no `Exception`.
    """

    def __init__(self, left: int) -> None:
        self._left = left
        self._nesting = 0

    def take(self) -> None:
        """Take a step."""
        self._left -= 1
        if self._left < 0:
            raise WorkExceeded

    def enter(self) -> None:
        """Take a step inside which others are taken, until it is left."""
        self.take()
        if self._nesting >= _MAX_NESTING:
            raise WorkExceeded
        self._nesting += 1

    def leave(self) -> None:
        """Leave the step that was entered last."""
        self._nesting -= 1


_work: ContextVar[Work] = ContextVar("_work")


@lru_cache(maxsize=2)
def _validator_class(*, is_told_apart: bool) -> Any:
    from jsonschema import Draft202012Validator, validators

    own = {
        # Real documents say `oneOf` of kinds that overlap: PeerTube's ids are "UUID or text", and
        # no UUID fits only one. In one of six operations that have a `oneOf` good arguments did.
        "oneOf": Draft202012Validator.VALIDATORS["anyOf"],
        "pattern": _check_pattern,
        "patternProperties": _check_pattern_properties,
        "additionalProperties": _check_additional_properties,
        "multipleOf": _check_multiple_of,
        "uniqueItems": _check_unique_items,
    }
    checks = {**Draft202012Validator.VALIDATORS, **own}
    if not is_told_apart:
        checks = {name: check for name, check in checks.items() if name not in _UNEVALUATED}
    extend: Any = validators.create  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
    return extend(
        Draft202012Validator.META_SCHEMA,
        validators={name: _counted(check) for name, check in checks.items()},
        type_checker=Draft202012Validator.TYPE_CHECKER,
        id_of=Draft202012Validator.ID_OF,
    )


_UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")


def _is_told_apart(schema: JsonObject) -> bool:
    """Whether what no keyword evaluated can be told safely: jsonschema puts patterns to `re`."""
    text = dump_json(schema)
    return '"unevaluated' in text and '"patternProperties"' not in text


def _counted(check: Any) -> Any:
    def counted(validator: Any, value: Any, instance: object, schema: Any) -> Iterator[_Error]:
        work = _work.get()
        work.enter()
        try:
            yield from check(validator, value, instance, schema) or ()
        finally:
            work.leave()

    return counted


def _check_multiple_of(
    _validator: Any, divisor: Any, instance: Any, _schema: Any
) -> Iterator[_Error]:
    """By the decimals as they are written: in binary 19.99 is no multiple of 0.01."""
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, (int, float)) and not isinstance(instance, bool):
        with suppress(ArithmeticError):
            if Decimal(str(instance)) % Decimal(str(divisor)):
                yield ValidationError(f"{instance!r} is not a multiple of {divisor}")


def _check_unique_items(
    _validator: Any, is_unique: Any, instance: object, _schema: Any
) -> Iterator[_Error]:
    """By their JSON text: jsonschema compares each with each where they cannot be hashed."""
    from jsonschema.exceptions import ValidationError

    if is_unique and is_array(instance):
        texts = {json.dumps(_as_compared(item), sort_keys=True) for item in instance}
        if len(texts) < len(instance):
            yield ValidationError("items are repeated")


def _as_compared(value: Any) -> Any:
    """A value in which equal numbers are the same, as JSON Schema compares them."""
    if is_object(value):
        return {key: _as_compared(item) for key, item in value.items()}
    if is_array(value):
        return [_as_compared(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _check_pattern(
    _validator: Any, pattern: Any, instance: object, _schema: Any
) -> Iterator[_Error]:
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and matches(pattern, instance) is False:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _check_pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: object, _schema: Any
) -> Iterator[_Error]:
    if not is_object(instance):
        return
    work = _work.get()
    for pattern, schema in patterns.items():
        for key, value in instance.items():
            work.take()
            if matches(pattern, key):
                yield from validator.descend(value, schema, path=key, schema_path=pattern)


def _check_additional_properties(
    validator: Any, allowed: Any, instance: object, schema: Mapping[str, Any]
) -> Iterator[_Error]:
    from jsonschema.exceptions import ValidationError

    if not is_object(instance):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    work = _work.get()
    extras = [
        key
        for key in instance
        if key not in known and not any(_is_covered(key, pattern, work) for pattern in patterns)
    ]
    if allowed is False and extras:
        yield ValidationError(f"unknown names: {extras}")
    elif isinstance(allowed, Mapping):
        for key in extras:
            yield from validator.descend(instance[key], allowed, path=key)


def _is_covered(key: str, pattern: str, work: Work) -> bool:
    work.take()
    return matches(pattern, key) is True
