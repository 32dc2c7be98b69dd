"""What a model answered when asked for tools: read strictly, refused with a reason."""

from __future__ import annotations

import json

import pytest

from callwright import Reply, ToolCall
from callwright.core.message import assistant
from callwright.trim.reading import Named, Unusable, read_choice


def called(*calls, finish="tool_calls", text=""):
    """A reply that makes calls: (name, arguments as a provider writes them)."""
    made = [ToolCall.parse(str(n), name, given) for n, (name, given) in enumerate(calls)]
    return Reply(message=assistant(text, made), finish=finish)


def said(text, finish="stop"):
    """A reply in words."""
    return Reply(message=assistant(text), finish=finish)


GOOD = Named(names=("get_pet", "add_pet"))


@pytest.mark.parametrize(
    "reply",
    [
        called(("keep_tools", {"names": ["get_pet", "add_pet"]})),
        called(("keep_tools", '{"names": ["get_pet", "add_pet"]}')),
        called(("keep_tools", {"names": ["get_pet", "add_pet", "get_pet"]})),
        called(("keep_tools", {"names": ["get_pet", 7, "add_pet", None]})),
        called(("keep_tools", {"names": ["get_pet"]}), ("keep_tools", {"names": ["add_pet"]})),
        called(("keep_tools", "{broken"), ("keep_tools", {"names": ["get_pet", "add_pet"]})),
        called(("other", {}), ("keep_tools", {"names": ["get_pet", "add_pet"]})),
        called(("keep_tools", {"names": ["get_pet", "add_pet"]}), finish="stop"),
        said('{"names": ["get_pet", "add_pet"]}'),
        said('["get_pet", "add_pet"]'),
        said('```json\n{"names": ["get_pet", "add_pet"]}\n```'),
        said('Here you are:\n```\n["get_pet", "add_pet"]\n```\nGood luck.'),
        said('<think>get_all? no</think>\n["get_pet", "add_pet"]'),
        said('{"name": "keep_tools", "arguments": {"names": ["get_pet", "add_pet"]}}'),
        said('{"name": "keep_tools", "parameters": {"names": ["get_pet", "add_pet"]}}'),
        said("get_pet\nadd_pet"),
        said("Needed are:\n- get_pet: reads it\n- add_pet: adds it\nThat is all."),
        said("1. get_pet\n2) add_pet"),
    ],
)
def test_a_usable_answer_is_read(reply):
    """A call, its text, JSON or a list: the same names, each once."""
    assert read_choice(reply) == GOOD


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (called(("keep_tools", "{broken")), "cannot be read"),
        (called(("keep_tools", "[]")), "cannot be read"),
        (called(("keep_tools", "null")), "names no tool"),
        (called(("keep_tools", {})), "names no tool"),
        (called(("keep_tools", {"names": []})), "names no tool"),
        (called(("keep_tools", {"names": None})), "names no tool"),
        (called(("keep_tools", {"names": "get_pet"})), "no list"),
        (called(("keep_tools", {"names": {"get_pet": True}})), "no list"),
        (called(("keep_tools", {"names": [1, 2]})), "no text"),
        (called(("keep_tools", {"tools": ["get_pet"]})), "names no tool"),
        (called(("get_pet", {"id": 1})), "calls 'get_pet'"),
        (called(("keep_tools", {"names": ["get_pet"]}), finish="length"), "cut off"),
        (called(("keep_tools", '{"names": ["get_p'), finish="length"), "cut off"),
        (said(""), "empty"),
        (said("  \n"), "empty"),
        (said("<think>hm</think>"), "empty"),
        (said("I cannot help with that.", finish="refusal"), "refusal"),
        (said("get_pet\nadd_", finish="length"), "cut off"),
        (said('{"names": ["get_pet"'), "broken JSON"),
        (said("42"), "names nothing"),
        (said('"get_pet"'), "names nothing"),
        (said("{}"), "names no tool"),
        (said('{"name": "get_pet", "arguments": {"names": ["get_pet"]}}'), "names no tool"),
        (said("[]"), "names no tool"),
        (said("[" * 100_000), "broken JSON"),
    ],
)
def test_a_broken_answer_is_refused_with_a_reason(reply, why):
    """Nothing is guessed of an answer that is no list of names."""
    with pytest.raises(Unusable, match=why):
        read_choice(reply)


def test_all_that_may_be_said_is_read():
    """What to look up, which groups to see, and that nothing is needed."""
    given = {"names": ["a"], "look_up_first": ["b"], "groups": ["c"], "no_tool_needed": True}
    whole = Named(names=("a",), look_up_first=("b",), groups=("c",), no_tool_needed=True)
    assert read_choice(called(("keep_tools", given))) == whole
    assert read_choice(said(json.dumps(given))) == whole


def test_nothing_needed_must_be_said_plainly():
    """Only `true` says it."""
    nothing = {"names": [], "no_tool_needed": True}
    assert read_choice(called(("keep_tools", nothing))).no_tool_needed
    with pytest.raises(Unusable):
        read_choice(called(("keep_tools", {"names": [], "no_tool_needed": "yes"})))
