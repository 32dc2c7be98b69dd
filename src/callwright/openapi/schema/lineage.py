"""Which schemas hold for the same value as another: by its `$ref`, allOf, anyOf and oneOf."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, Literal, TypeAlias

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.document import Document
from callwright.openapi.schema.circle import Circles
from callwright.openapi.schema.discriminator import kinds_of_base

__all__ = ["CONDITIONS", "IN_PLACE", "Kinship", "Lineage"]

_Part: TypeAlias = "str | Mapping[str, Any]"
"""A reference, or a schema that stands within another."""

_Parts: TypeAlias = "Callable[[object], Iterator[_Part]]"

Kinship: TypeAlias = Literal["none", "kind", "mutual"]
"""Of a part and the whole: the whole is one of its kinds, or each is a part of the other alike."""

IN_PLACE = ("allOf", "anyOf", "oneOf")
CONDITIONS = ("not", "if", "then", "else")


class Lineage:
    """Follows the schemas of a document in place; remembers what it found.

    In many documents a base schema lists its kinds in `oneOf`, and each of these has the base in
    its `allOf`. Taken by the letter no value could ever be checked against one of them.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._in_place = Circles(lambda reference: self._led_to(reference, _parts_and_conditions))
        self._alternatives = Circles(lambda reference: self._led_to(reference, _alternatives))
        self._inherited = Circles(lambda reference: self._led_to(reference, _inherited_parts))

    def kinship(self, part: str, whole: str, *, is_all: bool) -> Kinship:
        """Whether a part of a schema has that schema as a part in its turn, however far away.

        `is_all` tells whether it stands in `allOf` or in alternatives.
        """
        if not self._in_place.are_one(part, whole):
            return "none"
        likewise = self._inherited if is_all else self._alternatives
        return "mutual" if likewise.are_one(part, whole) else "kind"

    def decides(self, reference: str, name: str, base: str) -> bool:
        """Whether what stands at a reference, or a part of it, names values of a property.

        `base` has the schema as one of its kinds. What it says, and its other kinds, do not count.
        """
        seen = {base, reference}
        waiting = [reference]
        while waiting:
            node = self._target(waiting.pop())
            if self._names_values(node, name):
                return True
            new = [part for part in self._references(node, _parts) if part not in seen]
            seen.update(new)
            waiting.extend(new)
        return False

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

    def _led_to(self, reference: str, parts: _Parts) -> Iterator[str]:
        return self._references(self._target(reference), parts)

    def _references(self, node: object, parts: _Parts) -> Iterator[str]:
        """The references in a schema that hold for the same value."""
        waiting = [node]
        while waiting:
            for part in parts(waiting.pop()):
                if isinstance(part, str):
                    yield part
                else:
                    waiting.append(part)

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


def _alternatives(node: object) -> Iterator[_Part]:
    """The references that stand in alternatives."""
    if is_object(node):
        yield from kinds_of_base(node)
        for part in chain(_listed(node, "anyOf"), _listed(node, "oneOf")):
            reference = part.get("$ref")
            yield reference if isinstance(reference, str) else part
        yield from (part for part in _listed(node, "allOf") if "$ref" not in part)


def _parts_and_conditions(node: object) -> Iterator[_Part]:
    yield from _parts(node)
    if is_object(node):
        yield from (part for word in CONDITIONS if is_object(part := node.get(word)))
        dependent = node.get("dependentSchemas")
        yield from filter(is_object, dependent.values() if is_object(dependent) else ())


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
