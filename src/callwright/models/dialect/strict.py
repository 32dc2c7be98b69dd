"""OpenAI's strict mode: every object closed, every property required, a part of the keywords.

What may be left out may be null, and null then says that it is left out; where null is a value,
too, a mark stands for it, or a model that leaves a field alone would clear it. Objects that name
their properties and say nothing of others are closed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from callwright.core.json import Json, JsonObject, is_array
from callwright.core.name import free_name
from callwright.models.dialect.ambiguity import is_ambiguous
from callwright.models.dialect.form import (
    NULL_MARK,
    Form,
    Link,
    Marked,
    Same,
    Text,
    Values,
    type_of,
)
from callwright.models.dialect.limits import StrictLimits
from callwright.models.dialect.lowered import Inexpressible, Lowered
from callwright.models.dialect.merge import Node, is_nothing, remarks
from callwright.models.dialect.normal import Schemas, known_values, types_of
from callwright.models.dialect.structure import Branch, Choice, Field, Items, Pairs, Record
from callwright.models.dialect.told import description
from callwright.models.dialect.written import (
    Written,
    described,
    is_easy_pattern,
    json_text,
    of_one_type,
    properties_of,
    texts_of,
)

__all__ = ["lower_strictly"]

_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
)
_KEPT: Mapping[str, frozenset[str]] = {
    "string": frozenset({"pattern", "format"}),
    "array": frozenset({"minItems", "maxItems"}),
    **dict.fromkeys(
        ("number", "integer"),
        frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    ),
}
_CONDITIONS = ("if", "dependentSchemas")
_MAX_NODES = 20_000
_MAX_DEPTH = 60


def lower_strictly(parameters: JsonObject, limits: StrictLimits) -> Lowered:
    """The parameters for strict mode; as they are, with the reason, where they cannot be."""
    schemas, ambiguous = Schemas(parameters), frozenset[str]()
    while True:
        writer = _Writer(schemas, ambiguous)
        try:
            lowered = writer.whole(parameters)
        except Inexpressible as reason:
            return Lowered(schema=parameters, notes=(str(reason),))
        # Which alternatives look alike is known when all definitions are written.
        found = writer.ambiguous()
        if found <= ambiguous:
            break
        ambiguous |= found
    fault = limits.fault(lowered.schema)
    return lowered if fault is None else Lowered(schema=parameters, notes=(fault,))


class _Writer:
    """Writes the schemas of one tool; definitions wait in a row until their turn comes."""

    def __init__(self, schemas: Schemas, ambiguous: frozenset[str]) -> None:
        self._schemas = schemas
        self._as_text = ambiguous
        self._choices: list[tuple[str, list[Form]]] = []
        self._definitions: dict[str, Node] = {}
        self._forms: dict[str, Form] = {}
        self._pending: list[tuple[str, str]] = []
        self._names: dict[str, str] = {}
        self._path: list[str] = []
        self._depth = 0
        self._left = _MAX_NODES
        self._notes: dict[str, None] = {}

    def whole(self, parameters: JsonObject) -> Lowered:
        """The parameters and all that they refer to.

        Raises:
            Inexpressible: strict mode has no words for a part of them.
        """
        root = self._root(parameters)
        while self._pending:
            reference, name = self._pending.pop()
            written = self._inside(name, self._schemas.find(reference))
            self._definitions[name], self._forms[reference] = written.schema, written.form
        schema = {**root.schema, "$defs": self._definitions} if self._names else root.schema
        return Lowered(schema=schema, is_strict=True, notes=tuple(self._notes), form=root.form)

    def ambiguous(self) -> frozenset[str]:
        """Where alternatives cannot be told from each other."""
        return frozenset(place for place, forms in self._choices if is_ambiguous(forms))

    def _root(self, parameters: JsonObject) -> Written:
        node = self._schemas.resolved(parameters)
        if "anyOf" in node or is_nothing(node):
            raise self._refusal("the arguments as a whole have several forms, or none")
        if types_of(node) != ("object",):
            raise self._refusal("the whole is no object")
        if not properties_of(self._schemas, node) and node.get("additionalProperties"):
            raise self._refusal("the arguments have free names")
        return self._record(node)

    def _place(self) -> str:
        return ".".join(self._path)

    def _refusal(self, reason: str) -> Inexpressible:
        return Inexpressible(f"{self._place()}: {reason}" if self._path else reason)

    def _note(self, text: str) -> None:
        self._notes[f"{self._place()}: {text}"] = None

    def _inside(self, name: str, raw: Json) -> Written:
        self._path.append(name)
        written = self._write(raw)
        self._path.pop()
        return written

    def _write(self, raw: Json) -> Written:
        self._left -= 1
        if self._left < 0 or self._depth > _MAX_DEPTH:
            raise self._refusal("the schema is too large, or nested too deeply")
        try:
            node = self._schemas.normal(raw)
        except Inexpressible as reason:
            raise self._refusal(str(reason)) from None
        self._depth += 1
        written = self._written(node)
        self._depth -= 1
        return written

    def _written(self, node: Node) -> Written:
        if is_nothing(node):
            raise self._refusal("no value is allowed")
        if "$ref" in node:
            return self._reference(node)
        if "anyOf" in node:
            return self._choice(node, node["anyOf"])
        return self._values(node) if "enum" in node else self._typed(node, types_of(node))

    def _typed(self, node: Node, types: tuple[str, ...] | None) -> Written:
        if types is None:
            return self._text(node)
        if types == ("object",):
            return self._object(node)
        if types == ("array",):
            return self._array(node)
        if "object" in types or "array" in types:
            return self._choice(node, of_one_type(node, types))
        return self._scalar(node, types)

    def _reference(self, node: Node) -> Written:
        reference = node["$ref"]
        if reference not in self._names:
            self._names[reference] = free_name(_plain_name(reference), self._names.values())
            self._pending.append((reference, self._names[reference]))
        schema = {"$ref": f"#/$defs/{self._names[reference]}"}
        text = description(self._schemas, node)
        # Nothing may stand beside a reference, so the description stands around it.
        whole = described({"anyOf": [schema]}, text) if text else schema
        return Written(whole, Link(self._forms, reference))

    def _choice(self, node: Node, branches: Sequence[Json]) -> Written:
        if self._place() in self._as_text:
            return self._text({**node, "anyOf": branches})
        possible = [raw for raw in branches if not is_nothing(self._schemas.normal(raw))]
        written = [self._write(raw) for raw in possible]
        text = description(self._schemas, remarks(node))
        if not written:
            raise self._refusal("no value is allowed")
        if len(written) == 1:
            return Written(described(written[0].schema, text), written[0].form)
        self._choices.append((self._place(), [one.form for one in written]))
        form = Choice(
            tuple(
                Branch(form=one.form, fits=self._schemas.check(raw))
                for one, raw in zip(written, possible, strict=True)
            )
        )
        return Written(described({"anyOf": [one.schema for one in written]}, text), form)

    def _values(self, node: Node) -> Written:
        values, text = known_values(node), description(self._schemas, node)
        if not all(value is None or isinstance(value, (str, int, float)) for value in values):
            texts = texts_of(values)
            return Written(described({"type": "string", "enum": [*texts]}, text), Values(texts))
        kinds: dict[str, list[Json]] = {}
        for value in values:
            kinds.setdefault(type_of(value), []).append(value)
        schemas = [_enum(name, listed) for name, listed in kinds.items()]
        schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
        return Written(described(schema, text), Same(values=tuple(values)))

    def _scalar(self, node: Node, types: tuple[str, ...]) -> Written:
        allowed = frozenset[str]().union(*(_KEPT.get(name, frozenset()) for name in types))
        kept = {key: node[key] for key in node if key in allowed and _is_easy(key, node[key])}
        schema: Node = {"type": types[0] if len(types) == 1 else list(types), **kept}
        return Written(described(schema, description(self._schemas, node, kept)), Same(types))

    def _array(self, node: Node) -> Written:
        items = node.get("items", True)
        if is_array(node.get("prefixItems")) or not self._has_shape(items):
            return self._text(node)
        written = self._inside("[]", items)
        kept = {key: node[key] for key in node if key in _KEPT["array"]}
        schema: Node = {"type": "array", "items": written.schema, **kept}
        text = description(self._schemas, node, kept)
        return Written(described(schema, text), Items(written.form))

    def _has_shape(self, raw: Json) -> bool:
        node = self._schemas.normal(raw)
        is_known = "$ref" in node or "anyOf" in node or "enum" in node
        return is_known or (types_of(node) is not None and not is_nothing(node))

    def _object(self, node: Node) -> Written:
        if properties_of(self._schemas, node):
            return self._record(node)
        patterns = node.get("patternProperties", {})
        extra = node.get("additionalProperties", not patterns)
        if extra is False and len(patterns) == 1:
            ((pattern, extra),) = patterns.items()
            return self._pairs({**node, "told": [f"Keys match {pattern}."]}, extra)
        if extra is False and not patterns:
            return self._record(node)
        if patterns or not self._has_shape(extra):
            return self._text(node)
        return self._pairs(node, extra)

    def _pairs(self, node: Node, raw: Json) -> Written:
        written = self._inside("{}", raw)
        pair: Node = {
            "type": "object",
            "properties": {"key": {"type": "string"}, "value": written.schema},
            "required": ["key", "value"],
            "additionalProperties": False,
        }
        self._note("an object of free names is asked for as a list of keys and values")
        text = description(self._schemas, node, also="An object, as a list of its keys and values.")
        return Written(described({"type": "array", "items": pair}, text), Pairs(written.form))

    def _record(self, node: Node) -> Written:
        if any(keyword in node for keyword in _CONDITIONS):
            raise self._refusal("it depends on conditions")
        properties = properties_of(self._schemas, node)
        extra = node.get("additionalProperties", False)
        if extra is not False or node.get("patternProperties"):
            raise self._refusal("other names than those of its properties are allowed")
        required = node.get("required", ())
        if not properties.keys() >= set(required):
            raise self._refusal("a property that is needed can have no value")
        fields: list[Field] = []
        schemas: dict[str, Node] = {}
        for name, raw in properties.items():
            written, is_required = self._inside(name, raw), name in required
            if not is_required:
                written = self._optional(written, raw)
            schemas[name] = written.schema
            fields.append(
                Field(
                    name=name,
                    written=name,
                    form=written.form,
                    is_required=True,
                    null_is_absence=not is_required,
                )
            )
        schema: Node = {
            "type": "object",
            "properties": schemas,
            "required": [*schemas],
            "additionalProperties": False,
        }
        text = description(self._schemas, node)
        return Written(described(schema, text), Record(tuple(fields)))

    def _optional(self, written: Written, raw: Json) -> Written:
        schema, form = _nullable(written.schema), written.form
        if isinstance(form, Text) or not self._schemas.allows_null(raw):
            return Written(schema, form)  # null as JSON text is told from nothing by its quotes
        about = schema.get("description", "")
        bare = {key: value for key, value in schema.items() if key != "description"}
        if bare != {"type": ["string", "null"]}:
            mark: Node = {"type": "string", "enum": [NULL_MARK]}
            bare = {"anyOf": [*(bare["anyOf"] if set(bare) == {"anyOf"} else [bare]), mark]}
        said = f'{about} null leaves it out; "{NULL_MARK}" sets it to null.'.lstrip()
        return Written({**bare, "description": said}, Marked(form))

    def _text(self, node: Node) -> Written:
        self._note("a value of free form is asked for as JSON text")
        return json_text(self._schemas, node, self._schemas.all_types(node))


def _enum(name: str, values: list[Json]) -> Node:
    return {"type": "null"} if name == "null" else {"type": name, "enum": values}


def _is_easy(keyword: str, value: Any) -> bool:
    """Whether strict mode takes the value of a keyword that it knows."""
    if keyword == "pattern":
        return is_easy_pattern(value)
    return keyword != "format" or value in _FORMATS


def _nullable(schema: Node) -> Node:
    """The schema, or null."""
    about = {key: schema[key] for key in ("description",) if key in schema}
    bare = {key: value for key, value in schema.items() if key not in about}
    types = bare.get("type")
    if "anyOf" in bare:
        has_null = any("null" in one.get("type", ()) for one in bare["anyOf"])
        branches = bare["anyOf"] if has_null else [*bare["anyOf"], {"type": "null"}]
        return {**about, "anyOf": branches}
    if types is None or types in ("object", "array") or "enum" in bare:
        return {**about, "anyOf": [bare, {"type": "null"}]}
    listed = [types] if isinstance(types, str) else types
    return schema if "null" in listed else {**schema, "type": [*listed, "null"]}


def _plain_name(reference: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", reference.rsplit("/", 1)[-1]) or "schema"
