"""One level of properties, each a string, a number or a boolean; all else is JSON text."""

from __future__ import annotations

from collections.abc import Mapping

from callwright.core.json import Json, JsonObject
from callwright.models.dialect.form import Same
from callwright.models.dialect.lowered import Inexpressible, Lowered
from callwright.models.dialect.merge import Node, is_nothing
from callwright.models.dialect.normal import Schemas, known_values
from callwright.models.dialect.structure import Field, Record
from callwright.models.dialect.told import description
from callwright.models.dialect.written import (
    SCALARS,
    Written,
    described,
    json_text,
    properties_of,
    whole_text,
)

__all__ = ["lower_flat"]


def lower_flat(parameters: JsonObject) -> Lowered:
    """The parameters without any nesting."""
    schemas = Schemas(parameters)
    try:
        node = schemas.resolved(parameters)
        if "anyOf" in node or is_nothing(node) or _has_free_names(schemas, node):
            return whole_text(schemas, parameters)
        return _record(schemas, node)
    except Inexpressible:
        return whole_text(schemas, parameters)


def _has_free_names(schemas: Schemas, node: Mapping[str, Json]) -> bool:
    is_open = node.get("additionalProperties") or node.get("patternProperties")
    return bool(is_open) and not properties_of(schemas, node)


def _record(schemas: Schemas, node: Node) -> Lowered:
    given = properties_of(schemas, node)
    required = [name for name in node.get("required", ()) if name in given]
    properties = {name: _property(schemas, raw) for name, raw in given.items()}
    schema: Node = {
        "type": "object",
        "properties": {name: written.schema for name, written in properties.items()},
    }
    if required:
        schema["required"] = required
    fields = tuple(
        Field(name=name, written=name, form=written.form, is_required=name in required)
        for name, written in properties.items()
    )
    notes = tuple(
        f"{name}: asked for as JSON text"
        for name, written in properties.items()
        if not isinstance(written.form, Same)
    )
    return Lowered(schema=schema, notes=notes, form=Record(fields))


def _property(schemas: Schemas, raw: Json) -> Written:
    try:
        node = schemas.resolved(raw)
        types = schemas.all_types(node)
    except Inexpressible:
        return json_text(schemas, {}, None)
    if "anyOf" in node or types is None or len(types) != 1 or types[0] not in SCALARS:
        return json_text(schemas, node, types)
    schema: Node = {"type": types[0]}
    if "enum" in node:
        schema["enum"] = known_values(node)
    return Written(described(schema, description(schemas, node)), Same(types))
