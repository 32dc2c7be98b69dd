"""What a tool takes and gives, by names alone: enough to rank it and to see what leads to it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NO_SIGNATURE", "Shape", "Signature"]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """An object: the name of its schema and what that says of it, and its properties' names."""

    name: str = ""
    properties: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signature:
    """The names in what a tool takes and gives. Tools that share a schema share its `Shape`."""

    parameters: tuple[str, ...] = ()
    takes: tuple[Shape, ...] = ()
    """The objects in the request's body."""
    gives: tuple[Shape, ...] = ()
    """The objects in the answer, the outermost first; one that only wraps others is left out."""
    links: tuple[str, ...] = ()
    """What the answer's links lead to, as operationIds."""


NO_SIGNATURE = Signature()
