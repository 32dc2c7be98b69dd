"""When things began and ended in a run."""

from __future__ import annotations

from callwright.core.events.event import CallFinished, CallStarted, ModelAsked, ToolsTrimmed
from callwright.core.message import ToolCall
from callwright.core.tool import ToolResult
from callwright.notebook.span import Span, read_spans


def test_spans_are_the_turns_and_the_calls(run):
    """Each turn and each call is a span of its own, in the order in which they began."""
    assert read_spans(run.events) == [
        Span(kind="model", label="model", start=0.0, end=0.5, note="1,265 tokens"),
        Span(kind="call", label="search_books", start=0.5, end=0.9, note="200 · 18.2 kB"),
        Span(kind="failed", label="remove_book", start=0.5, end=1.0, note="404 · 99 B"),
        Span(kind="model", label="model", start=1.0, end=1.5, note="1,265 tokens"),
    ]


def test_the_choice_of_tools_takes_its_time():
    """A trim pass is a span before the model's first turn."""
    trimmed = ToolsTrimmed(at=0.75, given=1_223, kept=("a", "b"), seconds=0.5)
    assert read_spans([trimmed]) == [
        Span(kind="trim", label="choose tools", start=0.25, end=0.75, note="2 of 1,223 tools")
    ]


def test_a_call_cut_short_is_as_long_as_it_ran():
    """A call that a limit answers at the run's end began when it was started."""
    call = ToolCall.parse("1", "slow", {})
    events = [
        CallStarted(at=1.0, round=1, call=call, effect="read"),
        CallFinished(
            at=4.0, round=1, call=call, result=ToolResult.failure("Time is over."), seconds=0.0
        ),
    ]
    assert read_spans(events) == [
        Span(kind="failed", label="slow", start=1.0, end=4.0, note="failed")
    ]


def test_what_never_ended_is_cut_off_at_the_end():
    """A turn without a reply and a call without a result last until the last event."""
    call = ToolCall.parse("1", "slow", {})
    events = [
        ModelAsked(at=0.5, round=1),
        CallStarted(at=1.0, round=1, call=call, effect="read"),
        ModelAsked(at=2.0, round=2),
    ]
    assert [(s.kind, s.label, s.start, s.end, s.note) for s in read_spans(events)] == [
        ("failed", "model", 0.5, 2.0, "cut off"),
        ("failed", "slow", 1.0, 2.0, "cut off"),
        ("failed", "model", 2.0, 2.0, "cut off"),
    ]


def test_no_events_are_no_spans():
    """An outcome that was made by hand may have no events."""
    assert read_spans([]) == []
