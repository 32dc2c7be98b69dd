"""What goes unasked, what is asked, what is refused; and that what was approved is what is done."""

from __future__ import annotations

import json
from typing import Any

import pytest

import callwright
from callwright import Tool, ToolResult, tool
from callwright.core.approval import ApprovalRequest, Policy
from callwright.core.message import ToolCall
from callwright.errors import ConfigurationError


def recording(effect: Any, name: str = "act") -> tuple[Tool, list[dict[str, Any]]]:
    """A tool of an effect, and the arguments that it was executed with."""
    done: list[dict[str, Any]] = []

    @tool(name=name, effect=effect, parameters={"properties": {"n": {"type": "integer"}}})
    def act(**arguments: Any) -> str:
        """Act."""
        done.append(arguments)
        return "done"

    return act, done


@pytest.mark.parametrize(
    ("allow", "goes"),
    [
        (None, ["read", "write"]),
        ("read", ["read"]),
        ("write", ["read", "write"]),
        ("all", ["read", "write", "destructive"]),
    ],
)
def test_what_goes_where_nobody_can_be_asked(scripted, allow, goes):
    """A level lets its effects go; reads and writes go unless a level is given."""
    for effect in ("read", "write", "destructive"):
        act, done = recording(effect)
        model = scripted([("1", "act", {"n": 1})], "ok")
        answer = callwright.run_with_tools(model, "go", [act], allow=allow)
        assert bool(done) is (effect in goes)
        assert answer.calls[0].result.is_error is (effect not in goes)


@pytest.mark.parametrize(
    ("allow", "asked"),
    [
        (None, ["read", "write", "destructive"]),
        ("read", ["write", "destructive"]),
        ("write", ["destructive"]),
        ("all", []),
    ],
)
def test_what_is_asked_where_somebody_can_be(scripted, allow, asked):
    """A hook is asked about what a level does not let go; about everything without a level."""
    seen: list[str] = []
    for effect in ("read", "write", "destructive"):
        act, done = recording(effect)
        model = scripted([("1", "act", {"n": 1})], "ok")
        callwright.run_with_tools(
            model, "go", [act], allow=allow, approve=lambda r: seen.append(r.effect) or True
        )
        assert done == [{"n": 1}]
    assert seen == asked


def test_a_call_that_nobody_approved_is_told_with_what_it_would_have_been(scripted):
    """The model reads why, what, and what to do; the caller how to let it go."""
    act, done = recording("destructive")
    model = scripted([("1", "act", {"n": 1})], "ok")
    answer = callwright.run_with_tools(model, "go", [act])
    assert done == []
    assert answer.calls[0].result.content == (
        'Not executed: the call is destructive, and nobody has approved it: act({"n":1}). '
        "Do not try it another way; say what you would have done. Whoever runs this lets such "
        'calls go by approve=, tool_rules= or allow="all".'
    )


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ({}, "ask"),
        ({"act": "allow"}, "allow"),
        ({"a*": "refuse"}, "refuse"),
        ({"b*": "refuse"}, "ask"),
        ({"*": "refuse", "act": "allow"}, "allow"),
        ({"act": "allow", "*": "refuse"}, "refuse"),
        ({"A*": "allow"}, "ask"),
    ],
)
def test_the_last_rule_that_fits_holds(rules, verdict):
    """A rule is over a tool's effect, and a later rule over an earlier one."""
    act, _ = recording("destructive")
    assert Policy(allow="write", rules=rules).verdict(act, can_ask=True) == verdict


def test_a_rule_can_refuse_a_read_and_ask_for_it(scripted, tool_results):
    """`refuse` refuses unasked; `ask` asks, whatever the level."""
    look, looked = recording("read", "look")
    peek, peeked = recording("read", "peek")
    asked: list[str] = []
    answer = callwright.run_with_tools(
        scripted([("1", "look", {"n": 1}), ("2", "peek", {"n": 2})], "ok"),
        "go",
        [look, peek],
        allow="all",
        tool_rules={"look": "refuse", "pe*": "ask"},
        approve=lambda request: bool(asked.append(request.tool.name)),
    )
    assert (looked, peeked, asked) == ([], [], ["peek"])
    told = tool_results(answer.messages)
    assert told["1"].startswith("Not executed: the caller's rules refuse the tool 'look'.")
    assert told["2"].startswith("The call was refused by the user.")


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"allow": "delete"}, r"allow='delete' is no level\. Use 'read', 'write' or 'all'\."),
        ({"allow": ["read"]}, r"is no level"),
        ({"tool_rules": ["act"]}, r"tool_rules=\['act'\] is no mapping"),
        ({"tool_rules": {"act": "deny"}}, r"The rule 'deny' for the tool 'act' is not known"),
        ({"tool_rules": {"atc": "refuse"}}, r"The rule for the tool 'atc' is for none of the to"),
    ],
)
def test_a_slip_of_the_pen_is_raised_before_the_model_is_asked(scripted, options, fault):
    """A word that is not known, or a name that is none, would let go what should not."""
    act, _ = recording("write")
    model = scripted("ok")
    with pytest.raises(ConfigurationError, match=fault):
        callwright.run_with_tools(model, "go", [act], **options)
    assert model.turns == []


def test_edited_arguments_are_those_of_the_call_and_the_model_knows(scripted, tool_results):
    """A hook may give other arguments; the result says so, or the model would tell an untruth."""
    act, done = recording("write")
    answer = callwright.run_with_tools(
        scripted([("1", "act", {"n": 100})], "ok"),
        "go",
        [act],
        approve=lambda request: request.edited({**request.arguments, "n": 5}),
    )
    assert done == [{"n": 5}]
    assert json.loads(tool_results(answer.messages)["1"]) == {
        "note": "The user changed the arguments before the call; it was made with these.",
        "arguments": {"n": 5},
        "result": "done",
    }
    assert answer.calls[0].result.value == "done"


def test_edited_arguments_that_do_not_fit_are_not_used(scripted, tool_results):
    """They are checked as the model's own are."""
    act, done = recording("write")
    answer = callwright.run_with_tools(
        scripted([("1", "act", {"n": 100})], "ok"),
        "go",
        [act],
        approve=lambda request: request.edited({"n": "five"}),
    )
    assert done == []
    assert tool_results(answer.messages)["1"].startswith(
        'Not executed: as the user changed them, The arguments do not fit: n is "five"'
    )


@pytest.mark.parametrize("decision", [None, 1, "", [], object()])
def test_only_true_lets_a_call_go(scripted, decision):
    """A hook that forgets to return is no consent."""
    act, done = recording("write")
    callwright.run_with_tools(
        scripted([("1", "act", {"n": 1})], "ok"), "go", [act], approve=lambda request: decision
    )
    assert done == []


def test_arguments_that_were_changed_in_place_are_not_what_was_approved(scripted, tool_results):
    """The hash is of what was shown."""
    act, done = recording("write")

    def approve(request: ApprovalRequest) -> bool:
        request.arguments["n"] = 2  # type: ignore[index]
        return True

    answer = callwright.run_with_tools(
        scripted([("1", "act", {"n": 1})], "ok"), "go", [act], approve=approve
    )
    assert done == []
    assert "no longer the one that was approved" in tool_results(answer.messages)["1"]


def test_a_dry_run_executes_nothing_and_asks_nobody(scripted, tool_results):
    """Each call's result is what it would have been; a refused tool stays refused."""
    act, done = recording("destructive")
    look, looked = recording("read", "look")
    answer = callwright.run_with_tools(
        scripted([("1", "act", {"n": 1}), ("2", "look", {"n": 2})], "ok"),
        "go",
        [act, look],
        dry_run=True,
        tool_rules={"look": "refuse"},
        approve=lambda request: pytest.fail("asked in a dry run"),
    )
    assert (done, looked) == ([], [])
    told = tool_results(answer.messages)
    assert json.loads(told["1"]) == {
        "dry_run": "This is a dry run: nothing was sent.",
        "tool": "act",
        "arguments": {"n": 1},
    }
    assert "rules refuse" in told["2"]


def test_reading_on_in_a_result_asks_nobody(scripted):
    """What stays inside of the run needs no consent, whatever the rules say of tools."""

    @tool(effect="read")
    def tell() -> list[int]:
        """Tell much."""
        return list(range(20_000))

    asked: list[str] = []
    answer = callwright.run_with_tools(
        scripted([("1", "tell", {})], [("2", "read_result", {"handle": "r1", "limit": 2})], "ok"),
        "go",
        [tell],
        approve=lambda request: asked.append(request.tool.name) or True,
        limits=callwright.Limits(result_tokens=100),
    )
    assert asked == ["tell"]
    assert answer.calls[1].result.value == [0, 1]


def test_a_request_holds_a_copy_of_the_arguments():
    """Whoever holds the model's arguments cannot change what a person is looking at."""
    act, _ = recording("write")
    given: dict[str, Any] = {"n": 1}
    call = ToolCall(id="1", name="act", arguments=given)
    request = ApprovalRequest.of(act, call, given)
    given["n"] = 2
    assert request.arguments == {"n": 1}
    assert request.hash == act.digest({"n": 1}) != act.digest({"n": 2})


def test_results_of_edited_calls_keep_what_else_they_are(scripted):
    """A failure stays one."""

    @tool
    def fail(n: int) -> ToolResult:
        """Fail."""
        return ToolResult.failure(f"no {n}")

    answer = callwright.run_with_tools(
        scripted([("1", "fail", {"n": 1})], "ok"),
        "go",
        [fail],
        approve=lambda request: request.edited({"n": 2}),
    )
    assert answer.calls[0].result.is_error
    assert json.loads(answer.calls[0].result.content)["result"] == "no 2"
