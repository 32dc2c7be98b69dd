"""Answers of chat completions as replies and errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from callwright.core.errors import (
    CredentialError,
    ModelReplyInvalid,
    ModelUnavailable,
)
from callwright.core.message import Message, Messages, ToolCall, Usage, conversation
from callwright.core.model import Reply, Turn
from callwright.models.exchange import decode, encode
from callwright.models.failure import failure
from callwright.models.providers import PROFILES, SERVER
from callwright.models.wire import ProviderAnswer

QUESTION = conversation("How many of sku 7 are there?")
CALL = ToolCall.parse("call_9", "get_stock", '{"sku":7}')


def completion(message: Mapping[str, Any], finish: str | None = "stop", **more: Any) -> bytes:
    """A completion with this message."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return json.dumps({"id": "c", "model": "m1", "choices": [choice], **more}).encode()


def called(call: Mapping[str, Any], finish: str | None = "tool_calls") -> Reply:
    """The reply that makes this one call."""
    return decode(completion({"content": None, "tool_calls": [call]}, finish))


def test_a_reply_with_calls_is_decoded_whole() -> None:
    """Text, calls, usage with its details, and the model that answered."""
    function = {"name": "get_stock", "arguments": '{"sku":7}'}
    usage = {
        "prompt_tokens": 40,
        "completion_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 32},
        "completion_tokens_details": {"reasoning_tokens": 4},
    }
    call = {"id": "call_9", "type": "function", "index": 0, "function": function}
    content = completion({"content": "Let me see.", "tool_calls": [call]}, "tool_calls")
    reply = decode(json.dumps(json.loads(content) | {"usage": usage}).encode())
    assert reply == Reply(
        message=Message(role="assistant", content="Let me see.", tool_calls=(CALL,)),
        usage=Usage(
            input_tokens=40, output_tokens=9, cached_tokens=32, reasoning_tokens=4, requests=1
        ),
        finish="tool_calls",
        model="m1",
    )


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        ('{"sku":7}', {"sku": 7}),
        ({"sku": 7}, {"sku": 7}),
        (None, {}),
        ("", {}),
        ("null", {}),
        ('{"sku":', None),
        ("[7]", None),
        (7, None),
    ],
)
def test_arguments_come_in_many_shapes(arguments: object, read: object) -> None:
    """Text, an object, null and nothing are read; what is no object is kept with its fault."""
    reply = called({"id": "a", "function": {"name": "get_stock", "arguments": arguments}})
    (call,) = reply.message.tool_calls
    assert call.arguments == read
    assert (call.fault is None) == (read is not None)


@pytest.mark.parametrize("finish", ["stop", "FUNCTION_CALL", "eos", "", None])
def test_calls_win_over_the_finish_reason(finish: str | None) -> None:
    """A reply with calls asks for calls, whatever reason the server gives."""
    assert called({"function": {"name": "f"}}, finish).finish == "tool_calls"


@pytest.mark.parametrize(
    ("given", "id_"),
    [({}, ""), ({"id": None}, ""), ({"id": ""}, ""), ({"id": 3}, "3"), ({"id": "x"}, "x")],
)
def test_missing_ids_are_left_to_the_loop(given: Mapping[str, Any], id_: str) -> None:
    """A call without an id has the empty one, which the loop replaces."""
    reply = called({**given, "function": {"name": "f", "arguments": "{}"}})
    assert reply.message.tool_calls[0].id == id_


def test_opaque_parts_of_a_call_go_back_unchanged() -> None:
    """Gemini's thought signature is in the next request's call, where it was."""
    signature = {"google": {"thought_signature": "c2ln"}}
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    reply = called({**call, "extra_content": signature, "index": 0, "cache": None})
    body = encode(Turn(messages=Messages((*QUESTION, reply.message))), model="m1")
    assert body["messages"][1]["tool_calls"] == [{**call, "extra_content": signature}]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, ""),
        ("12", "12"),
        ([{"type": "text", "text": "1"}, {"type": "text", "text": "2"}], "12"),
        (
            [{"type": "thinking", "thinking": [{"text": "Hm."}]}, {"type": "text", "text": "12"}],
            "12",
        ),
        (["1", "2"], "12"),
        ({"units": 12}, '{"units":12}'),
        (12, "12"),
        (True, "true"),
    ],
)
def test_content_comes_in_many_shapes(content: object, text: str) -> None:
    """Null, text, parts, and JSON that a server forgot to quote, are all text."""
    assert decode(completion({"content": content})).message.text == text


@pytest.mark.parametrize(
    ("message", "reason", "finish", "text"),
    [
        ({"content": "12"}, "stop", "stop", "12"),
        ({"content": "12"}, None, "stop", "12"),
        ({"content": "1"}, "length", "length", "1"),
        ({"content": None}, "content_filter", "refusal", ""),
        ({"content": None, "refusal": "I will not."}, "stop", "refusal", "I will not."),
        ({"content": "12", "refusal": None, "tool_calls": None}, "stop", "stop", "12"),
        ({"content": "12", "tool_calls": []}, "tool_calls", "stop", "12"),
    ],
)
def test_the_finish_says_how_a_reply_ended(
    message: Mapping[str, Any], reason: str | None, finish: str, text: str
) -> None:
    """Complete, cut off, or refused; a refusal's own words are the text."""
    reply = decode(completion(message, reason))
    assert (reply.finish, reply.message.text) == (finish, text)


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None}, {"prompt_tokens": "4"}, []])
def test_a_missing_usage_counts_nothing_but_the_request(usage: object) -> None:
    """A server that reports no tokens is no error."""
    assert decode(completion({"content": ""}, usage=usage)).usage == Usage(requests=1)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("deepseek", {"reasoning_content": "Hm."}),
        ("openrouter", {"reasoning_details": [{"id": 1}]}),
        ("groq", {}),
    ],
)
def test_reasoning_is_kept_where_it_is_wanted_back(name: str, kept: Mapping[str, Any]) -> None:
    """A message carries the reasoning that its provider asks for, and no other."""
    given = {"content": "12", "reasoning_content": "Hm.", "reasoning_details": [{"id": 1}]}
    assert decode(completion(given), profile=PROFILES[name]).message.extra == kept


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>Sign in</html>", "no JSON: '<html>Sign in</html>'"),
        (b"", "no JSON: ''"),
        (b'{"choices": NaN}', "no JSON"),
        (b"[1]", "JSON that is no object"),
        (b"{}", "without a choice"),
        (b'{"choices": []}', "without a choice"),
        (b'{"choices": null}', "without a choice"),
        (b'{"choices": [{}]}', "no message"),
        (b'{"choices": [{"message": {"tool_calls": [{"id": "a"}]}}]}', "call that has no name"),
        (
            b'{"error": {"code": 502, "message": "Provider\\nreturned error"}}',
            "an error (502) Provider returned error",
        ),
        (
            b'{"choices": [{"finish_reason": "error", "error": {"code": 429, "message": "Busy"}}]}',
            "an error (429) Busy",
        ),
    ],
)
def test_what_is_no_reply_is_said_in_one_line(content: bytes, says: str) -> None:
    """An answer with status 200 that holds no reply is an error that says what it held."""
    with pytest.raises(ModelReplyInvalid) as caught:
        decode(content)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def refused(status: int, body: object, **headers: str) -> Exception:
    """The error that this answer stands for."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = ProviderAnswer(status=status, headers=headers, content=content)
    return failure(answer, profile=PROFILES["openai"], model="gpt-x")


def test_a_refused_key_names_its_variable() -> None:
    """Status 401 is a matter of credentials."""
    error = refused(401, {"error": {"message": "Incorrect API key.", "code": "invalid_api_key"}})
    assert isinstance(error, CredentialError)
    assert error.status == 401
    assert str(error) == (
        "openai answered with status 401: (invalid_api_key) Incorrect API key. "
        "Check the environment variable OPENAI_API_KEY."
    )


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (
            400,
            {"error": {"message": "Bad\n  tools.", "type": "invalid_request_error", "code": None}},
            "status 400: (invalid_request_error) Bad tools. Check the model's options",
        ),
        (
            404,
            {"error": {"message": "No such model.", "code": "model_not_found"}},
            "(model_not_found) No such model. Check the model's name, 'gpt-x'",
        ),
        (
            503,
            {"error": {"message": "None.", "code": "model_not_found", "type": "new_api_error"}},
            "(new_api_error, model_not_found) None. Check the model's name",
        ),
        (429, {"error": {"message": "Slow down."}}, "Slow down. Ask again later"),
        (429, {"error": {"message": "Paid?", "code": "insufficient_quota"}}, "no credit left"),
        (
            400,
            {"error": {"message": "/chat/completions: Invalid model name passed in model=gpt-x.",
                       "type": "invalid_request_error", "param": None, "code": "400"}},
            "model=gpt-x. Check the model's name, 'gpt-x', and its address.",
        ),
        (
            400,
            {"error": {"message": "No connected db.", "type": "no_db_connection", "code": "400"}},
            "No connected db. Check the key: a litellm proxy that has no database knows",
        ),
        (400, {"error": {"code": "context_length_exceeded"}}, "Send less"),
        (400, [{"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "No."}}],
         "(INVALID_ARGUMENT, 400) No."),
        (400, {"success": False, "errors": [{"code": 5007, "message": "No such model"}]},
         "(5007) No such model"),
        (400, {"object": "error", "message": "needs --jinja"}, "needs --jinja"),
        (422, {"detail": [{"msg": "Field required"}]}, "Field required"),
        (500, {"error": "it broke"}, "status 500: it broke"),
        (500, "it broke", "status 500: it broke"),
        (502, b"<html>Bad gateway</html>", "status 502: a page that is no JSON"),
        (500, b"", "status 500: it does not say why"),
        (500, [], "it does not say why"),
        (500, b"x" * 5000, "…"),
    ],
)  # fmt: skip
def test_a_failure_is_told_in_the_providers_words(status: int, body: object, says: str) -> None:
    """The message, the type and the code of every shape that is in use, and what to do."""
    error = refused(status, body)
    assert isinstance(error, ModelUnavailable)
    assert error.status == status
    assert says in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 600


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("7", "Ask again after 7 s."),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Ask again after Wed, 21 Oct 2026 07:28:00 GMT."),
    ],
)
def test_the_wanted_wait_is_told(header: str, says: str) -> None:
    """A limit that was hit says when to come back."""
    assert says in str(refused(429, {"error": {"message": "Slow."}}, **{"retry-after": header}))


def test_a_server_without_a_key_variable_names_none() -> None:
    """A refused key is told without a variable where there is none to check."""
    answer = ProviderAnswer(status=401, headers={}, content=b"{}")
    assert "variable" not in str(failure(answer, profile=replace(SERVER, key_variables=())))
    assert "CALLWRIGHT_API_KEY" in str(failure(answer, profile=SERVER))
