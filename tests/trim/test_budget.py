"""A budget of tokens is a contract: what is kept fits it, and the ledger says how."""

from __future__ import annotations

import pytest

from callwright import Tool
from callwright.trim.budget import Choice, cost_of_all, fit, tokens_of
from callwright.trim.prune import STEPS


def tool(name, words=60, parameters=4):
    """A tool of some size."""
    properties = {
        f"p{n}": {"type": "string", "description": "Text. " * 30} for n in range(parameters)
    }
    schema = {"type": "object", "properties": properties, "required": ["p0"]}
    return Tool(name, "Do it. " * words, schema)


CHOICES = [Choice(tool=tool(f"t{n}"), reason="model") for n in range(6)]
WHOLE = sum(tokens_of(choice.tool) for choice in CHOICES)


@pytest.mark.parametrize("budget", [120, 250, 400, 800, 1_500, 3_000, 10_000])
def test_what_is_kept_fits(budget):
    """Whatever the budget is, the definitions as they are offered are within it."""
    fitted = fit(CHOICES, token_budget=budget)
    assert sum(map(tokens_of, fitted.tools)) == fitted.tokens <= budget
    assert [kept.name for kept in fitted.kept] == [each.name for each in fitted.tools]
    assert len(fitted.tools) + len(fitted.left_out) == len(CHOICES)
    for kept in fitted.kept:
        assert kept.steps == STEPS[: len(kept.steps)]
        assert (kept.tokens < kept.whole_tokens) == bool(kept.steps)


def test_nothing_is_done_where_all_fit():
    """Tools that fit whole are the very tools."""
    fitted = fit(CHOICES, token_budget=WHOLE)
    assert list(fitted.tools) == [choice.tool for choice in CHOICES]
    assert fit(CHOICES, token_budget=None).tools == fitted.tools


def test_tools_are_shrunk_before_any_is_left_out():
    """Shorter words cost less than a missing tool."""
    fitted = fit(CHOICES, token_budget=WHOLE // 4)
    assert len(fitted.tools) == len(CHOICES)
    assert all(kept.steps for kept in fitted.kept)


def test_the_same_gives_the_same():
    """There is no chance in it."""
    one, other = fit(CHOICES, token_budget=300), fit(list(CHOICES), token_budget=300)
    assert one.kept == other.kept
    assert [t.definition() for t in one.tools] == [t.definition() for t in other.tools]


def test_a_tool_without_room_makes_room_for_those_after_it():
    """One that cannot fit does not keep out the others."""
    huge = Tool(
        "huge",
        "",
        {
            "type": "object",
            "properties": {f"p{n}": {"type": "string"} for n in range(200)},
            "required": [f"p{n}" for n in range(200)],
        },
    )
    choices = [CHOICES[0], Choice(tool=huge, reason="model"), CHOICES[1]]
    fitted = fit(choices, token_budget=260)
    assert [each.name for each in fitted.tools] == ["t0", "t1"]
    assert fitted.left_out == ("huge",)


def test_one_is_kept_whatever_it_costs():
    """Never nothing: the first, as small as it gets."""
    fitted = fit(CHOICES, token_budget=1)
    assert [kept.name for kept in fitted.kept] == ["t0"]
    assert fitted.tokens < fitted.kept[0].whole_tokens
    assert fit(CHOICES, token_budget=1, least=0).tools == ()


def test_a_provider_takes_so_many():
    """The last ones are left out, and named."""
    assert fit(CHOICES, token_budget=None, most=2).left_out == ("t2", "t3", "t4", "t5")


def test_the_cost_of_many_is_estimated_from_some():
    """Within a few percent where they are alike, and labelled."""
    tools = [tool(f"t{n}", words=n % 9) for n in range(1_000)]
    estimate = cost_of_all(tools)
    counted = sum(map(tokens_of, tools))
    assert not estimate.is_exact
    assert abs(estimate.number - counted) < counted / 20
