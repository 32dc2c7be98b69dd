"""Keys that stand in one object more than once: the last value counts, and a finding says so."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from callwright.openapi.pointer import Way, pointer_to
from callwright.openapi.report import Finding

__all__ = ["RepeatedKeys", "repeated_keys"]

_MAX_CHARACTERS = 1_000_000
"""What the findings may have in all: a hostile text repeats long keys below long keys."""


def repeated_keys(content: bytes | str) -> tuple[Finding, ...]:
    """The keys that JSON text repeats, outer ones first; text that is no JSON has none.

    >>> print(*repeated_keys('{"paths": {"/a": {}, "/a": {}}}'))
    repaired: The key '/a' is repeated; the last value counts. (at #/paths/~1a)
    """
    repeated = RepeatedKeys()
    try:
        # Numbers are of no interest, and as text they cannot be too long.
        root = json.loads(content, object_pairs_hook=repeated.take, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return ()
    return repeated.findings(root)


class RepeatedKeys:
    """Remembers which objects repeated keys, and finds later where in the document they stand."""

    def __init__(self) -> None:
        # The object stays beside its keys, so that no later one can have its identity.
        self._noted: dict[int, tuple[Mapping[str, Any], dict[str, None]]] = {}

    def take(self, pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
        """The object that `pairs` make, its repeated keys noted."""
        members = dict(pairs)
        if len(members) < len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self.note(members, key)
                seen.add(key)
        return members

    def note(self, members: Mapping[str, Any], key: str) -> None:
        """Remember that `members` had `key` before."""
        _, keys = self._noted.setdefault(id(members), (members, {}))
        keys[key] = None

    def findings(self, root: object) -> tuple[Finding, ...]:
        """One finding for each repeated key below `root`; what was replaced itself has none."""
        return tuple(_capped(self._findings(root)))

    def _findings(self, root: object) -> Iterator[Finding]:
        # Aliases let one collection stand in many places: it is looked into at the first.
        visited: set[int] = set()
        missing = set(self._noted)
        waiting: list[tuple[Any, Way]] = [(root, None)]
        while waiting and missing:
            node, place = waiting.pop()
            if id(node) in visited:
                continue
            visited.add(id(node))
            if id(node) in missing:
                missing.discard(id(node))
                for key in self._noted[id(node)][1]:
                    yield _finding(key, pointer_to((place, key)))
            waiting.extend(reversed([*_collections(node, place)]))


def _collections(node: Any, place: Way) -> Iterator[tuple[Any, Way]]:
    """The objects and arrays that stand right in another."""
    entries = node.items() if node.__class__ is dict else enumerate(node)
    for key, value in entries:
        if value.__class__ is dict or value.__class__ is list:
            yield value, (place, key)


def _finding(key: str, pointer: str) -> Finding:
    reason = f"The key {key!r} is repeated; the last value counts."
    return Finding(kind="repaired", reason=reason, pointer=pointer)


def _capped(findings: Iterable[Finding]) -> Iterator[Finding]:
    left = _MAX_CHARACTERS
    for finding in findings:
        yield finding
        left -= len(str(finding))
        if left < 0:
            yield Finding(kind="repaired", reason="More keys are repeated than are listed.")
            return
