"""What is peculiar to Anthropic, Gemini, Ollama and OpenAI's Responses, one thing a test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.models.contract import check
from tests.models.wires.speaking import CALL, QUESTION, RESULT, TOOLS, read, sent
from tests.models.wires.test_streams import streamed, written

from callwright.core.errors import InvalidTool, ModelReplyInvalid
from callwright.core.message import Message, ToolCall, Usage, assistant, conversation
from callwright.core.model import ReasoningDelta, Turn
from callwright.core.tool import Tool
from callwright.models.codec import StreamFault
from callwright.models.exchange import encode
from callwright.models.providers import PROFILES

THOUGHTLESS = ["gpt-4o", "gpt-4.1-mini", "gpt-3.5-turbo", "gpt-5-chat-latest", "ft:gpt-4o:me::1"]


@pytest.mark.parametrize(
    "model", [*THOUGHTLESS, "gpt-5", "gpt-5.4-mini", "o4-mini", "gpt-oss-120b"]
)
def test_reasoning_is_asked_for_where_there_is_some(model: str) -> None:
    """OpenAI's other models answer 400: "Encrypted content is not supported with this model"."""
    body = sent("openai-responses", model=model)
    assert body.get("include") == (
        None if model in THOUGHTLESS else ["reasoning.encrypted_content"]
    )
    assert body["store"] is False


def test_the_usage_of_responses_tells_reasoning() -> None:
    """In its details."""
    usage = {
        "input_tokens": 4,
        "output_tokens": 3,
        "output_tokens_details": {"reasoning_tokens": 2},
    }
    reply = read("openai-responses", {"output": [], "usage": usage})
    assert reply.usage == Usage(input_tokens=4, output_tokens=3, reasoning_tokens=2, requests=1)


def test_a_stream_of_responses_may_end_incomplete() -> None:
    """At its limit of length, which is an end and no cut."""
    events: list[Any] = [
        {"type": "response.output_text.delta", "output_index": 0, "delta": "Twel"},
        {"type": "response.incomplete",
         "response": {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"},
                      "output": []}},
    ]  # fmt: skip
    _, reply, decoder = streamed("responses", written("responses", events))
    assert (decoder.is_complete, reply.finish, reply.message.text) == (True, "length", "Twel")


def test_anthropic_reports_what_was_thought() -> None:
    """In the details of its output."""
    usage = {"input_tokens": 4, "output_tokens": 9, "output_tokens_details": {"thinking_tokens": 5}}
    reply = read("anthropic", {"content": [], "usage": usage})
    assert reply.usage.reasoning_tokens == 5


@pytest.mark.parametrize(
    "reason",
    ["SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
     "MODEL_ARMOR"],
)  # fmt: skip
def test_gemini_has_many_ways_to_refuse(reason: str) -> None:
    """Each is a refusal, with text or without."""
    for parts in ([], [{"text": "I"}]):
        body = {"candidates": [{"content": {"parts": parts}, "finishReason": reason}]}
        assert read("google", body).finish == "refusal"


@pytest.mark.parametrize(
    "reason",
    ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS",
     "MISSING_THOUGHT_SIGNATURE", "MALFORMED_RESPONSE", "OTHER"],
)  # fmt: skip
def test_a_reply_of_geminis_that_broke_off_is_none(reason: str) -> None:
    """Whatever stands in it, whole or streamed; the reason is told."""
    for parts in ([], [{"text": "Twel"}], [{"text": "Hm.", "thought": True}]):
        body = {"candidates": [{"content": {"parts": parts}, "finishReason": reason}]}
        with pytest.raises(ModelReplyInvalid, match=reason):
            read("google", body)
        with pytest.raises(StreamFault) as caught:
            streamed("gemini", written("gemini", [body]))
        assert reason.encode() in caught.value.content


@pytest.mark.parametrize("reason", ["STOP", "", None])
def test_geminis_empty_replies_are_none(reason: str | None) -> None:
    """The reason is told where there is one."""
    with pytest.raises(ModelReplyInvalid, match=reason or "empty"):
        read("google", {"candidates": [{"content": {}, "finishReason": reason}]})


def test_results_reach_gemini_as_objects_under_the_name_of_their_call() -> None:
    """JSON is not quoted once more; text, and a number, are what they are."""
    for content, output in (('{"units": 12}', {"units": 12}), ("[1]", [1]), ("12", "12")):
        body = sent("google", assistant("", [CALL]), {**RESULT, "content": content}, tools=TOOLS)
        (part,) = body["contents"][2]["parts"]
        assert part["functionResponse"] == {
            "name": "get_stock", "id": "call00001", "response": {"output": output}
        }  # fmt: skip


def test_gemini_wants_descriptions_and_takes_no_empty_ids() -> None:
    """A tool without a description has its name for one."""
    (tool,) = sent("google", tools=TOOLS)["tools"]
    assert [f["description"] for f in tool["functionDeclarations"]] == [
        "Units on hand", "get_price",
    ]  # fmt: skip
    made = ToolCall.parse("", "get_stock", None)
    result = Message(role="tool", content="12", tool_call_id="", name="get_stock")
    turn = Turn(messages=conversation([QUESTION, assistant("", [made]), result]), tools=TOOLS)
    body = encode(turn, model="gemini-2.5-pro", profile=PROFILES["google"])
    assert "id" not in body["contents"][1]["parts"][0]["functionCall"]
    assert body["contents"][2]["parts"][0]["functionResponse"]["name"] == "get_stock"


def test_what_geminis_tools_read_counts_as_input() -> None:
    """Beside the prompt's own tokens."""
    usage = {"promptTokenCount": 4, "toolUsePromptTokenCount": 3, "candidatesTokenCount": 2}
    body = {"candidates": [{"content": {"parts": [{"text": "12"}]}}], "usageMetadata": usage}
    assert read("google", body).usage.input_tokens == 7


def test_thoughts_and_signatures_of_gemini_stay_apart_in_a_stream() -> None:
    """A thought is not put together with the text, nor what comes behind a signature with it."""
    parts = [{"text": "H", "thought": True}, {"text": "m.", "thought": True},
             {"text": "1"}, {"text": "2", "thoughtSignature": "c2ln"}, {"text": "3"}]  # fmt: skip
    events: list[Any] = [
        {"candidates": [{"content": {"role": "model", "parts": [part]}}]} for part in parts
    ]
    events.append({"candidates": [{"finishReason": "STOP"}]})
    _, reply, _ = streamed("gemini", written("gemini", events))
    assert reply.message.text == "123"
    assert reply.message.extra["echo"]["gemini"] == [  # type: ignore[index, call-overload]
        {"text": "Hm.", "thought": True},
        {"text": "12", "thoughtSignature": "c2ln"},
        {"text": "3"},
    ]


def test_a_prompt_that_gemini_blocks_ends_its_stream() -> None:
    """It is a refusal, and no cut."""
    events: list[Any] = [{"promptFeedback": {"blockReason": "SAFETY"}}]
    _, reply, decoder = streamed("gemini", written("gemini", events))
    assert (decoder.is_complete, reply.finish) == (True, "refusal")


CITATION = {"type": "char_location", "cited_text": "12", "document_index": 0,
            "document_title": None, "start_char_index": 0, "end_char_index": 2}  # fmt: skip


def test_citations_of_anthropics_stream_are_kept_with_their_text() -> None:
    """They go back as they came, with the thought before them."""
    events: list[Any] = [
        {"type": "content_block_start", "index": 0,
         "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
        {"type": "content_block_delta", "index": 0,
         "delta": {"type": "signature_delta", "signature": "c2"}},
        {"type": "content_block_delta", "index": 0,
         "delta": {"type": "signature_delta", "signature": "ln"}},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 1,
         "delta": {"type": "citations_delta", "citation": CITATION}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "12"}},
        {"type": "content_block_start", "index": 2, "content_block": {"type": "text", "text": ""}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop"},
    ]  # fmt: skip
    _, reply, _ = streamed("anthropic", written("anthropic", events))
    assert sent("anthropic", reply.message)["messages"][1]["content"] == [
        {"type": "thinking", "thinking": "", "signature": "c2ln"},
        {"type": "text", "text": "12", "citations": [CITATION]},
    ]


def test_nulls_in_anthropics_usage_take_nothing_back() -> None:
    """Its last event repeats some numbers, and has null for others."""
    start = {"type": "message_start", "message": {"usage": {"input_tokens": 4, "output_tokens": 1}}}
    delta = {"type": "message_delta", "delta": {"stop_reason": "end_turn"},
             "usage": {"input_tokens": None, "output_tokens": 9}}  # fmt: skip
    events: list[Any] = [start, delta, {"type": "message_stop"}]
    _, reply, _ = streamed("anthropic", written("anthropic", events))
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (4, 9)


def test_an_input_of_anthropics_that_came_with_its_block_counts() -> None:
    """Servers that only speak its form send it whole at once."""
    block = {"type": "tool_use", "id": "a", "name": "get_stock", "input": {"sku": 7}}
    events: list[Any] = [
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}},
        {"type": "message_stop"},
    ]
    _, reply, _ = streamed("anthropic", written("anthropic", events))
    assert [made.arguments for made in reply.message.tool_calls] == [{"sku": 7}]


def test_ollama_knows_what_is_its_own() -> None:
    """No developers; pictures beside the text; arguments as objects; what was thought, again."""
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
    asked = {"role": "user", "content": [{"type": "text", "text": "What?"}, picture]}
    reply = read("ollama-native", {"message": {
        "content": "", "thinking": "Hm.",
        "tool_calls": [{"function": {"name": "get_stock", "arguments": {"sku": 7}}}]}})  # fmt: skip
    (made,) = reply.message.tool_calls
    message = replace(reply.message, tool_calls=(replace(made, id="call00001"),))
    given = [{"role": "developer", "content": "Be short."}, asked, message, RESULT]
    messages = sent("ollama-native", *given, tools=TOOLS)["messages"][1:]
    assert messages[0]["role"] == "system"
    assert messages[1] == {"role": "user", "content": "What?", "images": ["aGk="]}
    assert messages[2]["thinking"] == "Hm."
    assert messages[2]["tool_calls"] == [
        {"function": {"name": "get_stock", "arguments": {"sku": 7}}}
    ]
    assert messages[3] == {"role": "tool", "content": "12", "tool_name": "get_stock"}


def test_ollamas_options_may_come_in_its_own_form() -> None:
    """What it groups may be given in the group, too."""
    body = sent("ollama-native", options={"options": {"num_ctx": 8192}, "temperature": 0})
    assert body["options"] == {"num_ctx": 8192, "temperature": 0}


@pytest.mark.parametrize("blank", ["", " ", "\n\n"])
def test_anthropic_gets_no_text_that_is_none(blank: str) -> None:
    """Models of others write line ends before their calls; it answers 400 to them."""
    body = sent("anthropic", assistant(blank, [CALL]), RESULT, tools=TOOLS)
    assert [part["type"] for part in body["messages"][1]["content"]] == ["tool_use"]
    thinking = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    block = {"type": "tool_use", "id": "call00001", "name": "get_stock", "input": {}}
    parts = [thinking, {"type": "text", "text": blank}, block]
    reply = read("anthropic", {"content": parts, "stop_reason": "tool_use"})
    again = sent("anthropic", reply.message, RESULT, tools=TOOLS)["messages"][1]["content"]
    assert again == [thinking, block]


def test_a_conversation_with_anthropic_is_begun_by_a_person() -> None:
    """It answers 400 to a greeting of the assistant's that stands first; others take it."""
    greeting = {"role": "assistant", "content": "What can I do for you?"}
    turn = Turn(messages=conversation([greeting, QUESTION]))
    body = encode(turn, model="m1", profile=PROFILES["anthropic"])
    check("anthropic", body)
    assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
    assert encode(turn, model="m1")["messages"] == [greeting, QUESTION]


def test_a_text_that_was_changed_is_sent_as_it_is_now() -> None:
    """What came from the provider stands for a message only while that is the same."""
    thinking = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    reply = read("anthropic", {"content": [thinking, {"type": "text", "text": "12"}]})
    changed = replace(reply.message, content="13")
    parts = sent("anthropic", changed)["messages"][1]["content"]
    assert parts == [thinking, {"type": "text", "text": "13"}]


@pytest.mark.parametrize("bits", [["They ", "want."], ["They want."], []])
def test_a_thought_that_begins_with_its_block_is_not_doubled(bits: list[str]) -> None:
    """litellm's proxy sends the first bit twice: what came with the block counts without bits."""
    events: list[Any] = [
        {"type": "content_block_start", "index": 0,
         "content_block": {"type": "thinking", "thinking": "They " if bits else "They want."}},
        *({"type": "content_block_delta", "index": 0,
           "delta": {"type": "thinking_delta", "thinking": bit}} for bit in bits),
        {"type": "content_block_delta", "index": 0,
         "delta": {"type": "signature_delta", "signature": "c2ln"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop"},
    ]  # fmt: skip
    pieces, reply, _ = streamed("anthropic", written("anthropic", events))
    assert [piece.text for piece in pieces if isinstance(piece, ReasoningDelta)] == bits
    assert reply.message.extra["echo"]["anthropic"] == [  # type: ignore[index, call-overload]
        {"type": "thinking", "thinking": "They want.", "signature": "c2ln"}
    ]


def test_a_history_with_calls_brings_their_tools_along_to_anthropic() -> None:
    """Where the conversation goes on without tools, they are there and may not be called."""
    body = sent("anthropic", assistant("", [CALL]), RESULT)
    assert body["tools"] == [{"name": "get_stock", "input_schema": {"type": "object"}}]
    assert body["tool_choice"] == {"type": "none"}
    assert not {"tools", "tool_choice"} & set(sent("anthropic"))


def test_ids_are_those_that_anthropic_takes() -> None:
    """No dots and colons, as some models have them; a call and its result agree."""
    made = ToolCall.parse("functions.get_stock:0", "get_stock", None)
    result = {**RESULT, "tool_call_id": made.id}
    _, asked, told = sent("anthropic", assistant("", [made]), result, tools=TOOLS)["messages"]
    assert asked["content"][0]["id"] == told["content"][0]["tool_use_id"]
    assert asked["content"][0]["id"].isalnum()


def test_gemini_has_its_own_names_for_tools() -> None:
    """Dots and colons it takes, a digit in front it does not."""
    turn = Turn(messages=conversation([QUESTION]), tools=(Tool("shop.get:stock"),))
    assert encode(turn, model="m1", profile=PROFILES["google"])["tools"]
    with pytest.raises(InvalidTool, match="google takes no tool with the name '7up'"):
        sent("google", tools=(Tool("7up"),))
