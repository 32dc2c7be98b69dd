"""How a function of the caller's is called, whether it is `def` or `async def`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["call_either"]


async def call_either(function: Callable[..., Any], *args: Any) -> Any:
    """Call a function and await what it gives.

    A plain function runs in a worker thread: it may block, and use the blocking verbs.

    Raises:
        RuntimeError: the function wanted to end the process (`sys.exit`), or was cancelled by a
            task of its own; either would take the event loop down with it.
    """
    target: Any = getattr(function, "func", function)  # of a partial
    own_call: Any = target.__call__  # an object's own may be `async`
    if inspect.iscoroutinefunction(target) or inspect.iscoroutinefunction(own_call):
        return await _contained(function(*args))
    from anyio import CapacityLimiter, to_thread

    # A limiter of its own: with the loop's forty threads, forty calls that wait for a person or
    # for another call would stop every run of the process.
    call = functools.partial(_boxed, function, *args)
    (result,) = await to_thread.run_sync(call, abandon_on_cancel=True, limiter=CapacityLimiter(1))
    return await _contained(result) if inspect.isawaitable(result) else result


def _boxed(function: Callable[..., Any], *args: Any) -> tuple[Any]:
    """The result in a tuple, since trio refuses a coroutine from a thread."""
    try:
        return (function(*args),)
    except (SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        raise RuntimeError(f"{type(error).__name__}: {error}") from error


async def _contained(awaitable: Awaitable[Any]) -> Any:
    from anyio import get_cancelled_exc_class
    from anyio.lowlevel import checkpoint

    try:
        return await awaitable
    except SystemExit as error:
        raise RuntimeError(f"SystemExit: {error}") from error
    except get_cancelled_exc_class() as error:
        await checkpoint()  # raises again where it is the run that is cancelled
        raise RuntimeError("It was cancelled by a task of its own.") from error
