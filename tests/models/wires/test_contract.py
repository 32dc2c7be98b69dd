"""Every request that is made, on every wire, by the SDKs' own types and by the rules of ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.models.contract import check

from callwright.core.message import Message, ToolCall, conversation
from callwright.core.model import Turn
from callwright.core.tool import Tool
from callwright.models.exchange import encode
from callwright.models.profile import ModelProfile
from callwright.models.providers import PROFILES, SERVER

STOCK = Tool(
    "get_stock",
    "Units on hand",
    {
        "type": "object",
        "properties": {"sku": {"type": "integer"}, "in": {"type": "string", "minLength": 2}},
        "required": ["sku"],
    },
)
PRICE = Tool("get_price")
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
LINK = {"type": "image_url", "image_url": {"url": "https://h.example/a.png"}}
TWO = (
    ToolCall.parse("call_1", "get_stock", '{"sku":7}'),
    ToolCall.parse("functions.get_price:0", "get_price", None),
)
HISTORY = conversation(
    [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "How many of sku 7, and for how much?"},
        Message(role="assistant", content="Let me see.", tool_calls=TWO),
        {"role": "tool", "content": '{"units": 12}', "tool_call_id": "call_1"},
        {"role": "tool", "content": "", "tool_call_id": "functions.get_price:0"},
        {"role": "assistant", "content": "12 for 3.50."},
        {"role": "user", "content": "And of sku 8?"},
        {"role": "system", "content": "The time is over."},
    ]
)
BROKEN = Message(role="assistant", tool_calls=(ToolCall.parse("call_3", "get_stock", '{"sku":'),))
AFTER_BROKEN = conversation(
    [*HISTORY[1:5], BROKEN, {"role": "tool", "content": "Again.", "tool_call_id": "call_3"}]
)
SCHEMA = {
    "type": "object",
    "properties": {"units": {"type": "integer"}},
    "required": ["units"],
    "additionalProperties": False,
}
TOOLS = (STOCK, PRICE)

TURNS: dict[str, Turn] = {
    "a question": Turn(messages=conversation("How many?")),
    "tools": Turn(messages=conversation("How many?"), tools=TOOLS),
    "a history": Turn(messages=HISTORY, tools=TOOLS),
    "a history without tools": Turn(messages=HISTORY, tools=TOOLS, tool_choice="none"),
    "broken arguments": Turn(messages=AFTER_BROKEN, tools=TOOLS),
    "a call that must be": Turn(messages=HISTORY, tools=TOOLS, tool_choice="required"),
    "one tool": Turn(messages=HISTORY, tools=TOOLS, tool_choice="get_stock"),
    "one at a time": Turn(messages=HISTORY, tools=TOOLS, parallel_tool_calls=False),
    "a schema": Turn(messages=conversation("How many?"), response_schema=SCHEMA),
    "a schema and tools": Turn(messages=HISTORY, tools=TOOLS, response_schema=SCHEMA),
    "options": Turn(messages=HISTORY, options={"max_tokens": 100}),
    "pictures": Turn(
        messages=conversation(
            [{"role": "user", "content": [{"type": "text", "text": "What?"}, IMAGE, LINK]}]
        )
    ),
}
SKIPPED = {("workers-ai", "pictures")}  # its models take none by this way
ALL = [*PROFILES.values(), SERVER]


@pytest.mark.parametrize("name", TURNS)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.name)
def test_every_request_is_what_its_wire_wants(
    profile: ModelProfile, stream: bool, name: str
) -> None:
    """Each kind of turn, at each provider, plain and streamed."""
    if (profile.wire, name) in SKIPPED:
        return
    body = encode(TURNS[name], model="m1", profile=profile, stream=stream)
    assert body.get("stream", stream) == stream
    check(profile.wire, body)


@pytest.mark.parametrize("name", TURNS)
@pytest.mark.parametrize("profile", ALL, ids=lambda profile: profile.name)
def test_prompted_requests_hold_no_tools(profile: ModelProfile, name: str) -> None:
    """A model that is told of its tools in words gets none otherwise, and no calls or results."""
    if (profile.wire, name) in SKIPPED:
        return
    prompted = replace(profile, tool_calling="prompted")
    body = encode(TURNS[name], model="m1", profile=prompted)
    check(profile.wire, body)
    assert not {"tools", "tool_choice", "toolConfig"} & set(body)
    text = str(body)
    assert "tool_call_id" not in text
    assert ("get_price" in text) == bool(
        TURNS[name].tools or "history" in name or name == "options"
    )


BAD: list[tuple[Any, dict[str, Any]]] = [
    ("chat", {"messages": [], "stream": False}),
    ("chat", {"model": "m", "messages": [{"role": "tool", "content": "", "tool_call_id": "a"}]}),
    ("chat", {"model": "m", "messages": [], "tools": [{"name": "flat"}]}),
    ("responses", {"model": "m", "input": [], "stream": False, "store": False, "tools": [{}]}),
    ("anthropic", {"model": "m", "max_tokens": 1, "messages": [{"role": "tool", "content": "a"}]}),
    ("anthropic", {"model": "m", "messages": []}),
    ("gemini", {"contents": [{"role": "user", "parts": [{"functionCall": {"args": "{}"}}]}]}),
    ("gemini", {"contents": [], "messages": []}),
    ("ollama", {"model": "m", "messages": [{"role": "user"}], "stream": False, "n": 1}),
    ("workers-ai", {"messages": [{"role": "user", "content": None}]}),
]


@pytest.mark.parametrize(("wire", "body"), BAD)
def test_the_checks_can_fail(wire: Any, body: dict[str, Any]) -> None:
    """What no provider would take is refused by the checks themselves."""
    with pytest.raises((AssertionError, ValueError, KeyError)):
        check(wire, body)
