"""A JSON Schema in one normal form, node by node, so that dialects have few cases to know.

A normal node is a bare reference, a bare choice (`anyOf`), or plain: no `allOf`, `oneOf` or
`const`, and its `type` is a list. What it holds is not yet in normal form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object
from callwright.core.schema_check import ArgumentCheck
from callwright.models.dialect.form import type_of
from callwright.models.dialect.lowered import Inexpressible
from callwright.models.dialect.merge import (
    ANNOTATIONS,
    NOTHING,
    TOLD,
    Node,
    constraints,
    is_nothing,
    meet,
    remarks,
)

__all__ = ["Schemas", "known_values", "types_of"]

_MAX_DEPTH = 40
_MAX_COMPOSED_HERE = 2_000
"""How many schemas one node may be made of; parts that double at each level reach it soon."""
_MAX_COMPOSED = 50_000
"""How many all nodes of a tool may be made of."""
_RESTRICTIONS = frozenset({"required", "not", "minProperties", "maxProperties", *ANNOTATIONS})
_COMPOSED = frozenset({"$ref", "allOf", "anyOf", "oneOf", "const", "$defs", "definitions"})
_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")


class Schemas:
    """The schemas of one tool, which may refer to each other."""

    def __init__(self, root: JsonObject) -> None:
        self.root = root
        self._depth = 0
        self._types: dict[str, tuple[str, ...] | None] = {}
        self._left = _MAX_COMPOSED
        self._left_here = _MAX_COMPOSED_HERE

    def normal(self, raw: Json) -> Node:
        """A schema in normal form.

        Raises:
            Inexpressible: it is made of too many others.
        """
        if raw is False:
            return NOTHING
        if not is_object(raw):
            return {}
        if self._depth == 0:
            self._left_here = _MAX_COMPOSED_HERE
        self._left, self._left_here = self._left - 1, self._left_here - 1
        self._depth += 1
        try:
            if self._depth > _MAX_DEPTH or min(self._left, self._left_here) < 0:
                raise Inexpressible("it is made of too many other schemas")
            return self._composed(raw)
        finally:
            self._depth -= 1

    def resolved(self, raw: Json) -> Node:
        """A schema in normal form, and what it refers to in place of a reference."""
        node, seen = self.normal(raw), set[str]()
        while "$ref" in node:
            reference = node["$ref"]
            if reference in seen:
                return {}
            seen.add(reference)
            node = {**self.normal(self.find(reference)), **remarks(node)}
        return node

    def find(self, reference: str) -> Json:
        """What stands at the end of a chain of bare references; anything where there is none."""
        seen: set[str] = set()
        while reference not in seen:
            seen.add(reference)
            target = _at(self.root, reference)
            following = target.get("$ref") if is_object(target) and len(target) == 1 else None
            if not isinstance(following, str):
                return target
            reference = following
        return True

    def allows_null(self, raw: Json) -> bool:
        """Whether null satisfies a schema."""
        types = self.all_types(raw)
        return types is None or "null" in types

    def all_types(self, raw: Json) -> tuple[str, ...] | None:
        """The types of all alternatives of a schema; None where it may be anything."""
        node = self.normal(raw)
        if "$ref" in node:
            return self._types_behind(node["$ref"])
        if "anyOf" not in node:
            return () if is_nothing(node) else types_of(node)
        found = [self.all_types(branch) for branch in node["anyOf"]]
        if any(types is None for types in found):
            return None
        return tuple(dict.fromkeys(name for types in found for name in types or ()))

    def _types_behind(self, reference: str) -> tuple[str, ...] | None:
        if reference not in self._types:
            self._types[reference] = ()  # on the way: a circle adds none
            self._types[reference] = self.all_types(self.find(reference))
        return self._types[reference]

    def check(self, raw: Json) -> Callable[[Json], bool]:
        """A check whether values satisfy a schema, which is made when first asked."""
        definitions = {key: self.root[key] for key in ("$defs", "definitions") if key in self.root}

        @lru_cache(maxsize=1)
        def made() -> ArgumentCheck:
            return ArgumentCheck({**definitions, "allOf": [raw]})

        return lambda value: not made().faults(value)

    def _composed(self, raw: Mapping[str, Any]) -> Node:
        own = _plain(raw)
        node = constraints(own)
        for part in _parts(raw):
            node = self._meet(node, self._part(part))
        about = remarks(own)
        if TOLD in node and TOLD in about:
            about[TOLD] = [*about[TOLD], *node[TOLD]]
        return node if is_nothing(node) else {**node, **about}

    def _part(self, part: Json) -> Node:
        """A part of a composition; a reference, a choice, or plain."""
        if is_object(part) and isinstance(reference := part.get("$ref"), str) and len(part) == 1:
            target = self.find(reference)
            return {} if target in (True, {}) else NOTHING if target is False else dict(part)
        if is_object(part) and set(part) == {"anyOf"}:
            return self._group(part["anyOf"])
        return self.normal(part)

    def _group(self, branches: Any) -> Node:
        """Alternatives; those that only say which names are needed become a sentence."""
        if all(is_object(branch) and branch.keys() <= _RESTRICTIONS for branch in branches):
            needed = [" and ".join(branch.get("required", ())) for branch in branches]
            listed = "; or ".join(filter(None, needed))
            return {TOLD: [f"Give {listed}."]} if listed else {}
        return self.normal(branches[0]) if len(branches) == 1 else {"anyOf": list(branches)}

    def _meet(self, one: Node, other: Node) -> Node:
        if not constraints(one) or not constraints(other):
            return meet(one, other)
        if "$ref" in one:
            return self._meet(self._opened(one), other)
        if "$ref" in other:
            return self._meet(one, self._opened(other))
        if "anyOf" in one or "anyOf" in other:
            return _distributed(one, other)
        return meet(one, other)

    def _opened(self, node: Node) -> Node:
        """What a reference leads to."""
        self._depth += 1
        try:
            if self._depth > _MAX_DEPTH:
                raise Inexpressible("it is made of itself")
            return self.resolved(node)
        finally:
            self._depth -= 1


def _parts(raw: Mapping[str, Any]) -> list[Json]:
    parts: list[Json] = []
    if isinstance(raw.get("$ref"), str):
        parts.append({"$ref": raw["$ref"]})
    listed = raw.get("allOf")
    parts.extend(listed if is_array(listed) else ())
    # That `oneOf` is exclusive is left to the check of the arguments.
    groups = [raw[keyword] for keyword in ("anyOf", "oneOf") if is_array(raw.get(keyword))]
    parts.extend({"anyOf": group} for group in groups if group)
    return parts


def _distributed(one: Node, other: Node) -> Node:
    """A choice and what holds beside it as one choice: each branch holds it too."""
    chosen, beside = (one, other) if "anyOf" in one else (other, one)
    about = meet(remarks(one), remarks(other))
    held = constraints(beside)
    return {**about, "anyOf": [{"allOf": [held, branch]} for branch in chosen["anyOf"]]}


def _plain(raw: Mapping[str, Any]) -> Node:
    node = {
        key: value
        for key, value in raw.items()
        if key not in _COMPOSED and _IS_SOUND.get(key, _is_anything)(value)
    }
    if "const" in raw:
        node = meet(node, {"enum": [raw["const"]]})
    if "type" in node:
        given = [node["type"]] if isinstance(node["type"], str) else node["type"]
        node["type"] = [name for name in given if name in _TYPES] if is_array(given) else []
        if not node["type"]:
            del node["type"]
    return node


def _is_anything(_value: object) -> bool:
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_names(value: object) -> bool:
    return is_array(value) and all(isinstance(name, str) for name in value)


_IS_SOUND: Mapping[str, Callable[[object], bool]] = {
    TOLD: _is_names,
    "required": _is_names,
    "enum": lambda value: is_array(value) and len(value) > 0,
    **dict.fromkeys(("properties", "patternProperties", "dependentRequired"), is_object),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _is_number),
    **dict.fromkeys(("minProperties", "maxProperties", "multipleOf"), _is_number),
    **dict.fromkeys(("pattern", "format"), lambda value: isinstance(value, str)),
}
"""Keywords of tools that people wrote by hand may hold anything; what is unsound says nothing."""

_BELONGS: Mapping[str, str] = {
    **dict.fromkeys(("properties", "additionalProperties", "patternProperties"), "object"),
    **dict.fromkeys(("items", "prefixItems"), "array"),
    **dict.fromkeys(("pattern", "minLength", "maxLength", "contentEncoding"), "string"),
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), "number"),
}
"""The type that authors mean who use a keyword and leave out the type."""


def types_of(node: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The types of a plain node; None where it may be anything."""
    if "enum" in node:
        return tuple(dict.fromkeys(map(type_of, node["enum"])))
    if "type" in node:
        named = node["type"]
        return tuple(name for name in named if name != "integer" or "number" not in named)
    meant = dict.fromkeys(_BELONGS[keyword] for keyword in node if keyword in _BELONGS)
    return tuple(meant) if len(meant) == 1 else None


def known_values(node: Mapping[str, Any]) -> list[Json]:
    """The values of an `enum`, each once."""
    return list({dump_json(value): value for value in node["enum"]}.values())


def _at(root: Json, reference: str) -> Json:
    """What a pointer within the schema points at; anything where it leads nowhere."""
    if reference != "#" and not reference.startswith("#/"):
        return True
    node: Any = root
    for part in reference[1:].split("/")[1:]:
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if is_object(node) and key in node:
            node = node[key]
        elif is_array(node) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            return True
    found: Json = node
    return found
