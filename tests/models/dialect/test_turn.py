"""Turns of a conversation in the dialect of their provider, and replies in the tools' own form."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from callwright.core.message import Message, ToolCall, assistant, conversation
from callwright.core.model import Turn
from callwright.core.tool import Tool
from callwright.models.dialect.limits import StrictLimits
from callwright.models.dialect.lower import lower_tool
from callwright.models.exchange import decode, encode
from callwright.models.providers import PROFILES, SERVER
from callwright.models.remote import RemoteModel
from callwright.models.wire import Post

CheckRequest = Callable[[Mapping[str, Any]], None]

OPENAI, GEMINI = PROFILES["openai"], PROFILES["gemini"]
FLAT = replace(SERVER, dialect="flat")
LABEL = Tool(
    "label",
    "Label an item",
    {
        "type": "object",
        "properties": {
            "item-id": {"type": "integer"},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "note": {"type": ["string", "null"]},
            "colour": {"type": "string"},
        },
        "required": ["item-id", "labels"],
    },
)
OPEN = Tool("open", "", {"type": "object", "properties": {}, "additionalProperties": True})
BARE = Tool("bare")
QUESTION = conversation("Label item 7.")
ARGUMENTS = {"item-id": 7, "labels": {"size": "L"}, "note": None}
WRITTEN = {
    "openai": {
        "item-id": 7,
        "labels": [{"key": "size", "value": "L"}],
        "note": "<null>",
        "colour": None,
    },
    "gemini": {"item_id": 7, "labels": [{"key": "size", "value": "L"}], "note": None},
    "flat": {"item-id": 7, "labels": '{"size":"L"}', "note": "null"},
    "server": ARGUMENTS,
}
BY_NAME = [("openai", OPENAI), ("gemini", GEMINI), ("flat", FLAT), ("server", SERVER)]


def answer(arguments: Any, *, name: str = "label", content: str | None = None) -> bytes:
    """What a provider answers when its model makes one call."""
    function = {"name": name, "arguments": json.dumps(arguments)}
    call = {"id": "c1", "type": "function", "function": function}
    message = {"role": "assistant", "content": content, "tool_calls": [call]}
    return json.dumps({"choices": [{"message": message}]}).encode()


@pytest.mark.parametrize(("name", "profile"), BY_NAME)
def test_calls_are_read_as_the_tool_has_them(name: str, profile: Any) -> None:
    """Whatever the provider's model wrote, the conversation holds the tool's own arguments."""
    turn = Turn(messages=QUESTION, tools=(LABEL,))
    reply = decode(answer(WRITTEN[name]), profile=profile, turn=turn)
    (call,) = reply.message.tool_calls
    LABEL.check(call.arguments or {})
    assert call.arguments == ARGUMENTS
    assert json.loads(call.to_dict()["function"]["arguments"]) == ARGUMENTS


@pytest.mark.parametrize(("name", "profile"), BY_NAME)
def test_calls_are_shown_again_as_the_model_writes_them(
    name: str, profile: Any, check_request: CheckRequest
) -> None:
    """Earlier calls match the schema that the model sees, whichever provider made them."""
    messages = conversation(
        [
            {"role": "user", "content": "Label item 7."},
            assistant("", [ToolCall.parse("c1", "label", ARGUMENTS)]),
            {"role": "tool", "content": "done", "tool_call_id": "c1"},
        ]
    )
    body = encode(Turn(messages=messages, tools=(LABEL, BARE)), model="m1", profile=profile)
    (call,) = body["messages"][1]["tool_calls"]
    assert json.loads(call["function"]["arguments"]) == WRITTEN[name]
    check_request(body)


def test_a_call_that_is_the_same_in_both_keeps_its_text() -> None:
    """Spaces and the order of keys are the model's own where nothing was rewritten."""
    text = '{ "b" : 1,  "a": 2 }'
    tool = Tool("t", "", {"type": "object", "properties": {"a": {}, "b": {}}, "required": []})
    content = json.loads(answer({}, name="t"))
    content["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = text
    turn = Turn(messages=QUESTION, tools=(tool,))
    for profile in (OPENAI, GEMINI, SERVER):
        reply = decode(json.dumps(content).encode(), profile=profile, turn=turn)
        (call,) = reply.message.tool_calls
        assert (call.arguments, call.raw_arguments) == ({"b": 1, "a": 2}, text)


def test_what_cannot_be_read_stays_for_the_loop_to_tell() -> None:
    """Calls of unknown tools, and arguments that are no object, are passed on as they came."""
    turn = Turn(messages=QUESTION, tools=(LABEL,))
    unknown = decode(answer({"labels": []}, name="lable"), profile=OPENAI, turn=turn)
    assert unknown.message.tool_calls[0].arguments == {"labels": []}
    broken = decode(answer([1]), profile=OPENAI, turn=turn)
    (call,) = broken.message.tool_calls
    assert (call.arguments, call.raw_arguments) == (None, "[1]")
    again = encode(replace(turn, messages=(*QUESTION, broken.message)), model="m", profile=OPENAI)
    assert again["messages"][1]["tool_calls"][0]["function"]["arguments"] == (
        '{"invalid_json":"[1]"}'
    )


def test_strict_is_said_of_each_tool(check_request: CheckRequest) -> None:
    """Openai is told which tools it can hold the model to; the others go as they are."""
    body = encode(Turn(messages=QUESTION, tools=(LABEL, OPEN)), model="m1", profile=OPENAI)
    label, free = (tool["function"] for tool in body["tools"])
    assert (label["strict"], free["strict"]) == (True, False)
    assert free["parameters"] == OPEN.parameters
    assert label["parameters"]["required"] == ["item-id", "labels", "note", "colour"]
    check_request(body)


def test_no_arguments_are_no_parameters_for_gemini(check_request: CheckRequest) -> None:
    """An object without properties is refused there; without parameters there are no arguments."""
    body = encode(Turn(messages=QUESTION, tools=(BARE,)), model="m1", profile=GEMINI)
    assert body["tools"] == [{"type": "function", "function": {"name": "bare", "description": ""}}]
    check_request(body)


def test_a_profile_says_how_much_is_strict() -> None:
    """A deployment with less room gets its own limits, or no strict mode at all."""
    small = replace(OPENAI, strict_limits=StrictLimits(properties=2))
    plain = replace(OPENAI, dialect="json-schema")
    turn = Turn(messages=QUESTION, tools=(LABEL,))
    function = encode(turn, model="m1", profile=small)["tools"][0]["function"]
    assert (function["strict"], function["parameters"]) == (False, LABEL.parameters)
    assert encode(turn, model="m1", profile=plain)["tools"] == [LABEL.definition()]
    assert encode(turn, model="m1", profile=OPENAI)["tools"][0]["function"]["strict"]


PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name"],
}


def test_an_answers_schema_is_strict_where_it_can_be(check_request: CheckRequest) -> None:
    """The model is held to the schema, and the answer's text is in the schema's own form."""
    turn = Turn(messages=QUESTION, response_schema=PERSON)
    body = encode(turn, model="m1", profile=OPENAI)
    sent = body["response_format"]["json_schema"]
    assert sent["strict"]
    assert sent["schema"]["required"] == ["name", "age"]
    check_request(body)
    message = {"role": "assistant", "content": '{"name": "Ada", "age": null}'}
    content = json.dumps({"choices": [{"message": message}]}).encode()
    assert decode(content, profile=OPENAI, turn=turn).message.text == '{"name":"Ada"}'
    assert decode(content, profile=SERVER, turn=turn).message.text == message["content"]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {"type": "array", "items": PERSON},
        {**PERSON, "additionalProperties": True},
    ],
)
def test_another_schema_of_an_answer_goes_as_it_is(schema: dict[str, Any]) -> None:
    """What strict mode cannot say is sent without it, and the text is left alone."""
    turn = Turn(messages=QUESTION, response_schema=schema)
    body = encode(turn, model="m1", profile=OPENAI)
    assert body["response_format"]["json_schema"] == {"name": "answer", "schema": schema}
    message = {"role": "assistant", "content": '{"name": null}'}
    content = json.dumps({"choices": [{"message": message}]}).encode()
    assert decode(content, profile=OPENAI, turn=turn).message.text == message["content"]


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "profile"), BY_NAME)
async def test_a_chat_model_translates_both_ways(
    name: str, profile: Any, provider: Any, post: Post, check_request: CheckRequest
) -> None:
    """On the wire stands the dialect; before and behind it stands the tool's own form."""
    provider.answers.append((200, {}, answer(WRITTEN[name])))
    model = RemoteModel(
        profile=profile, model="m1", base_url=provider.url, key=lambda: None, post=post
    )
    turn = Turn(messages=QUESTION, tools=(LABEL,))
    reply = await model.reply(turn)
    assert reply.message.tool_calls[0].arguments == ARGUMENTS
    result = Message(role="tool", content="done", tool_call_id="c1")
    await model.reply(replace(turn, messages=(*QUESTION, reply.message, result)))
    first, second = (request.body for request in provider.requests)
    assert first["tools"] == second["tools"]
    shown = second["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(shown) == WRITTEN[name]
    check_request(first)
    check_request(second)


def test_a_tool_is_lowered_once() -> None:
    """The same tool gives the same object, until it has other parameters, and can be forgotten."""
    tool = Tool("t", "", {"type": "object", "properties": {"a": {"type": "string"}}})
    first = lower_tool(tool, "gemini")
    assert lower_tool(tool, "gemini") is first
    assert lower_tool(tool, "flat") is not first
    tool.parameters = {"type": "object", "properties": {"b": {"type": "string"}}}
    assert [*lower_tool(tool, "gemini").schema["properties"]] == ["b"]
    watched = weakref.ref(tool)
    del tool
    gc.collect()
    assert watched() is None
