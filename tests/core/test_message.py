"""Messages: what OpenAI-style dicts say is read, and said again."""

from __future__ import annotations

import pytest

from callwright import Message, ToolCall, Usage
from callwright.core.message import conversation
from callwright.errors import InvalidMessages

CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}


@pytest.mark.parametrize(
    "given",
    [
        {"role": "user", "content": "hi"},
        {"role": "system", "content": "be brief"},
        {"role": "developer", "content": "be brief", "name": "dev"},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "assistant", "content": "thinking", "tool_calls": [CALL, CALL | {"id": "2"}]},
        {"role": "tool", "content": "3", "tool_call_id": "1"},
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image_url"}]},
        {"role": "assistant", "content": "a", "refusal": None, "reasoning": {"opaque": 1}},
        {"role": "assistant", "content": None, "tool_calls": [CALL | {"extra_content": {"s": 1}}]},
    ],
    ids=lambda given: f"{given['role']} {'-'.join(given)}",
)
def test_a_dict_is_read_and_said_again(given):
    """Nothing that a dict holds is lost on the way through a message."""
    assert Message.from_dict(given).to_dict() == given


def test_a_multimodal_message_has_a_text():
    """The text of parts is that of their text parts."""
    parts = [{"type": "text", "text": "a"}, {"type": "image_url"}, {"type": "text", "text": "b"}]
    assert Message.from_dict({"role": "user", "content": parts}).text == "a\nb"


@pytest.mark.parametrize(
    ("given", "arguments", "fault"),
    [
        ('{"a": 1}', {"a": 1}, None),
        ({"a": 1}, {"a": 1}, None),
        (None, {}, None),
        ("", {}, None),
        ("null", {}, None),
        ("[1]", None, "The arguments must be one JSON object, not an array."),
        ([1], None, "The arguments must be one JSON object, not an array."),
        ("5", None, "The arguments must be one JSON object, not a number."),
        ("true", None, "The arguments must be one JSON object, not a boolean."),
        ('"text"', None, "The arguments must be one JSON object, not a string."),
        ('"{\\"a\\": \\"1\\"}"', {"a": "1"}, None),
        (
            '"\\"{}\\""',
            None,
            "The arguments must be one JSON object, not a string.",
        ),
        (
            '{"id": 1, "id": 2}',
            None,
            'The arguments are not valid JSON: the key "id" stands twice in one object.',
        ),
        ('{"n": 1e400}', None, "The arguments are not valid JSON: the number 1e400 is too large."),
        (
            {"n": float("inf")},
            None,
            "The arguments are not valid JSON: Infinity is no JSON value.",
        ),
        (
            '{"n": ' + "9" * 5_000 + "}",
            None,
            "The arguments are not valid JSON: a number has 5,000 digits.",
        ),
        ('{"n": 9007199254740993}', {"n": 9007199254740993}, None),
        (
            '{"a": "' + "x" * 10_000_000 + '"}',
            None,
            "The arguments are too long: 10,000,009 of 1,000,000 allowed.",
        ),
        ('{"a": NaN}', None, "The arguments are not valid JSON: NaN is no JSON value."),
        ("[" * 100_000, None, "The arguments are not valid JSON: nested too deeply."),
    ],
    ids=[
        "text",
        "object",
        "nothing",
        "empty",
        "null",
        "list",
        "a list",
        "number",
        "boolean",
        "string",
        "twice",
        "thrice",
        "same key",
        "1e400",
        "infinity",
        "digits",
        "exact",
        "10 MB",
        "NaN",
        "deep",
    ],
)
def test_arguments_are_read_as_providers_send_them(given, arguments, fault):
    """Text, an object or nothing; what cannot be read says why."""
    call = ToolCall.parse("1", "f", given)
    assert (call.arguments, call.fault) == (arguments, fault)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([{"role": "robot"}], "role 'robot'"),
        ([{"content": "x"}], "role None"),
        ([{"role": "user", "content": 3}], "is int"),
        ([{"role": "assistant", "tool_calls": [{"id": "1"}]}], "no function with a name"),
        (["hello"], "came as str"),
        ([], "no message"),
        ({"role": "user"}, "came as dict"),
    ],
)
def test_what_is_no_conversation_is_refused(given, message):
    """A mistake in the messages is named."""
    with pytest.raises(InvalidMessages, match=message):
        conversation(given)


def test_a_prompt_is_a_conversation():
    """A text is what a user says."""
    assert conversation("hi").to_dicts() == [{"role": "user", "content": "hi"}]


def test_usages_add_up():
    """Every figure is summed."""
    one = Usage(input_tokens=1, output_tokens=2, cached_tokens=3, reasoning_tokens=4, requests=5)
    assert one + one == Usage(
        input_tokens=2, output_tokens=4, cached_tokens=6, reasoning_tokens=8, requests=10
    )
    assert one.total_tokens == 3


@pytest.mark.parametrize("calls", [5, "get_stock", {"id": "1"}])
def test_tool_calls_that_are_no_list_are_refused(calls):
    """What is wrong with them is told."""
    with pytest.raises(InvalidMessages, match="no list"):
        conversation([{"role": "assistant", "tool_calls": calls}])


def test_a_message_of_an_sdk_is_told_how_it_is_given():
    """Its clients' examples add the objects themselves to the conversation."""
    from openai.types.chat import ChatCompletionMessage

    given = ChatCompletionMessage(role="assistant", content="12")
    with pytest.raises(InvalidMessages, match=r"model_dump\(\)"):
        conversation([given])  # type: ignore[list-item]
    assert conversation([given.model_dump()])[0].text == "12"


@pytest.mark.parametrize("odd", [{"meta": b"x"}, {"content": [{"type": "text", "text": b"x"}]}])
def test_a_message_that_is_no_json_is_refused(odd):
    """It could be sent to nobody."""
    with pytest.raises(InvalidMessages, match="cannot be sent: bytes is no JSON value"):
        conversation([{"role": "user", "content": "x", **odd}])
