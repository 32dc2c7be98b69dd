"""How the model sees an operation's input: one flat object of arguments.

Every parameter stands under its own name, the request body under `body`. What the caller has
fixed is not in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from callwright.core.json import is_object
from callwright.core.text.visible import visible
from callwright.openapi.kind import preferred_media_type
from callwright.openapi.media import body_schema
from callwright.openapi.operation import Body, Operation
from callwright.openapi.parameter import Parameter
from callwright.openapi.pointer import escape_pointer
from callwright.openapi.report import Finding
from callwright.openapi.schema.cut import MAX_LENGTH, gather, shortened
from callwright.openapi.schema.prune import references_in
from callwright.openapi.schema.read_schema import ReadSchema
from callwright.openapi.schema.reader import SchemaReader

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
    """The arguments of an operation as a JSON Schema 2020-12 object, and what was found there."""

    schema: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


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


def read_arguments(operation: Operation, fixed: Fixed, reader: SchemaReader) -> Arguments:
    """Read the arguments of an operation.

    Raises:
        SpecInvalid: a parameter or the request body cannot be read.
    """
    names = argument_names(operation)
    form = _Form(reader)
    for parameter in operation.parameters:
        if not fixed.covers(parameter):
            argument = names[parameter.location, parameter.name]
            schema = reader.read(parameter.schema, parameter.schema_pointer)
            form.add(argument, schema.described(_about(parameter)), parameter.required)
    body = operation.body
    if body is not None and not fixed.whole_body:
        schema = _read_body(body, fixed.body or {}, reader)
        if not (fixed.body and _is_exhausted(schema.as_object)):
            form.add(names["body", ""], schema.described(visible(body.description)), body.required)
    return form.finished(operation)


def _read_body(body: Body, fixed: Mapping[str, Any], reader: SchemaReader) -> ReadSchema:
    """The schema of the body without what is fixed of it."""
    media_type = preferred_media_type(body.content)
    pointer = f"{body.pointer}/content/{escape_pointer(media_type)}/schema"
    schema = body_schema(media_type, body.content[media_type], reader.resolved)
    read = reader.read(schema, pointer)
    if not fixed:
        return read
    left = _without_fixed(read.as_object, fixed, reader)
    return ReadSchema(left, tuple(dict.fromkeys(references_in(left))), read.findings)


class _Form:
    """The arguments while they are gathered."""

    def __init__(self, reader: SchemaReader) -> None:
        self._reader = reader
        self._arguments: dict[str, ReadSchema] = {}
        self._required: list[str] = []

    def add(self, argument: str, schema: ReadSchema, required: bool) -> None:
        """Add an argument."""
        self._arguments[argument] = schema
        self._required += [argument] * required

    def finished(self, operation: Operation) -> Arguments:
        """All arguments, cut to what a tool may be."""
        kept = _within_room(self._arguments)
        references = chain.from_iterable(schema.references for schema in kept.values())
        room = MAX_LENGTH - sum(schema.length for schema in kept.values())
        definitions = gather(references, self._reader.definition, room)
        read = (*self._arguments.values(), *definitions.read)
        findings = list(chain.from_iterable(schema.findings for schema in read))
        if definitions.cut or kept is not self._arguments:
            kept = {name: schema.forms[0] for name, schema in kept.items()}
            findings.append(_cut(operation, definitions.cut))
        schema = self._schema(kept, definitions.schemas)
        return Arguments(schema=schema, findings=tuple(dict.fromkeys(findings)))

    def _schema(
        self, arguments: Mapping[str, ReadSchema], definitions: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        properties = {name: schema.as_object for name, schema in arguments.items()}
        schema: dict[str, Any] = {"type": "object", "properties": properties}
        if self._required:
            schema["required"] = self._required
        schema["additionalProperties"] = False
        return {**schema, "$defs": definitions} if definitions else schema


def _within_room(arguments: Mapping[str, ReadSchema]) -> Mapping[str, ReadSchema]:
    """The arguments, the largest cut where they leave no room for what they refer to."""
    refers = any(schema.references for schema in arguments.values())
    left = MAX_LENGTH // 2 if refers else MAX_LENGTH
    if sum(schema.length for schema in arguments.values()) <= left:
        return arguments
    kept = dict(arguments)
    by_length = sorted(arguments, key=lambda name: arguments[name].length)
    for number, name in enumerate(by_length):
        # The small ones stay whole, and leave the more to the large.
        kept[name] = shortened(arguments[name], left // (len(by_length) - number))
        left -= kept[name].length
    return kept


def _cut(operation: Operation, number: int) -> Finding:
    what = f"{number} of the schemas that they refer to" if number else "some of them"
    return Finding(
        kind="cut",
        reason=f"More than {MAX_LENGTH:,} bytes describe its arguments; {what} were cut.",
        pointer=operation.pointer,
        operation=f"{operation.method} {operation.path}",
    )


def _about(parameter: Parameter) -> str:
    mark = "Deprecated." if parameter.deprecated else ""
    return visible(" ".join(filter(None, (parameter.description.strip(), mark))))


def _without_fixed(
    schema: dict[str, Any],
    fixed: Mapping[str, Any],
    reader: SchemaReader,
    seen: Collection[str] = (),
) -> dict[str, Any]:
    """The body's schema without the fields that are fixed, nested ones included.

    `seen` holds the references that were followed on the way: a schema may name itself.
    """
    if not fixed:
        return schema
    schema, seen = _followed(schema, reader, seen)
    rest = {key: value for key, value in schema.items() if key not in _NAMING}
    for keyword in _ALTERNATIVES:
        if keyword in schema:
            rest[keyword] = [
                part if isinstance(part, bool) else _without_fixed(part, fixed, reader, seen)
                for part in schema[keyword]
            ]
    if "properties" in schema:
        rest["properties"] = _left_over(schema["properties"], fixed, reader)
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
    properties: Mapping[str, Any], fixed: Mapping[str, Any], reader: SchemaReader
) -> dict[str, Any]:
    """The properties that are not fixed; an object of which nothing is left is fixed as well."""
    left: dict[str, Any] = {}
    for name, schema in properties.items():
        value = fixed.get(name)
        if name not in fixed:
            left[name] = schema
        elif is_object(value) and is_object(schema):
            inner = _without_fixed(dict(schema), value, reader)
            if not _is_exhausted(inner):
                left[name] = inner
    return left


def _is_exhausted(schema: Mapping[str, Any]) -> bool:
    """Whether an object's schema has lost all of its properties."""
    has_parts = any(keyword in schema for keyword in _ALTERNATIVES)
    return schema.get("properties") == {} and not has_parts


def _followed(
    schema: dict[str, Any], reader: SchemaReader, seen: Collection[str]
) -> tuple[dict[str, Any], Collection[str]]:
    """The schema with a reference at its top replaced by what it points at."""
    followed = set(seen)
    while isinstance(reference := schema.get("$ref"), str) and reference not in followed:
        followed.add(reference)
        target = reader.definition(reference.removeprefix("#/$defs/")).as_object
        siblings = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**target, **siblings}
    return schema, followed
