"""Gemini's part of OpenAPI's schemas: nothing refers, every node has one type or is a choice.

References are written out as deep as the whole stays within a budget of bytes; what is deeper, or
has no words here, becomes JSON text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from callwright.core.json import Json, JsonObject, dump_json, is_array
from callwright.models.dialect.ambiguity import is_ambiguous
from callwright.models.dialect.form import Form, Nullable, Same, Values
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
    whole_text,
)

__all__ = ["lower_for_gemini"]

_BUDGET = 40_000
"""Bytes of a schema, some 10,000 tokens; what references repeat has to fit in it, too."""
_MAX_LEVELS = 8

_KEPT: Mapping[str, frozenset[str]] = {
    "string": frozenset({"minLength", "maxLength", "pattern"}),
    "array": frozenset({"minItems", "maxItems"}),
    **dict.fromkeys(("number", "integer"), frozenset({"minimum", "maximum"})),
}
_FORMATS: Mapping[str, frozenset[str]] = {
    "string": frozenset({"date-time"}),
    "number": frozenset({"float", "double"}),
    "integer": frozenset({"int32", "int64"}),
}


class _TooLarge(Exception):
    """Ends an attempt that has left the budget."""


def lower_for_gemini(parameters: JsonObject) -> Lowered:
    """The parameters as Gemini takes them, as deep as the budget allows."""
    for levels in range(_MAX_LEVELS, 0, -1):
        # The first level holds what the author has put there, be it more than the budget.
        budget = _BUDGET if levels > 1 else 10 * _BUDGET
        try:
            return _Writer(Schemas(parameters), levels, budget).whole(parameters)
        except _TooLarge:
            continue
        except Inexpressible:
            break
    return whole_text(Schemas(parameters), parameters)


class _Writer:
    """One attempt to write the schemas of a tool, so many levels deep."""

    def __init__(self, schemas: Schemas, levels: int, budget: int) -> None:
        self._schemas = schemas
        self._levels = levels
        self._budget = budget
        self._spent = 0
        self._via: list[str] = []
        self._path: list[str] = []
        self._notes: dict[str, None] = {}

    def whole(self, parameters: JsonObject) -> Lowered:
        """The parameters.

        Raises:
            Inexpressible: they have no properties by name.
        """
        node = self._schemas.resolved(parameters)
        is_open = node.get("additionalProperties") or node.get("patternProperties")
        if "anyOf" in node or is_nothing(node):
            raise Inexpressible("the arguments as a whole have several forms, or none")
        if is_open and not properties_of(self._schemas, node):
            raise Inexpressible("the arguments have free names")
        root = self._record(node)
        return Lowered(schema=root.schema, notes=tuple(self._notes), form=root.form)

    def _note(self, text: str) -> None:
        self._notes[f"{'.'.join(self._path)}: {text}"] = None

    def _inside(self, name: str, raw: Json) -> Written:
        self._path.append(name)
        written = self._write(raw)
        self._path.pop()
        return written

    def _write(self, raw: Json) -> Written:
        try:
            node = self._schemas.normal(raw)
            written = self._reference(node) if "$ref" in node else self._written(node)
        except Inexpressible:
            written = self._text({})
        return written

    def _spend(self, written: Written) -> Written:
        """Count what a node without its parts comes to."""
        own = {key: value for key, value in written.schema.items() if key not in _PARTS}
        self._spent += len(dump_json(own).encode(errors="replace"))
        if self._spent > self._budget:
            raise _TooLarge
        return written

    def _reference(self, node: Node) -> Written:
        reference = node["$ref"]
        target = {**self._schemas.resolved(node), **remarks(node)}
        if reference in self._via or len(self._via) > self._levels:
            return self._text(target)
        self._via.append(reference)
        try:
            return self._written(target)
        finally:
            self._via.pop()

    def _written(self, node: Node) -> Written:
        if is_nothing(node):
            raise Inexpressible("no value is allowed")
        if "anyOf" in node:
            return self._choice(node, node["anyOf"])
        if "enum" in node:
            return self._values(node)
        types = types_of(node)
        if types is None:
            return self._text(node)
        if len(types) != 1:
            return self._choice(node, of_one_type(node, types))
        name = types[0]
        ways = {"object": self._object, "array": self._array, "null": self._null}
        return ways[name](node) if name in ways else self._scalar(node, name)

    def _choice(self, node: Node, branches: Sequence[Json]) -> Written:
        """Nothing may stand beside `anyOf`, so its first branch says what is said of the whole."""
        has_null = any(self._schemas.allows_null(raw) for raw in branches)
        possible = [raw for raw in branches if not self._is_null(raw)]
        written = [self._write(raw) for raw in possible]
        text = description(self._schemas, remarks(node))
        if not written:
            return self._null(node)
        if len(written) == 1:
            result = Written(_headed(written[0].schema, text), written[0].form)
        elif is_ambiguous(one.form for one in written):
            return self._text({**node, "anyOf": branches})
        else:
            flat = [part for one in written for part in one.schema.get("anyOf", [one.schema])]
            form = Choice(
                tuple(
                    Branch(form=one.form, fits=self._schemas.check(raw))
                    for one, raw in zip(written, possible, strict=True)
                )
            )
            result = Written(_headed({"anyOf": flat}, text), form)
        return _nullable(result) if has_null else result

    def _is_null(self, raw: Json) -> bool:
        """Whether a branch allows nothing, or nothing but null."""
        node = self._schemas.normal(raw)
        return is_nothing(node) or types_of(node) == ("null",)

    def _values(self, node: Node) -> Written:
        values = known_values(node)
        texts = texts_of([value for value in values if value is not None])
        if not texts:
            return self._null(node)
        schema: Node = {"type": "string", "enum": [*texts]}
        form: Form = Same(values=(*texts,))
        if any(value != text for text, value in texts.items()):
            self._note("values that are no text are asked for as text")
            form = Values(texts)
        result = Written(described(schema, description(self._schemas, node)), form)
        return self._spend(_nullable(result) if None in values else result)

    def _null(self, node: Node) -> Written:
        return self._text({"type": ["null"], **remarks(node)})

    def _scalar(self, node: Node, name: str) -> Written:
        allowed = _KEPT.get(name, frozenset())
        kept = {key: node[key] for key in node if key in allowed}
        if "pattern" in kept and not is_easy_pattern(kept["pattern"]):
            del kept["pattern"]
        if node.get("format") in _FORMATS.get(name, ()):
            kept["format"] = node["format"]
        schema: Node = {"type": name, **kept}
        text = description(self._schemas, node, kept)
        return self._spend(Written(described(schema, text), Same((name,))))

    def _array(self, node: Node) -> Written:
        items = node.get("items", True)
        if is_array(node.get("prefixItems")) or not self._may_go_deeper(items):
            return self._text(node)
        written = self._inside("[]", items)
        kept = {key: node[key] for key in node if key in _KEPT["array"]}
        schema: Node = {"type": "array", "items": written.schema, **kept}
        text = description(self._schemas, node, kept)
        return self._spend(Written(described(schema, text), Items(written.form)))

    def _may_go_deeper(self, raw: Json) -> bool:
        node = self._schemas.normal(raw)
        is_known = "$ref" in node or "anyOf" in node or "enum" in node or types_of(node) is not None
        return is_known and not is_nothing(node) and len(self._path) < self._levels

    def _object(self, node: Node) -> Written:
        if len(self._path) >= self._levels or "if" in node or "dependentSchemas" in node:
            return self._text(node)
        extra = node.get("additionalProperties", False)
        is_mixed = extra not in (True, False, {}) or node.get("patternProperties")
        if properties_of(self._schemas, node) and not is_mixed:
            return self._record(node)
        if not node.get("properties") and extra and not node.get("patternProperties"):
            return self._pairs(node, extra) if self._may_go_deeper(extra) else self._free(node)
        return self._free(node)

    def _free(self, node: Node) -> Written:
        return self._text(node)

    def _pairs(self, node: Node, raw: Json) -> Written:
        written = self._inside("{}", raw)
        pair: Node = {
            "type": "object",
            "properties": {"key": {"type": "string"}, "value": written.schema},
            "required": ["key", "value"],
        }
        self._note("an object of free names is asked for as a list of keys and values")
        text = description(self._schemas, node, also="An object, as a list of its keys and values.")
        schema = described({"type": "array", "items": pair}, text)
        return self._spend(Written(schema, Pairs(written.form)))

    def _record(self, node: Node) -> Written:
        properties = properties_of(self._schemas, node)
        names = _names(properties)
        if node.get("additionalProperties"):
            self._note("names other than those of its properties cannot be given")
        required = [name for name in node.get("required", ()) if name in names]
        fields: list[Field] = []
        schemas: dict[str, Node] = {}
        for name, raw in properties.items():
            written = self._inside(name, raw)
            schemas[names[name]] = written.schema
            fields.append(
                Field(
                    name=name,
                    written=names[name],
                    form=written.form,
                    is_required=name in required,
                )
            )
        schema: Node = {"type": "object", "properties": schemas}
        if required:
            schema["required"] = [names[name] for name in required]
        result = Written(described(schema, description(self._schemas, node)), Record(tuple(fields)))
        self._spent += sum(len(name.encode(errors="replace")) + 6 for name in names.values())
        return self._spend(result)

    def _text(self, node: Node) -> Written:
        self._note("a value of free form, or too deep, is asked for as JSON text")
        return self._spend(json_text(self._schemas, node, self._schemas.all_types(node)))


_PARTS = frozenset({"properties", "items", "anyOf"})


def _headed(schema: Node, text: str) -> Node:
    if "anyOf" not in schema:
        return _with_text(schema, text)
    first, *others = schema["anyOf"]
    return {"anyOf": [_with_text(first, text), *others]}


def _with_text(schema: Node, text: str) -> Node:
    own = schema.get("description", "")
    return described(schema, f"{text} {own}".strip() if text != own else text)


def _nullable(written: Written) -> Written:
    schema = written.schema
    if "anyOf" in schema:
        first, *others = schema["anyOf"]
        return Written({"anyOf": [{**first, "nullable": True}, *others]}, Nullable(written.form))
    return Written({**schema, "nullable": True}, Nullable(written.form))


def _names(given: Collection[str]) -> dict[str, str]:
    """A name that Gemini takes for each property: its own where it can be."""
    names = {name: name for name in given if _NAME.fullmatch(name)}
    for name in given:
        if name in names:
            continue
        stem = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
        stem = f"_{stem}" if not stem or stem[0].isdigit() else stem
        alias, number = stem[:64], 1
        while alias in names.values():
            number += 1
            alias = f"{stem[: 62 - len(str(number))]}_{number}"
        names[name] = alias
    return names


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
