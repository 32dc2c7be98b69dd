"""What each wire writes and reads beside what all have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.models.contract import check

from callwright.core.errors import ModelReplyInvalid
from callwright.core.message import Message, Messages, ToolCall, Usage, conversation
from callwright.core.model import Turn
from callwright.core.tool import Tool
from callwright.models.exchange import decode_body, encode
from callwright.models.profile import Wire
from callwright.models.providers import PROFILES

BY_WIRE = {profile.wire: profile for profile in reversed(list(PROFILES.values()))}
QUESTION = conversation("How many?")
TOOLS = (Tool("get_stock"), Tool("get_price"))
CALL = {"type": "tool_use", "id": "a", "name": "get_stock", "input": {"sku": 7}}
THINKING = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}

ANSWERS: list[tuple[Wire, Mapping[str, Any], str, str]] = [
    ("anthropic", {"content": [{"type": "text", "text": "12"}], "stop_reason": "end_turn"},
     "12", "stop"),
    ("anthropic", {"content": [{"type": "text", "text": "1"}], "stop_reason": "max_tokens"},
     "1", "length"),
    ("anthropic", {"content": [], "stop_reason": "refusal"}, "", "refusal"),
    ("anthropic", {"content": [], "stop_reason": "model_context_window_exceeded"}, "", "length"),
    ("anthropic", {"content": [CALL], "stop_reason": "end_turn"}, "", "tool_calls"),
    ("responses", {"output": [], "status": "incomplete",
                   "incomplete_details": {"reason": "max_output_tokens"}}, "", "length"),
    ("responses", {"output": [], "incomplete_details": {"reason": "content_filter"}},
     "", "refusal"),
    ("responses", {"output": [{"type": "message",
                               "content": [{"type": "refusal", "refusal": "No."}]}]},
     "No.", "refusal"),
    ("gemini", {"candidates": [{"finishReason": "SAFETY"}]}, "", "refusal"),
    ("gemini", {"candidates": [{"content": {"parts": [{"text": "1"}]},
                                "finishReason": "MAX_TOKENS"}]}, "1", "length"),
    ("gemini", {"candidates": [{"content": {"parts": [{"functionCall": {"name": "f"}}]},
                                "finishReason": "FUNCTION_CALL"}]}, "", "tool_calls"),
    ("gemini", {"promptFeedback": {"blockReason": "SAFETY"}}, "", "refusal"),
    ("ollama", {"message": {"content": "1"}, "done_reason": "length"}, "1", "length"),
    ("ollama", {"message": {"content": "", "tool_calls": [
        {"function": {"name": "f", "arguments": {}}}]}, "done_reason": "stop"}, "", "tool_calls"),
    ("workers-ai", {"success": True, "result": {"response": "12"}}, "12", "stop"),
    ("workers-ai", {"success": True, "result": {"response": {"units": 12}}},
     '{"units":12}', "stop"),
    ("workers-ai", {"success": True, "result": {"response": 12}}, "12", "stop"),
    ("workers-ai", {"success": True, "result": {"response": None, "tool_calls": [
        {"name": "f", "arguments": {}}]}}, "", "tool_calls"),
    ("workers-ai", {"result": {"response": None, "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}},
     "", "tool_calls"),
    ("workers-ai", {"result": {"choices": [{"message": {"content": "12"}}]}}, "12", "stop"),
]  # fmt: skip


@pytest.mark.parametrize(("wire", "body", "text", "finish"), ANSWERS)
def test_an_answer_is_read(wire: Wire, body: Mapping[str, Any], text: str, finish: str) -> None:
    """The text, and how it ended; calls win over every reason."""
    reply = decode_body(body, profile=BY_WIRE[wire], turn=None)
    assert (reply.message.text, reply.finish) == (text, finish)


@pytest.mark.parametrize(
    ("wire", "body", "says"),
    [
        ("anthropic", {"type": "error", "error": {"type": "overloaded_error"}}, "overloaded"),
        ("anthropic", {}, "without content"),
        ("anthropic", {"content": [{"type": "tool_use"}]}, "no name"),
        ("responses", {"status": "failed", "error": {"message": "Broke."}}, "Broke"),
        ("responses", {}, "without output"),
        ("gemini", {"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL"}]}, "MALFORMED"),
        ("gemini", {"candidates": [{"finishReason": "STOP"}]}, "empty reply"),
        ("gemini", {"error": {"message": "Broke."}}, "Broke"),
        ("gemini", {}, "without a candidate"),
        ("ollama", {"error": "Broke."}, "Broke"),
        ("ollama", {}, "without a message"),
        ("workers-ai", {"success": False, "errors": [{"code": 5007, "message": "No."}]}, "5007"),
        ("workers-ai", {"success": True, "result": {}}, "without a response"),
    ],
)
def test_what_is_no_reply_is_said(wire: Wire, body: Mapping[str, Any], says: str) -> None:
    """An error inside a successful answer, or an answer of another shape."""
    with pytest.raises(ModelReplyInvalid, match=says):
        decode_body(body, profile=BY_WIRE[wire], turn=None)


def test_the_usage_of_anthropic_is_the_sum_with_its_cache() -> None:
    """What is read from the cache, or written to it, is input as well."""
    usage = {
        "input_tokens": 10,
        "cache_read_input_tokens": 20,
        "cache_creation_input_tokens": 30,
        "output_tokens": 5,
    }
    body = {"content": [], "usage": usage}
    reply = decode_body(body, profile=BY_WIRE["anthropic"], turn=None)
    assert reply.usage == Usage(input_tokens=60, output_tokens=5, cached_tokens=20, requests=1)


ECHOES: list[tuple[str, Mapping[str, Any], list[Mapping[str, Any]]]] = [
    (
        "anthropic",
        {"content": [THINKING, {"type": "text", "text": "See."}, CALL]},
        [THINKING, {"type": "text", "text": "See."}, CALL],
    ),
    (
        "google",
        {
            "candidates": [
                {
                    "content": {
                        "parts": [
                            {
                                "functionCall": {"name": "get_stock", "args": {}, "id": "a"},
                                "thoughtSignature": "c2ln",
                            }
                        ]
                    }
                }
            ]
        },
        [
            {
                "functionCall": {"name": "get_stock", "args": {}, "id": "a"},
                "thoughtSignature": "c2ln",
            }
        ],
    ),
    (
        "openai-responses",
        {
            "output": [
                {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "x"},
                {"type": "function_call", "id": "fc", "call_id": "a", "name": "get_stock",
                 "arguments": "{}"},
            ]
        },
        [
            {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "x"},
            {"type": "function_call", "id": "fc", "call_id": "a", "name": "get_stock",
             "arguments": "{}"},
        ],
    ),
]  # fmt: skip


def said_again(name: str, message: Message) -> Any:
    """What a request holds of an assistant's message behind a question."""
    result = Message(role="tool", content="12", tool_call_id=message.tool_calls[0].id)
    turn = Turn(messages=Messages((*QUESTION, message, result)), tools=TOOLS)
    body = encode(turn, model="m1", profile=PROFILES[name])
    check(PROFILES[name].wire, body)
    if "input" in body:
        return body["input"][1:-1]
    if "contents" in body:
        return body["contents"][1]["parts"]
    return body["messages"][1]["content"]


@pytest.mark.parametrize(("name", "body", "parts"), ECHOES, ids=[item[0] for item in ECHOES])
def test_what_a_provider_wants_back_goes_back(
    name: str, body: Mapping[str, Any], parts: list[Mapping[str, Any]]
) -> None:
    """Signatures and reasoning stand where they were, also after the conversation was stored."""
    message = decode_body(body, profile=PROFILES[name], turn=None).message
    stored = Message.from_dict(json.loads(json.dumps(message.to_dict())))
    assert said_again(name, message) == said_again(name, stored) == parts


@pytest.mark.parametrize(("name", "body", "_parts"), ECHOES, ids=[item[0] for item in ECHOES])
def test_what_a_provider_wants_back_goes_to_no_other(
    name: str, body: Mapping[str, Any], _parts: object
) -> None:
    """A conversation that moves on to another provider takes no signatures along."""
    message = decode_body(body, profile=PROFILES[name], turn=None).message
    for other, profile in PROFILES.items():
        if profile.wire != PROFILES[name].wire:
            result = Message(role="tool", content="12", tool_call_id="a")
            turn = Turn(messages=Messages((*QUESTION, message, result)), tools=TOOLS)
            written = json.dumps(encode(turn, model="m1", profile=PROFILES[other]))
            assert "c2ln" not in written
            assert 'encrypted_content": "x' not in written


def test_a_call_that_was_replaced_keeps_the_thought_before_it() -> None:
    """Where a message's calls are no longer those that came, what is opaque still goes first."""
    body = {"content": [THINKING, CALL]}
    message = decode_body(body, profile=PROFILES["anthropic"], turn=None).message
    other = ToolCall.parse("b", "get_price", None)
    changed = Message(
        role="assistant", tool_calls=(*message.tool_calls, other), extra=message.extra
    )
    results = [Message(role="tool", content="", tool_call_id=id_) for id_ in ("a", "b")]
    turn = Turn(messages=Messages((*QUESTION, changed, *results)), tools=TOOLS)
    sent = encode(turn, model="m1", profile=PROFILES["anthropic"])["messages"][1]["content"]
    assert [part["type"] for part in sent] == ["thinking", "tool_use", "tool_use"]


def test_gemini_3_gets_a_signature_for_the_calls_of_others() -> None:
    """The first call of a turn has the one that Google names for them; older models get none."""
    message = Message(role="assistant", tool_calls=(ToolCall.parse("a", "get_stock", None),))
    result = Message(role="tool", content="12", tool_call_id="a")
    turn = Turn(messages=Messages((*QUESTION, message, result)), tools=TOOLS)
    for model, signature in (("gemini-3-pro", True), ("gemini-2.5-flash", False)):
        body = encode(turn, model=model, profile=PROFILES["google"])
        assert ("thoughtSignature" in body["contents"][1]["parts"][0]) == signature


def test_cloudflares_documented_example_in_shape() -> None:
    """Tools are flat, content is text, and the arguments of a call come as an object."""
    weather = Tool(
        "getWeather",
        "Return the weather for a latitude and longitude",
        {
            "type": "object",
            "properties": {
                "latitude": {"type": "string", "description": "The latitude"},
                "longitude": {"type": "string", "description": "The longitude"},
            },
            "required": ["latitude", "longitude"],
        },
    )
    turn = Turn(messages=conversation("What is the weather in Lisbon?"), tools=(weather,))
    profile = PROFILES["workers-ai-native"]
    body = encode(turn, model="@hf/nousresearch/hermes-2-pro-mistral-7b", profile=profile)
    assert body == {
        "messages": [{"role": "user", "content": "What is the weather in Lisbon?"}],
        "tools": [
            {
                "name": "getWeather",
                "description": "Return the weather for a latitude and longitude",
                "parameters": weather.parameters,
            }
        ],
        "stream": False,
    }
    called = {"name": "getWeather", "arguments": {"latitude": "38.7", "longitude": "-9.1"}}
    answer = {"result": {"response": None, "tool_calls": [called]}, "success": True}
    (call,) = decode_body(answer, profile=profile, turn=turn).message.tool_calls
    assert (call.name, call.arguments) == ("getWeather", called["arguments"])


def test_ids_are_those_that_a_provider_takes() -> None:
    """Mistral wants nine letters and digits, Anthropic no dots: a call and its result agree."""
    id_ = "functions.get_stock:0"
    message = Message(role="assistant", tool_calls=(ToolCall.parse(id_, "get_stock", None),))
    result = Message(role="tool", content="12", tool_call_id=id_)
    turn = Turn(messages=Messages((*QUESTION, message, result)), tools=TOOLS)
    sent = encode(turn, model="m1", profile=PROFILES["mistral"])["messages"]
    assert sent[1]["tool_calls"][0]["id"] == sent[2]["tool_call_id"]
    assert len(sent[2]["tool_call_id"]) == 9
    assert sent[2]["tool_call_id"].isalnum()
    kept = encode(turn, model="m1", profile=PROFILES["vllm"])["messages"]
    assert kept[2]["tool_call_id"] == id_


def test_a_forced_call_gives_way_to_anthropics_thinking() -> None:
    """Both together are answered with status 400."""
    turn = Turn(messages=QUESTION, tools=TOOLS, tool_choice="required")
    profile = PROFILES["anthropic"]
    assert encode(turn, model="m", profile=profile)["tool_choice"] == {"type": "any"}
    thinking = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    turn = Turn(messages=QUESTION, tools=TOOLS, tool_choice="required", options=thinking)
    assert encode(turn, model="m", profile=profile)["tool_choice"] == {"type": "auto"}
