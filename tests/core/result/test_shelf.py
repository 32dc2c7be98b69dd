"""The shelf of kept results: what is kept, for how long, and under which handle."""

from __future__ import annotations

import pytest

from callwright import ToolResult
from callwright.core.errors import ArgumentsInvalid
from callwright.core.name import free_name
from callwright.core.result.shelf import READER, Shelf


def long(letter: str) -> ToolResult:
    """A result of a thousand letters."""
    return ToolResult.of(letter * 1_000)


def test_only_what_is_cut_is_kept() -> None:
    """A result that is shown whole takes no room."""
    shelf = Shelf(tokens=60)
    assert shelf.show(ToolResult.of({"a": 1})) == '{"a":1}'
    assert not shelf.has_kept
    shelf.show(long("a"))
    assert list(shelf.kept) == ["r2"]
    assert shelf.find("r2").value == "a" * 1_000


def test_the_oldest_go_first() -> None:
    """Above the number of bytes the oldest go, and a handle that is gone says so."""
    shelf = Shelf(tokens=60, max_bytes=2_500)
    for letter in "abc":
        shelf.show(long(letter))
    assert list(shelf.kept) == ["r2", "r3"]
    with pytest.raises(ArgumentsInvalid, match="'r1' is no longer kept; call its tool again"):
        shelf.find("r1")


def test_the_newest_stays_whatever_its_size() -> None:
    """What was just shown can be read on in."""
    shelf = Shelf(tokens=60, max_bytes=10)
    shelf.show(long("a"))
    shelf.show(long("b"))
    assert list(shelf.kept) == ["r2"]


def test_handles_go_on_in_a_conversation() -> None:
    """A handle of an earlier run is not one of this run."""
    shelf = Shelf(tokens=60, shown=4)
    assert "read_result(handle='r5', offset=" in shelf.show(long("a"))


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ([], "read_result"),
        (["read_result"], "read_result_2"),
        (["read_result_2", "read_result"], "read_result_3"),
        (["read_result_2"], "read_result"),
    ],
)
def test_the_tools_name_is_free(taken: list[str], name: str) -> None:
    """A caller's tool keeps its name."""
    assert free_name(READER, taken) == name
    text = Shelf(tokens=60, reader=name).show(long("a"))
    assert f"{name}(handle='r1'" in text


@pytest.mark.parametrize("content", ['{"a": [1,2]}', "plain text", '"text"', "", "null"])
def test_a_short_result_is_left_alone(content: str) -> None:
    """What fits is what the tool gave, to the letter."""
    assert Shelf(tokens=60).show(ToolResult(content=content)) == content
