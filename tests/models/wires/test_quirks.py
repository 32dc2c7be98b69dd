"""What is peculiar to a provider, one thing a test, so that none of it can be forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.models.contract import check
from tests.models.wires.test_streams import call, chunk, streamed, written

from callwright.core.errors import ModelReplyInvalid
from callwright.core.message import Message, ToolCall, Usage, assistant, conversation
from callwright.core.model import ReasoningDelta, Turn
from callwright.core.tool import Tool
from callwright.models.codec import StreamFault
from callwright.models.exchange import decode_body, encode
from callwright.models.providers import PROFILES, SERVER

QUESTION = {"role": "user", "content": "How many?"}
TOOLS = (Tool("get_stock", "Units on hand"), Tool("get_price"))
CALL = ToolCall.parse("call00001", "get_stock", '{"sku":7}')
RESULT = {"role": "tool", "content": "12", "tool_call_id": "call00001"}
SCHEMA = {
    "type": "object",
    "properties": {"units": {"type": "integer"}},
    "required": ["units"],
    "additionalProperties": False,
}


def sent(
    name: str, *messages: Any, model: str = "m1", stream: bool = False, **turn: Any
) -> dict[str, Any]:
    """The body that a provider gets, which its wire takes."""
    given = Turn(messages=conversation([QUESTION, *messages]), **turn)
    profile = PROFILES.get(name, SERVER)
    body = encode(given, model=model, profile=profile, stream=stream)
    check(profile.wire, body)
    return body


def read(name: str, body: Mapping[str, Any]) -> Any:
    """The reply in a body."""
    return decode_body(body, profile=PROFILES.get(name, SERVER), turn=None)


def said(name: str, finish: str | None = "stop", **message: Any) -> Any:
    """The reply with this message of a chat completion."""
    return read(name, {"choices": [{"message": message, "finish_reason": finish}]})


CHOICES: list[tuple[str, dict[str, Any]]] = [
    ("openai", {"auto": "auto", "none": "none", "required": "required",
                "get_stock": {"type": "function", "function": {"name": "get_stock"}}}),
    ("openai-responses", {"auto": "auto", "none": "none", "required": "required",
                          "get_stock": {"type": "function", "name": "get_stock"}}),
    ("anthropic", {"auto": {"type": "auto"}, "none": {"type": "none"}, "required": {"type": "any"},
                   "get_stock": {"type": "tool", "name": "get_stock"}}),
    ("google", {"auto": None, "none": {"mode": "NONE"}, "required": {"mode": "ANY"},
                "get_stock": {"mode": "ANY", "allowedFunctionNames": ["get_stock"]}}),
    ("workers-ai-native", {"auto": None, "none": None, "required": "required",
                           "get_stock": {"type": "function", "function": {"name": "get_stock"}}}),
    ("ollama-native", dict.fromkeys(("auto", "none", "required", "get_stock"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "choice", "written"),
    [(name, choice, form) for name, forms in CHOICES for choice, form in forms.items()],
)
def test_every_choice_of_a_tool_on_every_wire(name: str, choice: str, written: Any) -> None:
    """Each in the wire's own form; what cannot be chosen is done without tools."""
    body = sent(name, tools=TOOLS, tool_choice=choice)
    given = body.get("tool_choice") or body.get("toolConfig", {}).get("functionCallingConfig")
    assert given == written
    without = choice == "none" and name in ("workers-ai-native", "ollama-native")
    assert ("tools" in body) == (not without)


def test_calls_that_must_not_be_parallel() -> None:
    """Anthropic has it in the choice, the others beside it."""
    for name in ("openai", "openai-responses", "mistral"):
        assert sent(name, tools=TOOLS, parallel_tool_calls=False)["parallel_tool_calls"] is False
    choice = sent("anthropic", tools=TOOLS, parallel_tool_calls=False)["tool_choice"]
    assert choice == {"type": "auto", "disable_parallel_tool_use": True}


def test_forcing_a_call_gives_way_to_thinking_only() -> None:
    """Anthropic's thinking that is switched off is none."""
    forced = {"tools": TOOLS, "tool_choice": "get_stock"}
    for thinking, kind in (("enabled", "auto"), ("adaptive", "auto"), ("disabled", "tool")):
        options = {"thinking": {"type": thinking, "budget_tokens": 1024}}
        given = Turn(messages=conversation([QUESTION]), options=options, **forced)  # type: ignore[arg-type]
        body = encode(given, model="m1", profile=PROFILES["anthropic"])
        assert body["tool_choice"]["type"] == kind


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("openai", "max_completion_tokens"),
        ("azure", "max_completion_tokens"),
        ("openai-responses", "max_output_tokens"),
        ("anthropic", "max_tokens"),
        ("mistral", "max_tokens"),
        ("vllm", "max_tokens"),
        ("workers-ai-native", "max_tokens"),
    ],
)
def test_the_length_of_a_reply_has_many_names(name: str, key: str) -> None:
    """`max_tokens` is what the provider calls it; what is said twice counts by its own name."""
    assert sent(name, options={"max_tokens": 7})[key] == 7
    if key == "max_tokens":
        return
    assert "max_tokens" not in sent(name, options={"max_tokens": 7})
    assert sent(name, options={"max_tokens": 7, key: 8})[key] == 8


def test_both_of_openais_names_for_the_length_are_known() -> None:
    """Whoever changes the wire need not change the option."""
    options = {"max_completion_tokens": 7}
    assert sent("openai-responses", options=options)["max_output_tokens"] == 7
    assert sent("anthropic", options=options)["max_tokens"] == 7
    assert sent("google", options=options)["generationConfig"] == {"maxOutputTokens": 7}
    assert sent("ollama-native", options=options)["options"] == {"num_predict": 7}
    assert sent("anthropic")["max_tokens"] == 8192


def test_options_stand_where_each_wire_has_them() -> None:
    """In the body, in `generationConfig`, in `options`, in `text` and `reasoning`."""
    options = {"temperature": 0, "top_p": 0.5, "stop": "END"}
    assert sent("openai", options=options).items() >= options.items()
    config = {"temperature": 0, "topP": 0.5, "stopSequences": ["END"]}
    assert sent("google", options=options)["generationConfig"] == config
    assert sent("google", options={"stop": ["a", "b"]})["generationConfig"] == {
        "stopSequences": ["a", "b"]
    }
    safety = [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]
    assert sent("google", options={"safetySettings": safety})["safetySettings"] == safety
    assert sent("anthropic", options={"stop": ["END"]})["stop_sequences"] == ["END"]
    assert sent("ollama-native", options={"num_ctx": 8192, "think": True})["think"] is True
    assert sent("ollama-native", options={"num_ctx": 8192})["options"] == {"num_ctx": 8192}
    effort = sent("openai-responses", options={"reasoning_effort": "low"})
    assert effort["reasoning"] == {"effort": "low"}
    both = {"text": {"verbosity": "low"}}
    kept = sent("openai-responses", options=both, response_schema=SCHEMA)["text"]
    assert kept["verbosity"] == "low"
    assert kept["format"]["schema"]["properties"] == SCHEMA["properties"]


def test_an_answers_schema_stands_where_each_wire_has_it() -> None:
    """In an envelope, without one, as a format; or it is told."""
    chat = sent("openai", response_schema=SCHEMA)["response_format"]
    assert chat["json_schema"] == {"name": "answer", "schema": SCHEMA, "strict": True}
    bare = sent("workers-ai-native", response_schema=SCHEMA)["response_format"]
    assert bare == {"type": "json_schema", "json_schema": SCHEMA}
    assert sent("google", response_schema=SCHEMA)["generationConfig"] == {
        "responseMimeType": "application/json",
        "responseJsonSchema": SCHEMA,
    }
    assert sent("ollama-native", response_schema=SCHEMA)["format"] == SCHEMA
    told = sent("anthropic", response_schema=SCHEMA)
    assert '"units"' in told["system"]
    assert "output_config" not in told
    knowing = replace(PROFILES["anthropic"], knows_json_schema=True)
    turn = Turn(messages=conversation([QUESTION]), response_schema=SCHEMA)
    assert encode(turn, model="m1", profile=knowing)["output_config"] == {
        "format": {"type": "json_schema", "schema": SCHEMA}
    }


@pytest.mark.parametrize("name", [n for n, p in PROFILES.items() if p.wire == "chat"])
def test_the_usage_of_a_stream_is_asked_for(name: str) -> None:
    """By all but Mistral, which reports it unasked and refuses what it does not know."""
    wanted = None if name == "mistral" else {"include_usage": True}
    assert sent(name, stream=True).get("stream_options") == wanted
    assert "stream_options" not in sent(name)


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


@pytest.mark.parametrize(
    ("name", "longest"), [("openai", 40), ("azure", 40), ("openai-responses", 64)]
)
def test_ids_are_no_longer_than_is_taken(name: str, longest: int) -> None:
    """A call of another provider keeps its pair under a shorter id."""
    for id_, is_kept in (("c" * longest, True), ("c" * (longest + 1), False)):
        made = ToolCall.parse(id_, "get_stock", None)
        result = {**RESULT, "tool_call_id": id_}
        text = json.dumps(sent(name, assistant("", [made]), result, tools=TOOLS))
        assert (id_ in text) == is_kept


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


def test_what_stands_only_in_replies_is_sent_to_nobody() -> None:
    """The dump of an SDK's message has it."""
    dumped = {"role": "assistant", "content": "12", "annotations": [], "refusal": None}
    index = {"id": "call00001", "type": "function", "index": 0,
             "function": {"name": "get_stock", "arguments": "{}"}}  # fmt: skip
    called = {"role": "assistant", "content": None, "tool_calls": [index]}
    for name in ("openai", "groq", "vllm"):
        messages = sent(name, dumped, called, RESULT, tools=TOOLS)["messages"]
        assert messages[1] == {"role": "assistant", "content": "12"}
        assert "index" not in messages[2]["tool_calls"][0]


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
     "MISSING_THOUGHT_SIGNATURE", "MALFORMED_RESPONSE", "OTHER", "STOP", ""],
)  # fmt: skip
def test_geminis_empty_replies_are_none(reason: str) -> None:
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


def test_json_is_not_wanted_where_calls_must_remain_possible() -> None:
    """A provider that is only told the schema is held to JSON where there are no tools."""
    assert sent("deepseek", response_schema=SCHEMA)["response_format"] == {"type": "json_object"}
    assert "response_format" not in sent("deepseek", response_schema=SCHEMA, tools=TOOLS)


def test_a_text_that_was_changed_is_sent_as_it_is_now() -> None:
    """What came from the provider stands for a message only while that is the same."""
    thinking = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    reply = read("anthropic", {"content": [thinking, {"type": "text", "text": "12"}]})
    changed = replace(reply.message, content="13")
    parts = sent("anthropic", changed)["messages"][1]["content"]
    assert parts == [thinking, {"type": "text", "text": "13"}]


def test_pictures_and_other_parts_reach_each_wire_in_its_form() -> None:
    """By their media type, or their address; what a wire has of its own goes as it is."""
    here = {"type": "image_url", "image_url": {"url": "data:image/webp;base64,aGk="}}
    there = {"type": "image_url", "image_url": {"url": "https://h.example/a.png"}}
    pictures = {"role": "user", "content": [here, there]}
    assert sent("anthropic", pictures)["messages"][0]["content"][1:] == [
        {"type": "image", "source": {"type": "base64", "media_type": "image/webp", "data": "aGk="}},
        {"type": "image", "source": {"type": "url", "url": "https://h.example/a.png"}},
    ]
    assert sent("google", pictures)["contents"][0]["parts"][1:] == [
        {"inlineData": {"mimeType": "image/webp", "data": "aGk="}},
        {"fileData": {"fileUri": "https://h.example/a.png"}},
    ]
    assert sent("openai-responses", pictures)["input"][1]["content"] == [
        {"type": "input_image", "image_url": "data:image/webp;base64,aGk=", "detail": "auto"},
        {"type": "input_image", "image_url": "https://h.example/a.png", "detail": "auto"},
    ]
    own = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a"}}
    document = {"role": "user", "content": [own]}
    assert own in sent("anthropic", document)["messages"][0]["content"]
