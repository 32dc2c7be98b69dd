"""The places of a tool's parameters that the offline model can fill, with what may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from callwright.core.json import Json, JsonObject, is_array, is_object
from callwright.core.text.words import split_words
from callwright.core.tool import Tool
from callwright.models.offline.language import ID_WORDS, concept

__all__ = ["Slot", "coerce", "kind_of", "read_slots", "resolved", "tool_nouns", "with_values"]

_MAX_DEPTH = 4
_MAX_REFERENCES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One value that a tool takes; a body's fields are slots of their own."""

    path: tuple[str, ...]
    description: str = ""
    kind: str = "string"
    """The JSON type; of an array, `items` has the type of its items."""
    items: str = ""
    format: str = ""
    choices: tuple[Json, ...] = ()
    """The values of an enum, of an array's items as well."""
    bounds: tuple[float, float] = (float("-inf"), float("inf"))
    is_required: bool = False
    nouns: frozenset[str] = field(default_factory=frozenset[str])
    """The concepts of what the tool is about; a bare `id` is the number of such a thing."""

    @property
    def name(self) -> str:
        """The name of the parameter or field itself."""
        return self.path[-1]

    @property
    def words(self) -> frozenset[str]:
        """The concepts of the name; of a bare `id`, those of the thing as well."""
        own = frozenset(concept(word) for word in split_words(self.name))
        return own | self.nouns if own <= ID_WORDS else own

    @property
    def thing(self) -> frozenset[str]:
        """The concepts of the thing that an identifier points to; empty for other values."""
        words = split_words(self.name)
        if not words or words[-1] not in ID_WORDS or self.kind not in ("integer", "string"):
            return frozenset()
        return frozenset(concept(word) for word in words if word not in ID_WORDS) or self.nouns


def read_slots(tool: Tool) -> tuple[Slot, ...]:
    """Read the slots off a tool's parameters, in their order.

    >>> schema = {"type": "object", "properties": {"page": {"type": "integer"}}}
    >>> [(slot.name, slot.kind) for slot in read_slots(Tool("list_pets", "", schema))]
    [('page', 'integer')]
    """
    root = tool.parameters
    return tuple(_walk(root, root, (), tool_nouns(tool), is_needed=True))


def _walk(
    schema: JsonObject,
    root: JsonObject,
    path: tuple[str, ...],
    nouns: frozenset[str],
    *,
    is_needed: bool,
) -> Iterator[Slot]:
    properties: Any = schema.get("properties")
    required: Any = schema.get("required")
    names = list(required) if is_array(required) else []
    for name, given in (dict(properties) if is_object(properties) else {}).items():
        inner = resolved(given, root)
        needed = is_needed and name in names
        here = (*path, str(name))
        if inner.get("readOnly") is True:
            continue
        if is_object(inner.get("properties")) and len(here) < _MAX_DEPTH:
            yield from _walk(inner, root, here, nouns, is_needed=needed)
        else:
            yield _slot(inner, root, here, nouns, is_needed=needed)


def _slot(
    schema: JsonObject,
    root: JsonObject,
    path: tuple[str, ...],
    nouns: frozenset[str],
    *,
    is_needed: bool,
) -> Slot:
    kind = kind_of(schema)
    items = resolved(schema.get("items") if kind == "array" else None, root)
    choices = (items or schema).get("enum")
    return Slot(
        path=path,
        description=str(schema.get("description") or ""),
        kind=kind,
        items=kind_of(items) if kind == "array" else "",
        format=str((items or schema).get("format") or ""),
        choices=tuple(item for item in choices if isinstance(item, (str, int, float)))
        if is_array(choices)
        else (),
        bounds=(_bound(schema, "minimum", "-inf"), _bound(schema, "maximum", "inf")),
        is_required=is_needed,
        nouns=nouns,
    )


def _bound(schema: JsonObject, keyword: str, otherwise: str) -> float:
    value = schema.get(keyword)
    return float(value if isinstance(value, (int, float)) else otherwise)


def kind_of(schema: JsonObject) -> str:
    """The JSON type that a schema asks for; text when it does not say."""
    given = schema.get("type")
    kinds = list(given) if is_array(given) else [given]
    known = [str(kind) for kind in kinds if kind not in (None, "null")]
    if known:
        return known[0]
    return "object" if "properties" in schema else "string"


def resolved(schema: object, root: JsonObject) -> Mapping[str, Any]:
    """A schema with its reference followed, and with the first form of those it may have."""
    found = dict(schema) if is_object(schema) else {}
    for _ in range(_MAX_REFERENCES):
        if "$ref" in found:
            target = _pointed(str(found.pop("$ref")), root)
            found = {**target, **found}
        elif any(is_array(found.get(word)) for word in ("anyOf", "oneOf", "allOf")):
            found = _merged(found)
        else:
            break
    return found


def _merged(schema: Mapping[str, Any]) -> dict[str, Any]:
    own = {key: schema[key] for key in schema if key not in ("anyOf", "oneOf", "allOf")}
    result: dict[str, Any] = {}
    for part in schema.get("allOf") or ():
        result |= part if is_object(part) else {}
    forms = [*(schema.get("anyOf") or ()), *(schema.get("oneOf") or ())]
    usable = [form for form in forms if is_object(form) and form.get("type") != "null"]
    return {**result, **(usable[0] if usable else {}), **own}


def _pointed(reference: str, root: JsonObject) -> Mapping[str, Any]:
    place: object = root
    for token in reference.removeprefix("#").strip("/").split("/"):
        if not is_object(place):
            return {}
        place = place.get(token.replace("~1", "/").replace("~0", "~"))
    return place if is_object(place) else {}


_VERB_WORDS = frozenset(
    "get list find search fetch show read create add update remove delete set put post patch by "
    "for with in of from and to or the all view upsert insert edit do id".split()
)


def tool_nouns(tool: Tool) -> frozenset[str]:
    """The concepts of what a tool is about: by its path if it has one, else by its name."""
    operation = tool.operation
    parts = [part for part in (operation.path if operation else "").split("/") if part]
    for index, part in enumerate(parts):
        if "{" in part and index and "{" not in parts[index - 1]:
            last = [x for x in parts[: index + 1] if "{" not in x][-1]
            return frozenset(concept(word) for word in split_words(last))
    words = [word for word in split_words(tool.name) if word not in _VERB_WORDS]
    return frozenset(concept(word) for word in words)


_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_INTEGER = re.compile(r"[-+]?\d+")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


def coerce(
    text: str, kind: str, bounds: tuple[float, float] = (float("-inf"), float("inf"))
) -> Json:
    """Read a text as a JSON type, or return None when it is none such.

    >>> coerce("7", "integer"), coerce("7", "string"), coerce("seven", "integer")
    (7, '7', None)
    """
    if kind == "boolean":
        return _TRUTHS.get(text.lower())
    if kind in ("integer", "number"):
        pattern = _INTEGER if kind == "integer" else _NUMBER
        if not pattern.fullmatch(text):
            return None
        value = int(text) if _INTEGER.fullmatch(text) else float(text)
        return value if bounds[0] <= value <= bounds[1] else None
    return text if kind == "string" and text else None


def with_values(values: Mapping[Slot, Json]) -> dict[str, Json]:
    """The arguments that hold each value at its slot's path."""
    result: dict[str, Any] = {}
    for slot, value in values.items():
        place = result
        for name in slot.path[:-1]:
            place = place.setdefault(name, {})
        place[slot.name] = value
    return result
