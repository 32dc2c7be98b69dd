"""Shorter forms of a schema: fewer words, fewer levels, by fixed steps, with a note in place.

Each form admits all that the schema does. So what would refuse a value because too much is let in
elsewhere, such as a `oneOf` of which two parts now fit, is loosened first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from callwright.core.json import is_dict, is_list
from callwright.openapi.schema.keyword import Schema

__all__ = ["STUB_LENGTH", "references_in", "shorter_forms", "stub"]

STUB_LENGTH = 120
"""Bytes of JSON that a stub does not exceed, its name apart."""

_NOTE = "Not described here, to save room."
_ALL = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """How much of a schema is kept: the first leaves all of it, but loosened."""

    levels: int = _ALL
    description: int = _ALL
    """Characters."""
    values: int = _ALL
    """Of an enum."""
    with_examples: bool = False

    def deeper(self) -> _Step:
        """The same step one level below."""
        return replace(self, levels=self.levels - 1)


_STEPS = (
    _Step(with_examples=True),
    _Step(description=200, values=500),
    *(_Step(levels=levels, description=80, values=100) for levels in (_ALL, 5, 4, 3)),
    *(_Step(levels=levels, description=60, values=50) for levels in (2, 1)),
)


def shorter_forms(schema: Schema) -> Iterator[Schema]:
    """The schema in ever shorter forms, the first of them with nothing taken away."""
    if isinstance(schema, dict):
        for step in _STEPS:
            yield _pruned(schema, step)


def stub(schema: Schema) -> Schema:
    """The schema by its type alone."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    return {"type": kind, "description": _NOTE} if kind else {"description": _NOTE}


def references_in(schema: Any) -> Iterator[str]:
    """The definitions that a schema refers to, by name, in the order of their mention."""
    waiting: list[Any] = [schema]
    while waiting:
        node = waiting.pop()
        if is_dict(node):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/$defs/"):
                yield reference.removeprefix("#/$defs/")
            waiting.extend(reversed(list(node.values())))
        elif is_list(node):
            waiting.extend(reversed(node))


_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_BELOW = frozenset({"items", "additionalProperties", "contains"})
_IN_PLACE = frozenset({"allOf", "anyOf", "oneOf"})
_DENYING = frozenset({"not", "if", "then", "else"})
_NEVER = frozenset({"unevaluatedProperties", "unevaluatedItems", "maxContains"})
_NESTING = _MAPS | _BELOW | _IN_PLACE | _DENYING | {"prefixItems", "$ref"}


def _pruned(schema: Any, step: _Step) -> Any:
    """The schema by one step. A level is one of properties or items; alternatives share one."""
    if not is_dict(schema):
        return schema
    kept: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _MAPS:
            kept[keyword] = {name: _below(inner, step) for name, inner in value.items()}
        elif keyword in _BELOW:
            kept[keyword] = _below(value, step)
        elif keyword in _IN_PLACE:
            kept[keyword] = [_pruned(part, step) for part in value]
        elif keyword == "prefixItems":
            kept[keyword] = [_below(part, step) for part in value]
        elif keyword == "description":
            kept[keyword] = _cut_text(value, step.description)
        elif _stays(keyword, value, step):
            kept[keyword] = value
    return _without_long_enum(_loosened(kept), step)


def _stays(keyword: str, value: Any, step: _Step) -> bool:
    if keyword in _DENYING:
        return next(references_in(value), None) is None
    return keyword not in _NEVER and (step.with_examples or keyword not in ("examples", "title"))


def _loosened(schema: dict[str, Any]) -> dict[str, Any]:
    if "oneOf" not in schema:
        return schema
    rest = {keyword: value for keyword, value in schema.items() if keyword != "oneOf"}
    if "anyOf" not in rest:
        return {**rest, "anyOf": schema["oneOf"]}
    return {**rest, "allOf": [*rest.get("allOf", ()), {"anyOf": schema["oneOf"]}]}


def _below(schema: Any, step: _Step) -> Any:
    if step.levels > 1 or not is_dict(schema) or _NESTING.isdisjoint(schema):
        return _pruned(schema, step.deeper())
    return stub(schema)


def _without_long_enum(schema: dict[str, Any], step: _Step) -> dict[str, Any]:
    """A schema whose enum, if it is a long one, is told by its beginning; all values are let in."""
    values = schema.get("enum")
    if values is None or not _is_long(values, step):
        return schema
    named = ", ".join(_cut_text(str(value), _MAX_VALUE) for value in values[:20])
    told = f"One of {len(values)} values, such as {named}."
    about = " ".join(filter(None, (schema.get("description"), told)))
    return {**{k: v for k, v in schema.items() if k != "enum"}, "description": about}


_MAX_VALUE = 60
"""Characters of one value; those of real enums are words."""


def _is_long(values: list[Any], step: _Step) -> bool:
    return len(values) > step.values or len(str(values)) > _MAX_VALUE * step.values


def _cut_text(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
