"""JSON Pointers (RFC 6901) into plain values: how they are written, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterable

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, is_array, is_object

__all__ = ["escape", "follow", "split_pointer", "written_pointer"]

_SHOWN_KEYS = 20


def escape(part: str) -> str:
    """One part of a pointer, escaped.

    >>> escape("a/b~c")
    'a~1b~0c'
    """
    return part.replace("~", "~0").replace("/", "~1")


def split_pointer(pointer: str) -> list[str]:
    """The parts of a pointer, unescaped; `#` before it, or no slash, is forgiven.

    >>> split_pointer("/items/0/a~1b")
    ['items', '0', 'a/b']
    """
    bare = pointer.removeprefix("#")
    if not bare:
        return []
    parts = bare.removeprefix("/").split("/")
    return [part.replace("~1", "/").replace("~0", "~") for part in parts]


def written_pointer(parts: Iterable[str]) -> str:
    """The pointer that these parts make.

    >>> written_pointer(["items", "0", "a/b"])
    '/items/0/a~1b'
    """
    return "".join(f"/{escape(part)}" for part in parts)


def follow(value: Json, pointer: str) -> Json:
    """What a pointer leads to.

    >>> follow({"items": [{"id": 7}]}, "/items/0/id")
    7

    Raises:
        ArgumentsInvalid: it leads nowhere; the message says how far it does.
    """
    way = ""
    for part in split_pointer(pointer):
        value = _step(value, part, way)
        way += f"/{escape(part)}"
    return value


def _step(value: Json, part: str, way: str) -> Json:
    if is_object(value):
        if part in value:
            inner: Json = value[part]
            return inner
        known = ", ".join(list(value)[:_SHOWN_KEYS])
        raise _nowhere(part, way, f"is an object with the keys: {known}")
    if is_array(value):
        if part.isascii() and part.isdigit() and len(part) < 19 and int(part) < len(value):
            item: Json = value[int(part)]
            return item
        raise _nowhere(part, way, f"is an array of {len(value):,} items")
    raise _nowhere(part, way, "is a plain value")


def _nowhere(part: str, way: str, found: str) -> ArgumentsInvalid:
    return ArgumentsInvalid(
        [f"The pointer leads nowhere at {part!r}: {way or 'the result'} {found}."]
    )
