"""A schema in a dialect beside the form of its values, and what several dialects write alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callwright.core.json import Json, dump_json
from callwright.models.dialect.form import Form, Text, WholeText
from callwright.models.dialect.lowered import Lowered
from callwright.models.dialect.merge import Node, constraints, is_nothing
from callwright.models.dialect.normal import Schemas
from callwright.models.dialect.sketch import sketch
from callwright.models.dialect.told import description

__all__ = [
    "SCALARS",
    "Written",
    "described",
    "is_easy_pattern",
    "json_text",
    "of_one_type",
    "properties_of",
    "texts_of",
    "whole_text",
]


SCALARS = ("string", "number", "integer", "boolean")

_HARD_PATTERN = re.compile(r"\(\?(?!:)|\\[1-9pPkbB]")
"""Groups that look around, references to groups, and classes of Unicode."""


@dataclass(frozen=True, slots=True)
class Written:
    """A schema in a dialect, and how values are written for it."""

    schema: Node
    form: Form


def is_easy_pattern(pattern: str) -> bool:
    """Whether a pattern needs no more than the machines that hold models to patterns have."""
    return _HARD_PATTERN.search(pattern) is None


def described(schema: Node, text: str) -> Node:
    """The schema with a description, if there is something to say."""
    return {**schema, "description": text} if text else schema


def json_text(
    schemas: Schemas, node: Mapping[str, Any], types: tuple[str, ...] | None, *, length: int = 400
) -> Written:
    """Text in place of a value; its description says what the text must hold."""
    drawn = sketch(schemas, constraints(node), length=length)
    also = "JSON text." if drawn in ("any", "…", "") else f"JSON text of {drawn}."
    text = description(schemas, node, also=also)
    return Written(described({"type": "string"}, text), Text(types))


def whole_text(schemas: Schemas, root: Json) -> Lowered:
    """All arguments as one JSON text, for what has no properties by name."""
    text = f"JSON text of {sketch(schemas, root, length=2000)}."
    schema: Node = {
        "type": "object",
        "properties": {"arguments": {"type": "string", "description": text}},
        "required": ["arguments"],
    }
    notes = ("all arguments are asked for as one JSON text",)
    return Lowered(schema=schema, notes=notes, form=WholeText("arguments"))


def of_one_type(node: Mapping[str, Any], types: tuple[str, ...]) -> list[Node]:
    """A plain node of several types as one node for each of them."""
    held = constraints(node)
    return [{"type": [name]} if name == "null" else {**held, "type": [name]} for name in types]


def properties_of(schemas: Schemas, node: Mapping[str, Any]) -> dict[str, Json]:
    """The properties that can be given: those with a value, and those needed without a schema."""
    named: Mapping[str, Json] = node.get("properties", {})
    given = {name: raw for name, raw in named.items() if not is_nothing(schemas.normal(raw))}
    if node.get("additionalProperties") is not False:
        given |= {name: True for name in node.get("required", ()) if name not in named}
    return given


def texts_of(values: list[Json]) -> dict[str, Json]:
    """A text for each value: strings as they are, others as JSON, each told from the others."""
    texts: dict[str, Json] = {value: value for value in values if isinstance(value, str) and value}
    for value in values:
        if isinstance(value, str) and value:
            continue
        text = stem = "(empty)" if value == "" else dump_json(value)
        number = 1
        while text in texts:
            number += 1
            text = f"{stem} ({number})"
        texts[text] = value
    return texts
