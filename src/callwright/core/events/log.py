"""What happens in a run, told to the standard logger "callwright".

A run's beginning and end, its limits and what it is stopped for are told at INFO, all else at
DEBUG. Arguments, results and texts are not told: what is private to a user is in them.
"""

from __future__ import annotations

import logging

from callwright.core.events.event import (
    CallFinished,
    CallStarted,
    Event,
    LimitReached,
    ModelReplied,
    RunFinished,
    RunStarted,
    StuckNoticed,
)

__all__ = ["log_event"]

_LOGGER = logging.getLogger("callwright")
_LOGGER.addHandler(logging.NullHandler())
_IMPORTANT = (RunStarted, LimitReached, StuckNoticed, RunFinished)
_MAX_NAME = 80


def log_event(event: Event) -> None:
    """Log one event, if anybody listens."""
    level = logging.INFO if isinstance(event, _IMPORTANT) else logging.DEBUG
    if _LOGGER.isEnabledFor(level):
        _LOGGER.log(level, "%s", _told(event), extra={"callwright_event": event.kind})


def _told(event: Event) -> str:
    if isinstance(event, (CallStarted, StuckNoticed)):
        return f"{event.kind} {_visible(event.call.name)}"
    if isinstance(event, CallFinished):
        exchange = event.result.exchange
        status = f" {exchange.status}" if exchange and exchange.status else ""
        mark = "failed" if event.result.is_error else "ok"
        return f"{event.kind} {_visible(event.name)} {mark}{status} in {event.seconds:.3f} s"
    if isinstance(event, ModelReplied):
        usage = event.usage
        return (
            f"{event.kind} in round {event.round} after {event.seconds:.3f} s, "
            f"{len(event.message.tool_calls)} calls, {usage.input_tokens} tokens in, "
            f"{usage.output_tokens} out"
        )
    if isinstance(event, (RunStarted, RunFinished, LimitReached)):
        return f"{event.kind} {event}"
    return event.kind


def _visible(name: str) -> str:
    """A name that a model wrote may hold line breaks and worse, which would forge lines."""
    return ascii(name[:_MAX_NAME])
