"""A stream is the reply that the same answer would have been in one piece, on every wire."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from callwright.core.message import ToolCall, Usage
from callwright.core.model import CallDelta, Piece, ReasoningDelta, Reply, TextDelta
from callwright.models.codec import StreamFault
from callwright.models.decoder import StreamDecoder
from callwright.models.exchange import codec_of, decode_body
from callwright.models.profile import Wire
from callwright.models.providers import PROFILES, SERVER

Event = Mapping[str, Any] | str
BY_WIRE = {profile.wire: profile for profile in reversed(list(PROFILES.values()))}
STOCK = ToolCall.parse("call_9", "get_stock", '{"sku":7}')
PRICE = ToolCall.parse("call_10", "get_price", "{}")


def written(wire: Wire, events: Sequence[Event]) -> bytes:
    """The events as the wire writes them."""
    texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
    if codec_of(BY_WIRE[wire]).framing == "lines":
        return "".join(f"{text}\n" for text in texts).encode()
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def streamed(
    wire: Wire, content: bytes, size: int = 1000, profile: str = ""
) -> tuple[list[Piece], Reply, StreamDecoder]:
    """The pieces of a stream that comes in pieces of this size, and its reply."""
    chosen = PROFILES[profile] if profile else BY_WIRE[wire]
    decoder = StreamDecoder(codec_of(chosen))
    pieces: list[Piece] = []
    for start in range(0, len(content), size):
        pieces.extend(decoder.feed(content[start : start + size]))
    pieces.extend(decoder.end())
    return pieces, decode_body(decoder.body(), profile=chosen, turn=None), decoder


def chunk(delta: Mapping[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A chunk of a chat completion."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "model": "m1", "choices": [choice], **more}


def call(index: int | None, id_: str | None, name: str | None, arguments: Any) -> dict[str, Any]:
    """A fragment of a call in a chunk."""
    function = {"name": name, "arguments": arguments}
    given: dict[str, Any] = {"id": id_, "type": "function", "function": function}
    return given if index is None else {"index": index, **given}


USAGE = {"prompt_tokens": 40, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 8}}
CHAT: list[Event] = [
    chunk({"role": "assistant", "content": ""}),
    chunk({"reasoning_content": "Hm."}),
    chunk({"content": "Let me "}, obfuscation="xx"),
    chunk({"content": "see."}),
    chunk({"tool_calls": [call(0, "call_9", "get_stock", "")]}),
    chunk({"tool_calls": [call(0, None, None, '{"sku"')]}),
    chunk({"tool_calls": [call(0, None, None, ":7}")]}),
    chunk({"tool_calls": [call(1, "call_10", "get_price", "{}")]}),
    chunk({}, "tool_calls"),
    {"choices": [], "usage": USAGE},
    "[DONE]",
]
ANTHROPIC: list[Event] = [
    {
        "type": "message_start",
        "message": {
            "id": "msg",
            "type": "message",
            "role": "assistant",
            "model": "m1",
            "content": [],
            "stop_reason": None,
            "usage": {"input_tokens": 20, "cache_read_input_tokens": 8,
                      "cache_creation_input_tokens": 12, "output_tokens": 1},
        },
    },
    {"type": "content_block_start", "index": 0,
     "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0,
     "delta": {"type": "thinking_delta", "thinking": "Hm."}},
    {"type": "content_block_delta", "index": 0,
     "delta": {"type": "signature_delta", "signature": "c2ln"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 1,
     "delta": {"type": "text_delta", "text": "Let me "}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "see."}},
    {"type": "content_block_stop", "index": 1},
    {"type": "content_block_start", "index": 2,
     "content_block": {"type": "tool_use", "id": "call_9", "name": "get_stock", "input": {}}},
    {"type": "content_block_delta", "index": 2,
     "delta": {"type": "input_json_delta", "partial_json": ""}},
    {"type": "content_block_delta", "index": 2,
     "delta": {"type": "input_json_delta", "partial_json": '{"sku"'}},
    {"type": "content_block_delta", "index": 2,
     "delta": {"type": "input_json_delta", "partial_json": ":7}"}},
    {"type": "content_block_stop", "index": 2},
    {"type": "content_block_start", "index": 3,
     "content_block": {"type": "tool_use", "id": "call_10", "name": "get_price", "input": {}}},
    {"type": "content_block_delta", "index": 3,
     "delta": {"type": "input_json_delta", "partial_json": ""}},
    {"type": "content_block_stop", "index": 3},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}},
    {"type": "message_stop"},
]  # fmt: skip
_REASONING = {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "c2ln"}
_MESSAGE = {
    "type": "message", "id": "ms", "role": "assistant", "status": "completed",
    "content": [{"type": "output_text", "text": "Let me see.", "annotations": []}],
}  # fmt: skip
_STOCK = {
    "type": "function_call", "id": "fc", "call_id": "call_9", "name": "get_stock",
    "arguments": '{"sku":7}', "status": "completed",
}  # fmt: skip
_PRICE = {**_STOCK, "id": "fd", "call_id": "call_10", "name": "get_price", "arguments": "{}"}
RESPONSES: list[Event] = [
    {"type": "response.created", "response": {"id": "r", "model": "m1", "output": []}},
    {"type": "response.output_item.added", "output_index": 0, "item": _REASONING},
    {"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "Hm."},
    {"type": "response.output_item.done", "output_index": 0, "item": _REASONING},
    {"type": "response.output_item.added", "output_index": 1, "item": {**_MESSAGE, "content": []}},
    {"type": "response.output_text.delta", "output_index": 1, "delta": "Let me "},
    {"type": "response.output_text.delta", "output_index": 1, "delta": "see."},
    {"type": "response.output_item.added", "output_index": 2, "item": {**_STOCK, "arguments": ""}},
    {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": '{"sku"'},
    {"type": "response.function_call_arguments.delta", "output_index": 2, "delta": ":7}"},
    {"type": "response.output_item.done", "output_index": 2, "item": _STOCK},
    {"type": "response.output_item.added", "output_index": 3, "item": _PRICE},
    {
        "type": "response.completed",
        "response": {
            "id": "r", "model": "m1", "status": "completed", "error": None,
            "output": [_REASONING, _MESSAGE, _STOCK, _PRICE],
            "usage": {"input_tokens": 40, "output_tokens": 9,
                      "input_tokens_details": {"cached_tokens": 8}},
        },
    },
]  # fmt: skip


def gemini(*parts: Mapping[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A chunk of Gemini's."""
    content = {"role": "model", "parts": list(parts)}
    candidate: dict[str, Any] = {"index": 0, "content": content}
    return {
        "candidates": [candidate | ({"finishReason": finish} if finish else {})],
        "modelVersion": "m1",
        **more,
    }


GEMINI: list[Event] = [
    gemini({"text": "Hm.", "thought": True}),
    gemini({"text": "Let me "}),
    gemini({"text": "see."}),
    gemini(
        {
            "functionCall": {"name": "get_stock", "args": {"sku": 7}, "id": "call_9"},
            "thoughtSignature": "c2ln",
        }
    ),
    gemini(
        {"functionCall": {"name": "get_price", "args": {}, "id": "call_10"}},
        finish="STOP",
        usageMetadata={
            "promptTokenCount": 40,
            "candidatesTokenCount": 6,
            "thoughtsTokenCount": 3,
            "cachedContentTokenCount": 8,
        },
    ),
]


def ollama(**message: Any) -> dict[str, Any]:
    """A line of Ollama's."""
    return {"model": "m1", "message": {"role": "assistant", **message}, "done": False}


OLLAMA: list[Event] = [
    ollama(content="", thinking="Hm."),
    ollama(content="Let me "),
    ollama(content="see."),
    ollama(
        content="",
        tool_calls=[
            {"id": "call_9", "function": {"name": "get_stock", "arguments": {"sku": 7}}},
            {"id": "call_10", "function": {"name": "get_price", "arguments": {}}},
        ],
    ),
    {
        **ollama(content=""),
        "done": True,
        "done_reason": "stop",
        "prompt_eval_count": 40,
        "eval_count": 9,
    },
]
WORKERS: list[Event] = [
    {"response": "Let me "},
    {"response": "see."},
    {"tool_calls": [{"id": "call_9", "index": 0, "function": {"name": "get_stock"}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": '{"sku"'}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": ":7}"}}]},
    {"tool_calls": [{"id": None, "index": 0, "function": {"name": None, "arguments": ""}}]},
    {"tool_calls": [{"id": "call_10", "index": 1, "function": {"name": "get_price"}}]},
    {"response": "", "usage": USAGE},
    "[DONE]",
]
STREAMS: dict[Wire, list[Event]] = {
    "chat": CHAT,
    "responses": RESPONSES,
    "anthropic": ANTHROPIC,
    "gemini": GEMINI,
    "ollama": OLLAMA,
    "workers-ai": WORKERS,
}


@pytest.mark.parametrize("size", [1, 3, 64, 100_000])
@pytest.mark.parametrize("wire", STREAMS)
def test_a_stream_is_put_together_to_a_reply(wire: Wire, size: int) -> None:
    """Text, reasoning, two calls and the usage, wherever the bytes are cut."""
    pieces, reply, decoder = streamed(wire, written(wire, STREAMS[wire]), size)
    assert decoder.is_complete
    assert [piece.text for piece in pieces if isinstance(piece, TextDelta)] == ["Let me ", "see."]
    thought = [piece.text for piece in pieces if isinstance(piece, ReasoningDelta)]
    assert thought == ([] if wire == "workers-ai" else ["Hm."])
    assert reply.message.text == "Let me see."
    assert reply.message.tool_calls == (STOCK, PRICE)
    assert reply.finish == "tool_calls"
    assert reply.model == ("" if wire == "workers-ai" else "m1")
    usage = Usage(input_tokens=40, output_tokens=9, cached_tokens=8, requests=1)
    reasoning = 3 if wire == "gemini" else 0
    cached = 0 if wire == "ollama" else 8
    assert reply.usage == replace(usage, cached_tokens=cached, reasoning_tokens=reasoning)


@pytest.mark.parametrize("wire", STREAMS)
def test_the_fragments_of_calls_make_the_calls(wire: Wire) -> None:
    """What is shown of a call as it forms is the call, under its number."""
    pieces, reply, _ = streamed(wire, written(wire, STREAMS[wire]))
    made: dict[int, list[str]] = {}
    for piece in pieces:
        if isinstance(piece, CallDelta):
            shown = made.setdefault(piece.index, ["", "", ""])
            for place, more in enumerate((piece.id, piece.name, piece.arguments)):
                shown[place] += more
    assert [tuple(shown[:2]) for shown in made.values()] == [
        (call.id, call.name) for call in reply.message.tool_calls
    ]
    assert json.loads(made[0][2]) == {"sku": 7}
    assert json.loads(made[1][2] or "{}") == {}


@pytest.mark.parametrize("wire", STREAMS)
def test_a_stream_that_ends_too_early_is_not_complete(wire: Wire) -> None:
    """Wherever a stream is cut, it is known; and what came before can be read."""
    events = STREAMS[wire]
    for end in range(1, len(events)):
        content = written(wire, events[:end])
        decoder = StreamDecoder(codec_of(BY_WIRE[wire]))
        pieces = [*decoder.feed(content), *decoder.end()]
        is_over = {"chat": end >= 9}.get(wire, False)
        assert decoder.is_complete == is_over
        text = "".join(piece.text for piece in pieces if isinstance(piece, TextDelta))
        if text:
            partial = decode_body(decoder.body(), profile=BY_WIRE[wire], turn=None)
            assert partial.message.text == text


@pytest.mark.parametrize(
    ("calls", "made"),
    [
        # Gemini's compatible endpoint sends no index: a new id, or a new name, is a new call.
        ([call(None, "a", "f", '{"x":1}'), call(None, "b", "g", "{}")], [("a", "f"), ("b", "g")]),
        ([call(None, "", "f", "{}"), call(None, "", "f", "{}")], [("", "f"), ("", "f")]),
        ([call(None, "a", "f", "{"), call(None, None, None, "}")], [("a", "f")]),
        ([call(None, "a", "f", "{"), call(None, "a", "f", "}")], [("a", "f")]),
        # Gateways send 0 for all: the id tells them apart.
        ([call(0, "a", "f", "{}"), call(0, "b", "g", "{}")], [("a", "f"), ("b", "g")]),
        (
            [call(0, "a", "f", "{"), call(0, "b", "g", "{}"), call(0, "a", None, "}")],
            [("a", "f"), ("b", "g")],
        ),
        # A fragment that ends a call says nothing; an id may come late.
        ([call(0, "a", "f", "{}"), call(0, None, None, "")], [("a", "f")]),
        ([call(0, None, "f", "{}"), call(0, "a", None, "")], [("a", "f")]),
        ([call(1, "b", "g", "{}"), call(0, "a", "f", "{}")], [("b", "g"), ("a", "f")]),
        # Arguments as nothing at all.
        ([call(0, "a", "f", None)], [("a", "f")]),
    ],
)
def test_fragments_find_their_call(
    calls: list[dict[str, Any]], made: list[tuple[str, str]]
) -> None:
    """By its index, by its id, by its name, or as the last one."""
    events: list[Event] = [chunk({"tool_calls": [fragment]}) for fragment in calls]
    content = written("chat", [*events, chunk({}, "tool_calls")])
    _, reply, _ = streamed("chat", content)
    assert [(call.id, call.name) for call in reply.message.tool_calls] == made
    assert all(call.arguments is not None for call in reply.message.tool_calls)


def test_arguments_may_be_streamed_as_an_object() -> None:
    """In one fragment, by servers that forget to write them as text."""
    events: list[Event] = [chunk({"tool_calls": [call(0, "a", "f", {"x": 1})]}, "stop")]
    _, reply, _ = streamed("chat", written("chat", events))
    assert [call.arguments for call in reply.message.tool_calls] == [{"x": 1}]


def test_a_signature_of_gemini_stays_with_its_streamed_call() -> None:
    """What stands beside a call's function in a stream goes back with it."""
    signed = {**call(None, "a", "f", "{}"), "extra_content": {"google": {"thought_signature": "x"}}}
    _, reply, _ = streamed("chat", written("chat", [chunk({"tool_calls": [signed]}, "stop")]))
    assert reply.message.tool_calls[0].extra == {
        "extra_content": {"google": {"thought_signature": "x"}}
    }


def test_reasoning_details_are_put_together() -> None:
    """OpenRouter's fragments of one index are one, with the signature that comes last."""
    details = [
        {"type": "reasoning.text", "index": 0, "text": "H", "signature": None},
        {"type": "reasoning.text", "index": 0, "text": "m.", "signature": "c2ln"},
        {"type": "reasoning.encrypted", "index": 1, "data": "xx"},
    ]
    events: list[Event] = [chunk({"reasoning_details": [detail]}) for detail in details]
    content = written("chat", [*events, chunk({"content": "12"}, "stop")])
    _, reply, _ = streamed("chat", content, profile="openrouter")
    assert reply.message.extra == {
        "reasoning_details": [
            {"type": "reasoning.text", "index": 0, "text": "Hm.", "signature": "c2ln"},
            {"type": "reasoning.encrypted", "index": 1, "data": "xx"},
        ]
    }


@pytest.mark.parametrize("numbered", [True, False])
def test_thinking_blocks_are_put_together(numbered: bool) -> None:
    """litellm's fragments of Claude's thinking are blocks again, each up to its signature."""
    fragments: list[tuple[int, dict[str, Any]]] = [
        (0, {"type": "thinking", "thinking": "They "}),
        (0, {"type": "thinking", "thinking": "want.", "signature": None}),
        (0, {"type": "thinking", "thinking": "", "signature": "c2ln"}),
        (1, {"type": "redacted_thinking", "data": "xx"}),
        (2, {"type": "redacted_thinking", "data": "yy"}),
        (3, {"type": "thinking", "thinking": "More.", "signature": ""}),
        (3, {"type": "thinking", "thinking": "", "signature": "bW9y"}),
        (4, {"type": "thinking", "thinking": "Most.", "signature": "bW9z"}),
    ]
    events: list[Event] = [
        chunk({"thinking_blocks": [{**block, "index": index} if numbered else block]})
        for index, block in fragments
    ]
    content = written("chat", [*events, chunk({"content": "12"}, "stop")])
    decoder = StreamDecoder(codec_of(SERVER))
    _ = [*decoder.feed(content), *decoder.end()]
    assert decode_body(decoder.body(), profile=SERVER, turn=None).message.extra == {
        "thinking_blocks": [
            {"type": "thinking", "thinking": "They want.", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "xx"},
            {"type": "redacted_thinking", "data": "yy"},
            {"type": "thinking", "thinking": "More.", "signature": "bW9y"},
            {"type": "thinking", "thinking": "Most.", "signature": "bW9z"},
        ]
    }
    other = decode_body(decoder.body(), profile=PROFILES["openai"], turn=None)
    assert other.message.extra == {}


@pytest.mark.parametrize(
    ("wire", "content", "says"),
    [
        ("chat", b'data: {"error": {"code": 502, "message": "Broke."}}\n\n', b"Broke."),
        (
            "chat",
            b'data: {"choices": [{"finish_reason": "error", "error": {"message": "Broke."}}]}\n\n',
            b"Broke.",
        ),
        ("chat", b"event: error\ndata: Broke.\n\n", b"Broke."),
        ("chat", b'event: error\ndata: {"message": "Broke."}\n\n', b"Broke."),
        ("chat", b'data: {"choices": [\n\n', b"no JSON"),
        (
            "anthropic",
            b'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error"}}\n\n',
            b"overloaded_error",
        ),
        ("responses", b'data: {"type": "error", "message": "Broke."}\n\n', b"Broke."),
        (
            "responses",
            b'data: {"type": "response.failed", "response": {"error": {"message": "Broke."}}}\n\n',
            b"Broke.",
        ),
        ("gemini", b'data: {"error": {"code": 503, "message": "Broke."}}\n\n', b"Broke."),
        ("ollama", b'{"error": "Broke."}\n', b"Broke."),
        ("workers-ai", b'data: {"errors": [{"code": 3040, "message": "Broke."}]}\n\n', b"Broke."),
    ],
)
def test_an_error_inside_a_stream_is_one(wire: Wire, content: bytes, says: bytes) -> None:
    """Whatever the shape, an error in a stream with status 200 is not taken for a reply."""
    with pytest.raises(StreamFault) as caught:
        streamed(wire, content)
    assert says in caught.value.content


@pytest.mark.parametrize(
    ("wire", "body"),
    [
        ("chat", {"choices": [{"message": {"content": "12"}, "finish_reason": "stop"}]}),
        ("workers-ai", {"success": True, "result": {"response": 12}}),
        ("anthropic", {"content": [{"type": "text", "text": "12"}], "stop_reason": "end_turn"}),
        ("responses", {"output": [{"type": "message", "content": [{"text": "12"}]}]}),
        ("gemini", {"candidates": [{"content": {"parts": [{"text": "12"}]}}]}),
    ],
)
def test_a_body_instead_of_a_stream_is_a_reply(wire: Wire, body: Mapping[str, Any]) -> None:
    """Some servers answer with one JSON body although a stream was asked for."""
    pieces, reply, decoder = streamed(wire, json.dumps(body).encode(), 5)
    assert (pieces, decoder.is_complete, reply.message.text) == ([], True, "12")


def test_gemini_without_events_sends_an_array() -> None:
    """Without `alt=sse`, or behind a proxy that drops it, the chunks are one array."""
    _, reply, decoder = streamed("gemini", json.dumps(GEMINI).encode())
    assert decoder.is_complete
    assert reply.message.tool_calls == (STOCK, PRICE)


@pytest.mark.parametrize("content", [b"data: {}\n\ndata: [DONE]\n\n", b"data: [DONE]\n\n"])
def test_an_empty_stream_of_chat_is_an_empty_reply(content: bytes) -> None:
    """A model may have nothing to say."""
    _, reply, decoder = streamed("chat", content)
    assert (decoder.is_complete, reply.message.text, reply.finish) == (True, "", "stop")


def test_workers_ai_streams_numbers_and_chunks() -> None:
    """Its text may come as numbers, and its newer models speak in chunks of completions."""
    numbers: list[Event] = [{"response": "1"}, {"response": 2}, "[DONE]"]
    assert streamed("workers-ai", written("workers-ai", numbers))[1].message.text == "12"
    _, reply, decoder = streamed("workers-ai", written("workers-ai", CHAT))
    assert decoder.is_complete
    assert reply.message.tool_calls == (STOCK, PRICE)
