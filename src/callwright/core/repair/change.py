"""What was changed in a model's arguments, and what they came to. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callwright.core.json import Json, JsonObject, dump_json
from callwright.core.pointer import written_pointer

__all__ = ["Mended", "Path", "Repair", "Repaired", "pointer", "quoted"]

Path = tuple["str | int", ...]
"""The steps from the arguments down to one value."""

_MAX_LENGTH = 60
_MAX_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One thing that was changed, in words.

    `path` is the JSON Pointer (RFC 6901) of the value in the mended arguments; of a value that
    was dropped, where it stood.

    >>> str(Repair(path="/id", what='"5" was read as 5'))
    '/id: "5" was read as 5'
    """

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}" if self.path else self.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """The arguments as they are taken; without repairs they are those that were given."""

    arguments: JsonObject
    repairs: tuple[Repair, ...] = ()

    @property
    def told(self) -> str:
        """The repairs in a sentence; nothing where there are none."""
        if not self.repairs:
            return ""
        more = len(self.repairs) - _MAX_TOLD
        rest = f"; and {more} more" if more > 0 else ""
        return f"Understood so far: {'; '.join(map(str, self.repairs[:_MAX_TOLD]))}{rest}."


@dataclass(frozen=True, slots=True)
class Mended:
    """A value anywhere in the arguments, with what was changed in it."""

    value: Json
    repairs: tuple[Repair, ...] = ()


def pointer(path: Sequence[str | int]) -> str:
    """A path as a JSON Pointer.

    >>> pointer(("a/b", 0))
    '/a~1b/0'
    """
    return written_pointer(map(str, path))


def quoted(value: Json) -> str:
    """A value as JSON text, the beginning of it where it is long."""
    text = dump_json(value)
    return text if len(text) <= _MAX_LENGTH else f"{text[: _MAX_LENGTH - 1]}…"
