"""The closure: what yields the ids that chosen tools need."""

from __future__ import annotations

from tests.trim.api import api

from callwright.trim.closure import closure
from callwright.trim.rank import ToolRanking


def test_the_list_above_a_path_yields_its_id():
    """What is deleted by its id is found in the list one segment above."""
    tools = api("GET /books", "DELETE /books/{book_id}", "GET /members")
    (found,) = closure([tools[1]], ToolRanking(tools))
    assert (found.tool, found.needed_by) == (tools[0], tools[1])
    assert found.because == "GET /books lists what {book_id} names"


def test_what_is_chosen_already_is_no_dependency():
    """A chosen list is not named again, and what needs no id has none."""
    tools = api("GET /books", "DELETE /books/{book_id}")
    assert closure(list(tools), ToolRanking(tools)) == []
    assert closure([tools[0]], ToolRanking(tools)) == []
