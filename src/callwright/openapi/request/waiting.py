"""Build with values that must be had first: per-user tokens, files, vaults, token endpoints.

A build that meets a value which nobody has read yet is given up, the value is got, and the build is
made anew. So exactly those values are read that a request needs, and none before it is made.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from callwright.core.hook import call_either
from callwright.core.portal import wait_for
from callwright.openapi.secret import Reading, Unread

__all__ = ["build_awaiting", "build_waiting"]

T = TypeVar("T")


async def build_awaiting(build: Callable[[Reading], T]) -> T:
    """Build for the wire; a plain callable runs in a worker thread, so it may block."""
    reading = Reading(revealed=True)
    while True:
        try:
            return build(reading)
        except Unread as missing:
            reading.hold(missing.source, await call_either(missing.source))


def build_waiting(build: Callable[[Reading], T]) -> T:
    """The same for a caller that cannot await; what is `async` runs on the private event loop.

    Raises:
        ConfigurationError: called from that loop itself, where waiting would never end.
    """
    reading = Reading(revealed=True)
    while True:
        try:
            return build(reading)
        except Unread as missing:
            reading.hold(missing.source, _called(missing.source))


def _called(source: Callable[[], Any]) -> object:
    value = source()
    return wait_for(_awaited, value) if inspect.isawaitable(value) else value


async def _awaited(value: Any) -> object:
    return await value
