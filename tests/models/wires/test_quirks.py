"""What is peculiar to a provider that speaks chat completions, one thing a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.models.wires.speaking import CALL, QUESTION, RESULT, TOOLS, read, said, sent
from tests.models.wires.test_streams import call, chunk, streamed, written

from callwright.core.errors import ModelReplyInvalid
from callwright.core.message import ToolCall, Usage, assistant, conversation
from callwright.core.model import Turn
from callwright.core.tool import Tool
from callwright.models.codec import StreamFault
from callwright.models.exchange import encode
from callwright.models.providers import PROFILES


def test_a_usage_that_is_followed_by_chunks_without_one_stays() -> None:
    """Some servers report it with each chunk, or before the last one."""
    usage = {"prompt_tokens": 4, "completion_tokens": 2}
    events = [chunk({"content": "12"}, usage=usage), chunk({}, "stop", usage=None), "[DONE]"]
    _, reply, _ = streamed("chat", written("chat", events))
    assert reply.usage == Usage(input_tokens=4, output_tokens=2, requests=1)


def test_a_refusal_is_streamed_too() -> None:
    """Its words are shown, and it is known for one."""
    events = [chunk({"refusal": "I will "}), chunk({"refusal": "not."}, "stop")]
    pieces, reply, _ = streamed("chat", written("chat", events))
    assert [piece.text for piece in pieces] == ["I will ", "not."]  # type: ignore[union-attr]
    assert (reply.finish, reply.message.text) == ("refusal", "I will not.")


def test_calls_of_a_reply_that_was_cut_off_are_known_for_cut() -> None:
    """The last of them may be half of itself, on every wire."""
    function = {"name": "get_stock", "arguments": "{}"}
    for finish in ("length", "model_length"):
        reply = said(
            "mistral", finish, content=None, tool_calls=[{"id": "a", "function": function}]
        )
        assert (reply.finish, len(reply.message.tool_calls)) == ("length", 1)
    assert read("anthropic", {
        "content": [{"type": "tool_use", "id": "a", "name": "f", "input": {}}],
        "stop_reason": "max_tokens"}).finish == "length"  # fmt: skip
    assert read("openai-responses", {
        "output": [{"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"}],
        "status": "incomplete"}).finish == "length"  # fmt: skip
    assert read("google", {"candidates": [{
        "content": {"parts": [{"functionCall": {"name": "f"}}]},
        "finishReason": "MAX_TOKENS"}]}).finish == "length"  # fmt: skip
    assert read("ollama-native", {
        "message": {"tool_calls": [{"function": {"name": "f"}}]},
        "done_reason": "length"}).finish == "length"  # fmt: skip


@pytest.mark.parametrize("reason", ["error", "abort", "insufficient_system_resource"])
def test_a_reply_that_broke_off_is_none(reason: str) -> None:
    """Routers, vLLM and DeepSeek say so in the reason; what had come is kept in a stream."""
    with pytest.raises(ModelReplyInvalid, match=reason):
        said("deepseek", reason, content="Twel")
    with pytest.raises(StreamFault) as caught:
        streamed("chat", written("chat", [chunk({"content": "Twel"}), chunk({}, reason)]))
    assert reason.encode() in caught.value.content


def test_azures_filter_comes_first_and_without_a_choice() -> None:
    """Its results are no text, and end nothing."""
    first: dict[str, Any] = {"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}
    _, reply, decoder = streamed(
        "chat", written("chat", [first, chunk({"content": "12"}, "stop")]), profile="azure"
    )
    assert (reply.message.text, decoder.is_complete) == ("12", True)


def test_azure_has_limits_of_its_own() -> None:
    """Of a description, of strict schemas, and where the key stands."""
    long = Tool("get_stock", "x" * 2000)
    for name, length in (("azure", 1024), ("openai", 2000)):
        (tool,) = sent(name, tools=(long,))["tools"]
        assert len(tool["function"]["description"]) == length
    wide = {f"p{number}": {"type": "string"} for number in range(101)}
    many = Tool("many", parameters={"type": "object", "properties": wide, "required": list(wide)})
    for name, is_strict in (("azure", False), ("openai", True)):
        (tool,) = sent(name, tools=(many,))["tools"]
        assert tool["function"]["strict"] is is_strict
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(6):
        deep = {"type": "object", "properties": {"in": deep}, "required": ["in"]}
    nested = Tool("nested", parameters=deep)
    for name, is_strict in (("azure", False), ("openai", True)):
        (tool,) = sent(name, tools=(nested,))["tools"]
        assert tool["function"]["strict"] is is_strict


def test_what_openrouter_says_it_cost_is_what_it_cost() -> None:
    """In dollars; of others, a key of this name may mean anything."""
    usage = {"prompt_tokens": 4, "completion_tokens": 2, "cost": 0.0125}
    body = {"choices": [{"message": {"content": "12"}}], "usage": usage}
    assert read("openrouter", body).usage.dollars == 0.0125
    assert read("vllm", body).usage.dollars is None
    for odd in ("0.1", None, True, -1, {"total": 1}, float("inf")):
        assert read("openrouter", {**body, "usage": {"cost": odd}}).usage.dollars is None


SIGNATURE = {"extra_content": {"google": {"thought_signature": "c2ln"}}}
STANDS_FOR = {"google": {"thought_signature": "skip_thought_signature_validator"}}


@pytest.mark.parametrize("name", ["openai", "azure", "groq", "mistral", "deepseek", "together",
                                  "workers-ai"])  # fmt: skip
def test_what_google_puts_into_a_call_goes_to_no_other(name: str) -> None:
    """Who refuses keys that he does not know gets none."""
    signed = ToolCall.parse("call00001", "get_stock", '{"sku":7}', SIGNATURE)
    messages = sent(name, assistant("", [signed]), RESULT, tools=TOOLS)["messages"]
    assert set(messages[1]["tool_calls"][0]) == {"id", "type", "function"}


def test_gemini_3_gets_a_signature_with_the_first_call_by_openais_form_too() -> None:
    """Its own where there is one; else the one that stands for it, if the model asks for any."""
    own = ToolCall.parse("call00001", "get_stock", '{"sku":7}', SIGNATURE)
    two = assistant("", [CALL, ToolCall.parse("call00002", "get_price", None)])
    results = [RESULT, {**RESULT, "tool_call_id": "call00002"}]
    for made, model, signatures in (
        (assistant("", [own]), "gemini-3-pro", [SIGNATURE["extra_content"]]),
        (two, "gemini-3-pro", [STANDS_FOR, None]),
        (two, "gemini-2.5-flash", [None, None]),
    ):
        told = results[: len(made.tool_calls)]
        calls = sent("gemini", made, *told, model=model, tools=TOOLS)["messages"][1]["tool_calls"]
        assert [call.get("extra_content") for call in calls] == signatures


@pytest.mark.parametrize("name", ["workers-ai", "workers-ai-native"])
@pytest.mark.parametrize("key", ["reasoning", "reasoning_content"])
def test_workers_ai_gets_reasoning_back_beside_the_text(name: str, key: str) -> None:
    """Under `reasoning`, whatever the model called it, and never in the content."""
    function = {"name": "get_stock", "arguments": "{}"}
    message = {
        "content": None,
        key: "Hm.",
        "tool_calls": [{"id": "call00001", "function": function}],
    }
    body: Mapping[str, Any] = {"choices": [{"message": message}]}
    if name == "workers-ai-native":
        body = {"result": {"response": None, key: "Hm.", "tool_calls": message["tool_calls"]}}
    reply = read(name, body)
    given = Turn(messages=conversation([QUESTION, reply.message, RESULT]), tools=TOOLS)
    again = encode(given, model="m1", profile=PROFILES[name])["messages"][1]
    assert again["reasoning"] == "Hm."
    assert not again["content"]
    assert "reasoning_content" not in again


def test_workers_ai_wants_text_where_there_is_nothing_else() -> None:
    """Parts that are all text are one text; a tool without a description has its name for one."""
    parts = [{"type": "text", "text": "How"}, {"type": "text", "text": "many?"}]
    body = sent("workers-ai-native", {"role": "user", "content": parts}, tools=TOOLS)
    assert body["messages"][1]["content"] == "How\nmany?"
    assert [tool["description"] for tool in body["tools"]] == ["Units on hand", "get_price"]


def test_workers_ai_answers_with_anything() -> None:
    """A bare text as the result, an empty response, and a number that counts as a text."""
    assert read("workers-ai-native", {"result": "12", "success": True}).message.text == "12"
    assert read("workers-ai-native", {"result": {"response": 0}}).message.text == "0"
    assert read("workers-ai-native", {"result": {"response": [1, 2]}}).message.text == ""


@pytest.mark.parametrize("index", [None, 0, 1])
def test_the_nulls_that_end_a_call_are_no_call(index: int | None) -> None:
    """Whatever number they have; nothing is shown of them."""
    nothing = call(index, None, None, "")
    events = [chunk({"tool_calls": [call(0, "a", "f", "{}")]}),
              chunk({"tool_calls": [nothing]}), chunk({}, "tool_calls")]  # fmt: skip
    pieces, reply, _ = streamed("chat", written("chat", events))
    assert len(pieces) == 1
    assert [made.id for made in reply.message.tool_calls] == ["a"]


def test_a_stream_of_workers_ai_ends_by_its_reason_too() -> None:
    """Without `[DONE]`, a reason says that the reply is whole; nothing says that it is not."""
    events: list[Any] = [{"response": "12"}, {"response": "", "finish_reason": "stop"}]
    assert streamed("workers-ai", written("workers-ai", events))[2].is_complete
    assert not streamed("workers-ai", written("workers-ai", events[:1]))[2].is_complete


def test_reasoning_that_comes_twice_is_told_once() -> None:
    """Servers that moved from one name to the other send both."""
    events = [chunk({"reasoning": "Hm.", "reasoning_content": "Hm."}), chunk({}, "stop")]
    pieces, _, _ = streamed("chat", written("chat", events))
    assert [piece.text for piece in pieces] == ["Hm."]  # type: ignore[union-attr]


def test_of_several_choices_the_first_counts() -> None:
    """In a stream their chunks come mixed."""
    other = {"choices": [{"index": 1, "delta": {"content": "No."}, "finish_reason": "stop"}]}
    _, reply, _ = streamed("chat", written("chat", [other, chunk({"content": "12"}, "stop")]))
    assert reply.message.text == "12"


def test_a_chunk_may_hold_a_message_instead_of_a_delta() -> None:
    """Servers that do not stream answer with one event that holds the whole."""
    whole = {"choices": [{"message": {"content": "12"}, "finish_reason": "stop"}]}
    _, reply, _ = streamed("chat", written("chat", [whole, "[DONE]"]))
    assert reply.message.text == "12"


def test_encrypted_reasoning_comes_in_fragments_too() -> None:
    """As its texts and summaries do; an index of another type is another."""
    details = [
        {"type": "reasoning.encrypted", "index": 0, "data": "ab"},
        {"type": "reasoning.encrypted", "index": 0, "data": "cd"},
        {"type": "reasoning.summary", "index": 0, "summary": "H"},
        {"type": "reasoning.summary", "index": 0, "summary": "m."},
    ]
    events = [chunk({"reasoning_details": [detail]}) for detail in details]
    content = written("chat", [*events, chunk({"content": "12"}, "stop")])
    _, reply, _ = streamed("chat", content, profile="openrouter")
    assert reply.message.extra == {
        "reasoning_details": [
            {"type": "reasoning.encrypted", "index": 0, "data": "abcd"},
            {"type": "reasoning.summary", "index": 0, "summary": "Hm."},
        ]
    }
