"""However a run ends, its transcript is valid, and what was done is kept."""

from __future__ import annotations

from importlib import import_module

import anyio
import pytest

import callwright
from callwright import Limits, Message, Reply, tool
from callwright.core.message import ToolCall, is_notice
from callwright.errors import InvalidMessages, ModelUnavailable
from callwright.models.providers import SERVER


@tool
def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


@tool
async def hang(n: int) -> str:
    """Never end."""
    await anyio.sleep_forever()
    return str(n)


def assert_valid(messages) -> None:
    """Every call is followed by its one result, in order, before anything else."""
    waiting: list[str] = []
    for message in messages:
        if message.role == "tool":
            assert message.tool_call_id == waiting.pop(0)
        else:
            assert waiting == []
            waiting = [call.id for call in message.tool_calls]
    assert waiting == []


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_run_answers_every_call(scripted, backend):
    """In the middle of eight calls the run ends at once; the last event has what was done."""
    calls = [("0", "add", {"a": 1, "b": 2})]
    calls += [(str(n), "hang", {"n": n}) for n in range(1, 9)]
    seen: list[callwright.Event] = []

    async def main():
        with anyio.move_on_after(60) as scope:

            def leave(event):
                seen.append(event)
                if event.kind == "call_finished":
                    scope.cancel()

            await callwright.aio.run_with_tools(scripted(calls), "go", [add, hang], on_event=leave)
        return scope.cancelled_caught

    assert anyio.run(main, backend=backend)
    answer = seen[-1].answer
    assert answer.stop_reason == "cancelled"
    assert_valid(answer.messages)
    told = [message.text for message in answer.messages if message.role == "tool"]
    assert told[0] == "3"
    assert told[1:] == ["The run was cancelled before the call ended; its result is unknown."] * 8
    assert [call.result.outcome_unknown for call in answer.calls] == [False] + [True] * 8


def test_a_run_that_is_cancelled_at_a_question_says_that_nothing_was_done(scripted):
    """A call that waits for approval was not executed, and so it is told."""
    seen: list[callwright.Event] = []
    made: list[int] = []

    @tool(effect="destructive")
    def erase(n: int) -> None:
        """Erase something."""
        made.append(n)

    async def main():
        with anyio.CancelScope() as scope:

            async def interrupted(request):
                scope.cancel()
                await anyio.sleep_forever()

            model, options = scripted([("1", "erase", {"n": 1})]), {"approve": interrupted}
            await callwright.aio.run_with_tools(
                model, "go", [erase], on_event=seen.append, **options
            )

    anyio.run(main)
    result = seen[-1].answer.calls[0].result
    told = "The run was cancelled before the call was executed; nothing came of it."
    assert (result.content, result.outcome_unknown) == (told, False)
    assert made == []


def test_a_run_that_breaks_off_before_its_first_round_has_told_its_end(scripted):
    """Where tools are chosen, too: the last event is the end, and the error has the answer."""
    seen: list[callwright.Event] = []

    def trim(tools, model, messages):
        raise ModelUnavailable("gone")

    with pytest.raises(ModelUnavailable) as caught:
        callwright.run_with_tools(scripted(), "go", [add], trim_function=trim, on_event=seen.append)
    assert [event.kind for event in seen] == ["run_started", "run_finished"]
    answer = seen[-1].answer
    assert (answer.stop_reason, answer.rounds, answer.messages[0].text) == ("failed", 0, "go")
    assert caught.value.answer == answer


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_run_in_which_nothing_waits_can_be_cancelled(scripted, backend):
    """A model and tools that answer at once leave room for it all the same."""

    @tool
    async def next_one(n: int) -> int:
        """Say it at once."""
        return n

    step = lambda turn: [{"name": "next_one", "arguments": {"n": len(turn.messages)}}]  # noqa: E731
    seen: list[callwright.Event] = []

    async def main():
        with anyio.CancelScope() as scope:

            def leave(event):
                seen.append(event)
                if event.kind == "call_finished":
                    scope.cancel()

            await callwright.aio.run_with_tools(
                scripted(step, repeat=True), "go", [next_one], on_event=leave
            )

    anyio.run(main, backend=backend)
    answer = seen[-1].answer
    assert (answer.stop_reason, answer.rounds) == ("cancelled", 1)
    assert_valid(answer.messages)


def test_a_model_that_fails_after_a_call_keeps_the_call(scripted):
    """The error has the answer so far; going on from it does not make the call again."""
    made: list[int] = []

    @tool
    def order(n: int) -> str:
        """Order something."""
        made.append(n)
        return "ordered"

    model = scripted([("1", "order", {"n": 7})], ModelUnavailable("gone", status=503))
    seen: list[callwright.Event] = []
    with pytest.raises(ModelUnavailable) as caught:
        callwright.run_with_tools(model, "go", [order], on_event=seen.append)
    answer = caught.value.answer
    assert (answer.stop_reason, [call.name for call in answer.calls]) == ("failed", ["order"])
    assert seen[-1].answer == answer
    assert_valid(answer.messages)
    again = callwright.run_with_tools(scripted("Done."), answer.messages, [order])
    assert (again.text, made) == ("Done.", [7])


def test_many_calls_in_one_round_are_bounded(scripted):
    """Of a thousand calls as many go as a round may have; each is answered."""
    calls = [(str(n), "add", {"a": n, "b": 0}) for n in range(1_000)]
    answer = callwright.run_with_tools(scripted(calls, "ok"), "go", [add])
    assert_valid(answer.messages)
    contents = [call.result.content for call in answer.calls]
    assert contents[:32] == [str(n) for n in range(32)]
    refusal = "Not executed: too many calls in one round; at most 32 are executed."
    assert contents[32:] == [refusal] * 968


def test_a_reply_that_was_cut_off_has_no_last_call(scripted):
    """At the limit of length the last call may not be whole: it is not executed."""
    made: list[int] = []

    @tool
    def order(n: int = 0) -> str:
        """Order something."""
        made.append(n)
        return "ordered"

    calls = (
        ToolCall.parse("1", "order", '{"n": 1}'),
        ToolCall.parse("2", "order", ""),
    )
    cut = Reply(message=Message(role="assistant", tool_calls=calls), finish="length")
    answer = callwright.run_with_tools(scripted(cut, "ok"), "go", [order])
    assert made == [1]
    assert answer.calls[1].result.content == (
        "Not executed: your reply was cut off at its limit of length. Call again, with less."
    )


WIRES = {
    "chat": {
        "choices": [
            {
                "finish_reason": "length",
                "message": {
                    "tool_calls": [
                        {"id": "1", "type": "function", "function": {"name": "f", "arguments": ""}}
                    ]
                },
            }
        ]
    },
    "anthropic": {
        "stop_reason": "max_tokens",
        "content": [{"type": "tool_use", "id": "1", "name": "f", "input": {}}],
    },
    "responses": {
        "status": "incomplete",
        "incomplete_details": {"reason": "max_output_tokens"},
        "output": [{"type": "function_call", "call_id": "1", "name": "f", "arguments": ""}],
    },
    "gemini": {
        "candidates": [
            {
                "finishReason": "MAX_TOKENS",
                "content": {"parts": [{"functionCall": {"name": "f", "args": {}}}]},
            }
        ]
    },
    "ollama": {
        "done": True,
        "done_reason": "length",
        "message": {"tool_calls": [{"function": {"name": "f", "arguments": {}}}]},
    },
}


@pytest.mark.parametrize("wire", WIRES)
def test_every_wire_says_that_a_reply_with_calls_was_cut_off(wire):
    """A call whose arguments were cut to nothing would else look like one without any."""
    room = import_module(f"callwright.models.wires.{wire}")
    reply = room.decode(WIRES[wire], SERVER)
    assert (reply.finish, len(reply.message.tool_calls)) == ("length", 1)


def test_the_model_is_told_of_the_limit(scripted):
    """Before its last answer it reads which limit is reached, in a message of the run's own."""
    model = scripted([("1", "add", {"a": 1, "b": 1})], "2")
    answer = callwright.run_with_tools(model, "go", [add], max_recursive_tool_runs=0)
    (told,) = [message for message in model.turns[1].messages if is_notice(message)]
    assert "The limit of rounds is reached" in told.text
    assert [event.limit for event in answer.events if event.kind == "limit_reached"] == ["rounds"]


def message(role: str, **fields: object) -> dict[str, object]:
    """An OpenAI-style dict."""
    return {"role": role, "content": "", **fields}


def calling(*ids: str) -> dict[str, object]:
    """An assistant's message with calls of `add` under these ids."""
    call = {"name": "add", "arguments": "{}"}
    return message("assistant", tool_calls=[{"id": id_, "function": call} for id_ in ids])


def test_a_conversation_that_was_given_is_put_in_order(scripted):
    """Results come in the order of their calls, and one that is missing is told to be."""
    given = [
        message("user", content="go"),
        calling("1", "2", "3"),
        message("tool", tool_call_id="3", content="c"),
        message("tool", tool_call_id="1", content="a"),
        message("user", content="and?"),
    ]
    model = scripted("ok")
    callwright.run_with_tools(model, given, [add])
    sent = model.turns[0].messages
    assert_valid(sent)
    texts = [each.text for each in sent if each.role == "tool"]
    assert (texts[0], texts[2]) == ("a", "c")
    assert texts[1].startswith("No result was given for this call")


@pytest.mark.parametrize(
    "given",
    [
        [message("user"), message("tool", tool_call_id="9", content="x")],
        [calling("1"), message("tool", tool_call_id="9", content="x")],
        [calling("1"), *[message("tool", tool_call_id="1", content="x")] * 2],
    ],
    ids=["no call", "another call", "twice"],
)
def test_a_result_for_no_call_is_refused(scripted, given):
    """It is the caller's to mend, before the model is asked."""
    model = scripted("ok")
    with pytest.raises(InvalidMessages, match="A tool message is for the call"):
        callwright.run_with_tools(model, given, [add])
    assert model.turns == []


CLOUDFLARES = {
    "name": "getWeather",
    "description": "Return the weather for a latitude and longitude",
    "parameters": {
        "type": "object",
        "properties": {"latitude": {"type": "string"}, "longitude": {"type": "string"}},
        "required": ["latitude", "longitude"],
    },
}
PLACE = {"latitude": "51.5074", "longitude": "-0.1278"}


@pytest.mark.parametrize(
    "definition",
    [
        CLOUDFLARES,
        {"type": "function", "function": CLOUDFLARES},
        {"type": "function", **CLOUDFLARES, "strict": True},
    ],
    ids=["Workers AI", "chat completions", "responses"],
)
def test_traditional_calling(scripted, definition):
    """One turn gives the calls; their results go back by hand, as OpenAI and Workers AI do it."""
    step = [{"name": "getWeather", "arguments": PLACE}]
    question = [{"role": "user", "content": "what is the weather in london?"}]
    first = callwright.run_with_tools(scripted(step), question, [definition])
    assert first.stop_reason == "tool_calls"
    (call,) = first.tool_calls
    assert (call.name, call.arguments) == ("getWeather", PLACE)
    by_openai = [
        *first.messages.to_dicts(),
        {"role": "tool", "tool_call_id": call.id, "content": "rain"},
    ]
    by_workers_ai = [
        *question,
        {"role": "assistant", "content": "", "tool_calls": step},
        {"role": "tool", "name": "getWeather", "content": "rain"},
    ]
    for given in (by_openai, by_workers_ai):
        model = scripted("It rains.")
        second = callwright.run_with_tools(model, given, [definition])
        assert second.text == "It rains."
        assert_valid(model.turns[0].messages)
        assert model.turns[0].messages[-1].text == "rain"


def test_old_results_are_shortened_when_the_context_is_full(scripted):
    """The oldest go first, calls keep their results, and the answer has all of them whole."""

    @tool
    def read(n: int) -> list[str]:
        """Read much."""
        return [f"line {n}.{i} of a long text" for i in range(60)]

    steps = [[("", "read", {"n": n})] for n in range(4)]
    model = scripted(*steps, "ok")
    answer = callwright.run_with_tools(model, "go", [read], limits=Limits(context_tokens=1_500))
    assert_valid(model.turns[-1].messages)
    lengths = [len(each.text) for each in model.turns[-1].messages if each.role == "tool"]
    whole = [len(each.text) for each in answer.messages if each.role == "tool"]
    assert lengths[0] < whole[0] / 4
    assert lengths[-1] == whole[-1]
    assert len(set(whole)) == 1
    assert any(event.kind == "context_shortened" for event in answer.events)
    assert any(offered.name == "read_result" for offered in model.turns[-1].tools)
