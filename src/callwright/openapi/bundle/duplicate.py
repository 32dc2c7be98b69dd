"""Copy a value of JSON, so that it may be changed."""

from __future__ import annotations

from typing import Any

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_dict, is_list, is_object

__all__ = ["MAX_DEPTH", "copied", "is_container"]

MAX_DEPTH = 1_000
"""Levels of nesting, as many as JSON can be read with."""

_SCALARS = frozenset({str, int, float, bool, type(None)})


def is_container(value: object) -> bool:
    """Whether a value of a copy is an object or an array."""
    return type(value) is dict or type(value) is list


def copied(value: object) -> Any:
    """The value in new dictionaries and lists; what is one, as behind a YAML alias, stays one.

    Raises:
        SpecInvalid: it is nested too deeply.
    """
    root: list[Any] = [value]
    # The original is held beside its copy: another object could come to have its identity.
    copies: dict[int, tuple[object, Any]] = {}
    waiting: list[tuple[Any, int]] = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise SpecInvalid(f"It is nested more than {MAX_DEPTH:,} levels deep.")
        for key, item in list(enumerate(node)) if is_list(node) else node.items():
            copy = None if type(item) in _SCALARS else _shallow(item)
            if copy is None:
                continue
            if id(item) not in copies:
                copies[id(item)] = (item, copy)
                waiting.append((copy, depth + 1))
            node[key] = copies[id(item)][1]
    return root[0]


def _shallow(item: object) -> dict[str, Any] | list[Any] | None:
    if is_dict(item):
        return item.copy()
    if is_object(item):
        return dict(item)
    return list(item) if is_array(item) else None
