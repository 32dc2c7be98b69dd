"""Large schemas cut to a budget: at the leaves, nearest first, with a note where it was done.

What stands at the root, the arguments themselves, always stays. A cut schema admits all that the
whole one does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from callwright.openapi.schema.keyword import Schema
from callwright.openapi.schema.prune import STUB_LENGTH, stub
from callwright.openapi.schema.read_schema import ReadSchema

__all__ = ["MAX_LENGTH", "Definitions", "gather", "shortened"]

MAX_LENGTH = 60_000
"""Bytes of JSON that one tool's parameters may have, about 15,000 tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """What a tool's schema refers to, by name."""

    schemas: Mapping[str, Schema]
    read: tuple[ReadSchema, ...]
    """What of it was read from the document, whether it was kept whole or not."""
    cut: int = 0
    """How many were cut."""


def gather(
    references: Iterable[str], definition: Callable[[str], ReadSchema], room: int
) -> Definitions:
    """The definitions that references lead to, nearest first, as far as there is room for them."""
    names = list(dict.fromkeys(references))
    found: dict[str, ReadSchema] = {}
    waiting = deque(names)
    left = room
    while waiting and left >= 0:
        name = waiting.popleft()
        if name not in found:
            read = found[name] = definition(name)
            left -= read.length + len(name)
            waiting.extend(read.references)
    if left < 0:
        return _gather_within(names, definition, room)
    schemas = {name: read.schema for name, read in found.items()}
    return Definitions(schemas=schemas, read=tuple(found.values()))


def _gather_within(
    names: list[str], definition: Callable[[str], ReadSchema], room: int
) -> Definitions:
    """The same where not all have room: each is kept whole, or shortened, or named only.

    Room for naming is set aside for all that are referred to.
    """
    schemas: dict[str, Schema] = {}
    read: list[ReadSchema] = []
    waiting, known = deque(names), set(names)
    left = room - sum(map(_stub_length, names))
    cut = 0
    while waiting:
        name = waiting.popleft()
        whole = definition(name)
        read.append(whole)
        left += _stub_length(name)
        kept = next((form for form in whole.forms if _cost(form, known) <= left), None)
        left -= _stub_length(name) if kept is None else _cost(kept, known)
        schemas[name] = stub(whole.schema) if kept is None else kept.schema
        cut += kept is not whole.forms[0]
        new = [] if kept is None else [name for name in kept.references if name not in known]
        known.update(new)
        waiting.extend(new)
    return Definitions(schemas=schemas, read=tuple(read), cut=cut)


def _cost(form: ReadSchema, known: Collection[str]) -> int:
    """The room that a schema takes, with that for naming what it refers to."""
    return form.length + sum(_stub_length(name) for name in form.references if name not in known)


def _stub_length(name: str) -> int:
    return len(name) + STUB_LENGTH


def shortened(read: ReadSchema, room: int) -> ReadSchema:
    """A schema as it is where it fits; else cut as little as makes it fit, or as possible."""
    forms = (read, *read.forms)
    return next((form for form in forms if form.length <= room), forms[-1])
