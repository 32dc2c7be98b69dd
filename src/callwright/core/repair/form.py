"""What a schema admits, read for guidance: its forms, and their kinds, properties and options.

Whether a value fits is not judged here. What cannot be read, or is too much, admits anything, so
that nobody is certain of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, TypeAlias
from urllib.parse import unquote

from callwright.core.json import Json, JsonObject, is_array, is_object

__all__ = ["KINDS", "Form", "Forms", "kind_of", "kinds_of"]

KINDS = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})

_MAX_FORMS = 32
_MAX_STEPS = 300
_Parts: TypeAlias = "tuple[Mapping[str, Any], ...]"
_TYPES: Mapping[object, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
}


def kind_of(value: object) -> str:
    """The JSON type of a value; nothing for what is no JSON."""
    if is_object(value):
        return "object"
    return "array" if is_array(value) else _TYPES.get(type(value), "")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to satisfy a schema: the schemas that must all hold."""

    parts: _Parts = ()

    @property
    def kinds(self) -> frozenset[str]:
        """The JSON types that are admitted."""
        return KINDS.intersection(*map(_kinds, self.parts))

    @property
    def options(self) -> tuple[Json, ...] | None:
        """The values of an enumeration; None where there is none."""
        listed = [_options(part) for part in self.parts]
        return next((options for options in listed if options is not None), None)

    @property
    def formats(self) -> frozenset[str]:
        """The formats of a text."""
        return frozenset(str(part["format"]) for part in self.parts if "format" in part)

    @property
    def properties(self) -> dict[str, Json]:
        """The schemas of an object's properties, in the order in which they stand."""
        found: dict[str, Json] = {}
        for part in self.parts:
            for name, schema in _object(part.get("properties")).items():
                found[name] = {"allOf": [found[name], schema]} if name in found else schema
        return found

    @property
    def required(self) -> tuple[str, ...]:
        """The names that an object must have."""
        names = (name for part in self.parts for name in _array(part.get("required")))
        return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))

    @property
    def is_closed(self) -> bool:
        """Whether an object can have no property but those that are named."""
        if any("patternProperties" in part for part in self.parts):
            return False
        return any(part.get(keyword) is False for part in self.parts for keyword in _CLOSING)

    @property
    def others(self) -> Json:
        """The schema of an object's properties that are not named."""
        if any("patternProperties" in part for part in self.parts):
            return True
        found = (part.get("additionalProperties") for part in self.parts)
        return next((schema for schema in found if is_object(schema)), True)

    def item(self, index: int) -> Json:
        """The schema of an array's item."""
        for part in self.parts:
            first = _array(part.get("prefixItems"))
            if index < len(first):
                schema: Json = first[index]
                return schema
            if is_object(part.get("items")):
                rest: Json = part["items"]
                return rest
        return True


_CLOSING = ("additionalProperties", "unevaluatedProperties")


def _object(value: object) -> Mapping[str, Any]:
    return value if is_object(value) else {}


def _array(value: object) -> Sequence[Any]:
    return value if is_array(value) else ()


def _options(part: Mapping[str, Any]) -> tuple[Json, ...] | None:
    if "const" in part:
        return (part["const"],)
    return tuple(part["enum"]) if is_array(part.get("enum")) else None


def _kinds(part: Mapping[str, Any]) -> frozenset[str]:
    given = part.get("type")
    names = frozenset([given] if isinstance(given, str) else map(str, _array(given)))
    kinds = names if names and names <= KINDS else KINDS
    if "number" in kinds:
        kinds |= {"integer"}
    options = _options(part)
    return kinds if options is None else kinds & {kind_of(option) for option in options}


def kinds_of(forms: Iterable[Form], *, is_free: bool = False) -> frozenset[str]:
    """The JSON types that one of the forms admits; free ones are not by enumeration alone."""
    admitted = (form.kinds for form in forms if not (is_free and form.options is not None))
    return frozenset[str]().union(*admitted)


class Forms:
    """The forms of the schemas within one document."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._known: dict[int, tuple[Json, tuple[Form, ...]]] = {}

    def of(self, schema: Json) -> tuple[Form, ...]:
        """The forms of a schema; of one that cannot be read, a form that admits anything."""
        known = self._known.get(id(schema))
        if known is None:
            forms = _Expansion(self._root).forms(schema)
            # The schema is kept as well, so that its id stays its own.
            known = self._known[id(schema)] = (schema, forms)
        return known[1]


class _Expansion:
    """One schema, taken apart into its forms."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._open: set[int] = set()
        self._steps = _MAX_STEPS

    def forms(self, schema: Json) -> tuple[Form, ...]:
        """The forms; where it takes too much to tell them, one that admits anything."""
        found = self._parts(schema)
        if self._steps < 0 or len(found) > _MAX_FORMS:
            return (Form(),)
        return tuple(map(Form, found))

    def _parts(self, schema: Json) -> list[_Parts]:
        """The forms, as many as it takes to see that there are too many."""
        if schema is False:
            return []
        self._steps -= 1
        # A schema that is met within itself adds nothing to what it asks.
        if not is_object(schema) or id(schema) in self._open or self._steps < 0:
            return [()]
        self._open.add(id(schema))
        also = [self._parts(part) for part in self._also(schema)]
        also += [self._choice(schema[name]) for name in _CHOICES if is_array(schema.get(name))]
        self._open.remove(id(schema))
        every = islice(product([(schema,)], *also), _MAX_FORMS + 1)
        return [tuple(part for parts in chosen for part in parts) for chosen in every]

    def _choice(self, branches: Iterable[Json]) -> list[_Parts]:
        found = (parts for branch in branches for parts in self._parts(branch))
        return list(islice(found, _MAX_FORMS + 1))

    def _also(self, schema: Mapping[str, Any]) -> list[Json]:
        """The schemas that must hold as well."""
        reference = schema.get("$ref")
        referred = [self._target(reference)] if isinstance(reference, str) else []
        return [*referred, *_array(schema.get("allOf"))]

    def _target(self, reference: str) -> Json:
        """What a reference within the document leads to; `True` where it leads nowhere."""
        if not reference.startswith("#/"):
            return True
        node: Any = self._root
        for step in unquote(reference[2:]).split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            if not is_object(node) or name not in node:
                return True
            node = node[name]
        found: Json = node
        return found


_CHOICES = ("anyOf", "oneOf")
