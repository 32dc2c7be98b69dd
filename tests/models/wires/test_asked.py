"""What can be asked for, in the form of each wire: choices, lengths, options, schemas, pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.models.wires.speaking import QUESTION, RESULT, SCHEMA, TOOLS, sent

from callwright.core.message import ToolCall, assistant, conversation
from callwright.core.model import Turn
from callwright.models.exchange import encode
from callwright.models.providers import PROFILES

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
    for name in ("openai", "openai-responses", "gemini"):
        # Some of their models answer 400 to being told what they do anyway.
        assert "parallel_tool_calls" not in sent(name, tools=TOOLS)
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


def test_json_is_not_wanted_where_calls_must_remain_possible() -> None:
    """A provider that is only told the schema is held to JSON where there are no tools."""
    assert sent("deepseek", response_schema=SCHEMA)["response_format"] == {"type": "json_object"}
    assert "response_format" not in sent("deepseek", response_schema=SCHEMA, tools=TOOLS)


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
