"""OpenAPI's own keywords said in those of JSON Schema 2020-12, and what needs not be said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from callwright.openapi.schema.keyword import Schema
from callwright.openapi.schema.lineage import IN_PLACE

__all__ = ["described", "is_short", "untitled", "with_3_0_meaning"]

_MAX_EXAMPLE_LENGTH = 100


def is_short(value: object) -> bool:
    """Whether an example is worth its room."""
    if isinstance(value, str):
        return 0 < len(value) <= _MAX_EXAMPLE_LENGTH
    return isinstance(value, (bool, int, float))


def untitled(properties: dict[str, Schema]) -> dict[str, Schema]:
    """Properties without the titles that only say their names again."""
    return {
        name: schema
        if isinstance(schema, bool) or _letters(schema.get("title")) != _letters(name)
        else {key: value for key, value in schema.items() if key != "title"}
        for name, schema in properties.items()
    }


def _letters(text: object) -> str:
    return re.sub(r"[\W_]+", "", str(text)).lower()


def with_3_0_meaning(schema: dict[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with OAS 3.0's own keywords said in those of JSON Schema 2020-12."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if raw.get(exclusive) is True and bound in schema:
            schema[exclusive] = schema.pop(bound)
    return _nullable(schema) if raw.get("nullable") is True else schema


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if any(keyword in schema for keyword in IN_PLACE):
        about: dict[str, Any] = {
            key: schema[key] for key in ("title", "description") if key in schema
        }
        rest = {key: value for key, value in schema.items() if key not in about}
        return {**about, "anyOf": [rest, {"type": "null"}]}
    if "enum" in schema and None not in schema["enum"]:
        schema = {**schema, "enum": [*schema["enum"], None]}
    declared = schema.get("type", [])
    types: list[str] = [declared] if isinstance(declared, str) else declared
    return {**schema, "type": [*types, "null"]} if types and "null" not in types else schema


def described(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """What counts beside a reference in 3.0: a description, which changes nothing."""
    return {"description": raw["description"]} if "description" in raw else {}
