"""Answers of a real server as a model reads them, and reads on in them."""

from __future__ import annotations

import gzip
import json
from typing import Any

import anyio
import pytest

import callwright
from callwright import Limits, Override, aio, tool

GET = {"/v": {"get": {"operationId": "get_v", "responses": {}}}}


@pytest.fixture
def tools_of_server(make_tools, sender, raw_server):
    """Makes the tools of a server that answers in one way: status, headers and body."""

    def make(content: bytes, *headers: str, status: str = "200 OK", **options: Any):
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close"]
        raw_server.answer = "\r\n".join([*head, *headers, "", ""]).encode("latin-1") + content
        return make_tools(GET, {"send": sender, **options}, server=raw_server.url)

    return make


JSON = "Content-Type: application/json"
PROBLEM = b'{"title":"No such thing","status":404,"detail":"There is no v 7."}'


@pytest.mark.parametrize(
    ("content", "headers", "status", "told"),
    [
        pytest.param(
            gzip.compress(b'{"a":1}'), [JSON, "Content-Encoding: gzip"], "200 OK", '{"a":1}'
        ),
        pytest.param('{"a":"é"}'.encode("utf-16"), [JSON], "200 OK", '{"a":"é"}'),
        pytest.param(
            "é".encode("latin-1"), ["Content-Type: text/plain; charset=iso-8859-1"], "200 OK", "é"
        ),
        pytest.param(
            b"", [], "204 No Content", "The call succeeded (204 No Content); there is no body."
        ),
        pytest.param(
            PROBLEM,
            ["Content-Type: application/problem+json"],
            "404 Not Found",
            "HTTP 404 Not Found.\nNo such thing\nThere is no v 7.\n"
            "Check the identifiers among the arguments; look up those that you guessed.",
        ),
        pytest.param(
            b"data: 1\n\ndata: 2\n\n", ["Content-Type: text/event-stream"], "200 OK", "[1,2]"
        ),
        pytest.param(
            b'{"id":7}',
            [JSON, "Location: /v/7", 'Link: </v?p=2>; rel="next"', "Set-Cookie: a=b"],
            "201 Created",
            '{"status":201,"headers":{"location":"/v/7","link":{"next":"/v?p=2"}},"body":{"id":7}}',
        ),
    ],
    ids=["gzip", "UTF-16", "Latin-1", "no body", "problem", "events", "headers"],
)
def test_an_answer_over_a_socket(
    tools_of_server, content: bytes, headers: list[str], status: str, told: str
) -> None:
    """What a server sends is decoded, and told with the headers that matter."""
    result = tools_of_server(content, *headers, status=status)["get_v"].call()
    assert result.content == told


def test_a_file_over_a_socket(tools_of_server) -> None:
    """The caller has the bytes, the model a description."""
    content = bytes(range(256))
    result = tools_of_server(
        content, "Content-Type: image/png", "Content-Disposition: inline; filename=a.png"
    )["get_v"].call()
    assert (result.file.content, result.file.filename) == (content, "a.png")
    assert result.content == (
        "The answer is 256 bytes of image/png, named 'a.png', which cannot be shown as text."
    )


def test_a_secret_is_removed_whatever_the_charset(tools_of_server) -> None:
    """A credential that is said again in UTF-16 is not shown."""
    tools = tools_of_server(
        '{"said":"s3cret-s3cret"}'.encode("utf-16"),
        JSON,
        overrides=[Override("*", headers={"X-Key": lambda: "s3cret-s3cret"})],
    )
    assert tools["get_v"].call().content == '{"said":"[secret]"}'


def test_fields_of_a_rule(tools_of_server) -> None:
    """Of several rules with fields that admit a request the last one holds; others do not count."""
    tools = tools_of_server(
        b'{"id":1,"name":"a","x":2}',
        JSON,
        overrides=[
            Override("*", fields=["x"]),
            Override("GET */v", fields=["id", "name"]),
            Override("POST *", fields=["id"]),
            Override("*", query={"a": "b"}),
        ],
    )
    assert tools["get_v"].call().content == '{"id":1,"name":"a"}'


ISSUES = {"total": 300, "items": [{"id": n, "body": f"{n} lorem ipsum " * 9} for n in range(300)]}


def test_a_model_reads_on(tools_of_server, scripted, tool_results) -> None:
    """Once something was cut there is a tool that reads on; its calls are calls like others."""
    model = scripted(
        [("1", "get_v", {})],
        [
            ("2", "read_result", {"handle": "r1", "pointer": "/items/299/id"}),
            ("3", "read_result", {"handle": "r1", "pointer": "/items", "offset": 298}),
            ("4", "read_result", {"handle": "r7"}),
        ],
        "done",
    )
    tools = tools_of_server(json.dumps(ISSUES).encode(), JSON)
    answer = callwright.run_with_tools(model, "go", tools, limits=Limits(result_tokens=300))
    told = tool_results(answer.messages)
    shown = json.loads(told["1"])
    assert shown["total"] == 300
    assert shown["items"][0] == ISSUES["items"][0]
    cut = len(shown["items"]) - 1
    assert shown["items"][-1] == {
        "…": f"{300 - cut} more of 300 items; "
        f"read_result(handle='r1', pointer='/items', offset={cut}) reads on"
    }
    assert told["2"] == "299"
    assert json.loads(told["3"]) == ISSUES["items"][298:]
    assert "kept are: r1" in told["4"]
    assert [tool.name for tool in model.turns[0].tools] == ["get_v"]
    assert [tool.name for tool in model.turns[1].tools] == ["get_v", "read_result"]
    assert model.turns[1].tools[1].effect == "read"
    assert [(call.name, call.result.is_error) for call in answer.calls] == [
        ("get_v", False),
        ("read_result", False),
        ("read_result", False),
        ("read_result", True),
    ]


@tool
def numbers() -> list[int]:
    """Many numbers."""
    return list(range(5_000))


@tool(name="read_result", effect="read")
def own_reader() -> str:
    """A tool of the caller's that has the name."""
    return "mine"


SMALL = Limits(result_tokens=100)


def test_a_callers_tool_keeps_its_name(scripted, tool_results) -> None:
    """The built-in tool takes another name, and says that one."""
    model = scripted(
        [("1", "numbers", {}), ("2", "read_result", {})],
        [("3", "read_result_2", {"handle": "r1", "offset": 4_999})],
        "done",
    )
    answer = callwright.run_with_tools(model, "go", [numbers, own_reader], limits=SMALL)
    told = tool_results(answer.messages)
    assert "read_result_2(handle='r1', offset=" in told["1"]
    assert (told["2"], told["3"]) == ("mine", "[4999]")


def test_reading_on_counts_as_a_call(scripted, tool_results) -> None:
    """The limit of calls holds for it as well."""
    model = scripted([("1", "numbers", {})], [("2", "read_result", {"handle": "r1"})], "done")
    limits = Limits(result_tokens=100, calls=1)
    answer = callwright.run_with_tools(model, "go", [numbers], limits=limits)
    assert answer.stop_reason == "calls"


def test_nothing_is_offered_where_nothing_was_cut(scripted) -> None:
    """A run whose results are short never hears of the tool; nor does one that executes nothing."""
    model = scripted([("1", "read_result", {}), ("2", "own", {})], "done")
    callwright.run_with_tools(model, "go", [own_reader])
    assert [len(turn.tools) for turn in model.turns] == [1, 1]
    model = scripted([("1", "numbers", {})])
    answer = callwright.run_with_tools(model, "go", [numbers], execute=False, limits=SMALL)
    assert [call.name for call in answer.tool_calls] == ["numbers"]


def test_the_awaiting_stream_reads_on(scripted) -> None:
    """It works in the same way while events are streamed."""
    model = scripted(
        [("1", "numbers", {})], [("2", "read_result", {"handle": "r1", "offset": 4_998})], "done"
    )

    async def run() -> list[Any]:
        stream = aio.stream_with_tools(model, "go", [numbers], limits=SMALL)
        return [event async for event in stream]

    finished = [event for event in anyio.run(run) if event.kind == "call_finished"]
    assert [event.result.content for event in finished][1] == "[4998,4999]"


def test_a_conversation_that_goes_on_has_handles_of_its_own(scripted, tool_results) -> None:
    """A handle of an earlier run leads nowhere; it is never that of another result."""
    first = callwright.run_with_tools(
        scripted([("1", "numbers", {})], "done"), "go", [numbers], limits=SMALL
    )
    model = scripted([("2", "numbers", {})], [("3", "read_result", {"handle": "r1"})], "done")
    messages = [*first.messages, {"role": "user", "content": "more"}]
    answer = callwright.run_with_tools(model, messages, [numbers], limits=SMALL)
    told = tool_results(answer.messages)
    assert "handle='r2'" in told["2"]
    assert "No result is kept as 'r1'; kept are: r2." in told["3"]


def test_the_offline_model_counts_what_was_left_out() -> None:
    """It tells the number of all items of a list that was cut, and needs no second call for it."""

    @tool(effect="read")
    def list_books() -> list[dict[str, Any]]:
        """List the books."""
        return [{"id": n, "title": f"Book {n}"} for n in range(3_000)]

    limits = Limits(result_tokens=300)
    answer = callwright.run_with_tools(
        "offline", "How many books are there?", [list_books], limits=limits
    )
    assert answer.text.startswith("3000 books: “Book 0”, ")
    assert [call.name for call in answer.calls] == ["list_books"]


def test_the_offline_model_reads_the_body_beside_headers(tools_of_server) -> None:
    """Headers that are told with an answer do not hide its body."""
    tools = tools_of_server(b'{"id":7,"name":"Ada"}', JSON, "Location: /v/7")
    answer = callwright.run_with_tools("offline", "Call get_v", tools)
    assert answer.calls[0].result.content.startswith('{"status":200,"headers":{"location"')
    assert "“Ada”" in answer.text
