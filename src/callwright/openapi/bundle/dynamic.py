"""What a `$dynamicRef` means, which depends on the way by which a schema was reached.

JSON Schema 2020-12, section 8.2.3.2: of the schema resources on that way, the outermost that has
the same `$dynamicAnchor` says it. Pointers are those of one bundle, in which each `$dynamicRef`
points at the anchor that it means where no other resource has a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

__all__ = ["DynamicScope", "SchemaResources"]


@dataclass(frozen=True, kw_only=True)
class SchemaResources:
    """The schema resources of a bundle by their pointers: of each, its dynamic anchors.

    A resource is a document, or a schema with an `$id`; other schemas belong to what is around
    them. `trees` holds the anchors that one resource has several times, by the outermost schema
    that each stands in: JSON Schema leaves open what these mean, and a page of pets beside a page
    of users in one OpenAPI document needs both.
    """

    anchors: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    trees: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of the dynamic anchor at each pointer that has one."""
        rows = (*self.anchors.values(), *self.trees.values())
        return {pointer: name for row in rows for name, pointer in row.items()}

    @cached_property
    def contested(self) -> frozenset[str]:
        """The names that stand at several places; only for these the way matters."""
        return frozenset(name for name, count in Counter(self.names.values()).items() if count > 1)

    def resource_of(self, pointer: str) -> str:
        """The pointer of the resource that a schema belongs to."""
        return next((above for above in _upwards(pointer) if above in self.anchors), "#")

    def contested_at(self, pointer: str) -> Iterator[tuple[str, str]]:
        """Name and pointer of the contested anchors of the resource that a schema belongs to."""
        for above in _upwards(pointer):
            for row in (self.trees.get(above, {}), self.anchors.get(above, {})):
                yield from (pair for pair in row.items() if pair[0] in self.contested)
            if above in self.anchors:
                return


def _upwards(pointer: str) -> Iterator[str]:
    """The pointer and all above it."""
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicScope:
    """The way by which a schema was reached, as far as it matters: who says what each anchor is.

    Two ways that mean the same are equal, so that a recursion comes to its end.
    """

    resources: SchemaResources = field(repr=False, compare=False, hash=False)
    winners: tuple[tuple[str, str], ...] = ()
    """Each contested anchor that was met, by name, and the pointer of the outermost that has it."""

    def entered(self, pointer: str) -> DynamicScope:
        """The scope inside the schema at a pointer, however one came to it."""
        if not self.resources.contested:
            return self
        # What was met before is further out, so it stays.
        winners = {**dict(self.resources.contested_at(pointer)), **dict(self.winners)}
        return replace(self, winners=tuple(sorted(winners.items())))

    def resolve(self, dynamic_reference: str) -> str:
        """The pointer that a `$dynamicRef` of the bundle means in this scope."""
        name = self.resources.names.get(dynamic_reference)
        return dynamic_reference if name is None else self._winner(name) or dynamic_reference

    def _winner(self, name: str) -> str:
        return dict(self.winners).get(name, "")
