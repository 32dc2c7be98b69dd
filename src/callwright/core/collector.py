"""Python's collector of reference circles, at rest while many lasting objects are made."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["collector_at_rest"]


@contextmanager
def collector_at_rest() -> Generator[None]:
    """Let Python's collector rest: where thousands of objects are made that all last, it takes a
    sixth of the time, and finds nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
