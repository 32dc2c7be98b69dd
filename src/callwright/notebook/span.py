"""When things began and ended in a run, read from its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from callwright.core.events.event import (
    CallFinished,
    CallStarted,
    Event,
    ModelAsked,
    ModelReplied,
    ToolsTrimmed,
)
from callwright.core.tool import ToolResult
from callwright.notebook.unit import counted, size

__all__ = ["Kind", "Span", "read_spans"]

Kind: TypeAlias = Literal["trim", "model", "call", "failed"]
"""What takes the time: the choice of tools, a turn of the model, a call, or one that failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One stretch of a run's time, in seconds since the run began."""

    kind: Kind
    label: str
    start: float
    end: float
    note: str = ""
    """What came of it, in a few words."""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start


def read_spans(events: Sequence[Event]) -> list[Span]:
    """The spans of a run in the order in which they began, those never ended included."""
    end = max((event.at for event in events), default=0.0)
    began = {event.call.id: event for event in events if isinstance(event, CallStarted)}
    spans = [_model_span(event) for event in events if isinstance(event, ModelReplied)]
    spans += [_trim_span(event) for event in events if isinstance(event, ToolsTrimmed)]
    spans += [_call_span(event, began) for event in events if isinstance(event, CallFinished)]
    return sorted([*spans, *_unfinished(events, began, end)], key=lambda span: span.start)


def _model_span(event: ModelReplied) -> Span:
    used = event.usage.total_tokens
    return Span(
        kind="model",
        label="model",
        start=max(0.0, event.at - event.seconds),
        end=event.at,
        note=counted(used, "token") if used else "",
    )


def _trim_span(event: ToolsTrimmed) -> Span:
    return Span(
        kind="trim",
        label="choose tools",
        start=max(0.0, event.at - event.seconds),
        end=event.at,
        note=f"{len(event.kept):,} of {event.given:,} tools",
    )


def _call_span(event: CallFinished, began: Mapping[str, CallStarted]) -> Span:
    # A call that the run's end cut short is answered then, without a duration of its own.
    started = began.get(event.call.id)
    return Span(
        kind="failed" if event.result.is_error else "call",
        label=event.name,
        start=max(0.0, event.at - event.seconds) if started is None else started.at,
        end=event.at,
        note=_exchange(event.result),
    )


def _unfinished(
    events: Sequence[Event], began: Mapping[str, CallStarted], end: float
) -> list[Span]:
    """What was under way when the run ended: a limit of seconds cuts it off."""
    replied = {event.round for event in events if isinstance(event, ModelReplied)}
    finished = {event.call.id for event in events if isinstance(event, CallFinished)}
    open_ = [
        ("model", event.at)
        for event in events
        if isinstance(event, ModelAsked) and event.round not in replied
    ]
    open_ += [(event.call.name, event.at) for id_, event in began.items() if id_ not in finished]
    return [
        Span(kind="failed", label=label, start=at, end=end, note="cut off") for label, at in open_
    ]


def _exchange(result: ToolResult) -> str:
    exchange = result.exchange
    if exchange is None:
        return "failed" if result.is_error else ""
    if exchange.status is None:
        return "no answer" if exchange.attempts else "not sent"
    return f"{exchange.status} · {size(exchange.response_bytes)}"
