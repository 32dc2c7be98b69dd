"""How much of a schema OpenAI's strict mode takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from callwright.core.json import JsonObject

__all__ = ["STRICT_LIMITS", "StrictLimits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictLimits:
    """What a strict schema may hold in all. Older deployments take less: 100 and 5."""

    properties: int = 5000
    levels: int = 10
    """Objects and arrays within each other; what a reference leads back to counts once."""
    letters: int = 120_000
    """Of the names of properties and definitions, and of the values of enums."""
    values: int = 1000
    long_enum: int = 250
    long_enum_letters: int = 15_000
    """What the texts of an enum with more values than `long_enum` may come to."""

    def fault(self, schema: JsonObject) -> str | None:
        """How a schema in the words of strict mode is too large; None where it is not."""
        nodes = list(_nodes(schema))
        enums = [node["enum"] for node in nodes if "enum" in node]
        definitions: Any = schema.get("$defs", {})
        names: list[str] = [name for node in nodes for name in node.get("properties", ())]
        letters = sum(map(len, [*names, *definitions]))
        letters += sum(_letters(values) for values in enums)
        measures = (
            (len(names), self.properties, "properties"),
            (_levels(schema), self.levels, "levels of nesting"),
            (letters, self.letters, "letters in names and values"),
            (sum(map(len, enums)), self.values, "values of enums"),
            (self._longest(enums), self.long_enum_letters, "letters in one enum"),
        )
        for number, most, what in measures:
            if number > most:
                return f"{number} {what}, and at most {most} are taken"
        return None

    def _longest(self, enums: list[list[Any]]) -> int:
        return max(
            (_letters(values) for values in enums if len(values) > self.long_enum), default=0
        )


STRICT_LIMITS = StrictLimits()


def _letters(values: list[Any]) -> int:
    return sum(len(str(value)) for value in values)


def _below(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from node.get("properties", {}).values()
    yield from node.get("anyOf", ())
    if "items" in node:
        yield node["items"]


def _nodes(schema: JsonObject) -> Iterator[Mapping[str, Any]]:
    definitions: Any = schema.get("$defs", {})
    waiting: list[Any] = [schema, *definitions.values()]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(_below(node))


def _levels(schema: JsonObject) -> int:
    """The longest way down, a level for each object and array."""
    definitions: Any = schema.get("$defs", {})
    known: dict[str, int] = {}

    def depth(node: Mapping[str, Any]) -> int:
        if "$ref" in node:
            name = node["$ref"].removeprefix("#/$defs/")
            if name not in known:
                known[name] = 0  # on the way: it is recursive
                known[name] = depth(definitions[name])
            return known[name]
        own = 1 if node.get("type") in ("object", "array") else 0
        return own + max(map(depth, _below(node)), default=0)

    return depth(schema)
