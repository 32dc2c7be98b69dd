"""Put names where a reference stands for a whole map of them, as in `paths: {$ref: paths.yaml}`.

The specification lets none stand there, so nobody who reads a document follows it; but many
are split into files like this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.bundle.grammar import UNFOLDED, kind_below
from callwright.openapi.bundle.place import Place, Reference

__all__ = ["MAX_CHARACTERS", "unfold"]

MAX_CHARACTERS = 10_000_000
"""Characters of the names that are put in place of references in all."""

_MAX_CHAIN = 100


def unfold(references: Mapping[int, Reference]) -> None:
    """Write, in place of each reference, a reference for each name of the map that is meant.

    `references` are those that stand for maps, by the identity of the object they stand in.

    Raises:
        SpecInvalid: the names would be too many.
    """
    # All are gathered before one is written: a map that is meant may hold such a reference itself.
    left = MAX_CHARACTERS
    gathered: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for reference in references.values():
        entries = _entries(reference.place, reference.kind, references)
        left -= _count(entries)
        if left < 0:
            raise SpecInvalid("References that stand for whole maps repeat too much.")
        gathered.append((reference.place.node, entries))
    for node, entries in gathered:
        del node["$ref"]
        _fill(node, entries)


def _entries(place: Place, kind: str, references: Mapping[int, Reference]) -> dict[str, Any]:
    """What the map at a place lacks: the names of that which its reference means, and so on."""
    entries: dict[str, Any] = {}
    for meant in _meant(place, references):
        for key, item in meant.node.items():
            below = kind_below(kind, key)
            if below is not None and (key != "$ref" or is_object(item)):
                entry = _entry(meant.below(key, item), below, references)
                _fill(entries, {key: entry})
    return entries


def _meant(place: Place, references: Mapping[int, Reference]) -> Iterator[Place]:
    for _ in range(_MAX_CHAIN):
        reference = references.get(id(place.node))
        if reference is None or reference.target is None:
            return
        place = reference.target
        yield place


def _entry(place: Place, kind: str, references: Mapping[int, Reference]) -> Any:
    if kind in UNFOLDED and is_object(place.node):
        # Below `components` stand maps again, which no reference may stand for.
        own = {key: place.below(key, item) for key, item in place.node.items()}
        named = {key: one for key, one in own.items() if key != "$ref" or is_object(one.node)}
        return {
            **_entries(place, kind, references),
            **{key: {"$ref": one.pointer} for key, one in named.items()},
        }
    is_scalar = not is_object(place.node) and not is_array(place.node)
    return place.node if is_scalar else {"$ref": place.pointer}


def _fill(node: Any, entries: Mapping[str, Any]) -> None:
    """Add what a map lacks, and to the maps in it what they lack."""
    for key, entry in entries.items():
        there = node.setdefault(key, entry)
        is_map = is_object(entry) and "$ref" not in entry
        if is_map and is_object(there) and there is not entry:
            _fill(there, entry)


def _count(entries: Mapping[str, Any]) -> int:
    inner = (key for entry in entries.values() if is_object(entry) for key in entry)
    return sum(map(len, (*entries, *inner)))
