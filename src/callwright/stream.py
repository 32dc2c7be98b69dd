"""A run as a stream of its events."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import wraps
from typing import Any, ParamSpec

import anyio
from anyio.lowlevel import current_token

from callwright.answer import Answer
from callwright.core.events.event import Event, OnEvent
from callwright.core.given import check_hook
from callwright.run import run_with_tools

__all__ = ["stream_with_tools"]

P = ParamSpec("P")

_DOCSTRING = """Like `run_with_tools`, but yield the events as they happen.

    Takes what `run_with_tools` takes. The last event is a `RunFinished`, whose `answer` is the
    `Answer`. Leaving the iteration early cancels the run: close the generator where you leave it,
    with `contextlib.aclosing` or, blocking, `contextlib.closing`.

    Raises:
        What `run_with_tools` raises, after the events before it.

    >>> from callwright import stream_with_tools, tool
    >>> @tool
    ... def add(a: int, b: int) -> int:
    ...     "Add two whole numbers."
    ...     return a + b
    >>> for event in stream_with_tools("offline", "Add 2 and 3.", [add]):
    ...     print(event.kind)
    run_started
    model_asked
    model_replied
    call_started
    call_finished
    model_asked
    model_replied
    run_finished
    >>> event.answer.text
    'The result is 5.'
    """


def _streaming(run: Callable[P, Awaitable[Answer]]) -> Callable[P, AsyncGenerator[Event, None]]:
    """Make an iteration over its events of what runs to an answer, with the same parameters."""

    @wraps(run)
    async def stream(*args: P.args, **kwargs: P.kwargs) -> AsyncGenerator[Event, None]:
        check_hook("on_event", kwargs.get("on_event"))
        send, receive = anyio.create_memory_object_stream[Event](float("inf"))
        failures: list[Exception] = []
        options: dict[str, Any] = {**kwargs, "on_event": _both(send.send_nowait, kwargs)}
        options["stream"] = options.get("stream") is not False

        async def to_the_end() -> None:
            with send:
                try:
                    await run(*args, **options)
                except Exception as error:  # handed on to whoever iterates, outside the group
                    failures.append(error)

        async with _beside(to_the_end):
            with receive:
                try:
                    async for event in receive:
                        yield event
                except GeneratorExit:
                    return
        if failures:
            raise failures[0]

    stream.__name__ = stream.__qualname__ = "stream_with_tools"
    stream.__doc__ = _DOCSTRING
    yielding = inspect.signature(run).replace(return_annotation="AsyncGenerator[Event, None]")
    stream.__signature__ = yielding  # type: ignore[attr-defined]  # as inspect reads it
    return stream


@asynccontextmanager
async def _beside(run: Callable[[], Coroutine[Any, Any, None]]) -> AsyncGenerator[None, None]:
    """Run something beside the body; leaving the body cancels it.

    On asyncio as a task of its own: a task group must be left in the task that entered it, and an
    iteration that is merely broken off is closed in another one, when it is collected.
    """
    import asyncio

    if not isinstance(current_token().native_token, asyncio.AbstractEventLoop):
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            yield
            group.cancel_scope.cancel()
        return
    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        # Shielded, since whoever cancels the iteration wants to be told how the run ended.
        with anyio.CancelScope(shield=True):
            await asyncio.wait([task])


def _both(first: OnEvent, options: dict[str, Any]) -> OnEvent:
    """The stream's own hook, and after it the caller's, if there is one.

    The caller's is told also when nobody iterates any more: how a cancelled run ended.
    """
    second: OnEvent | None = options.get("on_event")

    def tell(event: Event) -> None:
        with suppress(anyio.BrokenResourceError):
            first(event)
        if second is not None:
            second(event)

    return tell


stream_with_tools = _streaming(run_with_tools)
