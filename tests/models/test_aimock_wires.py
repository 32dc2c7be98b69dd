"""Every wire that aimock speaks, plain and streamed: whole runs over real sockets."""

from __future__ import annotations

from typing import Any

import pytest
from tests.models.aimock import Aimock
from tests.models.contract import check
from tests.models.shop import get_price, get_stock

import callwright
from callwright import errors, run_with_tools
from callwright.models.profile import Wire

WIRES: dict[str, tuple[Wire, str, str]] = {
    "openai": ("chat", "/v1", "/v1/chat/completions"),
    "azure": (
        "chat",
        "/openai/deployments/{model}?api-version=1",
        "/openai/deployments/m1/chat/completions",
    ),
    "openai-responses": ("responses", "/v1", "/v1/responses"),
    "anthropic": ("anthropic", "", "/v1/messages"),
    "google": ("gemini", "/v1beta", "/v1beta/models/m1:generateContent"),
    "ollama-native": ("ollama", "", "/api/chat"),
}
"""By the provider's name: its wire, its address behind the host, and where it must be asked."""
STREAMED = pytest.mark.parametrize("is_streamed", [False, True], ids=["whole", "streamed"])
EACH = pytest.mark.parametrize("name", WIRES)


def run(aimock: Aimock, name: str, question: str, is_streamed: bool) -> tuple[Any, list[Any]]:
    """The answer of a run with both tools, and its events."""
    model = callwright.model(f"{name}:m1", base_url=aimock.url + WIRES[name][1], key="a-key-of-its")
    events: list[Any] = []
    answer = run_with_tools(
        model, question, [get_stock, get_price], stream=is_streamed, on_event=events.append
    )
    return answer, events


@STREAMED
@EACH
def test_parallel_calls_are_made_and_answered(aimock: Aimock, name: str, is_streamed: bool) -> None:
    """Two calls in one reply, their results under their names, and the answer."""
    question = f"Stock and price of 7 by {name} {is_streamed}?"
    answer, events = run(aimock, name, question, is_streamed)
    assert (answer.text, answer.stop_reason, answer.rounds) == ("12 units at 3.50.", "answered", 2)
    assert [(call.name, call.result.content) for call in answer.calls] == [
        ("get_stock", "12"),
        ("get_price", "3.50"),
    ]
    assert answer.usage.requests == 2
    shown = "".join(event.text for event in events if event.kind == "text_streamed")
    assert shown == ("12 units at 3.50." if is_streamed else "")
    wire, _, path = WIRES[name]
    first, second = aimock.entries(question)
    asked_at = path.replace(":generate", ":streamGenerate") if is_streamed else path
    assert [entry["path"].partition("?")[0] for entry in (first, second)] == [asked_at] * 2
    if wire == "chat":  # of other wires, aimock keeps what it has understood
        check(wire, first["body"])
        check(wire, second["body"])
    told = [message for message in second["body"]["messages"] if message["role"] == "tool"]
    results = ["12", "3.50"] if wire != "gemini" else ['{"output":"12"}', '{"output":"3.50"}']
    assert [message["content"] for message in told] == results
    assert [tool["function"]["name"] for tool in first["body"]["tools"]] == [
        "get_stock",
        "get_price",
    ]


@STREAMED
@EACH
def test_a_broken_provider_is_asked_three_times(
    aimock: Aimock, name: str, is_streamed: bool, no_waits: None
) -> None:
    """A failure that lasts is told in the provider's words, whatever form they have there."""
    question = f"Break {name} {is_streamed}!"
    with pytest.raises(errors.ModelUnavailable, match=r"It broke\.") as caught:
        run(aimock, name, question, is_streamed)
    assert caught.value.status == 500
    assert len(aimock.entries(question)) == 3


@STREAMED
@EACH
def test_a_refused_request_is_told_at_once(aimock: Aimock, name: str, is_streamed: bool) -> None:
    """Status 400 is not asked again."""
    question = f"Refuse {name} {is_streamed}!"
    with pytest.raises(errors.ModelUnavailable, match="No such thing") as caught:
        run(aimock, name, question, is_streamed)
    assert caught.value.status == 400
    assert len(aimock.entries(question)) == 1


@EACH
def test_a_stream_that_aimock_cuts_is_known_to_be_cut(aimock: Aimock, name: str) -> None:
    """The connection ends in the middle of a reply: what came is kept, and it is no answer."""
    with pytest.raises(errors.ModelStreamCut) as caught:
        run(aimock, name, f"Cut {name}!", is_streamed=True)
    partial = caught.value.partial.text
    assert partial
    assert "A long answer that never comes to its end.".startswith(partial)
