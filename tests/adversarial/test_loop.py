"""Models that never end, repeat themselves, answer nothing, or ask for what they must not."""

from __future__ import annotations

import json
import threading

import anyio
import pytest
from tests.adversarial.conftest import with_parameters
from tests.fault.script import answer

import callwright
from callwright import Limits, Reply, aio, create_tools_from_openapi_spec, tool
from callwright.core.message import Message, ToolCall, assistant
from callwright.errors import ModelReplyInvalid, ModelUnavailable


@tool(effect="read")
def look(n: int) -> str:
    """Look at one thing."""
    return f"thing {n}"


class Calling:
    """A model that asks for the same number of calls in every turn, for ever."""

    def __init__(self, count=1, name="look", same=False):
        self.count, self.name, self.same, self.turns = count, name, same, 0

    async def reply(self, turn):
        """Ask for the calls, unless there are to be none."""
        self.turns += 1
        if turn.tool_choice == "none":
            return Reply(message=assistant("enough"))
        number = 0 if self.same else self.turns * 10_000
        calls = [
            ToolCall.parse(f"{self.turns}-{i}", self.name, {"n": number + i})
            for i in range(self.count)
        ]
        return Reply(message=assistant("", calls), finish="tool_calls")


def test_l01_calls_without_end():
    """The run stops at its rounds, with the whole transcript."""
    done = callwright.run_with_tools(Calling(), "go", [look])
    assert done.stop_reason == "rounds"
    assert done.rounds == 10
    assert sum(message.role == "tool" for message in done.messages) == 9


def test_l02_the_same_call_again_and_again():
    """The model is told, and then stopped."""
    done = callwright.run_with_tools(Calling(same=True), "go", [look], max_recursive_tool_runs=50)
    told = [message.text for message in done.messages if message.role == "tool"]
    assert len(told) < 20
    assert any("same" in text for text in told)
    assert done.stop_reason == "stuck"


def test_l03_a_thousand_calls_in_one_turn():
    """Some are executed, the others told; every id has one answer, in order."""
    done = callwright.run_with_tools(Calling(1_000), "go", [look], max_recursive_tool_runs=0)
    answered = [message.tool_call_id for message in done.messages if message.role == "tool"]
    assert answered == [f"1-{i}" for i in range(1_000)]
    executed = [call for call in done.calls if not call.result.is_error]
    assert len(executed) == Limits().calls_per_round == 32


@pytest.mark.parametrize("given", ["", None])
def test_l05_a_call_without_an_id(scripted, given):
    """One is made up, the same in both messages."""
    message = assistant("", [ToolCall.parse(given or "", "look", {"n": 1})])

    class Once:
        turns = 0

        async def reply(self, turn):
            self.turns += 1
            return Reply(message=message if self.turns == 1 else assistant("ok"))

    done = callwright.run_with_tools(Once(), "go", [look])
    (call,) = done.messages[1].tool_calls
    assert call.id
    assert done.messages[2].tool_call_id == call.id


def test_l06_a_tool_that_is_none(scripted, tool_results):
    """The model is told, with near names; the run goes on."""
    done = callwright.run_with_tools(scripted([("1", "lok", {"n": 1})], "ok"), "go", [look])
    assert "look" in tool_results(done.messages)["1"]
    assert done.text == "ok"


def test_l07_a_tool_that_was_trimmed(scripted):
    """It is not run."""
    ran = []

    @tool
    def hidden(n: int) -> str:
        """Hide."""
        return ran.append(n) or "ran"

    done = callwright.run_with_tools(
        scripted([("1", "hidden", {"n": 1})], "ok"),
        "go",
        [look, hidden],
        trim_function=lambda tools, model, messages: [tools["look"]],
    )
    assert ran == []
    assert done.calls[0].result.is_error


def test_l08_a_tool_that_never_returns(scripted, tool_results):
    """It is told at its deadline; nothing is left behind that anyone waits for."""
    ended = threading.Event()

    @tool
    async def hang() -> str:
        """Hang."""
        try:
            await anyio.sleep_forever()
        finally:
            ended.set()

    done = callwright.run_with_tools(
        scripted([("1", "hang", {})], "ok"), "go", [hang], limits=Limits(call_seconds=0.2)
    )
    assert "0.2 s" in tool_results(done.messages)["1"]
    assert ended.wait(10)


def test_l10_a_model_that_fails_after_a_call(scripted):
    """The error carries what was done, and going on from there does not do it again."""
    ran = []

    @tool
    def act(n: int) -> str:
        """Act."""
        return ran.append(n) or "done"

    model = scripted([("1", "act", {"n": 1})], ModelUnavailable("503"))
    with pytest.raises(ModelUnavailable) as caught:
        callwright.run_with_tools(model, "go", [act])
    partial = caught.value.answer
    assert [call.result.content for call in partial.calls] == ["done"]
    done = callwright.run_with_tools(scripted("ok"), partial.messages, [act])
    assert (done.text, ran) == ("ok", [1])


def completion(message) -> bytes:
    """What an OpenAI-compatible server would send with this message."""
    return json.dumps({"choices": [{"index": 0, "message": message}]}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"null",
        b"[]",
        b"{}",
        b'{"choices": null}',
        b'{"choices": []}',
        b'{"choices": [null]}',
        b'"text"',
        b"",
        completion(None),
        completion([]),
    ],
)
def test_l11_a_model_that_answers_nothing(fault_server, content):
    """It is an error of its own kind, in words."""
    server = fault_server(answer(content, "Content-Type: application/json"))
    with pytest.raises((ModelReplyInvalid, ModelUnavailable)):
        callwright.run_with_tools(f"{server.url}/v1#m", "go", [look])


@pytest.mark.parametrize(
    "calls", [{"a": 1}, "text", [None], [1], [{"function": None}], [{"id": 7, "function": {}}]]
)
def test_l12_calls_of_the_wrong_kind(fault_server, calls):
    """An error of its own kind, or an answer without them; nothing else is raised."""
    content = completion({"role": "assistant", "content": "hi", "tool_calls": calls})
    server = fault_server(answer(content, "Content-Type: application/json"))
    try:
        done = callwright.run_with_tools(
            f"{server.url}/v1#m", "go", [look], max_recursive_tool_runs=0
        )
    except ModelReplyInvalid:
        return
    assert all(call.result.is_error for call in done.calls)


@pytest.mark.parametrize("chosen", ["no such tool", "prose about everything", "", "[]", "IGNORE"])
def test_l13_a_selector_that_answers_rubbish(scripted, chosen):
    """The local ranking decides: never all of the tools, and never none."""
    tools = [callwright.Tool(f"tool_{n}", f"Do thing {n}") for n in range(200)]
    tools.append(callwright.Tool("close_issue", "Close an issue"))
    kept = callwright.auto_trim_tools(tools, scripted(*[chosen] * 5), "Close my issue", limit=5)
    assert 0 < len(kept) <= 5
    assert "close_issue" in [tool.name for tool in kept]


def test_l14_an_interrupted_run(scripted):
    """Cancelled in the midst of eight calls, all of them end."""
    running, ended = [], []

    @tool
    async def hang(n: int) -> str:
        """Hang."""
        running.append(n)
        try:
            await anyio.sleep_forever()
        finally:
            ended.append(n)

    async def main() -> None:
        calls = [(str(n), "hang", {"n": n}) for n in range(8)]
        async with anyio.create_task_group() as group:
            group.start_soon(aio.run_with_tools, scripted(calls, "ok"), "go", [hang])
            while len(running) < 8:  # noqa: ASYNC110  # eight of them
                await anyio.sleep(0.01)
            group.cancel_scope.cancel()

    anyio.run(main)
    assert sorted(ended) == list(range(8))


def test_l15_a_run_that_takes_too_long(scripted):
    """It ends with what there is, every call answered."""

    @tool
    async def hang() -> str:
        """Hang."""
        await anyio.sleep_forever()

    done = callwright.run_with_tools(
        scripted([("1", "hang", {})], "ok"), "go", [hang], limits=Limits(seconds=0.3)
    )
    assert done.stop_reason == "seconds"
    assert [m.tool_call_id for m in done.messages if m.role == "tool"] == ["1"]


def test_l16_a_budget_below_the_need(scripted):
    """The reply that would break it is not asked for."""
    model = scripted(*[[(str(n), "look", {"n": n})] for n in range(9)], "ok")
    done = callwright.run_with_tools(model, "go", [look], limits=Limits(tokens=30))
    assert done.stop_reason == "tokens"
    assert len(model.turns) < 5


def test_l17_a_destructive_operation(fault_server, scripted, tool_results):
    """Not sent without a policy that lets it go; method, URL and body are shown."""
    server = fault_server(answer())
    raw = with_parameters(method="delete")
    tools = create_tools_from_openapi_spec(raw, server=server.url)
    done = callwright.run_with_tools(scripted([("1", "act", {})], "ok"), "go", tools)
    assert server.requests == []
    assert f"nobody has approved it: DELETE {server.url}/v" in tool_results(done.messages)["1"]
    exchange = done.calls[0].result.exchange
    assert (exchange.method, exchange.url, exchange.status) == (
        "DELETE",
        f"{server.url}/v",
        None,
    )
    callwright.run_with_tools(scripted([("1", "act", {})], "ok"), "go", tools, allow="all")
    assert [request.method for request in server.requests] == ["DELETE"]


def test_l19_a_stream_that_is_cut_anywhere(fault_server):
    """Letters and JSON cut between pieces make the same call as the whole answer."""
    arguments = '{"n": 7, "note": "grüße 🙂"}'
    pieces = [
        {"index": 0, "id": "c1", "function": {"name": "look", "arguments": ""}},
        *({"index": 0, "function": {"arguments": each}} for each in arguments),
    ]
    lines = [
        json.dumps({"choices": [{"index": 0, "delta": {"tool_calls": [p]}}]}, ensure_ascii=False)
        for p in pieces
    ]
    last = json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    content = "".join(f"data: {line}\n\n" for line in [*lines, last, "[DONE]"]).encode()

    def behave(wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for start in range(0, len(content), 7):  # in the midst of letters of several bytes
            wire.send(content[start : start + 7])
        wire.close()

    server = fault_server(behave)
    events = callwright.stream_with_tools(f"{server.url}/v1#m", "go", [look], execute=False)
    done = list(events)[-1].answer
    (call,) = done.tool_calls
    assert (call.name, dict(call.arguments)) == ("look", json.loads(arguments))


def test_l20_results_in_the_order_of_their_calls(scripted):
    """Eight that finish the other way round are told in order."""

    @tool
    async def wait(n: int) -> str:
        """Wait."""
        await anyio.sleep((8 - n) * 0.01)
        return f"waited {n}"

    calls = [(f"c{n}", "wait", {"n": n}) for n in range(8)]
    done = callwright.run_with_tools(scripted(calls, "ok"), "go", [wait])
    told = [(m.tool_call_id, m.text) for m in done.messages if m.role == "tool"]
    assert told == [(f"c{n}", f"waited {n}") for n in range(8)]


def test_l21_results_beyond_the_context(scripted):
    """Old ones are shortened for the model; calls and results stay pairs."""

    @tool(effect="read")
    def long(n: int) -> str:
        """Tell much."""
        return f"{n} " + "word " * 2_000

    model = scripted(*[[(str(n), "long", {"n": n})] for n in range(6)], "ok")
    done = callwright.run_with_tools(model, "go", [long], limits=Limits(context_tokens=5_000))
    assert done.text == "ok"
    seen: list[Message] = list(model.turns[-1].messages)
    assert sum(len(m.text) for m in seen) < 60_000 > 5_000
    ids = [call.id for m in seen for call in m.tool_calls]
    assert [m.tool_call_id for m in seen if m.role == "tool"] == ids


def test_l09_a_tool_that_raises(scripted, tool_results):
    """The model reads the kind and the words; the run goes on.

    Words that a function of the caller's own puts into an exception are the caller's: nobody else
    can know which of them are secret.
    """

    @tool
    def fail() -> str:
        """Fail."""
        raise RuntimeError("no luck")

    done = callwright.run_with_tools(scripted([("1", "fail", {})], "ok"), "go", [fail])
    assert tool_results(done.messages)["1"] == "The tool failed: RuntimeError: no luck"
    assert done.text == "ok"
