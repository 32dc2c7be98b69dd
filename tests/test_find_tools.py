"""The way back from a trim: what was not selected is found, added, and never called unasked."""

from __future__ import annotations

from functools import partial

import pytest

import callwright
from callwright import Tool, Tools, tool
from callwright.core.view import original
from callwright.trim.budget import tokens_of

CALLED: list[str] = []


@tool
def close_issue(number: int) -> str:
    """Close an issue."""
    CALLED.append("close_issue")
    return f"closed {number}"


@tool
def find_user(name: str) -> str:
    """Find a user by name."""
    CALLED.append("find_user")
    return f"{name} is 7"


FILLING = [Tool(f"tool_{n}", f"Do thing number {n}") for n in range(30)]
TOOLS = Tools([*FILLING, close_issue, find_user])
KEEP_ONE = [("k", "keep_tools", {"names": ["find_user"]})]


@pytest.fixture(autouse=True)
def nothing_called():
    """Each test counts from nothing."""
    CALLED.clear()


def offered(model, turn):
    """The names of the tools that a turn offered."""
    return [each.name for each in model.turns[turn].tools]


def run(model, **options):
    """A run whose tools are trimmed."""
    trim = partial(callwright.auto_trim_tools, **options)
    return callwright.run_with_tools(model, "Who is Ada?", TOOLS, trim_function=trim)


def test_what_was_trimmed_is_found_added_and_called(scripted):
    """A wrong trim costs a round, not the answer."""
    model = scripted(
        KEEP_ONE,
        [("1", "find_tools", {"query": "close an issue"})],
        [("2", "close_issue", {"number": 3})],
        "done",
    )
    answer = run(model)
    assert offered(model, 1) == ["find_user", "find_tools"]
    assert "close_issue" in offered(model, 2)
    assert "- close_issue: Close an issue." in answer.calls[0].result.content
    assert CALLED == ["close_issue"]
    assert answer.text == "done"


def test_a_call_of_a_trimmed_tool_is_refused_and_told_the_way(scripted):
    """A name that the model remembers from elsewhere is not executed, and can be had by asking."""
    model = scripted(
        KEEP_ONE,
        [("1", "close_issue", {"number": 3})],
        [("2", "find_tools", {"query": "close_issue"})],
        [("3", "close_issue", {"number": 3})],
        "done",
    )
    answer = run(model)
    refused, found, called = answer.calls
    assert refused.result.is_error
    assert "'close_issue' was not selected" in refused.result.content
    assert "call find_tools with its name" in refused.result.content
    assert found.result.content.splitlines()[1] == "- close_issue: Close an issue."
    assert called.result.content == "closed 3"
    assert CALLED == ["close_issue"]


def test_it_can_be_switched_off(scripted):
    """Without it there is no tool more, and a trimmed tool is refused all the same."""
    model = scripted(KEEP_ONE, [("1", "close_issue", {"number": 3})], "done")
    answer = run(model, find_tools=False)
    assert offered(model, 1) == ["find_user"]
    assert answer.calls[0].result.content.endswith("Use those you were given.")
    assert CALLED == []


def test_a_name_that_no_tool_has_is_told_as_before(scripted):
    """What was never there is unknown, not unselected."""
    model = scripted(KEEP_ONE, [("1", "invented", {})], "done")
    assert "no tool 'invented'" in run(model).calls[0].result.content


def test_where_nothing_was_trimmed_there_is_nothing_to_find(scripted):
    """A few tools are offered as they are."""
    model = scripted("done")
    callwright.run_with_tools(model, "Ada?", TOOLS[-2:], trim_function=callwright.auto_trim_tools)
    assert offered(model, 0) == ["close_issue", "find_user"]


def test_tools_that_were_trimmed_before_the_run_have_the_way_back_too(scripted):
    """`auto_trim_tools` called by hand, its result given to a run."""
    kept = callwright.auto_trim_tools(TOOLS, scripted(KEEP_ONE), "Who is Ada?")
    model = scripted("done")
    callwright.run_with_tools(model, "Who is Ada?", kept)
    assert offered(model, 0) == ["find_user", "find_tools"]


def test_a_tool_more_does_not_close_the_way_back(scripted):
    """What was trimmed and added to has the way back all the same."""
    kept = callwright.auto_trim_tools(TOOLS, scripted(KEEP_ONE), "Who is Ada?")
    model = scripted("done")
    callwright.run_with_tools(model, "Who is Ada?", kept + [Tool("hammer", "A hammer")])  # noqa: RUF005
    assert offered(model, 0) == ["find_user", "hammer", "find_tools"]


def test_a_callers_own_tool_of_that_name_is_left_alone(scripted):
    """The built-in one takes another name."""
    own = Tool("find_tools", "Find a hammer")
    model = scripted(KEEP_ONE, "done")
    callwright.run_with_tools(
        model, "Who is Ada?", [*TOOLS, own], trim_function=callwright.auto_trim_tools
    )
    assert offered(model, 1) == ["find_user", "find_tools_2"]


def test_no_tool_needed_leaves_the_way_back(scripted):
    """The model may say that no tool is needed; if it erred, it can still find one."""
    none = [("k", "keep_tools", {"names": [], "no_tool_needed": True})]
    model = scripted(none, [("1", "find_tools", {"query": "user"})], "done")
    answer = run(model)
    assert offered(model, 1) == ["find_tools"]
    assert "find_user" in offered(model, 2)
    assert answer.events[1].trim.asked.no_tool_needed


def test_without_a_way_back_no_tool_needed_is_not_believed(scripted):
    """Else it would be a dead end."""
    none = [("k", "keep_tools", {"names": [], "no_tool_needed": True})]
    model = scripted(none, "done")
    run(model, find_tools=False)
    assert offered(model, 1)


def test_what_is_found_stays_within_the_budget(scripted):
    """Tools that were never called give their room; those that were called stay."""
    costs = tokens_of(find_user), tokens_of(close_issue)
    model = scripted(
        KEEP_ONE,
        [("1", "find_user", {"name": "Ada"})],
        [("2", "find_tools", {"query": "close_issue"})],
        [("3", "close_issue", {"number": 3})],
        "done",
    )
    run(model, token_budget=max(costs) + 5)
    assert offered(model, 3) == ["find_user", "find_tools"]
    assert CALLED == ["find_user"]
    model = scripted(KEEP_ONE, [("2", "find_tools", {"query": "close_issue"})], "done")
    answer = run(model, token_budget=max(costs) + 5)
    assert offered(model, 2) == ["find_tools", "close_issue"]
    assert "- close_issue" in answer.calls[0].result.content


def test_a_provider_takes_no_more_tools_than_it_takes(scripted):
    """Found tools keep to the most that the model's profile allows."""

    class Profile:
        max_tools = 4

    model = scripted(
        KEEP_ONE, *[[(str(n), "find_tools", {"query": "thing"})] for n in range(5)], ""
    )
    model.profile = Profile()
    run(model)
    assert {len(turn.tools) for turn in model.turns[1:]} <= {2, 3}


def test_an_unexecuted_run_has_no_built_in_tool(scripted):
    """With execute=False every call comes back, and nobody could execute a search."""
    model = scripted(KEEP_ONE, [("1", "find_user", {"name": "Ada"})])
    callwright.run_with_tools(
        model, "Ada?", TOOLS, trim_function=callwright.auto_trim_tools, execute=False
    )
    assert offered(model, 1) == ["find_user"]


def test_an_empty_search_is_told_what_to_do(scripted):
    """The model reads how to mend it."""
    model = scripted(KEEP_ONE, [("1", "find_tools", {"query": " "})], "done")
    assert "say in a few words" in run(model).calls[0].result.content


def test_a_tool_that_cannot_be_called_is_not_offered(scripted, monkeypatch):
    """One whose credential is missing is told as such, and does not end the run."""
    monkeypatch.delenv("NOWHERE_KEY", raising=False)
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "Zoo", "version": "1"},
        "servers": [{"url": "http://127.0.0.1:9"}],
        "paths": {"/zebras": {"get": {"operationId": "list_zebras", "summary": "List all zebras"}}},
    }
    zoo = callwright.create_tools_from_openapi_spec(
        spec,
        overrides=[callwright.Override("*", headers={"x-key": callwright.env("NOWHERE_KEY")})],
    )
    model = scripted(KEEP_ONE, [("1", "find_tools", {"query": "zebras"})], "done")
    answer = callwright.run_with_tools(
        model, "Ada?", TOOLS + zoo, trim_function=callwright.auto_trim_tools
    )
    assert "list_zebras cannot be called here" in answer.calls[0].result.content
    assert "NOWHERE_KEY" not in answer.calls[0].result.content
    assert offered(model, 2) == ["find_user", "find_tools"]


def test_the_tools_handed_on_are_the_originals_or_views_of_them(scripted):
    """What is found and shrunk executes as the original does."""
    kept = callwright.auto_trim_tools(TOOLS, scripted(KEEP_ONE), "Who is Ada?", token_budget=30)
    assert [original(each) for each in kept] == [find_user]
