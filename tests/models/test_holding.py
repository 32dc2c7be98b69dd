"""What begins like a call is not shown as text, and what only looks like one is not lost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.fault.script import in_turn
from tests.fault.server import FaultServer
from tests.models.test_sockets import chat, streaming
from tests.models.wires.test_streams import chunk

import callwright
from callwright import stream_with_tools, tool


@tool(effect="read")
def get_stock(sku: int) -> int:
    """Units on hand."""
    return 12


def run(*texts: str, **quirks: Any) -> tuple[list[str], list[Any]]:
    """What is shown of a first reply in these pieces and a second one, and all events."""
    events = [chunk({"content": text}) for text in texts]
    first = streaming(chat(*events, chunk({}, "stop"), "[DONE]"))
    second = streaming(chat(chunk({"content": "12 there."}, "stop"), "[DONE]"))
    with FaultServer(in_turn(first, second)) as server:
        model = callwright.model(f"{server.url}/v1#m1", **quirks)
        told = list(stream_with_tools(model, "How many?", [get_stock]))
    return [event.text for event in told if event.kind == "text_streamed"], told


@pytest.mark.parametrize(
    ("quirks", "texts"),
    [
        (
            {"tool_calling": "prompted"},
            ['{"tool_calls": [{"name": "get_stock",', ' "arguments": {"sku": 7}}]}'],
        ),
        (
            {"tool_calling": "prompted"},
            [
                "`",
                '``json\n{"tool_calls": [{"name": "get_stock", "arguments"',
                ': {"sku":7}}]}\n```',
            ],
        ),
        ({}, ["\n<tool", '_call>{"name": "get_stock", "arguments": {"sku": 7}}</tool_call>']),
        ({}, ["[TOOL", '_CALLS][{"name": "get_stock", "arguments": {"sku": 7}}]']),
    ],
)
def test_a_call_that_comes_as_text_is_shown_as_a_call(
    quirks: dict[str, Any], texts: list[str]
) -> None:
    """Nothing of its JSON is shown as text; it is told as a call that forms, and is made."""
    shown, told = run(*texts, **quirks)
    assert shown == ["12 there."]
    assert [event.name for event in told if event.kind == "call_forming" and event.name] == [
        "get_stock"
    ]
    assert [(call.name, call.result.value) for call in told[-1].answer.calls] == [("get_stock", 12)]


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["Twelve ", "of ", "{them}."], ["Twelve ", "of ", "{them}."]),
        (["<", "3 of ", "them."], ["<3 of ", "them."]),
        (['{"units"', ": 12}"], ['{"units": 12}']),
        (["<think>Hm.", "</think>12"], ["<think>Hm.", "</think>12"]),
    ],
)
def test_a_text_that_is_no_call_is_shown(texts: list[str], shown: list[str]) -> None:
    """At once where it cannot be a call, and at its end where it could have been one."""
    seen, told = run(*texts)
    assert seen == shown
    assert told[-1].answer.text == "".join(texts)


def test_servers_that_are_known_to_call_properly_hold_nothing_back() -> None:
    """What begins like a call is text where calls never come as text."""
    shown, _ = run('{"units"', ": 12}", salvages_calls=False)
    assert shown == ['{"units"', ": 12}"]
