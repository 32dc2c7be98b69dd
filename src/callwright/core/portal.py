"""The one private event loop on which the blocking verbs run.

It lives in a thread of its own, so that blocking calls also work where an event loop is already
running, as in a notebook. It starts with the first blocking call and ends with the process.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeVar

from callwright.core.errors import CallwrightError, ConfigurationError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from anyio.from_thread import BlockingPortal

__all__ = ["Task", "blocking", "wait_for"]

P = ParamSpec("P")
T = TypeVar("T")

_GRACE = 5.0
"""Seconds that a cancelled task has to end: to close what is open, and to tell its hooks."""


def wait_for(function: Callable[..., Awaitable[T]], *args: object) -> T:
    """Run a coroutine function on the private loop and wait for what it returns.

    An interrupt (Ctrl-C) cancels it; another one is not needed, but does not wait for its end.

    Raises:
        ConfigurationError: called from the private loop itself, where waiting would never end.
    """
    task = Task(function, *args)
    try:
        return task.result()
    finally:
        task.cancel()


class Task(Generic[T]):
    """A coroutine function that runs on the private loop, and can be waited for or cancelled."""

    def __init__(self, function: Callable[..., Awaitable[T]], *args: object) -> None:
        self._ended = threading.Event()
        self._future = _start(self._run, function, *args)

    def result(self) -> T:
        """Wait for what it returns or raises.

        An error of ours comes without the way that it took through threads and loops: its words
        say what to mend, and where. The trace of any other leads into the caller's own functions.
        """
        try:
            return self._future.result()
        except CallwrightError as error:
            raise error.with_traceback(None) from error.__cause__

    def cancel(self) -> None:
        """Cancel it, unless it has ended, and wait until it has told its end to its hooks."""
        is_here = threading.get_ident() == _State.thread  # where garbage is collected, for one
        if self._future.cancel() and not is_here and not sys.is_finalizing():
            self._ended.wait(_GRACE)

    async def _run(self, function: Callable[..., Awaitable[T]], *args: object) -> T:
        try:
            return await function(*args)
        finally:
            self._ended.set()


def _start(function: Callable[..., Awaitable[T]], *args: object) -> Future[T]:
    try:
        return _portal().start_task_soon(function, *args)
    except RuntimeError:  # the loop was brought down, by an interrupt in one of its tasks
        _forget()
        return _portal().start_task_soon(function, *args)


def blocking(function: Callable[P, Awaitable[T]]) -> Callable[P, T]:
    """Make the blocking twin of a coroutine function: same name, signature and docstring."""

    @wraps(function)
    def twin(*args: P.args, **kwargs: P.kwargs) -> T:
        async def call() -> T:
            return await function(*args, **kwargs)

        return wait_for(call)

    return twin


class _State:
    """The running portal, and the thread it runs in."""

    portal: BlockingPortal | None = None
    manager: AbstractContextManager[BlockingPortal] | None = None
    thread = 0
    lock = threading.Lock()


_forgotten: list[object] = []


def _forget() -> None:
    """Leave the portal as it is and begin without one.

    Its manager is kept: closing it would wait for a thread that is not in a forked child.
    """
    _forgotten.append(_State.manager)
    _State.portal = _State.manager = None
    _State.thread = 0
    _State.lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _portal() -> BlockingPortal:
    if _State.portal is not None and threading.get_ident() == _State.thread:
        raise ConfigurationError(
            "A blocking call was made from inside Callwright's own event loop.",
            remedy="In an async tool or hook use the awaiting twin: callwright.aio, tool.acall.",
        )
    with _State.lock:
        if _State.portal is None:
            _start_portal()
        assert _State.portal is not None  # noqa: S101  # for the type checkers
        return _State.portal


def _start_portal() -> None:
    from anyio.from_thread import start_blocking_portal

    _State.manager = start_blocking_portal("asyncio", name="callwright")
    portal = _State.manager.__enter__()
    _State.portal = portal
    _State.thread = portal.call(threading.get_ident)
