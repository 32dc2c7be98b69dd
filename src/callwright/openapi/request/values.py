"""The values of one request by where they go, and what rules put over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, is_object
from callwright.openapi.override import Override
from callwright.openapi.request.parts import set_own_header
from callwright.openapi.secret import Reading

__all__ = ["Values", "apply_rule", "merged"]


def _no_names() -> dict[str, set[str]]:
    return {"path": set(), "query": set(), "cookie": set()}


@dataclass(slots=True, repr=False)
class Values:
    """The values of one request by where they go, and which of them the caller has fixed."""

    path: dict[str, Any] = field(default_factory=dict[str, Any])
    query: dict[str, Any] = field(default_factory=dict[str, Any])
    querystring: dict[str, Any] = field(default_factory=dict[str, Any])
    header: dict[str, Any] = field(default_factory=dict[str, Any])
    cookie: dict[str, Any] = field(default_factory=dict[str, Any])
    body: list[Json] = field(default_factory=list[Json])
    """The one body, if there is one; a body may also be null."""
    fixed: dict[str, set[str]] = field(default_factory=_no_names)
    """The names that the caller has fixed, by location; a header's name no value can say."""
    fixed_body: dict[str, Any] = field(default_factory=dict[str, Any])
    """The fields of the body that the caller has fixed."""

    def at(self, location: str) -> dict[str, Any]:
        """The values of one location by name."""
        values: dict[str, Any] = getattr(self, location)
        return values

    def fix(self, location: str, values: Mapping[str, Any]) -> None:
        """Put the caller's values over those that are there."""
        self.at(location).update(values)
        self.fixed[location].update(values)

    def fix_body(self, fields: Mapping[str, Any]) -> None:
        """Merge the caller's fields into the body.

        Raises:
            ArgumentsInvalid: the body is no object, so that it has no fields.
        """
        given = self.body[0] if self.body else None
        if not (given is None or is_object(given)):
            raise ArgumentsInvalid(["The body must be an object: the caller fixes fields of it."])
        self.body[:] = [merged(given or {}, fields)]
        self.fixed_body = merged(self.fixed_body, fields)

    def free_body(self) -> dict[str, Any]:
        """What of the body is not fixed."""
        body = self.body[0] if self.body else None
        return _without(body, self.fixed_body) if is_object(body) else {}


def apply_rule(rule: Override, values: Values, reading: Reading) -> None:
    """Put a rule's values over those that are there."""
    for location, fixed in (("path", rule.path), ("query", rule.query), ("cookie", rule.cookies)):
        read = {name: _read(value, name, reading) for name, value in (fixed or {}).items()}
        values.fix(location, read)
    for name, value in (rule.headers or {}).items():
        set_own_header(values.header, name, reading.read(value, name))
    fixed_body = merged(rule.body or {}, rule.form or {})
    if fixed_body:
        values.fix_body(_read(fixed_body, "body", reading))


def _read(value: Any, name: str, reading: Reading) -> Any:
    """A fixed value of any JSON kind; what is callable in it is read."""
    if is_object(value):
        return {key: _read(item, key, reading) for key, item in value.items()}
    if isinstance(value, list):
        return [_read(item, name, reading) for item in value]  # pyright: ignore[reportUnknownVariableType]
    is_text = callable(value) or isinstance(value, str)
    return reading.read(value, name) if is_text else value


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two objects merged in depth, the second over the first."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = merged(below, value) if is_object(below) and is_object(value) else value
    return result


def _without(value: Mapping[str, Any], fixed: Mapping[str, Any]) -> dict[str, Any]:
    """An object without the fields that are fixed, in depth; what is left empty goes as well."""
    left: dict[str, Any] = {}
    for name, item in value.items():
        over = fixed.get(name)
        if name not in fixed:
            left[name] = item
        elif is_object(item) and is_object(over) and (inner := _without(item, over)):
            left[name] = inner
    return left
