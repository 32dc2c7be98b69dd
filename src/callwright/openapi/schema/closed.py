"""Objects that are closed to names which the rest of their schema describes, and so to every value.

JSON Schema's `additionalProperties` knows only the properties that stand beside it, not those of
`allOf` and of alternatives. Documents that write `false` there, such as NSwag's for a class and for
its base, mean the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.document import Document
from callwright.openapi.schema.discriminator import kinds_of_base
from callwright.openapi.schema.lineage import IN_PLACE

__all__ = ["Closings", "Shut"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """What of a schema is closed to names that the rest of it describes."""

    is_whole: bool = False
    """Whether the schema itself is, by what stands beside its parts."""
    parts: frozenset[tuple[str, int]] = frozenset()
    """The parts that are, by keyword and index."""


_NOTHING = Shut()


@dataclass(frozen=True, slots=True)
class _Told:
    """What a schema says of its object, its parts included."""

    names: frozenset[str]
    is_closed: bool


class Closings:
    """Finds out what is shut in the schemas of a document; remembers what references lead to."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[str, _Told] = {}

    def shut(self, raw: Mapping[str, Any]) -> Shut:
        """What of a schema shuts out names that the rest of it describes."""
        if not any(keyword in raw for keyword in _ALL):
            return _NOTHING
        parts = {keyword: [self._told(part) for part in _listed(raw, keyword)] for keyword in _ALL}
        is_closed = raw.get("additionalProperties") is False
        if not is_closed and not any(one.is_closed for told in parts.values() for one in told):
            return _NOTHING
        own = _names(raw)
        return Shut(
            is_whole=is_closed and bool(_together(parts.values()) - own),
            parts=frozenset(
                (keyword, index)
                for keyword, told in parts.items()
                for index, one in enumerate(told)
                if one.is_closed and not one.names >= own | _beside(parts, keyword, index)
            ),
        )

    def is_closed(self, reference: str) -> bool:
        """Whether a schema, or a part of it, lets in no names but its own."""
        return self._told({"$ref": reference}).is_closed

    def _told(self, node: object) -> _Told:
        reference = node.get("$ref") if is_object(node) else None
        if not isinstance(reference, str):
            return self._walked(node)
        if reference not in self._known:
            self._known[reference] = self._walked(node)
        return self._known[reference]

    def _walked(self, node: object) -> _Told:
        names: set[str] = set()
        is_closed = False
        seen: set[str] = set()
        met: dict[int, object] = {}  # parts may be shared: twenty levels of eight have 8^20 ways
        waiting = [node]
        while waiting:
            schema = waiting.pop()
            if not is_object(schema) or id(schema) in met:
                continue
            met[id(schema)] = schema
            names |= _names(schema)
            is_closed = is_closed or schema.get("additionalProperties") is False
            waiting += [part for keyword in IN_PLACE for part in _listed(schema, keyword)]
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                waiting.append(self._target(reference))
        return _Told(frozenset(names), is_closed)

    def _target(self, reference: str) -> object:
        try:
            return self._document.find(reference)
        except SpecInvalid:
            return None


_ALL = ("$ref", *IN_PLACE, "discriminator")


def _listed(raw: Mapping[str, Any], keyword: str) -> Sequence[object]:
    if keyword == "$ref":
        return [{"$ref": raw["$ref"]}] if isinstance(raw.get("$ref"), str) else ()
    if keyword == "discriminator":
        return [{"$ref": reference} for reference in kinds_of_base(raw)]
    listed = raw.get(keyword)
    return listed if is_array(listed) else ()


def _names(schema: Mapping[str, Any]) -> frozenset[str]:
    properties = schema.get("properties")
    return frozenset(properties) if is_object(properties) else frozenset()


def _beside(parts: Mapping[str, Sequence[_Told]], keyword: str, index: int) -> frozenset[str]:
    """The names that hold for the same value as a part: of alternatives the others do not."""
    others = [told for name, told in parts.items() if name != keyword]
    if keyword == "allOf":
        others.append([one for place, one in enumerate(parts[keyword]) if place != index])
    return _together(others)


def _together(groups: Iterable[Sequence[_Told]]) -> frozenset[str]:
    names = (name for told in groups for one in told for name in one.names)
    return frozenset(names)
