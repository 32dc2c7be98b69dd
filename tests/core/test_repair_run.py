"""In a run, what a model wrote is mended before it is checked, and the events tell of it."""

from __future__ import annotations

import pytest

import callwright
from callwright import tool
from callwright.core.events.event import CallFinished
from callwright.core.repair.change import Repair
from callwright.errors import ArgumentsInvalid


@tool
def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


def finished(answer: callwright.Answer) -> CallFinished:
    """The one call of a run."""
    (call,) = answer.calls
    return call


def test_a_repair_is_told_by_the_event(scripted):
    """The call is executed as it was meant; the event says what was changed."""
    model = scripted([("1", "add", '{"a": "2", "B": 3}')], "5")
    answer = callwright.run_with_tools(model, "add", [add])
    call = finished(answer)
    assert call.result.content == "5"
    assert call.repairs == (
        Repair(path="/b", what='the name "B" was read as "b"'),
        Repair(path="/a", what='"2" was read as 2'),
    )
    assert call.arguments == {"a": 2, "b": 3}
    assert str(call).endswith('; repaired /b: the name "B" was read as "b"; /a: "2" was read as 2')
    assert call in answer.events


def test_the_transcript_keeps_what_the_model_wrote(scripted):
    """The messages and the event's call are as they came."""
    written = '{"a": "2", "b": 3}'
    model = scripted([("1", "add", written)], "5")
    answer = callwright.run_with_tools(model, "add", [add])
    (call,) = model.turns[1].messages[1].tool_calls
    assert (call.raw_arguments, call.arguments) == (written, {"a": "2", "b": 3})
    assert finished(answer).call == call


def test_nothing_is_told_where_nothing_is_repaired(scripted):
    """A call whose arguments fit has no repairs."""
    answer = callwright.run_with_tools(scripted([("1", "add", {"a": 1, "b": 1})], "2"), "go", [add])
    call = finished(answer)
    assert (call.repairs, call.repaired, call.arguments) == ((), None, {"a": 1, "b": 1})
    assert "repaired" not in str(call)


def test_what_is_left_is_told_of_the_mended_arguments(scripted):
    """The model reads what is still wrong, what is expected there, and what was understood."""
    model = scripted([("1", "add", {"arguments": {"a": "1"}})], "sorry")
    call = finished(callwright.run_with_tools(model, "go", [add]))
    assert call.result.content == (
        "The arguments do not fit: b is required. Expected: {a: integer, b: integer}. "
        'Understood so far: the arguments were taken out of "arguments"; /a: "1" was read as 1.'
    )
    assert (call.repairs, call.arguments) == ((), {"arguments": {"a": "1"}})


def test_what_is_approved_is_what_is_executed(scripted):
    """A hook that approves sees the arguments after the repair."""
    seen: list[object] = []

    def approve(request: callwright.ApprovalRequest) -> bool:
        seen.extend((request.arguments, request.call.arguments))
        return True

    model = scripted([("1", "add", {"a": "1", "b": 1})], "2")
    callwright.run_with_tools(model, "go", [add], approve=approve)
    assert seen == [{"a": 1, "b": 1}, {"a": 1, "b": 1}]


def test_without_validation_nothing_is_repaired(scripted):
    """Unchecked arguments reach the tool as they came."""
    seen: list[object] = []

    @tool(parameters={"type": "object", "properties": {"n": {"type": "integer"}}})
    def take(n: object) -> str:
        """Take anything."""
        seen.append(n)
        return "taken"

    model = scripted([("1", "take", {"n": "5"})], "ok")
    answer = callwright.run_with_tools(model, "go", [take], strict_validation=False)
    assert (seen, finished(answer).repairs) == (["5"], ())


def test_a_caller_of_a_tool_is_told_of_a_mistake():
    """What a programmer gives is not mended unasked."""
    assert add.call({"a": "1", "b": 1}).is_error
    repaired = add.repair({"a": "1", "b": 1})
    assert (repaired.arguments, add.call(repaired.arguments).content) == ({"a": 1, "b": 1}, "2")


def test_a_caller_can_take_what_fits():
    """Arguments that fit are given back as they are; those that cannot be mended raise."""
    arguments = {"a": 1, "b": 1}
    assert add.repair(arguments).arguments is arguments
    with pytest.raises(ArgumentsInvalid, match='a is "x" but must be of type integer'):
        add.repair({"a": "x", "b": "1"})
