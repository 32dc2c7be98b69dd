"""The loop: every call is answered once, in order, under its own id, whatever goes wrong."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass

import anyio
import pytest
import trio.testing

import callwright
from callwright import Limits, Reply, Tool, ToolCall, ToolResult, Turn, Usage, tool
from callwright.core.message import assistant
from callwright.errors import (
    CallError,
    ConfigurationError,
    CredentialError,
    ModelReplyInvalid,
    ModelUnavailable,
)


@tool
def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


@tool
def fail(text: str) -> str:
    """Fail with the text."""
    raise RuntimeError(text)


@tool
async def wait(seconds: float) -> str:
    """Wait."""
    await anyio.sleep(seconds)
    return f"waited {seconds}"


@tool
async def at_once() -> str:
    """Do it at once."""
    return "now"


def on_a_clock_of_its_own(model, tools, **options):
    """A run on trio's clock that leaps over every wait, so that no test waits."""

    async def main():
        return await callwright.aio.run_with_tools(model, "go", tools, **options)

    clock = trio.testing.MockClock(autojump_threshold=0)
    return anyio.run(main, backend="trio", backend_options={"clock": clock})


LOOK_UP = Tool("look_up", "A definition without a function.", {"type": "object"})


def test_answers_at_once_when_no_tool_is_called(scripted):
    """Without a call the model is asked once."""
    model = scripted("Hello.")
    answer = callwright.run_with_tools(model, "hi", [add])
    assert (answer.text, answer.rounds, answer.calls, answer.stop_reason) == (
        "Hello.",
        1,
        (),
        "answered",
    )
    assert len(model.turns) == 1


def test_runs_several_rounds(scripted, tool_results):
    """A result of one round is read by the model in the next."""
    model = scripted([("x", "add", {"a": 1, "b": 2})], [("y", "add", '{"a": 3, "b": 4}')], "7")
    answer = callwright.run_with_tools(model, "add", [add])
    assert answer.text == "7"
    assert answer.rounds == 3
    assert tool_results(answer.messages) == {"x": "3", "y": "7"}
    assert [message.role for message in model.turns[1].messages] == ["user", "assistant", "tool"]
    assert answer.usage.input_tokens == 30


def test_every_call_is_answered_in_order_under_its_own_id(scripted):
    """Whatever goes wrong in a round, its calls are answered in their order, each once."""
    calls = [
        ("1", "wait", {"seconds": 0.05}),
        ("2", "nope", {}),
        ("3", "add", {"a": "one", "b": 2}),
        ("4", "add", "{not json"),
        ("5", "fail", {"text": "boom"}),
        ("6", "add", '["a list"]'),
        ("7", "add", {"a": 1, "b": 2}),
    ]
    answer = callwright.run_with_tools(scripted(calls, "done"), "go", [wait, add, fail])
    told = [(m.tool_call_id, m.text) for m in answer.messages if m.role == "tool"]
    assert [call_id for call_id, _ in told] == ["1", "2", "3", "4", "5", "6", "7"]
    texts = dict(told)
    assert texts["1"] == "waited 0.05"
    assert texts["2"].startswith("There is no tool 'nope'.")
    assert texts["3"] == 'The arguments do not fit: a is "one" but must be of type integer.'
    assert texts["4"].startswith("The arguments are not valid JSON")
    assert texts["5"] == "The tool failed: RuntimeError: boom"
    assert texts["6"] == "The arguments must be one JSON object, not an array. Send them again."
    assert texts["7"] == "3"
    assert [call.result.is_error for call in answer.calls] == [False, *[True] * 5, False]


def test_parallel_calls_are_under_way_at_the_same_time(scripted):
    """Two calls of one round meet each other."""
    met = threading.Barrier(2, timeout=30)

    @tool
    def meet(name: str) -> str:
        """Wait for the other call."""
        met.wait()
        return name

    calls = [("a", "meet", {"name": "x"}), ("b", "meet", {"name": "y"})]
    answer = callwright.run_with_tools(scripted(calls, "ok"), "go", [meet])
    assert [call.result.content for call in answer.calls] == ["x", "y"]


def test_calls_follow_one_another_when_parallel_calls_are_off(scripted):
    """With parallel_tool_calls=False one call ends before the next begins."""
    under_way: list[str] = []

    @tool
    async def step(name: str) -> str:
        """Take a step."""
        under_way.append(name)
        await anyio.sleep(0.01)
        seen = "".join(under_way)
        under_way.remove(name)
        return seen

    calls = [(name, "step", {"name": name}) for name in "abc"]
    answer = callwright.run_with_tools(
        scripted(calls, "ok"), "go", [step], parallel_tool_calls=False
    )
    assert [call.result.content for call in answer.calls] == ["a", "b", "c"]


def test_a_near_name_is_suggested(scripted, tool_results):
    """An unknown tool's message names tools that are called alike."""
    answer = callwright.run_with_tools(scripted([("1", "ad", {})], "ok"), "go", [add])
    assert tool_results(answer.messages)["1"] == "There is no tool 'ad'. Did you mean add?"


def test_an_endless_name_is_not_repeated_at_length(scripted, tool_results):
    """What a model wrote as a name may be anything; it does not come back whole."""
    answer = callwright.run_with_tools(scripted([("1", "x" * 100_000, {})], "ok"), "go", [add])
    assert len(tool_results(answer.messages)["1"]) < 200


def test_missing_and_repeated_ids_become_unique(scripted):
    """Calls without an id, or with one that was used, get one of their own."""
    call = ("", "add", {"a": 1, "b": 1})
    again = ("same", "add", {"a": 1, "b": 1})
    answer = callwright.run_with_tools(
        scripted([call, call, again, again], [again], "ok"), "go", [add]
    )
    ids = [call.id for message in answer.messages for call in message.tool_calls]
    assert len(set(ids)) == 5
    assert [m.tool_call_id for m in answer.messages if m.role == "tool"] == ids


def test_rounds_are_limited_and_the_last_reply_has_no_tools(scripted):
    """After the rounds that are allowed the model is asked to answer without tools."""
    again = [("", "add", {"a": 1, "b": 1})]
    model = scripted(again, again, "enough")
    answer = callwright.run_with_tools(model, "go", [add], max_recursive_tool_runs=1)
    assert (answer.text, answer.stop_reason, answer.rounds) == ("enough", "rounds", 3)
    assert [turn.tool_choice for turn in model.turns] == ["auto", "auto", "none"]


def test_a_model_that_calls_on_past_the_limit_is_refused(scripted, tool_results):
    """Calls made although there are no rounds left are answered, not executed."""
    again = [("", "add", {"a": 1, "b": 1})]
    answer = callwright.run_with_tools(
        scripted(again, again), "go", [add], max_recursive_tool_runs=0
    )
    assert answer.stop_reason == "rounds"
    assert list(tool_results(answer.messages).values()) == [
        "2",
        "Not executed: the run's limit of rounds is reached.",
    ]


def test_calls_are_limited(scripted):
    """Calls above the limit are answered with the reason, and the run is brought to its end."""
    calls = [(str(n), "add", {"a": n, "b": 0}) for n in range(4)]
    answer = callwright.run_with_tools(
        scripted(calls, "partly"), "go", [add], limits=Limits(calls=3)
    )
    assert answer.stop_reason == "calls"
    assert [call.result.content for call in answer.calls] == [
        "0",
        "1",
        "2",
        "Not executed: the run's limit of 3 calls is reached.",
    ]


def test_tokens_are_limited(scripted):
    """While there are tokens for one more reply, it is asked for without tools."""
    model = scripted([("1", "add", {"a": 1, "b": 1})], "enough", usage=Usage(input_tokens=1_000))
    answer = callwright.run_with_tools(model, "go", [add], limits=Limits(tokens=2_500))
    assert (answer.stop_reason, answer.text) == ("tokens", "enough")
    assert model.turns[-1].tool_choice == "none"


def test_a_reply_that_would_break_the_limit_of_tokens_is_not_asked_for(scripted):
    """Where one more reply is known to be too dear, the run ends with what it has."""
    usage = Usage(input_tokens=1_000)
    model = scripted([("1", "add", {"a": 1, "b": 1})], usage=usage)
    answer = callwright.run_with_tools(model, "go", [add], limits=Limits(tokens=1_500))
    assert (answer.stop_reason, answer.rounds, len(answer.calls)) == ("tokens", 1, 1)
    none = callwright.run_with_tools(scripted(), "go " * 500, [add], limits=Limits(tokens=100))
    assert (none.stop_reason, none.rounds, none.text) == ("tokens", 0, "")


def test_a_call_that_takes_too_long_is_told(scripted, tool_results):
    """A call past its time becomes a tool message; the run goes on."""
    answer = callwright.run_with_tools(
        scripted([("1", "wait", {"seconds": 60})], "ok"),
        "go",
        [wait],
        limits=Limits(call_seconds=0.05),
    )
    assert tool_results(answer.messages)["1"].startswith("The call was not finished within 0.05 s.")
    assert answer.calls[0].result.outcome_unknown
    assert answer.text == "ok"


def test_a_run_that_takes_too_long_ends_with_every_call_answered(scripted):
    """When the run's time is over, calls under way are answered, and finished ones keep theirs."""
    calls = [("1", "wait", {"seconds": 3600}), ("2", "at_once", {})]
    model = scripted(calls, "as far as I came")
    answer = on_a_clock_of_its_own(
        model, [wait, at_once], limits=Limits(seconds=100, call_seconds=None)
    )
    assert (answer.stop_reason, answer.text) == ("seconds", "as far as I came")
    assert [(m.tool_call_id, m.text) for m in answer.messages if m.role == "tool"] == [
        ("1", "The run's time was over before the call ended; its result is unknown."),
        ("2", "now"),
    ]
    assert [call.seconds for call in answer.calls] == [90, 0]


def test_a_model_that_takes_too_long_is_not_waited_for():
    """Past the run's time there is no answer, and what was done is kept."""

    class Slow:
        """Calls once, and then thinks for ever."""

        async def reply(self, turn: Turn) -> Reply:
            """Answer one turn."""
            if len(turn.messages) > 1:
                await anyio.sleep_forever()
            call = ToolCall(id="1", name="at_once", arguments={})
            return Reply(message=assistant("", [call]))

    answer = on_a_clock_of_its_own(Slow(), [at_once], limits=Limits(seconds=100))
    assert (answer.stop_reason, answer.text, len(answer.calls)) == ("seconds", "", 1)
    assert answer.events[-1].kind == "limit_reached"


def test_limits_must_be_above_zero():
    """A limit of nothing is a mistake of the caller's."""
    with pytest.raises(ConfigurationError, match=r"calls=0 must be above zero"):
        Limits(calls=0)


def test_calls_come_back_unexecuted_when_asked_for(scripted):
    """With execute=False the calls are in the answer, and nothing was called."""
    answer = callwright.run_with_tools(
        scripted([("1", "add", {"a": 1, "b": 2})]), "go", [add], execute=False
    )
    assert answer.stop_reason == "tool_calls"
    assert [(c.id, c.name, c.arguments) for c in answer.tool_calls] == [
        ("1", "add", {"a": 1, "b": 2})
    ]
    assert answer.calls == ()


def test_a_definition_comes_back_and_its_neighbours_are_executed(scripted):
    """Of a mixed round the executable calls are answered, the others wait for the caller."""
    calls = [("1", "look_up", {}), ("2", "add", {"a": 1, "b": 2})]
    answer = callwright.run_with_tools(scripted(calls), "go", [LOOK_UP, add])
    assert [call.id for call in answer.tool_calls] == ["1"]
    assert [call.id for call in answer.calls[0:1] and [answer.calls[0].call]] == ["2"]


def test_results_can_be_fed_back_by_hand(scripted):
    """A conversation that was answered by hand goes on where it stood."""
    first = callwright.run_with_tools(scripted([("1", "look_up", {})]), "go", [LOOK_UP])
    messages = [
        *first.messages.to_dicts(),
        {"role": "tool", "tool_call_id": "1", "content": "42"},
    ]
    model = scripted("It is 42.")
    answer = callwright.run_with_tools(model, messages, [LOOK_UP])
    assert answer.text == "It is 42."
    assert [m.role for m in model.turns[0].messages] == ["user", "assistant", "tool"]


def test_a_forced_choice_holds_for_the_first_round(scripted):
    """A named tool is forced once, or the run would never end."""
    model = scripted([("1", "add", {"a": 1, "b": 1})], "2")
    callwright.run_with_tools(model, "go", [add], tool_choice="add")
    assert [turn.tool_choice for turn in model.turns] == ["add", "auto"]


def test_openais_form_of_a_named_choice_is_understood(scripted):
    """The dict that names a function is as good as its name."""
    model = scripted("ok")
    choice = {"type": "function", "function": {"name": "add"}}
    callwright.run_with_tools(model, "go", [add], tool_choice=choice)
    assert model.turns[0].tool_choice == "add"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tool_choice": "nope"}, "names no tool"),
        ({"tool_choice": {"function": 1}}, "names no tool"),
        ({"tool_choice": None}, "names no tool"),
        ({"tools": [], "tool_choice": "required"}, "there are no tools"),
        ({"tools": [3]}, "is no tool"),
        ({"tools": [add, add]}, "Two tools have the name 'add'"),
        ({"messages": []}, "There is no message"),
        ({"messages": [{"role": "wizard"}]}, "role 'wizard'"),
        ({"messages": 7}, "Messages came as int"),
        ({"model": 7}, "7 is no model"),
        ({"max_recursive_tool_runs": -1}, "must not be below zero"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_what_the_caller_must_mend_is_raised(scripted, options, message):
    """A mistake of the caller's is raised before the model is asked."""
    model = scripted()
    given = {"model": model, "messages": "go", "tools": [add], **options}
    with pytest.raises(ConfigurationError, match=message):
        callwright.run_with_tools(**given)
    assert model.turns == []


def test_strict_validation_can_be_switched_off(scripted):
    """Unchecked arguments reach the tool as they came."""
    seen: list[object] = []

    @tool(parameters={"type": "object", "properties": {"n": {"type": "integer"}}})
    def take(**arguments: object) -> str:
        """Take anything."""
        seen.append(arguments)
        return "taken"

    model = scripted([("1", "take", {"n": "x"})], "ok")
    callwright.run_with_tools(model, "go", [take], strict_validation=False)
    assert seen == [{"n": "x"}]


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (True, "3"),
        (False, "The call was refused by the user. Do not try it again unasked."),
        ("not today", "The call was refused: not today. Do not try it again unasked."),
    ],
)
def test_a_call_can_be_refused(scripted, tool_results, decision, expected):
    """A hook that approves sees the call; its refusal is read by the model."""
    seen = []

    def approve(request):
        seen.append((request.tool.name, dict(request.arguments), request.effect))
        return decision

    async def approve_async(request):
        return approve(request)

    for hook in (approve, approve_async):
        model = scripted([("1", "add", {"a": 1, "b": 2})], "ok")
        answer = callwright.run_with_tools(model, "go", [add], approve=hook)
        assert tool_results(answer.messages)["1"] == expected
    assert seen == [("add", {"a": 1, "b": 2}, "write")] * 2


def test_an_approving_hook_is_not_asked_about_arguments_that_do_not_fit(scripted):
    """What would be refused anyway is shown to nobody."""
    asked = []
    model = scripted([("1", "add", {"a": "x"})], "ok")
    callwright.run_with_tools(model, "go", [add], approve=lambda r: asked.append(r) or True)
    assert asked == []


def test_a_model_that_fails_is_raised_as_it_is(scripted):
    """What the model raises reaches the caller, not wrapped in a group."""
    with pytest.raises(ModelUnavailable, match="gone"):
        callwright.run_with_tools(scripted(ModelUnavailable("gone")), "go", [add])


def test_what_a_call_raises_for_the_caller_is_raised_as_it_is(scripted):
    """A missing credential is the caller's to mend: it leaves the task group as it is."""

    class Locked(Tool):
        """Has no key."""

        @property
        def is_executable(self) -> bool:
            """It would be."""
            return True

        async def run(self, arguments):
            """Raise."""
            raise CredentialError("no key")

    calls = [("1", "locked", {}), ("2", "wait", {"seconds": 0.01})]
    with pytest.raises(CredentialError, match="no key") as caught:
        callwright.run_with_tools(scripted(calls), "go", [Locked("locked"), wait])
    told = [message.text for message in caught.value.answer.messages if message.role == "tool"]
    assert told == ["The call failed: no key", "waited 0.01"]


def test_events_tell_the_run_in_order(scripted):
    """Each thing that happens is one event; the last one carries the answer."""
    seen = []
    model = scripted([("1", "add", {"a": 1, "b": 1})], "2")
    answer = callwright.run_with_tools(model, "go", [add], on_event=seen.append)
    assert [event.kind for event in seen] == [
        "run_started",
        "model_asked",
        "model_replied",
        "call_started",
        "call_finished",
        "model_asked",
        "model_replied",
        "run_finished",
    ]
    assert seen[-1].answer == answer
    assert list(answer.events) == seen[:-1]
    assert [event.at for event in seen] == sorted(event.at for event in seen)


def test_the_blocking_stream_yields_the_same_events(scripted):
    """The blocking iterator ends with the answer."""
    events = list(
        callwright.stream_with_tools(scripted([("1", "add", {"a": 1, "b": 1})], "2"), "go", [add])
    )
    assert events[-1].answer.text == "2"


def test_a_stream_that_fails_raises_where_it_is_read(scripted):
    """An error of the run reaches whoever iterates, after the events before it."""
    stream = callwright.stream_with_tools(scripted(ModelUnavailable("gone")), "go", [add])
    seen = []
    with pytest.raises(ModelUnavailable, match="gone"):
        seen.extend(event.kind for event in stream)
    with pytest.raises(ModelUnavailable, match="gone"):
        list(callwright.stream_with_tools(scripted(ModelUnavailable("gone")), "go", [add]))


def test_leaving_a_stream_early_cancels_the_run(scripted):
    """When the iteration is left, the call under way is cancelled."""
    ended = threading.Event()

    @tool
    async def hang() -> str:
        """Never end."""
        try:
            await anyio.sleep_forever()
        finally:
            ended.set()
        return ""

    stream = callwright.stream_with_tools(scripted([("1", "hang", {})]), "go", [hang])
    for event in stream:
        if event.kind == "call_started":
            break
    stream.close()
    assert ended.wait(30)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_awaiting_face_runs_on_both_loops(scripted, backend):
    """The same coroutines run on asyncio and on trio, streams too."""

    async def main():
        model = scripted([("1", "add", {"a": 1, "b": 1})], "2")
        answer = await callwright.aio.run_with_tools(model, "go", [add])
        again = scripted([("1", "add", {"a": 1, "b": 1})], "2")
        kinds = [e.kind async for e in callwright.aio.stream_with_tools(again, "go", [add])]
        return answer.text, kinds[-1]

    assert anyio.run(main, backend=backend) == ("2", "run_finished")


def test_blocking_verbs_work_inside_a_running_loop(scripted):
    """Where `asyncio.run` would fail, the blocking face answers."""

    async def main():
        return callwright.run_with_tools(scripted("ok"), "go", [add]).text

    assert asyncio.run(main()) == "ok"


def test_a_blocking_call_in_our_own_loop_is_refused(scripted, tool_results):
    """An async tool that blocks on our own loop is told so, instead of hanging for ever."""

    @tool
    async def nested() -> str:
        """Block where one must await."""
        return add.call({"a": 1, "b": 1}).content

    answer = callwright.run_with_tools(scripted([("1", "nested", {})], "ok"), "go", [nested])
    assert "callwright.aio" in tool_results(answer.messages)["1"]


def test_a_plain_tool_may_block(scripted, tool_results):
    """A `def` tool runs in a thread, where blocking verbs are at home."""

    @tool
    def nested() -> str:
        """Call another tool."""
        return add.call({"a": 1, "b": 1}).content

    answer = callwright.run_with_tools(scripted([("1", "nested", {})], "ok"), "go", [nested])
    assert tool_results(answer.messages)["1"] == "2"


def test_a_tool_can_word_its_own_failure(scripted, tool_results):
    """A CallError that a function raises is told in its own words."""

    @tool
    def refuse() -> str:
        """Refuse."""
        raise CallError("Ask for something else.")

    answer = callwright.run_with_tools(scripted([("1", "refuse", {})], "ok"), "go", [refuse])
    assert tool_results(answer.messages)["1"] == "Ask for something else."
    assert answer.calls[0].result == ToolResult.failure("Ask for something else.")


def test_verbose_prints_to_standard_error(scripted, capsys):
    """Every event is a line on stderr, nothing on stdout."""
    callwright.run_with_tools(scripted("ok"), "go", [add], verbose=True)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 4


def test_an_answer_in_a_shape_is_parsed(scripted):
    """With a response schema the answer's text is checked and parsed."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    model = scripted('{"n": 3}')
    answer = callwright.run_with_tools(model, "go", response_schema=schema)
    assert answer.output == {"n": 3}
    assert model.turns[0].response_schema == schema


def test_a_long_result_is_shortened_for_the_model_and_kept_for_the_caller(scripted, tool_results):
    """The model reads no more of a result than its limit; the caller has the whole."""

    @tool
    def numbers() -> list[int]:
        """Many numbers."""
        return list(range(5_000))

    answer = callwright.run_with_tools(
        scripted([("1", "numbers", {})], "ok"), "go", [numbers], limits=Limits(result_tokens=100)
    )
    assert len(tool_results(answer.messages)["1"]) < 500
    assert answer.calls[0].result.value == list(range(5_000))


def test_time_is_not_spent_after_the_answer(scripted):
    """The seconds of the events lie within the run."""
    started = time.monotonic()
    answer = callwright.run_with_tools(scripted("ok"), "go", [add])
    assert answer.events[-1].at <= time.monotonic() - started


def test_a_reply_out_of_shape_keeps_the_run(scripted):
    """When the answer does not satisfy its schema, the error holds what was done."""
    seen = []
    model = scripted([("1", "add", {"a": 1, "b": 1})], "no JSON", "nor this", '["an array"]')
    with pytest.raises(ModelReplyInvalid, match="response schema") as caught:
        callwright.run_with_tools(
            model, "go", [add], response_schema={"type": "object"}, on_event=seen.append
        )
    assert seen[-1].kind == "run_finished"
    assert caught.value.answer == seen[-1].answer
    assert [call.name for call in caught.value.answer.calls] == ["add"]


def test_the_runs_time_counts_for_the_trim(scripted):
    """A trim that does not end is cut off with the run."""

    async def never(*given: object) -> None:
        await anyio.sleep_forever()

    answer = callwright.run_with_tools(
        scripted(), "go", [add], trim_function=never, limits=Limits(seconds=0.05)
    )
    assert (answer.stop_reason, answer.text) == ("seconds", "")


def test_a_schema_may_be_a_type(scripted):
    """A dataclass or a pydantic model says the shape, and is what comes out."""

    @dataclass
    class Sum:
        """A sum."""

        total: int

    model = scripted('{"total": 2}')
    answer = callwright.run_with_tools(model, "go", response_schema=Sum)
    assert answer.output == Sum(2)
    assert model.turns[0].response_schema["properties"]["total"]["type"] == "integer"
    with pytest.raises(ConfigurationError, match="no JSON Schema"):
        callwright.run_with_tools(scripted(), "go", response_schema=threading.Event)
