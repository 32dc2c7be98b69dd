"""Auto-trim: the ranking first, then a model's choice, never an empty or an invented one."""

from __future__ import annotations

import pytest

import callwright
from callwright import Tool, Tools
from callwright.errors import ModelUnavailable

TOOLS = Tools(
    [
        *(Tool(f"tool_{n}", f"Do thing number {n}") for n in range(30)),
        Tool("find_user", "Find a user by name"),
        Tool("close_issue", "Close an issue"),
        Tool("list_issues", "List the issues of a user"),
    ]
)
QUESTION = "Close the issues of the user Ada"


def keep(*names: str) -> list[tuple[str, str, object]]:
    """A model's call that keeps tools by their names."""
    return [("1", "keep_tools", {"names": list(names)})]


def names(tools: Tools) -> list[str]:
    """The names of tools."""
    return [tool.name for tool in tools]


def test_a_few_tools_need_no_trimming(scripted):
    """Where there are no more than are kept anyway, the model is not asked."""
    few = TOOLS[:5]
    assert names(callwright.auto_trim_tools(few, scripted(), QUESTION)) == names(few)


def test_the_model_chooses_from_names_and_summaries(scripted):
    """The model sees a line per tool and is forced to name those to keep."""
    model = scripted(keep("close_issue", "find_user"))
    kept = callwright.auto_trim_tools(TOOLS, model, QUESTION)
    assert sorted(names(kept)) == ["close_issue", "find_user"]
    (turn,) = model.turns
    assert "\nlist_issues: List the issues of a user\n" in turn.messages[0].text
    assert "\nclose_issue\n" in turn.messages[0].text
    assert turn.messages[-1].text == QUESTION
    assert turn.tool_choice == "keep_tools"


@pytest.mark.parametrize(
    "reply",
    [
        keep(),
        keep("invented"),
        [("1", "keep_tools", "{broken")],
        [("1", "keep_tools", {"names": "close_issue"})],
        [("1", "keep_tools", {"other": 1})],
        "I cannot choose.",
        "",
        ModelUnavailable("gone"),
    ],
    ids=["none", "invented", "broken", "no list", "other", "prose", "empty", "failed"],
)
def test_a_useless_answer_falls_back_to_the_ranking(scripted, reply):
    """Whatever the model says, something is kept, and nothing that does not exist."""
    kept = callwright.auto_trim_tools(TOOLS, scripted(reply), QUESTION, limit=3)
    assert set(names(kept)) == {"find_user", "close_issue", "list_issues"}


@pytest.mark.parametrize(
    "text", ['["close_issue"]', "close_issue", "- close_issue: closes it\n- nothing_else"]
)
def test_a_choice_in_text_is_read(scripted, text):
    """A JSON list, or names one a line, are as good as a call."""
    assert names(callwright.auto_trim_tools(TOOLS, scripted(text), QUESTION)) == ["close_issue"]


def test_a_cheap_model_takes_the_pass(scripted):
    """With cheap_model the run's own model is not asked."""
    kept = callwright.auto_trim_tools(
        TOOLS, scripted(), QUESTION, cheap_model=scripted(keep("find_user"))
    )
    assert names(kept) == ["find_user"]


def test_a_token_budget_holds(scripted):
    """The kept definitions fit the budget; one is kept whatever it costs."""
    everything = keep(*names(TOOLS))
    small = callwright.auto_trim_tools(TOOLS, scripted(everything), QUESTION, token_budget=1)
    assert len(small) == 1
    larger = callwright.auto_trim_tools(TOOLS, scripted(everything), QUESTION, token_budget=120)
    assert 1 < len(larger) < 10


def test_it_serves_as_a_trim_function(scripted):
    """In a run, the kept tools are offered, and the pass is part of the usage and the events."""
    model = scripted(keep("close_issue"), "done")
    answer = callwright.run_with_tools(
        model, QUESTION, TOOLS, trim_function=callwright.aio.auto_trim_tools
    )
    assert [tool.name for tool in model.turns[1].tools] == ["close_issue", "find_tools"]
    assert answer.usage.requests == 2
    started, trimmed, *_ = answer.events
    assert (started.kind, len(started.tools)) == ("run_started", 33)
    assert (trimmed.kind, trimmed.given, trimmed.kept) == ("tools_trimmed", 33, ("close_issue",))


def test_the_blocking_twin_serves_too(scripted):
    """`trim_function=auto_trim_tools` works whichever face it was imported from."""
    model = scripted(keep("close_issue"), "done")
    callwright.run_with_tools(model, QUESTION, TOOLS, trim_function=callwright.auto_trim_tools)
    assert [tool.name for tool in model.turns[1].tools] == ["close_issue", "find_tools"]


def test_a_tool_that_must_be_called_is_kept(scripted):
    """A choice that names a tool outweighs the trim."""
    model = scripted(keep("close_issue"), "done")
    callwright.run_with_tools(
        model,
        QUESTION,
        TOOLS,
        trim_function=callwright.auto_trim_tools,
        tool_choice="tool_3",
    )
    assert [tool.name for tool in model.turns[1].tools] == ["close_issue", "tool_3", "find_tools"]
