"""A trim in a notebook: as what the trimmed tools show, and within a run's card."""

from __future__ import annotations

from functools import partial

import callwright
from callwright import Tool, Tools

SCHEMA = {
    "type": "object",
    "properties": {f"p{n}": {"type": "string", "description": "Words. " * 40} for n in range(9)},
}
TOOLS = Tools(
    [
        Tool("find_user", "Find a user <b>by</b> name", SCHEMA, effect="read"),
        Tool("close_issue", "Close an issue"),
        *(Tool(f"tool_{n}", f"Do thing {n}") for n in range(30)),
    ]
)
CHOICE = [("1", "keep_tools", {"names": ["find_user", "close_issue", "no & <never"]})]


def rows(page):
    """The cells of the table's rows, as text."""
    return [
        ["".join(cell.itertext()) for cell in row] for row in page.find(".//table/tbody").iter("tr")
    ]


def test_trimmed_tools_show_why_and_at_what_cost(scripted, parsed, told_by):
    """A row a tool: what it can do, what it costs, and what was done to its definition."""
    kept = callwright.auto_trim_tools(TOOLS, scripted(CHOICE), "Close it", token_budget=400)
    page = parsed(kept._repr_html_())
    first, second = rows(page)
    assert first[:2] == ["find_user", "read"]
    assert "descriptions" in first[2]
    assert second[3] == "chosen by the model"
    caption = told_by(page.find(".//caption"))
    assert caption.startswith("2 of 32 tools · ~")
    assert "% saved" in caption
    assert "No tool is called no & <never." in told_by(page)


def test_a_runs_card_holds_its_trim(scripted, parsed, told_by):
    """Folded, with the reason why the ranking stood in."""
    trim = partial(callwright.auto_trim_tools, limit=1)
    answer = callwright.run_with_tools(scripted("", "done"), "Close it", TOOLS, trim_function=trim)
    page = parsed(answer._repr_html_())
    assert "tools chosen 1 of 32 tools" in told_by(page)
    assert "The ranking chose, because the answer is empty." in told_by(page)
    assert rows(page)[0][0] == "close_issue"


def test_tools_that_were_not_trimmed_show_themselves_as_ever(parsed, told_by):
    """The table of operations."""
    assert "what it does" in told_by(parsed(TOOLS._repr_html_()))
