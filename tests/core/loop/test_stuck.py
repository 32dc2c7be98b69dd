"""A model that goes round in circles is told so, and then stopped."""

from __future__ import annotations

import callwright
from callwright import Limits, Tool, ToolResult, tool


@tool
def fail(text: str = "") -> str:
    """Fail."""
    raise RuntimeError(text)


class Reading(Tool):
    """Reads the next of its values; the last one again and again."""

    def __init__(self, name: str, *values: str) -> None:
        super().__init__(name, effect="read")
        self.values = list(values)
        self.asked = 0

    @property
    def is_executable(self) -> bool:
        """It is."""
        return True

    async def run(self, arguments):
        """Read."""
        self.asked += 1
        return ToolResult.of(self.values.pop(0) if len(self.values) > 1 else self.values[0])


def call(name: str, **arguments: object) -> list[dict[str, object]]:
    """One call as a step of a script."""
    return [{"name": name, "arguments": arguments}]


def endless(scripted, *steps: object):
    """A model that repeats its steps until no tool may be used."""

    def next_step(turn):
        if turn.tool_choice == "none":
            return "I give up."
        rounds = sum(message.role == "assistant" for message in turn.messages)
        return steps[rounds % len(steps)]

    return scripted(next_step, repeat=True)


def notices(answer) -> list[str]:
    """Why the model was told that it is stuck."""
    return [event.reason for event in answer.events if event.kind == "stuck_noticed"]


def test_a_call_that_keeps_failing_is_not_made_a_third_time(scripted):
    """It is told of it, and when it asks once more, asked for an answer without tools."""
    answer = callwright.run_with_tools(endless(scripted, call("fail", text="no")), "go", [fail])
    told = [finished.result.content for finished in answer.calls]
    assert told[:2] == ["The tool failed: RuntimeError: no"] * 2
    assert told[2].startswith("Not executed: this same call has failed 2 times in a row.")
    assert (answer.stop_reason, answer.text, len(told)) == ("stuck", "I give up.", 4)
    assert notices(answer) == ["failing", "failing"]


def test_a_told_model_may_go_another_way(scripted):
    """After the word on it, another call is as good as any."""
    failing = call("fail", text="no")
    reading = Reading("read", "42")
    model = scripted(failing, failing, failing, call("read"), "It is 42.")
    answer = callwright.run_with_tools(model, "go", [fail, reading])
    assert (answer.stop_reason, answer.text) == ("answered", "It is 42.")


def test_other_arguments_are_another_call(scripted):
    """What changes between the calls is no circle."""
    steps = [call("fail", text=str(number)) for number in range(6)]
    answer = callwright.run_with_tools(scripted(*steps, "Sorry."), "go", [fail])
    assert (answer.stop_reason, notices(answer)) == ("answered", [])


def test_an_unknown_tool_asked_for_again_is_a_failure_like_others(scripted):
    """The model does not go on calling what does not exist."""
    answer = callwright.run_with_tools(endless(scripted, call("nope")), "go", [fail])
    assert (answer.stop_reason, len(answer.calls)) == ("stuck", 4)


def test_a_poll_whose_result_changes_is_let_go_on(scripted):
    """Asking for the state of things is sensible while it changes, and for a while when not."""
    changing = Reading("state", *[f"{number} %" for number in range(9)])
    model = scripted(*[call("state")] * 9, "Done.")
    answer = callwright.run_with_tools(model, "go", [changing], max_recursive_tool_runs=20)
    assert (answer.stop_reason, changing.asked, notices(answer)) == ("answered", 9, [])
    waiting = Reading("state", *["pending"] * 5, "done")
    model = scripted(*[call("state")] * 6, "Done.")
    answer = callwright.run_with_tools(model, "go", [waiting])
    assert (answer.stop_reason, waiting.asked, notices(answer)) == ("answered", 6, [])


def test_a_result_that_never_changes_is_enough_at_last(scripted):
    """A read goes twice as often as `repeats`; then the model is told, then it is ended."""
    reading = Reading("state", "pending")
    answer = callwright.run_with_tools(
        endless(scripted, call("state")), "go", [reading], max_recursive_tool_runs=50
    )
    assert (answer.stop_reason, reading.asked, answer.rounds) == ("stuck", 6, 9)
    assert notices(answer) == ["repeating", "repeating"]


def test_two_calls_that_take_turns_are_noticed(scripted):
    """A, B, A, B, each with the result that it had, is a circle, too."""
    one, other = Reading("one", "1"), Reading("other", "2")
    answer = callwright.run_with_tools(
        endless(scripted, call("one"), call("other")), "go", [one, other]
    )
    assert answer.stop_reason == "stuck"
    assert (one.asked, other.asked) == (2, 2)
    assert notices(answer) == ["alternating", "alternating"]


def test_two_polls_that_take_turns_are_none(scripted):
    """While one of them says something new, there is no circle."""
    one, other = Reading("one", *"123456789"), Reading("other", "2")
    model = scripted(*[call("one"), call("other")] * 4, "Done.")
    answer = callwright.run_with_tools(model, "go", [one, other])
    assert (answer.stop_reason, notices(answer)) == ("answered", [])


def test_several_alike_in_one_round_count_once(scripted):
    """Of calls in one round the model has not seen the results, so it has not asked again."""
    model = scripted(call("fail") * 5, "Sorry.")
    answer = callwright.run_with_tools(model, "go", [fail])
    assert (answer.stop_reason, notices(answer), len(answer.calls)) == ("answered", [], 5)


def test_it_can_be_switched_off_and_made_stricter(scripted):
    """`Limits(repeats=)` says how often is enough; None is never."""
    free = callwright.run_with_tools(
        endless(scripted, call("fail")), "go", [fail], limits=Limits(repeats=None)
    )
    assert (free.stop_reason, notices(free)) == ("rounds", [])
    strict = callwright.run_with_tools(
        endless(scripted, call("fail")), "go", [fail], limits=Limits(repeats=1)
    )
    assert (strict.stop_reason, len(strict.calls)) == ("stuck", 3)
