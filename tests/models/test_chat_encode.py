"""Turns as the requests of chat completions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from callwright.core.errors import (
    ConfigurationError,
    InvalidTool,
)
from callwright.core.message import Message, ToolCall, conversation
from callwright.core.model import Turn
from callwright.core.tool import Tool
from callwright.models.exchange import encode
from callwright.models.providers import PROFILES, SERVER

CheckRequest = Callable[[Mapping[str, Any]], None]

STOCK = Tool(
    "get_stock",
    "Units on hand",
    {"type": "object", "properties": {"sku": {"type": "integer"}}, "required": ["sku"]},
)
PRICE = Tool("get_price", "Price of one unit")
QUESTION = conversation("How many of sku 7 are there?")
CALL = ToolCall.parse("call_9", "get_stock", '{"sku":7}')
HISTORY = conversation(
    [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": [{"type": "text", "text": "How many of sku 7?"}]},
        Message(role="assistant", tool_calls=(CALL, ToolCall.parse("call_10", "get_price", None))),
        {"role": "tool", "content": "12", "tool_call_id": "call_9"},
        {"role": "tool", "content": "3.50", "tool_call_id": "call_10"},
    ]
)


def turn(**given: Any) -> Turn:
    """A turn with these fields; the messages are a question unless given."""
    return Turn(**{"messages": QUESTION, **given})


def test_a_question_without_tools_is_the_smallest_request(check_request: CheckRequest) -> None:
    """Without tools nothing about tools is sent, and `stream` is false in so many words."""
    body = encode(turn(), model="m1")
    assert body == {
        "model": "m1",
        "messages": [{"role": "user", "content": "How many of sku 7 are there?"}],
        "stream": False,
    }
    check_request(body)


def test_a_whole_turn_is_encoded_as_openai_writes_it(check_request: CheckRequest) -> None:
    """Messages, calls, results, tools, choice, schema and options stand where OpenAI has them."""
    schema = {"type": "object", "properties": {"units": {"type": "integer"}}}
    body = encode(
        turn(
            messages=HISTORY,
            tools=(STOCK, PRICE),
            parallel_tool_calls=False,
            response_schema=schema,
            options={"temperature": 0, "seed": 3},
        ),
        model="m1",
        profile=replace(SERVER, supports_schema_with_tools=True),
    )
    assert body["messages"][2] == {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "call_9",
                "type": "function",
                "function": {"name": "get_stock", "arguments": '{"sku":7}'},
            },
            {
                "id": "call_10",
                "type": "function",
                "function": {"name": "get_price", "arguments": "{}"},
            },
        ],
    }
    assert body["tools"] == [STOCK.definition(), PRICE.definition()]
    assert {key: body[key] for key in body if key not in ("messages", "tools")} == {
        "model": "m1",
        "stream": False,
        "tool_choice": "auto",
        "parallel_tool_calls": False,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": schema},
        },
        "temperature": 0,
        "seed": 3,
    }
    check_request(body)


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("auto", "auto"),
        ("none", "none"),
        ("required", "required"),
        ("get_stock", {"type": "function", "function": {"name": "get_stock"}}),
    ],
)
def test_a_tool_choice_keeps_the_tools(choice: str, sent: Any, check_request: CheckRequest) -> None:
    """Every choice, `none` included, is sent beside the tools."""
    body = encode(turn(tools=(STOCK,), tool_choice=choice), model="m1")
    assert body["tool_choice"] == sent
    assert body["tools"] == [STOCK.definition()]
    check_request(body)


CHATTING = [profile for profile in PROFILES.values() if profile.wire == "chat"]


@pytest.mark.parametrize("profile", CHATTING, ids=lambda profile: profile.name)
@pytest.mark.parametrize("parallel", [True, False])
def test_parallel_calls_are_asked_for_where_they_may_be(
    profile: Any, parallel: bool, check_request: CheckRequest
) -> None:
    """`parallel_tool_calls` is sent, except where it goes without saying and could be refused."""
    body = encode(turn(tools=(STOCK,), parallel_tool_calls=parallel), model="m1", profile=profile)
    silent = parallel and profile.name in ("openai", "azure", "gemini")
    assert body.get("parallel_tool_calls") == (None if silent else parallel)
    check_request(body)


def test_a_provider_without_schemas_is_told_the_schema(check_request: CheckRequest) -> None:
    """DeepSeek gets the schema in a system message, and is held to JSON."""
    schema = {"type": "object", "required": ["units"]}
    body = encode(turn(response_schema=schema), model="m1", profile=PROFILES["deepseek"])
    assert body["response_format"] == {"type": "json_object"}
    assert body["messages"][0]["role"] == "system"
    assert '{"type":"object","required":["units"]}' in body["messages"][0]["content"]
    check_request(body)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("deepseek", "reasoning_content"),
        ("openrouter", "reasoning_details"),
        ("server", "thinking_blocks"),
        ("openai", None),
    ],
)
def test_reasoning_goes_back_only_to_who_wants_it(
    name: str, key: str | None, check_request: CheckRequest
) -> None:
    """What one provider wants back with a message is not sent to another."""
    reasoning: dict[str, Any] = {
        "reasoning_content": "Hm.",
        "reasoning_details": [{"text": "Hm."}],
        "thinking_blocks": [{"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}],
    }
    said = Message(role="assistant", content="12", extra={**reasoning, "reasoning": "Hm."})
    profile = PROFILES.get(name, SERVER)
    body = encode(turn(messages=(*QUESTION, said)), model="m1", profile=profile)
    assert body["messages"][1] == {
        "role": "assistant",
        "content": "12",
        **({key: reasoning[key]} if key else {}),
    }
    if key is None:
        check_request(body)


def test_a_message_dumped_by_an_sdk_loses_its_nulls(check_request: CheckRequest) -> None:
    """Keys that a message does not use are not sent, and Groq gets no names."""
    dumped = {"role": "assistant", "content": "Hi.", "audio": None, "function_call": None}
    given = conversation([{"role": "user", "name": "Ada", "content": "Hi!"}, dumped])
    body = encode(turn(messages=given), model="m1", profile=PROFILES["groq"])
    assert body["messages"] == [
        {"role": "user", "content": "Hi!"},
        {"role": "assistant", "content": "Hi."},
    ]
    check_request(body)


@pytest.mark.parametrize("raw", ['{"sku": 7', "[7]"])
def test_unreadable_arguments_go_back_as_an_object(raw: str, check_request: CheckRequest) -> None:
    """A call whose arguments were no JSON object still makes a history that any server reads."""
    call = ToolCall.parse("call_1", "get_stock", raw)
    result = Message(role="tool", content="Send them again.", tool_call_id="call_1")
    messages = (*QUESTION, Message(role="assistant", tool_calls=(call,)), result)
    body = encode(turn(messages=messages, tools=(STOCK,)), model="m1")
    arguments = body["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(arguments) == {"invalid_json": raw}
    check_request(body)


@pytest.mark.parametrize(
    "key", ["messages", "tools", "model", "stream", "tool_choice", "parallel_tool_calls"]
)
def test_options_replace_no_part_of_the_turn(key: str) -> None:
    """An option that would replace what the run decides is refused by its name."""
    with pytest.raises(ConfigurationError, match=f"'{key}' is no option"):
        encode(turn(options={key: None}), model="m1")


def test_too_many_tools_are_refused_before_anything_is_sent() -> None:
    """The number, the limit and the ways to fewer tools are in the error."""
    tools = tuple(Tool(f"tool_{number}") for number in range(129))
    with pytest.raises(InvalidTool) as caught:
        encode(turn(tools=tools), model="m1", profile=PROFILES["openai"])
    for part in ("129", "128", "openai", "auto_trim_tools", "match_patterns"):
        assert part in str(caught.value)
    assert len(encode(turn(tools=tools[:128]), model="m1")["tools"]) == 128


@pytest.mark.parametrize("name", ["größe", "get stock", "a.b", "x" * 65])
def test_a_name_that_no_provider_takes_is_refused(name: str) -> None:
    """A tool's name is checked before it is sent."""
    with pytest.raises(InvalidTool, match="takes no tool with the name"):
        encode(turn(tools=(Tool(name),)), model="m1")


def test_two_tools_of_one_name_are_refused() -> None:
    """A call could not be told to belong to one of them."""
    with pytest.raises(InvalidTool, match="2 tools have the name 'get_stock'"):
        encode(turn(tools=(STOCK, STOCK)), model="m1")
