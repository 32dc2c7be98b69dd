"""The blocking twins of the verbs in `callwright.aio`; they also work inside a running loop."""

from __future__ import annotations

import inspect
import queue
from collections.abc import AsyncGenerator, Callable, Iterator
from functools import wraps
from typing import ParamSpec, TypeVar

from callwright import aio
from callwright.core.portal import Task, blocking

__all__ = [
    "ask",
    "auto_trim_tools",
    "create_tools_from_openapi_spec",
    "run_with_tools",
    "stream_with_tools",
]

P = ParamSpec("P")
T = TypeVar("T")


def _iterating(function: Callable[P, AsyncGenerator[T, None]]) -> Callable[P, Iterator[T]]:
    """Make the blocking twin of an asynchronous generator function."""

    @wraps(function)
    def twin(*args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        items: queue.SimpleQueue[T | None] = queue.SimpleQueue()

        async def pump() -> None:
            try:
                async for item in function(*args, **kwargs):
                    items.put(item)
            finally:
                items.put(None)

        task = Task(pump)
        try:
            while (item := items.get()) is not None:
                yield item
            task.result()
        finally:
            task.cancel()

    waiting = inspect.signature(function).replace(return_annotation="Iterator[Event]")
    twin.__signature__ = waiting  # type: ignore[attr-defined]  # as inspect reads it
    return twin


create_tools_from_openapi_spec = blocking(aio.create_tools_from_openapi_spec)
run_with_tools = blocking(aio.run_with_tools)
auto_trim_tools = blocking(aio.auto_trim_tools)
ask = blocking(aio.ask)
stream_with_tools = _iterating(aio.stream_with_tools)
