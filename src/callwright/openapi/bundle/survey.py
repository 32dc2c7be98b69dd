"""Find what the references in documents mean, as far as the documents are known.

Nothing is fetched: `Survey.wanted` says which further documents are needed, and whoever can get
them adds them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_object
from callwright.openapi.bundle.grammar import UNFOLDED
from callwright.openapi.bundle.place import MAX_LENGTH, Place, Reference, Resource
from callwright.openapi.bundle.reference import fragment_of, has_scheme, joined, steps_of
from callwright.openapi.bundle.walk import Walk

__all__ = ["MAX_DOCUMENTS", "Survey"]

MAX_DOCUMENTS = 1_000
"""Documents that are asked for, be they had or not."""

_MAX_PASSES = 10
"""How often what leads nowhere is looked up again, since other documents bring names with them."""

_MAX_CHAIN = 100
"""References that stand for one map, one behind the other."""

_NOWHERE = "there is no such place in the document"
_NO_ADDRESS = "it is relative, and its document has no address"


@dataclass(eq=False, slots=True)
class Survey:
    """Everything known so far."""

    walk: Walk = field(default_factory=Walk)
    references: list[Reference] = field(default_factory=list[Reference])
    unfolded: dict[int, Reference] = field(default_factory=dict[int, Reference])
    """By the identity of the object, the reference that stands for its entries."""
    _refused: dict[str, str] = field(default_factory=dict[str, str])
    """Why a document cannot be had, by its address."""
    _asked: int = 0
    _queue: deque[Reference] = field(default_factory=deque[Reference])
    _lost: list[Reference] = field(default_factory=list[Reference])
    _waiting: dict[str, list[Reference]] = field(default_factory=dict[str, list[Reference]])
    """The references that need a document, by its address."""

    def add(self, requested: str, url: str, value: object) -> None:
        """Take in a document that was found at `url` when `requested` was asked for.

        Raises:
            SpecInvalid: it is nested too deeply.
        """
        resources = self.walk.resources
        if url not in resources:
            asking = self._waiting.get(requested)
            has_ids = asking is None or asking[0].place.part.has_ids
            self.walk.add(url, value, has_ids=has_ids)
        resources.setdefault(requested, resources[url])
        self._queue += self._waiting.pop(requested, ())

    def refuse(self, url: str, reason: str) -> None:
        """Take note that a document cannot be had."""
        self._refused[url] = reason
        self._queue += self._waiting.pop(url, ())

    def wanted(self) -> Sequence[str]:
        """The addresses of the documents that are needed next; none when nothing is left to do."""
        self._settle_all()
        while urls := sorted(self._waiting):
            room = MAX_DOCUMENTS - self._asked
            for url in urls[room:]:
                self.refuse(url, f"there are more than {MAX_DOCUMENTS:,} documents")
            self._asked += len(urls[:room])
            if room > 0:
                return urls[:room]
            self._settle_all()
        return ()

    def _settle_all(self) -> None:
        for _ in range(_MAX_PASSES):
            self._settle_queue()
            if self._waiting or not self._lost:
                return
            lost, self._lost = self._lost, []
            self._queue += lost
            self._settle_queue()
            if len(self._lost) == len(lost):
                return

    def _settle_queue(self) -> None:
        self._take_new()
        while self._queue:
            self._settle(self._queue.popleft())
            self._take_new()

    def _take_new(self) -> None:
        self._queue += self.walk.references
        self.references += self.walk.references
        self.walk.references = []

    def _settle(self, reference: Reference) -> None:
        """Find what a reference leads to, or note what is missing for it."""
        faults: list[str] = []
        for base in dict.fromkeys((reference.place.resource.url, reference.place.part.url)):
            # By the nearest `$id`, else from where its document lies: files that lie together
            # are often given `$id`s under which nothing can be had.
            try:
                url = joined(base, reference.written)
            except SpecInvalid as error:
                faults.append(error.what)
                continue
            resource = self.walk.resources.get(url)
            if resource is not None and self._find(reference, resource):
                return
            if resource is None and has_scheme(url) and url not in self._refused:
                self._waiting.setdefault(url, []).append(reference)
                return
            faults.append(self._fault(url, resource))
        reference.fault = faults[-1]
        self._lost.append(reference)

    def _fault(self, url: str, resource: Resource | None) -> str:
        if resource is not None:
            return _NOWHERE
        return self._refused.get(url, _NO_ADDRESS)

    def _find(self, reference: Reference, resource: Resource) -> bool:
        """Look a fragment up in a resource, and follow it."""
        whole = self.walk.resources[resource.root.part.url].root
        if reference.kind == "schema":
            self.walk.through_file(whole)
        steps = steps_of(fragment_of(reference.written))
        if steps is None:
            target = self._anchored(reference, resource)
        else:
            # Many documents say `#/components/…` inside a schema that has an `$id`.
            target = self._at(resource.root, steps) or self._at(whole, steps)
        if target is None or target.length > MAX_LENGTH:
            return False
        self._arrive(reference, target)
        return True

    def _arrive(self, reference: Reference, target: Place) -> None:
        reference.target = target
        if reference.kind in UNFOLDED and is_object(target.node):
            self.unfolded[id(reference.place.node)] = reference
        self.walk.through(target, reference.kind)

    def _anchored(self, reference: Reference, resource: Resource) -> Place | None:
        """The schema with an anchor; of several one near by, else the first."""
        anchors = resource.anchors.get(unquote(fragment_of(reference.written)))
        if not anchors:
            return None
        anchor = anchors.get(id(reference.place.tree)) or next(iter(anchors.values()))
        reference.is_dynamic = reference.key == "$dynamicRef" and anchor.is_dynamic
        return anchor.place

    def _at(self, start: Place, steps: Sequence[str]) -> Place | None:
        place: Place | None = start
        for key in steps:
            place = None if place is None else self._step(place, key)
        return place

    def _step(self, place: Place, key: str) -> Place | None:
        """One step of a pointer, into the map that is meant where a reference stands for it."""
        for _ in range(_MAX_CHAIN):
            below = place.step(key)
            if below is not None:
                return self.walk.roots.get(id(below.node), below)
            reference = self.unfolded.get(id(place.node))
            if reference is None or reference.target is None:
                return None
            place = reference.target
        return None
