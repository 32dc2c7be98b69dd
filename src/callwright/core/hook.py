"""How a function of the caller's is called, whether it is `def` or `async def`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["call_either"]


async def call_either(function: Callable[..., Any], *args: Any) -> Any:
    """Call a function and await what it gives.

    A plain function runs in a worker thread: it may block, and use the blocking verbs.
    """
    target: Any = getattr(function, "func", function)  # of a partial
    if inspect.iscoroutinefunction(target):
        return await function(*args)
    from anyio import to_thread

    call = functools.partial(function, *args)
    result: Any = await to_thread.run_sync(call, abandon_on_cancel=True)
    return await result if inspect.isawaitable(result) else result
