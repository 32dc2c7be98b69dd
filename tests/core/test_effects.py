"""The seam: every effect of a run is one call there, so a run can be recorded and replayed."""

from __future__ import annotations

import io
import logging

import httpx2
import pytest

import callwright
from callwright import World, events_from_jsonl, events_to_jsonl, tool
from callwright.core.events.lines import event_from_dict

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Notes", "version": "1"},
    "servers": [{"url": "https://notes.example"}],
    "paths": {
        "/notes": {
            "get": {"operationId": "list_notes", "responses": {"200": {"description": "ok"}}},
            "post": {
                "operationId": "add_note",
                "parameters": [{"name": "n", "in": "query", "schema": {"type": "integer"}}],
                "responses": {"200": {"description": "ok"}},
            },
        }
    },
}


class Recorder(World):
    """Does what the world does, and keeps it."""

    def __init__(self) -> None:
        self.clock: list[float] = []
        self.replies: list[object] = []
        self.decisions: dict[str, object] = {}
        self.results: dict[str, object] = {}

    def now(self):
        """Keep the time."""
        self.clock.append(World.now(self))
        return self.clock[-1]

    async def ask_model(self, model, turn, tell):
        """Keep the reply."""
        self.replies.append(await World.ask_model(self, model, turn, tell))
        return self.replies[-1]

    async def ask_approval(self, approve, request):
        """Keep the decision."""
        decision = await World.ask_approval(self, approve, request)
        self.decisions[request.call.id] = decision
        return decision

    async def call_tool(self, tool, call, passed, seconds):
        """Keep the result."""
        self.results[call.id] = await World.call_tool(self, tool, call, passed, seconds)
        return self.results[call.id]


class Replay(World):
    """Gives what a recorder kept; asks nobody."""

    def __init__(self, recorded: Recorder) -> None:
        self.recorded = recorded
        self.clock, self.replies = iter(recorded.clock), iter(recorded.replies)

    def now(self):
        """The time as it was."""
        return next(self.clock)

    async def ask_model(self, model, turn, tell):
        """The reply as it was."""
        return next(self.replies)

    async def ask_approval(self, approve, request):
        """The decision as it was."""
        return self.recorded.decisions[request.call.id]

    async def call_tool(self, tool, call, passed, seconds):
        """The result as it was."""
        return self.recorded.results[call.id]


class Gone:
    """A model that is not there."""

    model = "scripted"

    async def reply(self, turn):
        """Never asked."""
        raise AssertionError


async def gone(request):
    """An API that is not there, and a person who is not either."""
    raise AssertionError


def tools_at(handler):
    """The tools of the API, whose requests go to a handler in this process."""
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(handler))
    return callwright.create_tools_from_openapi_spec(SPEC, client=client)


def test_a_run_is_recorded_and_replayed(scripted):
    """Without the model, the API and the person the run comes to the very same events."""
    sent: list[str] = []

    async def serve(request):
        sent.append(f"{request.method} {request.url.path}")
        return httpx2.Response(200, json={"sent": len(sent)})

    model = scripted(
        [("1", "list_notes", {}), ("2", "add_note", {"n": 1})], [("3", "add_note", {"n": 2})], "ok"
    )
    options = {"allow": "read", "messages": "go"}
    recorder = Recorder()
    first = callwright.run_with_tools(
        model, tools=tools_at(serve), approve=lambda request: True, seam=recorder, **options
    )
    assert (first.text, len(sent), len(recorder.replies)) == ("ok", 3, 3)
    assert (set(recorder.results), set(recorder.decisions)) == ({"1", "2", "3"}, {"2", "3"})
    second = callwright.run_with_tools(
        Gone(), tools=tools_at(gone), approve=gone, seam=Replay(recorder), **options
    )
    assert second == first


@tool
def blob() -> bytes:
    """Give bytes."""
    return b"\x00\xff"


def test_events_come_back_from_their_lines(scripted):
    """Every kind is written as one line and read as the value that it was."""
    file = io.StringIO()
    model = scripted(
        [("1", "add", '{"a": "2"}'), ("2", "nope", {}), ("3", "add", "{")],
        [("4", "fail", {})],
        [("5", "fail", {})],
        [("6", "fail", {})],
        [("7", "final_answer", {})],
        "text",
        reasoning="Hm.",
    )

    @tool
    def add(a: int) -> int:
        """Add."""
        return a

    @tool
    def fail() -> None:
        """Fail."""
        raise RuntimeError("no")

    seen: list[object] = []
    write = events_to_jsonl(file)

    def listen(event):
        seen.append(event)
        write(event)

    schema = {"type": "object", "required": ["n"]}
    with pytest.raises(callwright.errors.CallwrightError):
        callwright.run_with_tools(
            model, "go", [add, fail], stream=True, on_event=listen, response_schema=schema
        )
    read = list(events_from_jsonl(io.StringIO(file.getvalue())))
    assert read[:-1] == seen[:-1]
    assert read[-1].to_dict() == seen[-1].to_dict()
    assert {event.kind for event in read} >= {
        "text_streamed",
        "reasoning_streamed",
        "call_forming",
        "stuck_noticed",
        "answer_rejected",
        "call_finished",
        "run_finished",
    }


def test_a_file_of_events_may_end_in_the_middle_of_a_line(tmp_path, scripted):
    """What was written before the program ended is read; a line that is none is refused."""
    path = tmp_path / "events.jsonl"
    callwright.run_with_tools(scripted("ok"), "go", on_event=events_to_jsonl(path))
    whole = path.read_text()
    assert whole.count("\n") == 4
    path.write_text(whole[:-9])
    assert [event.kind for event in events_from_jsonl(path)][-1] == "model_replied"
    path.write_text("{}\n")
    with pytest.raises(ValueError, match="This is no event"):
        list(events_from_jsonl(path))
    with pytest.raises(ValueError, match="cannot be read"):
        event_from_dict({"kind": "model_asked"})


def test_the_logger_tells_no_secrets(scripted, caplog):
    """Names, numbers and outcomes are logged; arguments, results and texts are not."""

    @tool
    def keep(text: str) -> str:
        """Keep a text."""
        return f"kept {text}"

    model = scripted([("1", "keep", {"text": "s3cret"}), ("2", "a\nb", {})], "It was s3cret.")
    with caplog.at_level(logging.DEBUG, logger="callwright"):
        callwright.run_with_tools(model, "My s3cret", [keep])
    lines = [record.getMessage() for record in caplog.records]
    assert "s3cret" not in "".join(lines)
    assert any(line.startswith("call_finished 'keep' ok") for line in lines)
    assert any("'a\\nb'" in line for line in lines)
    levels = {record.getMessage().split()[0]: record.levelname for record in caplog.records}
    assert (levels["run_finished"], levels["call_started"]) == ("INFO", "DEBUG")


def writing(*numbers: int) -> list[tuple[str, str, dict[str, int]]]:
    """Calls that write, one a number."""
    return [(str(number), "add_note", {"n": number}) for number in numbers]


@pytest.mark.parametrize("together", [False, True])
def test_writes_to_one_api_follow_one_another(scripted, together):
    """In the order of the calls, unless they may go together; reads go side by side."""
    import anyio

    under_way: dict[str, int] = {"GET": 0, "POST": 0}
    most = dict(under_way)
    order: list[str] = []

    async def serve(request):
        under_way[request.method] += 1
        most[request.method] = max(most[request.method], under_way[request.method])
        order.append(request.url.params.get("n", ""))
        await anyio.sleep(0.02)
        under_way[request.method] -= 1
        return httpx2.Response(200, json={})

    reads = [(f"r{n}", "list_notes", {}) for n in range(3)]
    answer = callwright.run_with_tools(
        scripted([*writing(1, 2, 3), *reads], "ok"),
        "go",
        tools_at(serve),
        limits=callwright.Limits(concurrent_writes=together),
    )
    assert [call.call.id for call in answer.calls] == ["1", "2", "3", "r0", "r1", "r2"]
    assert most["GET"] > 1
    assert (most["POST"] > 1) is together
    if not together:
        assert [number for number in order if number] == ["1", "2", "3"]
