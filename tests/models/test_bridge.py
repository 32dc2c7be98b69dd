"""Models of the clients of SDKs, which ask a provider on the loopback."""

from __future__ import annotations

import importlib.util
import json
import traceback
import warnings
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, ClassVar

import anthropic
import openai
import pytest
from tests.models.contract import check
from tests.models.wires.test_streams import STREAMS

from callwright.core.errors import (
    ConfigurationError,
    CredentialError,
    ModelStreamCut,
    ModelUnavailable,
    UnknownModel,
)
from callwright.core.message import conversation
from callwright.core.model import CallDelta, Reply, TextDelta, Turn
from callwright.core.tool import Tool
from callwright.models import from_anthropic, from_litellm, from_openai
from callwright.models.bridge.client import ClientModel
from callwright.models.providers import SERVER

pytestmark = pytest.mark.anyio
TURN = Turn(messages=conversation("How many?"), tools=(Tool("get_stock"), Tool("get_price")))
WIRES = ["chat", "responses", "anthropic"]


def made(wire: str, url: str, *, is_async: bool = True) -> ClientModel:
    """A model of a client that asks this address."""
    given: dict[str, Any] = {"api_key": "none", "max_retries": 0}
    if wire == "anthropic":
        base = url.removesuffix("/v1")
        kind = anthropic.AsyncAnthropic if is_async else anthropic.Anthropic
        return from_anthropic(kind(base_url=base, **given), "m1")
    client = openai.AsyncOpenAI if is_async else openai.OpenAI
    return from_openai(client(base_url=url, **given), "m1", wire=wire)  # type: ignore[arg-type]


def stream_of(wire: str, *, end: int | None = None) -> bytes:
    """A whole stream, or one that is cut."""
    parts = []
    for event in STREAMS[wire][:end]:  # type: ignore[index]
        name = f"event: {event['type']}\n" if isinstance(event, dict) and "type" in event else ""
        parts.append(f"{name}data: {event if isinstance(event, str) else json.dumps(event)}\n\n")
    return "".join(parts).encode()


PLAIN: dict[str, Any] = {
    "chat": {
        "id": "c", "object": "chat.completion", "created": 1, "model": "m1",
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": "12"}}],
        "usage": {"prompt_tokens": 4, "completion_tokens": 1, "total_tokens": 5},
    },
    "anthropic": {
        "id": "m", "type": "message", "role": "assistant", "model": "m1",
        "content": [{"type": "text", "text": "12"}], "stop_reason": "end_turn",
        "stop_sequence": None, "usage": {"input_tokens": 4, "output_tokens": 1},
    },
    "responses": {
        "id": "r", "object": "response", "created_at": 1, "model": "m1", "status": "completed",
        "error": None, "incomplete_details": None, "instructions": None, "metadata": {},
        "parallel_tool_calls": True, "temperature": 1, "tool_choice": "auto", "tools": [],
        "top_p": 1,
        "output": [{"type": "message", "id": "i", "role": "assistant", "status": "completed",
                    "content": [{"type": "output_text", "text": "12", "annotations": []}]}],
        "usage": {"input_tokens": 4, "output_tokens": 1, "total_tokens": 5,
                  "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                  "output_tokens_details": {"reasoning_tokens": 0}},
    },
}  # fmt: skip


@pytest.mark.parametrize("is_async", [True, False], ids=["async", "blocking"])
@pytest.mark.parametrize("wire", WIRES)
async def test_a_client_asks_and_reads(provider: Any, wire: str, is_async: bool) -> None:
    """The client sends our body as it is, and its answer is our reply."""
    provider.answer(PLAIN[wire], content_type="application/json")
    reply = await made(wire, provider.url, is_async=is_async).reply(TURN)
    assert (reply.message.text, reply.usage.total_tokens, reply.model) == ("12", 5, "m1")
    check(wire, provider.requests[0].body)  # type: ignore[arg-type]


@pytest.mark.parametrize("is_async", [True, False], ids=["async", "blocking"])
@pytest.mark.parametrize("wire", WIRES)
async def test_a_client_streams(provider: Any, wire: str, is_async: bool) -> None:
    """The events of the SDK are put together as our own would be."""
    provider.answer(stream_of(wire), content_type="text/event-stream")
    model = made(wire, provider.url, is_async=is_async)
    pieces = [piece async for piece in model.stream(TURN)]
    reply = pieces[-1]
    assert isinstance(reply, Reply)
    assert "".join(p.text for p in pieces if isinstance(p, TextDelta)) == "Let me see."
    assert [call.name for call in reply.message.tool_calls] == ["get_stock", "get_price"]
    assert reply.usage.total_tokens == 49
    assert any(isinstance(piece, CallDelta) for piece in pieces)
    body = provider.requests[0].body
    assert body["stream"] is True
    check(wire, body)  # type: ignore[arg-type]


@pytest.mark.parametrize("wire", WIRES)
async def test_a_stream_of_a_client_that_is_cut_keeps_what_came(provider: Any, wire: str) -> None:
    """The text before the cut is in the error."""
    ends = {"chat": 4, "anthropic": 9, "responses": 7}
    provider.answer(stream_of(wire, end=ends[wire]), content_type="text/event-stream")
    with pytest.raises(ModelStreamCut) as caught:
        _ = [piece async for piece in made(wire, provider.url).stream(TURN)]
    assert caught.value.partial.text == "Let me see."


FAULTS: dict[str, Any] = {
    "chat": {"error": {"message": "Too many.", "type": "rate_limit_error", "code": "429"}},
    "anthropic": {
        "type": "error",
        "error": {"type": "rate_limit_error", "message": "Too many."},
    },
    "responses": {
        "type": "response.failed",
        "response": {
            "status": "failed",
            "output": [],
            "error": {"code": "rate_limit_exceeded", "message": "Too many."},
        },
    },
}


def fault_of(wire: str) -> bytes:
    """The event that ends a stream with an error."""
    fault = FAULTS[wire]
    return f"event: {fault.get('type', 'message')}\ndata: {json.dumps(fault)}\n\n".encode()


@pytest.mark.parametrize("is_async", [True, False], ids=["async", "blocking"])
@pytest.mark.parametrize("wire", WIRES)
async def test_an_error_in_a_stream_of_a_client_is_told_as_ours(
    provider: Any, wire: str, is_async: bool
) -> None:
    """Its words and what status it stands for are those that our own stream would tell."""
    content = stream_of(wire, end={"chat": 4, "anthropic": 9, "responses": 7}[wire])
    provider.answer(content + fault_of(wire), content_type="text/event-stream")
    with pytest.raises(ModelStreamCut, match=r"was cut: \(rate_limit_\w+.*\) Too many\. ") as cut:
        _ = [piece async for piece in made(wire, provider.url, is_async=is_async).stream(TURN)]
    assert (cut.value.status, cut.value.partial.text) == (429, "Let me see.")


@pytest.mark.parametrize("is_async", [True, False], ids=["async", "blocking"])
@pytest.mark.parametrize("wire", WIRES)
async def test_an_error_that_begins_a_stream_of_a_client_is_no_cut(
    provider: Any, wire: str, is_async: bool
) -> None:
    """Where nothing was shown yet, it is the failure that an answer with its status would be."""
    begun = stream_of(wire, end=1) if wire == "anthropic" else b""
    provider.answer(begun + fault_of(wire), content_type="text/event-stream")
    with pytest.raises(ModelUnavailable, match=r"status 429: .*Too many\. Ask again") as caught:
        _ = [piece async for piece in made(wire, provider.url, is_async=is_async).stream(TURN)]
    assert (type(caught.value), caught.value.status) == (ModelUnavailable, 429)


async def test_an_error_that_is_a_text_is_told_too(provider: Any) -> None:
    """As `transformers serve` sends it: the SDK raises it with words of its own."""
    content = stream_of("chat", end=4) + b'data: {"error": "CUDA out of memory"}\n\n'
    provider.answer(content, content_type="text/event-stream")
    with pytest.raises(ModelStreamCut, match=r"was cut: CUDA out of memory Ask again\.") as cut:
        _ = [piece async for piece in made("chat", provider.url).stream(TURN)]
    assert cut.value.status == 500


async def test_a_status_that_a_client_finds_in_a_stream_is_kept() -> None:
    """litellm asks elsewhere, and fails behind what it has given already."""

    class RateLimitError(Exception):
        status_code = 429
        body: ClassVar[dict[str, str]] = {"message": "Too many."}
        response = SimpleNamespace(headers={}, content=b"")

    async def create(**_: object) -> AsyncIterator[dict[str, Any]]:
        async def events() -> AsyncIterator[dict[str, Any]]:
            yield {"choices": [{"index": 0, "delta": {"content": "Let me see."}}]}
            raise RateLimitError("Too many.")

        return events()

    model = ClientModel(profile=SERVER, model="m1", create=create, is_async=True)
    with pytest.raises(ModelStreamCut, match=r"Too many\.") as cut:
        _ = [piece async for piece in model.stream(TURN)]
    assert (cut.value.status, cut.value.partial.text) == (429, "Let me see.")


async def test_what_an_sdk_does_not_expect_is_read_without_a_warning(provider: Any) -> None:
    """A litellm proxy's reasoning has an output's text in it, which the SDK's types do not know."""
    text = [{"type": "output_text", "text": "Hm.", "annotations": []}]
    thought = {"type": "reasoning", "id": "rs_1", "role": "assistant", "content": text}
    plain = PLAIN["responses"]
    provider.answer({**plain, "output": [thought, *plain["output"]]})
    reply = await made("responses", provider.url).reply(TURN)
    assert reply.message.text == "12"


@pytest.mark.parametrize("wire", WIRES)
async def test_a_failure_of_a_client_is_told_as_ours(provider: Any, wire: str) -> None:
    """A status is a `ModelUnavailable`, a refused key a `CredentialError`, in one line."""
    provider.answer({"error": {"message": "No such thing."}}, status=400)
    with pytest.raises(ModelUnavailable, match="status 400: No such thing") as caught:
        await made(wire, provider.url).reply(TURN)
    assert caught.value.status == 400
    provider.answers[:] = []
    provider.answer({"error": {"message": "Who?"}}, status=401)
    with pytest.raises(CredentialError, match="Who"):
        await made(wire, provider.url).reply(TURN)
    with pytest.raises(ModelUnavailable, match="did not answer"):
        await made(wire, "http://127.0.0.1:9/v1").reply(TURN)


@pytest.mark.parametrize("wire", WIRES)
async def test_the_key_of_a_client_is_nowhere_to_be_read(provider: Any, wire: str) -> None:
    """A provider that says the key again, plain or in a stream, says it to nobody."""
    key = "sk-hush-0123456789"
    client: Any = (
        anthropic.AsyncAnthropic(
            base_url=provider.url.removesuffix("/v1"), api_key=key, max_retries=0
        )
        if wire == "anthropic"
        else openai.AsyncOpenAI(base_url=provider.url, api_key=key, max_retries=0)
    )
    chat: Any = wire
    model = (
        from_anthropic(client, "m1")
        if wire == "anthropic"
        else from_openai(client, "m1", wire=chat)
    )
    assert repr(model) == f"<ClientModel {model.profile.name}:m1>"
    provider.answer({"error": {"message": f"Who is {key}?"}}, status=401)
    with pytest.raises(CredentialError, match=r"Who is \[secret\]\?") as caught:
        await model.reply(TURN)
    assert key not in "".join(traceback.format_exception(caught.value))
    provider.answers[:] = []
    error = json.dumps({"type": "error", "error": {"type": "api_error", "message": f"No {key}"}})
    content = stream_of(wire, end=4 if wire == "chat" else 9)
    provider.answer(
        content + f"event: error\ndata: {error}\n\n".encode(), content_type="text/event-stream"
    )
    with pytest.raises(ModelStreamCut) as cut:
        _ = [piece async for piece in model.stream(TURN)]
    assert key not in "".join(traceback.format_exception(cut.value))


def test_a_prompted_client_is_not_held_to_a_schema_beside_tools() -> None:
    """As with models of our own, tools told in words leave no room for the provider's schema."""
    client = openai.OpenAI(api_key="none")
    assert from_openai(client, "m1").supports_schema_with_tools
    assert not from_openai(client, "m1", tool_calling="prompted").supports_schema_with_tools


def test_what_is_no_client_is_refused() -> None:
    """The way to make one is named."""
    with pytest.raises(UnknownModel, match=r"openai\.OpenAI"):
        from_openai(object(), "m1")
    with pytest.raises(UnknownModel, match=r"anthropic\.Anthropic"):
        from_anthropic(object(), "m1")


LITELLM = importlib.util.find_spec("litellm") is not None


@pytest.mark.skipif(LITELLM, reason="litellm is installed")
def test_without_litellm_it_is_said_how_to_install_it() -> None:
    """It is no dependency."""
    with pytest.raises(ConfigurationError, match="pip install litellm"):
        from_litellm("ollama/x")


@pytest.fixture
def litellm_model(monkeypatch: pytest.MonkeyPatch) -> ClientModel:
    """A model that litellm asks; its list of prices is not looked for in the network."""
    if not LITELLM:
        pytest.skip("litellm is not installed; it is no dependency, and large")
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return from_litellm("openai/gpt-x")


@pytest.mark.filterwarnings("ignore")
async def test_litellm_asks_and_streams(litellm_model: ClientModel) -> None:
    """Its replies, its streams and its errors are read, with the mock that it brings along."""
    turn = replace(TURN, options={"mock_response": "Twelve there."})
    reply = await litellm_model.reply(turn)
    assert (reply.message.text, reply.finish) == ("Twelve there.", "stop")
    pieces = [piece async for piece in litellm_model.stream(turn)]
    assert "".join(p.text for p in pieces if isinstance(p, TextDelta)) == "Twelve there."
    assert isinstance(pieces[-1], Reply)
    function = {"name": "get_stock", "arguments": '{"sku": 7}'}
    calls = [{"id": "c1", "type": "function", "function": function}]
    mocked = {"mock_response": "", "mock_tool_calls": calls}
    called = (await litellm_model.reply(replace(TURN, options=mocked))).message.tool_calls
    assert [(call.id, call.name, call.arguments) for call in called] == [
        ("c1", "get_stock", {"sku": 7})
    ]
    busy = replace(TURN, options={"mock_response": "litellm.RateLimitError"})
    with pytest.raises(ModelUnavailable, match=r"status 429.*RateLimitError") as caught:
        await litellm_model.reply(busy)
    assert caught.value.status == 429
