"""Keep what YAML was parsed to, by the YAML itself: to parse 10 MB takes most of a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from callwright._version import __version__
from callwright.cache.place import user_store
from callwright.cache.store import Entry, Store, entry_name

__all__ = ["ParsedSpecs"]

# The number is to be raised when, between two releases, other values are made of the same text.
BUILDER = f"{__version__}/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedSpecs:
    """Parsed specs, each under the hash of the bytes that it was parsed from."""

    find_store: Callable[[], Store | None] = user_store
    builder: str = BUILDER
    """Who parses; what another one made of the same bytes is not used."""

    def get(self, content: bytes) -> bytes | None:
        """What these bytes were parsed to, if that was kept."""
        store = self.find_store()
        entry = store.read(self._name(content)) if store is not None else None
        return entry.content if entry is not None else None

    def put(self, content: bytes, parsed: bytes) -> None:
        """Keep what these bytes were parsed to, if that is possible."""
        store = self.find_store()
        if store is not None:
            store.write(self._name(content), Entry(content=parsed))

    def _name(self, content: bytes) -> str:
        return entry_name(f"parsed by {self.builder}", content)
