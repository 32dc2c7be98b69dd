"""Which schemas hold for the same value as another: by its `$ref`, allOf, anyOf and oneOf."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, TypeAlias

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.document import Document
from callwright.openapi.schema.discriminator import kinds_of_base

__all__ = ["IN_PLACE", "Lineage"]

_Part: TypeAlias = "str | Mapping[str, Any]"
"""A reference, or a schema that stands within another."""

IN_PLACE = ("allOf", "anyOf", "oneOf")


class Lineage:
    """Follows the schemas of a document in place; remembers what it found.

    In many documents a base schema lists its kinds in `oneOf`, and each of these has the base in
    its `allOf`. Taken by the letter no value could ever be checked against one of them.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._all: dict[str, frozenset[str]] = {}
        self._inherited: dict[str, frozenset[str]] = {}

    def leads_to(self, reference: str, end: str) -> bool:
        """Whether what stands at a reference has another schema as a part, however far away."""
        return end in self._parts_of(reference)

    def inherits(self, reference: str, end: str) -> bool:
        """Whether it has it as a part by nothing but references and `allOf`."""
        if reference not in self._inherited:
            self._inherited[reference] = frozenset(self._follow(reference, _inherited_parts))
        return end in self._inherited[reference]

    def _parts_of(self, reference: str) -> frozenset[str]:
        if reference not in self._all:
            self._all[reference] = frozenset(self._follow(reference, _parts))
        return self._all[reference]

    def decides(self, reference: str, name: str) -> bool:
        """Whether what stands at a reference, or a part of it, names values of a property."""
        references = (reference, *self._parts_of(reference))
        return any(self._names_values(self._target(part), name) for part in references)

    def _names_values(self, node: object, name: str) -> bool:
        return any(
            is_object(decisive) and ("const" in decisive or "enum" in decisive)
            for part in self._own_parts(node)
            if is_object(properties := part.get("properties"))
            and (decisive := properties.get(name)) is not None
        )

    def _own_parts(self, node: object) -> Iterator[Mapping[str, Any]]:
        """A schema and those of its parts that stand within it."""
        waiting = [node]
        while waiting:
            part = waiting.pop()
            if is_object(part):
                yield part
                waiting.extend(inner for inner in _parts(part) if not isinstance(inner, str))

    def _follow(self, reference: str, parts: Callable[[object], Iterator[_Part]]) -> set[str]:
        seen: set[str] = set()
        waiting: list[object] = [self._target(reference)]
        while waiting:
            for part in parts(waiting.pop()):
                if isinstance(part, str) and part not in seen:
                    seen.add(part)
                    waiting.append(self._target(part))
                elif not isinstance(part, str):
                    waiting.append(part)
        return seen

    def _target(self, reference: str) -> object:
        try:
            return self._document.find(reference)
        except SpecInvalid:
            return None


def _parts(node: object) -> Iterator[_Part]:
    """The reference and the parts of a schema, and its kinds."""
    if is_object(node):
        yield from _inherited_parts(node)
        yield from kinds_of_base(node)
        yield from chain(_listed(node, "anyOf"), _listed(node, "oneOf"))


def _inherited_parts(node: object) -> Iterator[_Part]:
    """What holds in any case: the reference and `allOf`."""
    if is_object(node):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference
        yield from _listed(node, "allOf")


def _listed(node: Mapping[str, Any], keyword: str) -> Iterator[Mapping[str, Any]]:
    listed = node.get(keyword)
    yield from (part for part in (listed if is_array(listed) else ()) if is_object(part))
