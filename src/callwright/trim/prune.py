"""Definitions made smaller in steps: shorter words first, then fewer optional parameters.

What a pruned schema still says is true: it names fewer parameters, never others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, JsonObject, is_array, is_object
from callwright.core.pointer import follow
from callwright.core.tool import Tool
from callwright.core.view import ToolView, original

__all__ = ["STEPS", "shrunk"]

STEPS = (
    "descriptions shortened",
    "descriptions cut to a sentence",
    "optional parameters pruned below depth 3",
    "optional parameters pruned below depth 2",
    "optional parameters pruned below depth 1",
    "only required parameters",
)
"""What is done, in this order; each step includes those before it."""

_WORDS = (240, 90)
"""Characters that a description keeps after the first step, and after the second."""
_NOTE = "Some optional parameters are not shown."
_DEPTHS = {3: 3, 4: 2, 5: 1, 6: 0}
_SCHEMAS_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
_SCHEMA_LISTS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_SCHEMAS = frozenset(
    {"items", "additionalProperties", "unevaluatedProperties", "not", "if", "then", "else"}
    | {"contains", "propertyNames", "additionalItems", "unevaluatedItems"}
)
_SAID_IN_PASSING = frozenset({"example", "examples", "title", "externalDocs", "$comment"})
_NESTED = _SCHEMAS_BY_NAME | _SCHEMA_LISTS | {"$ref", "items", "additionalProperties"}


def shrunk(tool: Tool, step: int) -> Tool:
    """The tool as it is after so many of the `STEPS`; its calls stay those of the original.

    >>> long = Tool("get", "Get it. " * 200, {"properties": {"q": {"type": "string"}}})
    >>> len(shrunk(long, 2).description) <= 90
    True
    """
    whole = original(tool)
    if step == 0:
        return whole
    try:
        return _view(whole, step)
    except RecursionError:  # nested deeper than anybody's schema; it stays as it is
        return whole


def _view(whole: Tool, step: int) -> Tool:
    most = _WORDS[min(step, len(_WORDS)) - 1]
    schema = _shortened(whole.parameters, most)
    description = _said(whole.description, most if step > 1 else 2 * most)
    if step in _DEPTHS:
        pruned = _Pruner(schema, _DEPTHS[step]).schema()
        if pruned != schema and _is_whole(pruned):
            schema, description = pruned, f"{description}\n{_NOTE}"
    return ToolView(whole, description, schema)


def _said(text: str, most: int) -> str:
    """The beginning of a text, ended at a sentence where one ends late enough."""
    plain = text.strip()
    if len(plain) <= most:
        return plain
    head = plain[: most - 1]
    end = max(head.rfind(". "), head.rfind(".\n"), head.rfind("\n"))
    return head[: end + 1].rstrip() if end > most // 3 else f"{head.rstrip()}…"


def _shortened(schema: JsonObject, most: int) -> dict[str, Json]:
    """A schema whose descriptions are short, without what is said in passing."""
    result: dict[str, Json] = {}
    for key, value in schema.items():
        if key == "description" and isinstance(value, str):
            result[key] = _said(value, most)
        elif key not in _SAID_IN_PASSING:
            result[key] = _each(key, value, lambda child: _shortened(child, most))
    return result


def _each(key: str, value: Json, change: Callable[[JsonObject], Json]) -> Json:
    """The value of a keyword, each schema in it changed."""
    if key in _SCHEMAS_BY_NAME and is_object(value):
        return {name: change(one) if is_object(one) else one for name, one in value.items()}
    if key in _SCHEMA_LISTS and is_array(value):
        return [change(one) if is_object(one) else one for one in value]
    if key in _SCHEMAS and is_object(value):
        return change(value)
    return value


class _Pruner:
    """Drops the optional properties that are nested, below a depth; at depth 0 all optional ones.

    A definition counts from where it is first referred to.
    """

    def __init__(self, root: JsonObject, depth: int) -> None:
        self._root = root
        self._depth = depth
        defs = root.get("$defs")
        self._defs: Mapping[str, Json] = defs if is_object(defs) else {}

    def schema(self) -> dict[str, Json]:
        """The pruned schema."""
        rest = {key: value for key, value in self._root.items() if key != "$defs"}
        result = self._pruned(rest, 0)
        defs: dict[str, Json] = {}
        waiting = deque(_names_in(result, 0))
        while waiting:
            name, level = waiting.popleft()
            definition = self._defs.get(name)
            if name in defs or definition is None:
                continue
            defs[name] = self._pruned(definition, level) if is_object(definition) else definition
            waiting.extend(_names_in(defs[name], level))
        return {**result, "$defs": defs} if defs else result

    def _pruned(self, schema: JsonObject, level: int) -> dict[str, Json]:
        result: dict[str, Json] = {}
        for key, value in schema.items():
            if key == "properties" and is_object(value):
                result[key] = self._properties(schema, value, level)
            else:
                result[key] = _each(key, value, lambda child: self._pruned(child, level))
        return result

    def _properties(
        self, schema: JsonObject, properties: JsonObject, level: int
    ) -> dict[str, Json]:
        needed = _required(schema)
        kept: dict[str, Json] = {}
        for name, value in properties.items():
            if name in needed or self._stays(value, level + 1):
                kept[name] = self._pruned(value, level + 1) if is_object(value) else value
        return kept

    def _stays(self, value: Json, level: int) -> bool:
        if self._depth == 0:
            return False
        is_nested = is_object(value) and bool(_NESTED & value.keys())
        # A plain value costs little, and a level more of them is what filters are made of.
        return level < self._depth or (level <= self._depth + 1 and not is_nested)


def _required(schema: JsonObject) -> set[str]:
    """The names that a schema requires, in one of its branches at least."""
    names: set[str] = set()
    required = schema.get("required")
    if is_array(required):
        names |= {str(name) for name in required}
    for key in _SCHEMA_LISTS:
        branches = schema.get(key)
        for branch in branches if is_array(branches) else ():
            names |= _required(branch) if is_object(branch) else set()
    return names


def _names_in(schema: Json, level: int) -> Iterator[tuple[str, int]]:
    """The definitions that a schema refers to, each with the depth at which it does."""
    if is_array(schema):
        for item in schema:
            yield from _names_in(item, level)
    if not is_object(schema):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/$defs/"):
        name = reference.removeprefix("#/$defs/")
        yield name.replace("~1", "/").replace("~0", "~"), level
    for key, value in schema.items():
        yield from _names_in(value, level + (key == "properties"))


def _is_whole(schema: JsonObject) -> bool:
    """Whether every reference within the schema leads somewhere."""
    return all(_leads_somewhere(schema, reference) for reference in _references(schema))


def _references(schema: Json) -> Iterator[str]:
    if is_array(schema):
        for item in schema:
            yield from _references(item)
    if is_object(schema):
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield reference
        for value in schema.values():
            yield from _references(value)


def _leads_somewhere(schema: JsonObject, reference: str) -> bool:
    if not reference.startswith("#"):
        return True  # not ours to say
    try:
        follow(schema, reference[1:])
    except ArgumentsInvalid:
        return False
    return True
