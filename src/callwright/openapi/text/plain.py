"""A mapping as other loaders give it, YAML 1.1 ones above all, as the plain JSON that it means."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.pointer import Way, pointer_to
from callwright.openapi.text.scalar import MAX_DIGITS

__all__ = ["plain_json"]


@dataclass(slots=True)
class _Visit:
    """An object or array on the way: first opened, later, when its parts are plain, closed."""

    node: Any
    place: Way
    entries: list[tuple[Any, Any]] | None = None


def plain_json(root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The mapping with text for keys and dates; what is plain already is not copied.

    Raises:
        SpecInvalid: something in it is no JSON, or it holds itself.
    """
    # The node stays beside its result, so that no later one can have its identity.
    plain: dict[int, tuple[Any, Any]] = {}
    opened: set[int] = set()
    waiting = [_Visit(root, None)]
    while waiting:
        visit = waiting.pop()
        identity = id(visit.node)
        if visit.entries is not None:
            opened.discard(identity)
            plain[identity] = (visit.node, _rebuilt(visit.node, visit.entries, visit.place, plain))
        elif identity in opened:
            raise SpecInvalid("The mapping holds itself.", pointer=pointer_to(visit.place))
        elif identity not in plain:
            opened.add(identity)
            visit.entries = _entries(visit.node)
            waiting.append(visit)
            waiting.extend(_parts(visit.entries, visit.place))
    result: Mapping[str, Any] = plain[id(root)][1]
    return result


def _entries(node: Any) -> list[tuple[Any, Any]]:
    if is_object(node):
        return list(node.items())
    items: Sequence[Any] = node
    return list(enumerate(items))


def _parts(entries: list[tuple[Any, Any]], place: Way) -> Iterator[_Visit]:
    for key, value in entries:
        if type(value) not in _PLAIN and (is_object(value) or is_array(value)):
            yield _Visit(value, (place, _shown_key(key)))


_PLAIN = frozenset({str, int, bool, type(None)})
_UNLIMITED = _PLAIN - {int}
_HUGE = 10**MAX_DIGITS
"""No integer that can be written out is as large."""


def _rebuilt(
    node: Any, entries: list[tuple[Any, Any]], place: Way, plain: Mapping[int, tuple[Any, Any]]
) -> Any:
    """An object or array of plain parts: itself, unless something in it differs."""
    keyed = is_object(node)
    if _are_plain(entries, keyed, plain):
        return node
    parts = [
        (
            key if type(key) is str or not keyed else _key(key, place),
            value if type(value) in _UNLIMITED else _value(value, (place, key), plain),
        )
        for key, value in entries
    ]
    if all(new[0] is old[0] and new[1] is old[1] for new, old in zip(parts, entries, strict=True)):
        return node
    if not keyed:
        return [value for _, value in parts]
    members: dict[Any, Any] = {}
    for key, value in parts:
        if key in members:
            raise SpecInvalid(f"The key {key!r} stands there twice.", pointer=pointer_to(place))
        members[key] = value
    return members


def _are_plain(
    entries: list[tuple[Any, Any]], keyed: bool, plain: Mapping[int, tuple[Any, Any]]
) -> bool:
    """Whether nothing differs, as seen at a glance: most specs are plain throughout."""
    for key, value in entries:
        if keyed and type(key) is not str:
            return False
        if type(value) is int:
            if _is_huge(value):
                return False
        elif type(value) not in _PLAIN:
            known = plain.get(id(value))
            if known is None or known[1] is not value:
                return False
    return True


def _value(value: Any, place: tuple[Way, Any], plain: Mapping[int, tuple[Any, Any]]) -> Any:
    if id(value) in plain:
        return plain[id(value)][1]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str) or _is_number(value):
        return value
    way = place[0], _shown_key(place[1])
    raise SpecInvalid(f"{_kind(value)} is no JSON.", pointer=pointer_to(way))


def _is_number(value: object) -> bool:
    if isinstance(value, int):
        return not _is_huge(value)
    return isinstance(value, float) and math.isfinite(value)


def _is_huge(value: int) -> bool:
    return not -_HUGE < value < _HUGE


def _kind(value: object) -> str:
    if isinstance(value, int):
        return f"A number of more than {MAX_DIGITS:,} digits"
    return f"The number {value}" if isinstance(value, float) else type(value).__name__


def _shown_key(key: object) -> str:
    return "…" if isinstance(key, int) and _is_huge(key) else str(key)


def _key(key: Any, place: Way) -> str:
    """A key as its text: `200` of YAML's as "200", the empty one as "null"."""
    if isinstance(key, str):
        return key
    if isinstance(key, datetime.date):
        return key.isoformat()
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, float) or (isinstance(key, int) and not _is_huge(key)):
        return str(key)
    raise SpecInvalid(
        f"A key is {type(key).__name__}, which is no text.", pointer=pointer_to(place)
    )
