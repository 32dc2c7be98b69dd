"""Models over real sockets: streams that come, stumble, lie and are cut, seen by a whole run."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from tests.fault.script import answer, broken_off, hang_up, in_turn, message, reset
from tests.fault.server import Behaviour, FaultServer, Wire
from tests.models.wires.test_streams import STREAMS, chunk, gemini, ollama, written

import callwright
from callwright import errors, events_to_jsonl, run_with_tools, stream_with_tools, tool
from callwright.models.profile import Wire as Spoken

KEY = "sk-hush-0123456789"
EVENTS = "Content-Type: text/event-stream"
ASKED = "How many?"
NAMES = {
    "chat": "mistral",
    "responses": "openai-responses",
    "anthropic": "anthropic",
    "gemini": "google",
    "ollama": "ollama-native",
    "workers-ai": "workers-ai-native",
}


@tool(effect="read")
def get_stock(sku: int) -> int:
    """Units on hand."""
    return 12


@tool(effect="read")
def get_price() -> str:
    """Price of one unit."""
    return "3.50"


TOOLS = (get_stock, get_price)


def streaming(content: bytes, *headers: str, size: int = 17) -> Behaviour:
    """An event stream in chunks of a few bytes, whole."""

    def behave(wire: Wire) -> None:
        head = ["HTTP/1.1 200 OK", EVENTS, "Transfer-Encoding: chunked", *headers]
        wire.send("\r\n".join(head).encode() + b"\r\n\r\n")
        for start in range(0, len(content), size):
            piece = content[start : start + size]
            wire.send(b"%x\r\n" % len(piece), piece, b"\r\n")
        wire.send(b"0\r\n\r\n")

    return behave


def chat(*events: dict[str, Any] | str) -> bytes:
    """The events as chat completions write them."""
    return written("chat", events)


FIVE = chat(chunk({"content": "Fi"}), chunk({"content": "ve."}, "stop"), "[DONE]")
BEGUN = chat(chunk({"content": "Let me "}), chunk({"content": "see."}))


def refused(error: object, status: str = "503 Not Now", *headers: str) -> Behaviour:
    """An answer that is no success."""
    content = json.dumps({"error": error}).encode()
    return answer(content, "Content-Type: application/json", *headers, status=status)


def model_of(server: FaultServer) -> callwright.Model:
    """The model that answers at a server's address."""
    return callwright.model(f"{server.url}/v1#m1", key=KEY)


def run(server: FaultServer) -> list[Any]:
    """The events of a streamed run."""
    return list(stream_with_tools(model_of(server), ASKED, TOOLS))


def texts(events: Sequence[Any]) -> list[str]:
    """What was shown of texts as they came."""
    return [event.text for event in events if event.kind == "text_streamed"]


THEN: dict[Spoken, list[Any]] = {
    "chat": [chunk({"content": "12 "}), chunk({"content": "at 3.50."}, "stop"), "[DONE]"],
    "responses": [
        {"type": "response.output_text.delta", "output_index": 0, "delta": "12 "},
        {"type": "response.output_text.delta", "output_index": 0, "delta": "at 3.50."},
        {"type": "response.completed", "response": {"status": "completed", "output": []}},
    ],
    "anthropic": [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0,
         "delta": {"type": "text_delta", "text": "12 "}},
        {"type": "content_block_delta", "index": 0,
         "delta": {"type": "text_delta", "text": "at 3.50."}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {}},
        {"type": "message_stop"},
    ],
    "gemini": [gemini({"text": "12 "}), gemini({"text": "at 3.50."}, finish="STOP")],
    "ollama": [ollama(content="12 "), {**ollama(content="at 3.50."), "done": True}],
    "workers-ai": [{"response": "12 "}, {"response": "at 3.50."}, "[DONE]"],
}  # fmt: skip


@pytest.mark.parametrize("wire", STREAMS)
def test_a_run_is_streamed_on_every_wire(wire: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text and calls come over the socket, the calls are made, and the answer is streamed too."""
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", "acc")
    first, second = written(wire, STREAMS[wire]), written(wire, THEN[wire])
    with FaultServer(in_turn(streaming(first), streaming(second))) as server:
        model = callwright.model(f"{NAMES[wire]}:m1", base_url=server.url, key=KEY)
        events = list(stream_with_tools(model, ASKED, TOOLS))
        assert len(server.requests) == 2
        bodies = [json.loads(request.body) for request in server.requests]
    assert texts(events) == ["Let me ", "see.", "12 ", "at 3.50."]
    answered = events[-1].answer
    assert (answered.text, answered.stop_reason) == ("12 at 3.50.", "answered")
    assert [(call.name, call.result.value) for call in answered.calls] == [
        ("get_stock", 12),
        ("get_price", "3.50"),
    ]
    if wire != "gemini":  # which says it in its address
        assert [body["stream"] for body in bodies] == [True, True]
    assert KEY not in "".join(map(repr, events))


@pytest.mark.parametrize(
    "stumble",
    [
        refused({"message": "Busy."}),
        refused({"message": "Slow down."}, "429 Too Many", "retry-after-ms: 1"),
        refused({"message": "Odd."}, "400 Bad", "x-should-retry: true"),
        streaming(b'event: error\ndata: {"error": {"type": "overloaded_error"}}\n\n'),
        streaming(chat({"error": {"message": "Broken.", "code": 502}})),
        hang_up,
        reset,
        broken_off(message(FIVE, EVENTS), at=90),
    ],
    ids=["503", "429", "400", "error event", "error chunk", "hang up", "reset", "head only"],
)
def test_what_fails_before_the_first_piece_is_asked_again(
    stumble: Behaviour, no_waits: None
) -> None:
    """Nothing of it was shown, so that the same request goes again, and its stream is the reply."""
    with FaultServer(in_turn(stumble, streaming(FIVE))) as server:
        events = run(server)
        first, second = (request.body for request in server.requests)
    assert first == second
    assert texts(events) == ["Fi", "ve."]
    assert events[-1].answer.text == "Five."


@pytest.mark.parametrize(
    "cut",
    [
        streaming(BEGUN),
        streaming(BEGUN + b"data: {"),
        streaming(BEGUN + chat(chunk({"tool_calls": [{"index": 0, "id": "c"}]}))),
        broken_off(message(BEGUN, EVENTS, length=10_000), at=10_000),
        streaming(BEGUN + b'event: error\ndata: {"message": "Overloaded."}\n\n'),
        streaming(BEGUN + chat({"error": {"message": f"No more for {KEY}.", "code": 502}})),
        streaming(BEGUN + chat({"choices": [], "error": {"message": "Gone."}})),
    ],
    ids=["ended", "in an event", "in a call", "closed", "error event", "error chunk", "both"],
)
def test_a_stream_that_is_cut_keeps_what_came_and_is_not_asked_for_again(cut: Behaviour) -> None:
    """Its text is in the error, no call of it is made, and the key is nowhere."""
    seen: list[Any] = []
    with FaultServer(cut) as server:
        with pytest.raises(errors.ModelStreamCut) as caught:
            run_with_tools(model_of(server), ASKED, TOOLS, stream=True, on_event=seen.append)
        assert len(server.requests) == 1
    assert caught.value.partial.text == "Let me see."
    assert texts(seen) == ["Let me ", "see."]
    assert not [event for event in seen if event.kind == "call_started"]
    assert KEY not in f"{caught.value} {caught.value.__dict__} {seen}"


def test_an_error_beside_the_first_piece_is_a_cut(no_waits: None) -> None:
    """What comes in one packet with a text is not asked again: the text was there first."""
    content = BEGUN + chat({"error": {"message": "Gone.", "code": 503}})
    with FaultServer(answer(content, EVENTS)) as server:
        with pytest.raises(errors.ModelStreamCut, match=r"Gone\.") as caught:
            run(server)
        assert len(server.requests) == 1
    assert caught.value.partial.text == "Let me see."


def test_a_whole_reply_is_taken_where_a_stream_was_asked_for() -> None:
    """Some servers answer with one JSON body all the same: it counts, calls and all."""
    call = {"id": "c", "type": "function", "function": {"name": "get_price", "arguments": "{}"}}
    told = {"role": "assistant", "content": None, "tool_calls": [call]}
    said = {"role": "assistant", "content": "3.50"}
    bodies = [
        json.dumps({"choices": [{"message": item, "finish_reason": "stop"}]}, indent=1).encode()
        for item in (told, said)
    ]
    behaviours = [answer(body, "Content-Type: application/json") for body in bodies]
    with FaultServer(in_turn(*behaviours)) as server:
        answered = run(server)[-1].answer
    assert (answered.text, [call.name for call in answered.calls]) == ("3.50", ["get_price"])


HOPELESS = [
    ("429 Quota", {"code": "insufficient_quota", "message": "Pay."}, "no credit left"),
    ("429 Too Many", {"type": "insufficient_quota", "message": "Pay."}, "no credit left"),
    ("503 None", {"code": "model_not_found", "type": "new_api_error"}, "Check the model's name"),
    ("500 Broken", {"message": "Never."}, "Never"),
    ("429 Later", {"message": "An hour."}, "Ask again after 3600 s"),
]
_BESIDE = {"500 Broken": "x-should-retry: false", "429 Later": "Retry-After: 3600"}


@pytest.mark.parametrize("is_streamed", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize(("status", "error", "says"), HOPELESS)
def test_what_waiting_does_not_mend_is_told_at_once(
    status: str, error: dict[str, str], says: str, is_streamed: bool
) -> None:
    """A spent quota, a missing model and what the provider says not to try again: one request."""
    headers = [_BESIDE[status]] if status in _BESIDE else []
    with FaultServer(refused(error, status, *headers)) as server:
        with pytest.raises(errors.ModelUnavailable, match=says) as caught:
            run(server) if is_streamed else run_with_tools(model_of(server), ASKED, TOOLS)
        assert len(server.requests) == 1
    assert caught.value.status == int(status[:3])


@pytest.mark.parametrize("is_streamed", [True, False], ids=["streamed", "whole"])
def test_workers_ai_says_when_a_days_requests_are_used_up(
    is_streamed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its 3036 is told at once; its 3040, which means no capacity just now, is asked again."""
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", "acc")

    def envelope(code: int) -> Behaviour:
        told = {"success": False, "errors": [{"code": code, "message": "No."}], "result": None}
        return answer(json.dumps(told).encode(), "retry-after-ms: 1", status="429 Too Many")

    body = {"success": True, "errors": [], "result": {"response": "Hi."}}
    with FaultServer(in_turn(envelope(3040), answer(json.dumps(body).encode()))) as server:
        model = callwright.model("workers-ai-native:@cf/m", base_url=server.url, key=KEY)
        assert run_with_tools(model, ASKED, stream=is_streamed).text == "Hi."
        assert len(server.requests) == 2
    with FaultServer(envelope(3036)) as server:
        model = callwright.model("workers-ai-native:@cf/m", base_url=server.url, key=KEY)
        with pytest.raises(errors.ModelUnavailable, match="free requests of this day"):
            run_with_tools(model, ASKED, stream=is_streamed)
        assert len(server.requests) == 1


def test_the_key_is_in_no_event(tmp_path: Any) -> None:
    """A provider that says the key again, in text, calls and headers, says it to nobody."""
    arguments = json.dumps({"sku": KEY})
    call = {"index": 0, "id": "c", "function": {"name": "get_stock", "arguments": arguments}}
    first = chat(chunk({"content": f"Your key is {KEY}."}), chunk({"tool_calls": [call]}, "stop"))
    second = chat(chunk({"content": f"{KEY}!"}, "stop"), "[DONE]")
    echo = [streaming(content, f"X-Key: {KEY}") for content in (first, second)]
    with FaultServer(in_turn(*echo)) as server:
        record = events_to_jsonl(tmp_path / "run.jsonl")
        events = list(stream_with_tools(model_of(server), ASKED, TOOLS, on_event=record))
        assert all(
            request.headers["authorization"] == f"Bearer {KEY}" for request in server.requests
        )
    assert events[-1].answer.text == "[secret]!"
    assert KEY not in (tmp_path / "run.jsonl").read_text()
    assert KEY not in "".join(map(repr, events))


def test_a_key_cut_in_two_is_in_no_event() -> None:
    """A key that comes in several events of a stream, as text or in arguments, is not shown."""
    pieces = [f"It is {KEY[:5]}", KEY[5:9], f"{KEY[9:]}, see? {KEY[:4]}"]
    call = {"index": 0, "id": "c", "function": {"name": "get_stock", "arguments": '{"sku":"'}}
    ends = {"index": 0, "function": {"arguments": f'{KEY[4:]}"}}'}}
    starts = {"index": 0, "function": {"arguments": KEY[:4]}}
    calls = [chunk({"tool_calls": [part]}) for part in (call, starts, ends)]
    first = chat(*(chunk({"content": piece}) for piece in pieces), *calls, chunk({}, "tool_calls"))
    with FaultServer(in_turn(streaming(first), streaming(FIVE))) as server:
        events = list(stream_with_tools(model_of(server), ASKED, TOOLS))
    texts = [event.text for event in events if event.kind == "text_streamed" and event.round == 1]
    assert "".join(texts) == f"It is [secret], see? {KEY[:4]}"
    forming = "".join(event.arguments for event in events if event.kind == "call_forming")
    assert forming == '{"sku":"[secret]"}'
    assert KEY not in "".join(map(repr, events))


@pytest.mark.parametrize("is_streamed", [False, True])
def test_secrets_of_headers_are_blotted_out(is_streamed: bool) -> None:
    """A header's secret that comes back, in an answer or in an error, is shown to nobody."""
    secret = "gate-0123456789"
    said = f"You sent {secret}."
    if is_streamed:
        answers = streaming(chat(chunk({"content": said}, "stop"), "[DONE]"))
    else:
        body = {"choices": [{"message": {"role": "assistant", "content": said}}]}
        answers = answer(json.dumps(body).encode(), "Content-Type: application/json")
    with FaultServer(in_turn(answers, refused({"message": said}, "400 Bad"))) as server:
        headers = {"X-Gate": lambda: f"Bearer {secret}", "X-Page": "plain"}
        model = callwright.model(f"{server.url}/v1#m1", key=KEY, headers=headers)
        assert run_with_tools(model, ASKED, stream=is_streamed).text == "You sent [secret]."
        with pytest.raises(errors.ModelError) as caught:
            run_with_tools(model, ASKED, stream=is_streamed)
        assert server.requests[0].headers["x-gate"] == f"Bearer {secret}"
    assert "You sent [secret]" in str(caught.value)


def lingering(content: bytes, left: threading.Event) -> Behaviour:
    """An event stream after whose end the connection stays open, until the client has left it."""

    def behave(wire: Wire) -> None:
        wire.send(f"HTTP/1.1 200 OK\r\n{EVENTS}\r\n\r\n".encode(), content)
        wire.socket.settimeout(20)
        if not wire.socket.recv(1):
            left.set()
        wire.close()

    return behave


@pytest.mark.parametrize("wire", ["chat", "anthropic", "responses", "ollama"])
def test_a_stream_is_over_when_it_says_so(wire: Spoken) -> None:
    """Nothing is waited for behind the end, where a proxy keeps the connection open."""
    left = threading.Event()
    with FaultServer(lingering(written(wire, THEN[wire]), left)) as server:
        model = callwright.model(f"{NAMES[wire]}:m1", base_url=server.url, key=KEY)
        answered = run_with_tools(model, ASKED, stream=True, on_event=lambda _: None)
        assert left.wait(20)
    assert answered.text == "12 at 3.50."


def test_an_error_in_a_stream_has_the_status_that_it_stands_for(no_waits: None) -> None:
    """Before the first piece, as if it had come with it; and after, in the cut."""
    refusal = b'data: {"error": {"type": "invalid_request_error", "message": "Bad."}}\n\n'
    with FaultServer(streaming(refusal)) as server:
        with pytest.raises(errors.ModelUnavailable, match="status 400") as caught:
            run(server)
        assert (caught.value.status, len(server.requests)) == (400, 1)
    busy = b'data: {"error": {"type": "overloaded_error", "message": "Busy."}}\n\n'
    with (
        FaultServer(streaming(BEGUN + busy)) as server,
        pytest.raises(errors.ModelStreamCut, match="Busy") as cut,
    ):
        run(server)
    assert cut.value.status == 529
