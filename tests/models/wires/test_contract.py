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


ASKED = {"role": "user", "content": "q"}
FUNCTION = {"name": "f", "parameters": {"type": "object", "properties": {}}}
CALL = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
ANSWER = {"role": "tool", "tool_call_id": "a", "content": "1"}


def chatting(*messages: Any, functions: Any = (FUNCTION,), **more: Any) -> dict[str, Any]:
    """A request of chat completions."""
    tools = [{"type": "function", "function": function} for function in functions]
    return {"model": "m", "messages": [ASKED, *messages], "tools": tools, **more}


def strict(**schema: Any) -> dict[str, Any]:
    """A strict function with these parameters."""
    return {"name": "f", "strict": True, "parameters": {"type": "object", **schema}}


def speaking(*contents: Any) -> dict[str, Any]:
    """A request of Anthropic's, by turns of the user and the assistant."""
    roles = ["user", "assistant"] * len(contents)
    messages = [
        {"role": role, "content": content} for role, content in zip(roles, contents, strict=False)
    ]
    tools = [{"name": "f", "input_schema": {"type": "object"}}]
    return {"model": "m", "max_tokens": 1, "messages": messages, "tools": tools}


TEXT = {"type": "text", "text": "q"}
USE = {"type": "tool_use", "id": "a", "name": "f", "input": {}}
TOLD = {"type": "tool_result", "tool_use_id": "a", "content": "1"}
ITEM = {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "a", "output": "1"}


def listing(*items: Any) -> dict[str, Any]:
    """A request of Responses."""
    return {"model": "m", "input": [ASKED, *items], "stream": False, "store": False}


def parted(*turns: Any) -> dict[str, Any]:
    """A request of Gemini's, by turns of the user and the model."""
    roles = ["user", "model"] * len(turns)
    contents = [{"role": role, "parts": turn} for role, turn in zip(roles, turns, strict=False)]
    return {"contents": contents}


GOOD: list[tuple[Any, dict[str, Any]]] = [
    ("chat", chatting(CALLING, ANSWER)),
    ("chat", chatting(functions=[strict(properties={}, required=[], additionalProperties=False)])),
    ("anthropic", speaking([TEXT], [USE], [TOLD, TEXT])),
    ("responses", listing(ITEM, OUTPUT, ASKED)),
    ("gemini", parted([{"text": "q"}], [{"functionCall": {"name": "f", "args": {}, "id": "a"}}],
                      [{"functionResponse": {"name": "f", "response": {}, "id": "a"}}])),
]  # fmt: skip
BAD: list[tuple[Any, dict[str, Any]]] = [
    ("chat", chatting(CALLING)),
    ("chat", chatting(CALLING, ASKED, ANSWER)),
    ("chat", chatting(CALLING, ANSWER, ANSWER)),
    ("chat", chatting(ANSWER)),
    ("chat", chatting({**CALLING, "tool_calls": [{**CALL, "id": ""}]})),
    ("chat", chatting({**CALLING, "tool_calls": [{**CALL, "index": 0}]}, ANSWER)),
    ("chat", chatting({**ASKED, "reasoning": "Hm."})),
    ("chat", chatting(functions=[{**FUNCTION, "name": "x" * 65}])),
    ("chat", chatting(functions=[{**FUNCTION, "name": "a b"}])),
    ("chat", chatting(functions=[FUNCTION, FUNCTION])),
    ("chat", chatting(functions=[{**FUNCTION, "name": f"f{n}"} for n in range(129)])),
    ("chat", chatting(functions=[{**FUNCTION, "parameters": {"type": "array"}}])),
    ("chat", chatting(tool_choice="any")),
    ("chat", chatting(tool_choice={"type": "function", "function": {"name": "g"}})),
    (
        "chat",
        chatting(functions=[strict(properties={"a": {}}, required=[], additionalProperties=False)]),
    ),
    ("chat", chatting(functions=[strict(properties={}, required=[])])),
    (
        "chat",
        chatting(
            functions=[strict(properties={}, required=[], additionalProperties=False, allOf=[])]
        ),
    ),
    ("anthropic", speaking([TEXT], [USE])),
    ("anthropic", speaking([TEXT], [USE], [TEXT, TOLD])),
    ("anthropic", speaking([TEXT], [USE], [TEXT])),
    ("anthropic", speaking([TEXT], [{**USE, "id": "a.b"}], [{**TOLD, "tool_use_id": "a.b"}])),
    ("anthropic", speaking([TEXT], [{**USE, "input": "{}"}], [TOLD])),
    ("anthropic", speaking([{**TEXT, "text": ""}])),
    ("anthropic", speaking([])),
    ("anthropic", {**speaking([TEXT]), "tool_choice": "auto"}),
    ("anthropic", {**speaking([TEXT]), "tools": [{"name": "f", "input_schema": {}}]}),
    ("anthropic", {k: v for k, v in speaking([TEXT], [USE], [TOLD]).items() if k != "tools"}),
    ("responses", listing(ITEM)),
    ("responses", listing(OUTPUT, ITEM)),
    ("responses", listing(ITEM, ASKED, OUTPUT)),
    ("responses", listing({**OUTPUT, "call_id": ""})),
    ("responses", {**listing(), "store": True}),
    ("gemini", parted([{"text": "q"}], [{"functionCall": {"name": "f", "args": {}, "id": "a"}}])),
    ("gemini", parted([{"functionResponse": {"name": "f", "response": {}, "id": "a"}}])),
    ("gemini", parted([])),
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


@pytest.mark.parametrize(("wire", "body"), GOOD)
def test_the_checks_can_pass(wire: Any, body: dict[str, Any]) -> None:
    """So that what is refused below is refused for what is wrong with it."""
    check(wire, body)


@pytest.mark.parametrize(("wire", "body"), BAD)
def test_the_checks_can_fail(wire: Any, body: dict[str, Any]) -> None:
    """What no provider would take is refused by the checks themselves."""
    with pytest.raises((AssertionError, ValueError, KeyError)):
        check(wire, body)
