"""Shorter forms of a schema: fewer words, fewer levels, by fixed steps, with a note in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from callwright.openapi.schema.keyword import Schema

__all__ = ["STUB_LENGTH", "references_in", "shorter_forms", "stub"]

STUB_LENGTH = 120
"""Bytes of JSON that a stub does not exceed, its name apart."""

_NOTE = "Not described here, to save room."
_MAX_ENUM = 100
_STEPS = ((99, 100), (4, 100), (3, 100), (2, 60), (1, 60))
"""Levels that are kept, and characters of each description."""


def shorter_forms(schema: Schema) -> Iterator[Schema]:
    """The schema in ever shorter forms, each of which admits all that it does."""
    if isinstance(schema, dict):
        for levels, description in _STEPS:
            yield _pruned(schema, levels, description)


def stub(schema: Schema) -> Schema:
    """The schema by its type alone."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    return {"type": kind, "description": _NOTE} if kind else {"description": _NOTE}


def references_in(schema: Any) -> Iterator[str]:
    """The definitions that a schema refers to, by name, in the order of their mention."""
    waiting: list[Any] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/$defs/"):
                yield reference.removeprefix("#/$defs/")
            waiting.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def _pruned(schema: Any, levels: int, description: int) -> Any:
    """The schema without examples and long words, and without what lies below some levels.

    A level is one of properties or items; alternatives for the same value share one.
    """
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _MAPS:
            kept[keyword] = {k: _below(v, levels, description) for k, v in value.items()}
        elif keyword in _SCHEMAS:
            kept[keyword] = _below(value, levels, description)
        elif keyword in ("allOf", "anyOf", "oneOf"):
            kept[keyword] = [_pruned(part, levels, description) for part in value]
        elif keyword == "prefixItems":
            kept[keyword] = [_below(part, levels, description) for part in value]
        elif keyword == "description":
            kept[keyword] = _cut_text(value, description)
        elif keyword not in ("examples", "title"):
            kept[keyword] = value
    return _without_long_enum(kept)


_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_SCHEMAS = frozenset({"items", "additionalProperties", "contains", "unevaluatedProperties"})


def _below(schema: Any, levels: int, description: int) -> Any:
    if levels > 1 or not isinstance(schema, dict):
        return _pruned(schema, levels - 1, description)
    is_leaf = not any(keyword in schema for keyword in (*_MAPS, *_SCHEMAS, *_PARTS))
    return _pruned(schema, 1, description) if is_leaf else stub(schema)


_PARTS = ("allOf", "anyOf", "oneOf", "prefixItems", "not", "if", "$ref")


def _without_long_enum(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema whose enum, if it is a long one, is told by its beginning; all values are let in."""
    values = schema.get("enum")
    if values is None or len(values) <= _MAX_ENUM:
        return schema
    named = ", ".join(str(value) for value in values[:20])
    told = f"One of {len(values)} values, such as {named}."
    about = " ".join(filter(None, (schema.get("description"), told)))
    return {**{k: v for k, v in schema.items() if k != "enum"}, "description": about}


def _cut_text(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
