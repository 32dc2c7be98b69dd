"""Where a value stands among several documents, and what a reference can name there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from callwright.core.json import is_dict, is_list
from callwright.openapi.bundle.reference import pointer_of

__all__ = ["MAX_LENGTH", "Anchor", "Part", "Place", "Reference", "Resource"]

MAX_LENGTH = 4_000
"""Characters in the keys that lead to a place, if something may be known by its pointer there. Each
pointer is written out, so keys of megabytes would multiply."""


@dataclass(eq=False, slots=True, kw_only=True)
class Part:
    """One of the documents. `url` is where it was found; `prefix` where it stands in the whole."""

    url: str
    has_ids: bool
    """Whether `$id` and its kin have a meaning; OAS 3.0 knows none of them."""
    prefix: str = "#"


@dataclass(eq=False, slots=True, kw_only=True)
class Resource:
    """What has an address of its own: a document, or a schema with an `$id`."""

    url: str
    root: Place = field(init=False)
    anchors: dict[str, dict[int, Anchor]] = field(default_factory=dict[str, "dict[int, Anchor]"])
    """By name, and by the identity of the tree: JSON Schema leaves open what it means when several
    schemas of a resource have one name."""


@dataclass(eq=False, slots=True, kw_only=True)
class Place:
    """A value, and where it stands."""

    node: Any
    part: Part
    resource: Resource
    """Whose address is the base of references here."""
    above: Place | None = None
    key: str = ""
    tree: Place | None = None
    """The outermost schema around it that is of the same resource."""
    length: int = 0
    """Characters in the keys that lead here."""

    def below(self, key: str, node: object) -> Place:
        """The place of what stands below a key."""
        return Place(
            node=node,
            part=self.part,
            resource=self.resource,
            above=self,
            key=key,
            tree=self.tree,
            length=self.length + len(key),
        )

    def step(self, key: str) -> Place | None:
        """The place below a key as a JSON Pointer says it, if there is something."""
        if is_dict(self.node):
            return self.below(key, self.node[key]) if key in self.node else None
        if is_list(self.node) and _is_index(key) and int(key) < len(self.node):
            return self.below(key, self.node[int(key)])
        return None

    def steps(self) -> Sequence[str]:
        """The keys that lead here from the root of the document."""
        keys: list[str] = []
        place = self
        while place.above is not None:
            keys.append(place.key)
            place = place.above
        return keys[::-1]

    @property
    def pointer(self) -> str:
        """The JSON Pointer in the whole."""
        return pointer_of(self.part.prefix, self.steps())


@dataclass(eq=False, slots=True, kw_only=True)
class Anchor:
    """A name for a schema within its resource."""

    place: Place
    is_dynamic: bool


@dataclass(eq=False, slots=True, kw_only=True)
class Reference:
    """A reference where it stands: under a key of the object at a place."""

    place: Place
    key: str
    written: str
    kind: str
    """Of which kind is what it leads to."""
    target: Place | None = None
    is_dynamic: bool = False
    """Whether it is a `$dynamicRef` whose meaning depends on the way to it."""
    fault: str = ""
    """Why it leads nowhere."""


def _is_index(key: str) -> bool:
    """Whether it is a number that an array can have; Python reads `٣` as one too."""
    return len(key) < 10 and key.isascii() and key.isdecimal()
