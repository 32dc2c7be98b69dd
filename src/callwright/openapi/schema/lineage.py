"""Which schemas hold for the same value as another: by its `$ref`, allOf, anyOf and oneOf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.document import Document
from callwright.openapi.schema.discriminator import kinds_of_base

__all__ = ["IN_PLACE", "Lineage"]

IN_PLACE = ("allOf", "anyOf", "oneOf")


class Lineage:
    """Follows the schemas of a document in place; remembers what it found.

    In many documents a base schema lists its kinds in `oneOf`, and each of these has the base in
    its `allOf`. Taken by the letter no value could ever be checked against one of them.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ancestors: dict[str, frozenset[str]] = {}

    def leads_to(self, reference: str, end: str) -> bool:
        """Whether what stands at a reference has another schema as a part, however far away."""
        if reference not in self._ancestors:
            self._ancestors[reference] = frozenset(self._follow(reference))
        return end in self._ancestors[reference]

    def decides(self, reference: str, name: str) -> bool:
        """Whether what stands at a reference, or a part of it, names values of a property."""
        self.leads_to(reference, "")
        references = (reference, *self._ancestors[reference])
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

    def _follow(self, reference: str) -> set[str]:
        seen: set[str] = set()
        waiting: list[object] = [self._target(reference)]
        while waiting:
            for part in _parts(waiting.pop()):
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


def _parts(node: object) -> Iterator[str | Mapping[str, Any]]:
    """The reference and the parts of a schema."""
    if not is_object(node):
        return
    reference = node.get("$ref")
    if isinstance(reference, str):
        yield reference
    yield from kinds_of_base(node)
    for keyword in IN_PLACE:
        listed = node.get(keyword)
        yield from (part for part in (listed if is_array(listed) else ()) if is_object(part))
