"""Schemas of a document as JSON Schema 2020-12 for a model.

`$ref`s stay references, into `$defs` that hold just what is reached; nothing is inlined, so
cycles stay cycles. What only the server fills in (readOnly) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.document import Document
from callwright.openapi.file import describes_file, with_file_form

__all__ = ["SchemaReader"]

_Schema: TypeAlias = "dict[str, Any] | bool"

_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
_MAX_DEPTH = 100
"""Levels of nesting without a reference between them; Python's own stack ends soon after."""
_MAX_EXAMPLE_LENGTH = 100


class SchemaReader:
    """Reads the schemas of one operation; `definitions` gathers what they refer to."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._is_3_0 = document.minor_version == 0
        self._names: dict[str, str] = {}
        self._depth = 0
        self._pending: list[tuple[str, Any]] = []
        self.definitions: dict[str, _Schema] = {}

    def read(self, raw: object) -> dict[str, Any]:
        """One schema.

        Raises:
            SpecInvalid: a reference in it leads nowhere, or it is nested too deeply.
        """
        schema = self._read(raw)
        # Definitions wait in a row, so that a long chain of references needs no deep stack.
        while self._pending:
            name, target = self._pending.pop()
            self.definitions[name] = self._read(target)
        return {} if schema is True else {"not": {}} if schema is False else schema

    def _read(self, raw: object) -> _Schema:
        if isinstance(raw, bool):
            return raw
        if not is_object(raw):
            return {}
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise SpecInvalid(f"A schema is nested more than {_MAX_DEPTH} levels deep.")
        try:
            return self._read_object(raw)
        finally:
            self._depth -= 1

    def _read_object(self, raw: Mapping[str, Any]) -> _Schema:
        reference = raw.get("$ref")
        if isinstance(reference, str):
            pointed = {"$ref": f"#/$defs/{self._definition(reference)}"}
            # OAS 3.0 ignores every sibling of `$ref` (Reference Object); a 3.1 schema does not.
            return pointed if self._is_3_0 else {**pointed, **self._keywords(raw)}
        schema = self._keywords(raw)
        return _with_3_0_meaning(schema, raw) if self._is_3_0 else schema

    def _keywords(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        schema: dict[str, Any] = {}
        for keyword, value in raw.items():
            reader = _READERS.get(keyword)
            read = None if reader is None else reader(self, value)
            if read is not None or keyword in _MAY_BE_NULL:
                schema[keyword] = read
        if "itemSchema" in raw and "items" not in schema:
            schema |= {"type": "array", "items": self._read(raw["itemSchema"])}
        example = raw.get("example")
        if "examples" not in schema and _is_short(example):
            schema["examples"] = [example]
        schema = _without(schema, read_only_names(raw, self._document))
        return with_file_form(schema) if describes_file(raw) else schema

    def _definition(self, reference: str) -> str:
        """The name in `$defs` of what a reference points at."""
        if reference not in self._names:
            end, target = self._end(reference)
            if end not in self._names:
                self._names[end] = self._define(end, target)
            self._names[reference] = self._names[end]
        return self._names[reference]

    def _define(self, reference: str, target: object) -> str:
        name = self._free_name(reference)
        self.definitions[name] = {}
        self._pending.append((name, target))
        return name

    def _end(self, reference: str) -> tuple[str, object]:
        """Where a chain of bare references ends, and what stands there; a circle means anything."""
        seen: set[str] = set()
        while reference not in seen:
            seen.add(reference)
            target = self._document.find(reference)
            following = target.get("$ref") if is_object(target) else None
            if not isinstance(following, str) or not (self._is_3_0 or len(target) == 1):
                return reference, target
            reference = following
        return reference, True

    def _free_name(self, reference: str) -> str:
        stem = re.sub(r"[^A-Za-z0-9_.-]", "_", reference.rsplit("/", 1)[-1]) or "schema"
        name, number = stem, 1
        while name in self.definitions:
            number += 1
            name = f"{stem}_{number}"
        return name

    def schemas(self, value: object) -> list[_Schema] | None:
        """A list of schemas, as `allOf` has it."""
        return [self._read(item) for item in value] if is_array(value) and value else None

    def schema_map(self, value: object) -> dict[str, _Schema] | None:
        """Schemas by name, as `properties` has it."""
        if not is_object(value):
            return None
        return {str(name): _untitled(self._read(item), str(name)) for name, item in value.items()}

    def schema(self, value: object) -> _Schema | None:
        """A schema, as `items` has it."""
        return self._read(value) if is_object(value) or isinstance(value, bool) else None


def read_only_names(raw: Mapping[str, Any], document: Document) -> frozenset[str]:
    """The properties of a schema, and of the parts of its `allOf`, that only the server fills in.

    A part may require what another part calls readOnly.
    """
    return frozenset(
        str(name)
        for part in _parts(raw, document)
        for name, item in _properties(part).items()
        if _is_read_only(item, document)
    )


def _is_read_only(raw: object, document: Document) -> bool:
    if not is_object(raw):
        return False
    return any(part.get("readOnly") is True for part in _parts(raw, document))


def _parts(raw: object, document: Document) -> list[Mapping[str, Any]]:
    """What a schema leads to by its reference and its `allOf`, each once."""
    found: dict[int, Mapping[str, Any]] = {}
    waiting: list[object] = [raw]
    while waiting:
        node = waiting.pop()
        if not is_object(node) or id(node) in found:
            continue
        found[id(node)] = node
        listed = node.get("allOf")
        waiting.extend(listed if is_array(listed) else ())
        if isinstance(reference := node.get("$ref"), str):
            waiting.append(_found(reference, document))
    return list(found.values())


def _found(reference: str, document: Document) -> object:
    try:
        return document.find(reference)
    except SpecInvalid:
        return None


def _properties(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = raw.get("properties")
    return properties if is_object(properties) else {}


def _without(schema: dict[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """The schema without some of its properties, be they named at its top or in its `allOf`."""
    if not hidden:
        return schema
    kept = dict(schema)
    if "properties" in schema:
        kept["properties"] = {
            name: item for name, item in schema["properties"].items() if name not in hidden
        }
    if "required" in schema:
        kept["required"] = [name for name in schema["required"] if name not in hidden]
        if not kept["required"]:
            del kept["required"]
    if "allOf" in schema:
        kept["allOf"] = [
            part if isinstance(part, bool) else _without(part, hidden) for part in schema["allOf"]
        ]
    return kept


def _is_short(value: object) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= _MAX_EXAMPLE_LENGTH
    return isinstance(value, (bool, int, float))


def _untitled(schema: _Schema, name: str) -> _Schema:
    """The schema without a title that only says the property's name again."""
    if isinstance(schema, bool) or _letters(schema.get("title")) != _letters(name):
        return schema
    return {key: value for key, value in schema.items() if key != "title"}


def _letters(text: object) -> str:
    return re.sub(r"[\W_]+", "", str(text)).lower()


def _with_3_0_meaning(schema: dict[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with OAS 3.0's own keywords said in those of JSON Schema 2020-12."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if raw.get(exclusive) is True and bound in schema:
            schema[exclusive] = schema.pop(bound)
    return _nullable(schema) if raw.get("nullable") is True else schema


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if any(keyword in schema for keyword in ("allOf", "anyOf", "oneOf")):
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


def _text(_reader: SchemaReader, value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _flag(_reader: SchemaReader, value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(_reader: SchemaReader, value: object) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _positive(reader: SchemaReader, value: object) -> float | None:
    number = _number(reader, value)
    return number if number is not None and number > 0 else None


def _count(_reader: SchemaReader, value: object) -> int | None:
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if not is_whole or isinstance(value, bool):
        return None
    count = int(value)  # type: ignore[call-overload]  # a whole number by the line above
    return count if count >= 0 else None


def _values(_reader: SchemaReader, value: object) -> list[Any] | None:
    return list(value) if is_array(value) and value else None


def _names(_reader: SchemaReader, value: object) -> list[str] | None:
    if not is_array(value):
        return None
    return list(dict.fromkeys(name for name in value if isinstance(name, str))) or None


def _type(_reader: SchemaReader, value: object) -> str | list[str] | None:
    if isinstance(value, str):
        return value if value in _TYPES else None
    names = [name for name in value if name in _TYPES] if is_array(value) else []
    return list(dict.fromkeys(names)) or None


def _anything(_reader: SchemaReader, value: object) -> object:
    return value


_MAY_BE_NULL = frozenset({"const", "default"})

_READERS: Mapping[str, Callable[[SchemaReader, Any], Any]] = {
    **dict.fromkeys(("title", "description", "format", "pattern"), _text),
    **dict.fromkeys(("contentEncoding", "contentMediaType"), _text),
    **dict.fromkeys(("uniqueItems", "deprecated"), _flag),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    "multipleOf": _positive,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _count),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), _count),
    **dict.fromkeys(("enum", "examples"), _values),
    **dict.fromkeys(("const", "default"), _anything),
    "required": _names,
    "type": _type,
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), SchemaReader.schemas),
    **dict.fromkeys(
        ("properties", "patternProperties", "dependentSchemas"), SchemaReader.schema_map
    ),
    **dict.fromkeys(("items", "additionalProperties", "not", "if", "then"), SchemaReader.schema),
    **dict.fromkeys(("else", "contains", "propertyNames"), SchemaReader.schema),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), SchemaReader.schema),
}
