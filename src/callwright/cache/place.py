"""Where things are kept, and whether at all: the environment decides, each time it is asked."""

from __future__ import annotations

import os
from pathlib import Path

from callwright.cache.store import Store

__all__ = ["cache_directory", "is_switched_off", "user_store"]

_OFF = frozenset({"off", "0", "no", "false"})


def cache_directory() -> Path | None:
    """The directory in CALLWRIGHT_CACHE_DIR, or the user's own; None for a user without a home."""
    given = os.environ.get("CALLWRIGHT_CACHE_DIR")
    try:
        return (Path(given) if given else _users_own()).expanduser().absolute()
    except (OSError, RuntimeError):
        return None


def _users_own() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("callwright", appauthor=False)


def is_switched_off() -> bool:
    """Whether CALLWRIGHT_CACHE forbids to keep anything."""
    return os.environ.get("CALLWRIGHT_CACHE", "").strip().lower() in _OFF


def user_store() -> Store | None:
    """The store in that directory, unless it is switched off or has no place. Opens nothing."""
    directory = None if is_switched_off() else cache_directory()
    return Store(directory=directory) if directory is not None else None
