"""How the model sees an operation's input: one flat object of arguments.

Every parameter stands under its own name, the request body under `body`. What the caller has
fixed is not in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from callwright.core.json import is_array, is_object
from callwright.openapi.media import preferred_media_type
from callwright.openapi.operation import Operation
from callwright.openapi.parameter import Parameter
from callwright.openapi.schema import SchemaReader

__all__ = ["Arguments", "Fixed", "argument_names", "read_arguments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What the caller has fixed: parameters by location and name, and fields of the body.

    Header names are in lower case; `whole_body` means that nothing of the body is left.
    """

    parameters: Collection[tuple[str, str]] = ()
    body: Mapping[str, Any] | None = None
    whole_body: bool = False

    def covers(self, parameter: Parameter) -> bool:
        """Whether a parameter is fixed."""
        is_header = parameter.location == "header"
        name = parameter.name.lower() if is_header else parameter.name
        return (parameter.location, name) in self.parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The arguments of an operation: their names, and their JSON Schema 2020-12 object."""

    names: Mapping[tuple[str, str], str]
    schema: Mapping[str, Any]


def argument_names(operation: Operation) -> Mapping[tuple[str, str], str]:
    """Which argument fills which parameter; `("body", "")` is the request body's.

    Names do not depend on what is fixed, so that an override renames nothing. Where locations
    share a name, the later of path, query, header, cookie and body gets a suffix.
    """
    names: dict[tuple[str, str], str] = {}
    places = [(parameter.location, parameter.name) for parameter in operation.parameters]
    taken: set[str] = set()
    for location, name in places:
        argument = _free(name, location, taken)
        taken.add(argument)
        names[location, name] = argument
    if operation.body is not None:
        names["body", ""] = _free("body", "body", taken)
    return names


def _free(name: str, location: str, taken: Collection[str]) -> str:
    argument = name
    while argument in taken:
        argument = f"{argument}_{location}"
    return argument


def read_arguments(operation: Operation, fixed: Fixed) -> Arguments:
    """Read the arguments of an operation.

    Raises:
        SpecInvalid: a parameter or a schema cannot be read.
    """
    names = argument_names(operation)
    reader = SchemaReader(operation.document)
    properties: dict[str, Any] = {}
    required: list[str] = []
    for parameter in operation.parameters:
        if fixed.covers(parameter):
            continue
        argument = names[parameter.location, parameter.name]
        properties[argument] = _described(reader.read(parameter.schema), _about(parameter))
        if parameter.required:
            required.append(argument)
    body = operation.body
    if body is not None and not fixed.whole_body:
        argument = names["body", ""]
        media = body.content[preferred_media_type(body.content)]
        schema = reader.read(media.get("schema", True) if is_object(media) else True)
        schema = _without_fixed(schema, fixed.body or {}, reader.definitions)
        if not (fixed.body and _is_exhausted(schema)):
            properties[argument] = _described(schema, body.description)
            required += [argument] * body.required
    return Arguments(names=names, schema=_object(properties, required, reader.definitions))


def _object(
    properties: Mapping[str, Any], required: list[str], definitions: Mapping[str, Any]
) -> Mapping[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    schema["additionalProperties"] = False
    reached = _reached(properties, definitions)
    if reached:
        schema["$defs"] = reached
    return schema


def _reached(schema: Any, definitions: Mapping[str, Any]) -> dict[str, Any]:
    """The definitions that the schema still leads to once fixed fields are taken out of it."""
    if not definitions:
        return {}
    found: set[str] = set()
    waiting: list[Any] = [schema]
    while waiting:
        node = waiting.pop()
        if is_object(node):
            name = str(node.get("$ref")).removeprefix("#/$defs/")
            if name in definitions and name not in found:
                found.add(name)
                waiting.append(definitions[name])
            waiting.extend(node.values())
        elif is_array(node):
            waiting.extend(node)
    return {name: definition for name, definition in definitions.items() if name in found}


def _about(parameter: Parameter) -> str:
    mark = "Deprecated." if parameter.deprecated else ""
    return " ".join(filter(None, (parameter.description.strip(), mark)))


def _described(schema: dict[str, Any], description: str) -> dict[str, Any]:
    """The schema with the parameter's description, which says more than the schema's own."""
    return {**schema, "description": description} if description else schema


def _without_fixed(
    schema: dict[str, Any],
    fixed: Mapping[str, Any],
    definitions: Mapping[str, Any],
    seen: Collection[str] = (),
) -> dict[str, Any]:
    """The body's schema without the fields that are fixed, nested ones included.

    `seen` holds the references that were followed on the way: a schema may name itself.
    """
    if not fixed:
        return schema
    schema, seen = _followed(schema, definitions, seen)
    rest = {key: value for key, value in schema.items() if key not in _NAMING}
    for keyword in _ALTERNATIVES:
        if keyword in schema:
            rest[keyword] = [
                part if isinstance(part, bool) else _without_fixed(part, fixed, definitions, seen)
                for part in schema[keyword]
            ]
    if "properties" in schema:
        rest["properties"] = _left_over(schema["properties"], fixed, definitions)
    gone = {name for name in fixed if name not in rest.get("properties", ())}
    return {**rest, **_demands_without(gone, schema)}


_NAMING = ("properties", "required", "minProperties")


def _demands_without(gone: Collection[str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """What an object must have, without the fields that it has in any case."""
    demands: dict[str, Any] = {
        "required": [name for name in schema.get("required", ()) if name not in gone],
        "minProperties": max(0, schema.get("minProperties", 0) - len(gone)),
    }
    return {keyword: demand for keyword, demand in demands.items() if demand}


_ALTERNATIVES = ("allOf", "anyOf", "oneOf")


def _left_over(
    properties: Mapping[str, Any], fixed: Mapping[str, Any], definitions: Mapping[str, Any]
) -> dict[str, Any]:
    """The properties that are not fixed; an object of which nothing is left is fixed as well."""
    left: dict[str, Any] = {}
    for name, schema in properties.items():
        value = fixed.get(name)
        if name not in fixed:
            left[name] = schema
        elif is_object(value) and is_object(schema):
            inner = _without_fixed(dict(schema), value, definitions)
            if not _is_exhausted(inner):
                left[name] = inner
    return left


def _is_exhausted(schema: Mapping[str, Any]) -> bool:
    """Whether an object's schema has lost all of its properties."""
    has_parts = any(keyword in schema for keyword in _ALTERNATIVES)
    return schema.get("properties") == {} and not has_parts


def _followed(
    schema: dict[str, Any], definitions: Mapping[str, Any], seen: Collection[str]
) -> tuple[dict[str, Any], Collection[str]]:
    """The schema with a reference at its top replaced by what it points at."""
    followed = set(seen)
    while isinstance(reference := schema.get("$ref"), str) and reference not in followed:
        followed.add(reference)
        target = definitions.get(reference.removeprefix("#/$defs/"))
        siblings = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**target, **siblings} if isinstance(target, dict) else siblings
    return schema, followed
