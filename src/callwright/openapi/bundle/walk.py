"""Walk through documents, and gather the references in them and the names that schemas have.

Nothing is looked up here. What was given is copied, and only the copy is walked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_dict, is_list
from callwright.openapi.bundle.duplicate import copied, is_container
from callwright.openapi.bundle.grammar import kind_below
from callwright.openapi.bundle.place import MAX_LENGTH, Anchor, Part, Place, Reference, Resource
from callwright.openapi.bundle.reference import joined

__all__ = ["Walk"]

# OAS 3.1.1, Discriminator Object: what could be both is a name, not a reference.
_NAME = re.compile(r"[A-Za-z0-9._-]*")
_FILE = re.compile(r".*\.(json|ya?ml)")


@dataclass(eq=False, slots=True)
class Walk:
    """What was met so far, on the way through some documents."""

    resources: dict[str, Resource] = field(default_factory=dict[str, Resource])
    """By address; a document has that where it was found, and those that it gives itself."""
    roots: dict[int, Place] = field(default_factory=dict[int, Place])
    """Where a resource begins, by the identity of the object."""
    parts: list[Place] = field(default_factory=list[Place])
    references: list[Reference] = field(default_factory=list[Reference])
    _bases: dict[int, Resource] = field(default_factory=dict[int, Resource])
    """The resource that an object belongs to, by its identity."""
    _walked: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])

    def add(self, url: str, value: object, *, has_ids: bool) -> None:
        """Take in a document; `has_ids` counts where it does not say its version of OpenAPI.

        Raises:
            SpecInvalid: it is nested too deeply.
        """
        root = copied(value)
        version = root.get("openapi") if is_dict(root) else None
        if version is not None:
            # OAS 3.0 has schemas of its own kind, without `$id`; YAML may hold its version as 3.0.
            has_ids = not str(version).startswith("3.0")
        resource = Resource(url=url)
        place = Place(node=root, part=Part(url=url, has_ids=has_ids), resource=resource)
        resource.root = place
        self.resources[url] = resource
        if is_container(root):
            self.roots[id(root)] = place
        self.parts.append(place)
        if version is not None:
            # OAS 3.2, OpenAPI Object.
            self._give_address(place, root.get("$self"))
            self.through(place, "document")

    def through(self, start: Place, kind: str) -> None:
        """Walk through what stands at a place, in the document's order."""
        waiting = [(start, kind)]
        while waiting:
            place, kind = waiting.pop()
            if not is_container(place.node):
                continue
            self._part_from_others(place)
            visit = (id(place.node), kind)
            if visit in self._walked:
                continue
            self._walked.add(visit)
            if kind == "schema" and is_dict(place.node):
                self._identify(place)
            self.references += _references(place, kind)
            waiting += [*_below(place, kind)][::-1]

    def through_file(self, place: Place) -> None:
        """Walk through a document that a schema refers to; it is a schema if it is no OpenAPI.

        A mere map of schemas has keywords for keys at worst, and schemas below them.
        """
        if (id(place.node), "document") not in self._walked:
            self.through(place, "schema")

    def _part_from_others(self, place: Place) -> None:
        """Copy what stands below several `$id`s, as a YAML alias may: it means another in each."""
        if id(place.node) in self.roots or place.above is None:
            return
        if self._bases.setdefault(id(place.node), place.resource) is not place.resource:
            place.node = copied(place.node)
            above = place.above.node
            above[int(place.key) if is_list(above) else place.key] = place.node
            self._bases[id(place.node)] = place.resource

    def _identify(self, place: Place) -> None:
        """Read the names that a schema gives itself (JSON Schema 2020-12, section 8.2)."""
        if place.length > MAX_LENGTH:
            return
        own, named = place.node.get("$id"), [("$dynamicAnchor", True), ("$anchor", False)]
        # Until draft 7 an `$id` of a mere fragment was what is an `$anchor` now.
        if isinstance(own, str) and own.startswith("#"):
            named, own = [*named, ("$id", False)], None
        self._give_address(place, own)
        place.tree = place.tree or place
        for keyword, is_dynamic in named if place.part.has_ids else ():
            name = place.node.get(keyword)
            if isinstance(name, str):
                anchor = Anchor(place=place, is_dynamic=is_dynamic)
                anchors = place.resource.anchors.setdefault(name.lstrip("#"), {})
                anchors.setdefault(id(place.tree), anchor)

    def _give_address(self, place: Place, own: object) -> None:
        if not isinstance(own, str) or not own or not place.part.has_ids:
            return
        try:
            url = joined(place.resource.url, own)
        except SpecInvalid:
            return
        if place.node is not place.resource.root.node:
            place.resource = Resource(url=url)
            place.resource.root = self.roots[id(place.node)] = place
            place.tree = None
        place.resource.url = url
        self.resources.setdefault(url, place.resource)


def _references(place: Place, kind: str) -> Iterator[Reference]:
    for key, written, meant in _written(place.node, kind) if is_dict(place.node) else ():
        if isinstance(written, str) and (key != "$dynamicRef" or place.part.has_ids):
            yield Reference(place=place, key=key, written=written, kind=meant)


def _written(node: Mapping[str, Any], kind: str) -> Iterator[tuple[str, object, str]]:
    """What may be a reference in an object: its key, itself, and of which kind is what it means."""
    if kind == "mapping":
        yield from ((key, value, "schema") for key, value in node.items() if _is_no_name(value))
        return
    yield "$ref", node.get("$ref"), kind
    if kind == "schema":
        yield "$dynamicRef", node.get("$dynamicRef"), kind
    if kind == "discriminator" and _is_no_name(value := node.get("defaultMapping")):
        yield "defaultMapping", value, "schema"


def _is_no_name(value: object) -> bool:
    if not isinstance(value, str):
        return False
    return not _NAME.fullmatch(value) or _FILE.fullmatch(value) is not None


def _below(place: Place, kind: str) -> Iterator[tuple[Place, str]]:
    node = place.node
    if is_list(node):
        for index, item in enumerate(node):
            if is_container(item):
                yield place.below(str(index), item), kind
        return
    for key, item in node.items():
        below = kind_below(kind, key) if is_container(item) else None
        if below is not None:
            yield place.below(key, item), below
