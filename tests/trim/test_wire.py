"""The pass over a real socket: what providers answer, good and broken, and what is kept of it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import callwright
from callwright import Tool

TOOLS = [
    *(Tool(f"tool_{n}", f"Do thing {n}") for n in range(30)),
    Tool("close_issue", "Close an issue"),
]
CHOICE = '{"names": ["tool_7"]}'
REFUSED = {"error": {"message": "this model does not support tools"}}


def replied(finish="stop", **message):
    """A reply in OpenAI's form."""
    message = {"role": "assistant", "content": None, **message}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
    }


def called(arguments, name="keep_tools", finish="tool_calls"):
    """A reply that makes a call."""
    function = {"name": name, "arguments": arguments}
    return replied(finish, tool_calls=[{"id": "1", "type": "function", "function": function}])


class Provider(BaseHTTPRequestHandler):
    """Gives one answer, another where no tools are given, and keeps what it was asked."""

    answer: object
    without_tools: object
    status: int
    asked: list[dict]

    def do_POST(self) -> None:
        """Answer POST."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append(body)
        has_tools = bool(body.get("tools")) or self.without_tools is None
        answer = self.answer if has_tools else self.without_tools
        content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(self.status if has_tools else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def trimmed():
    """Trims with a provider that answers so; gives what was kept, and what was asked."""
    servers = []

    def trim(answer, status=200, without_tools=None):
        given = {"answer": answer, "status": status, "without_tools": without_tools, "asked": []}
        handler = type("Handler", (Provider,), given)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        model = f"http://127.0.0.1:{server.server_port}/v1#m"
        kept = callwright.auto_trim_tools(TOOLS, model, "Close my issue", limit=3)
        return kept, handler.asked

    yield trim
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "answer",
    [
        called(CHOICE),
        called({"names": ["tool_7"]}),
        called('{"names": ["tool_7"], "look_up_first": null, "no_tool_needed": null}'),
        called(CHOICE, finish="stop"),
        replied(content=CHOICE),
        replied(content=f'{{"name": "keep_tools", "arguments": {CHOICE}}}'),
        replied(content=[{"type": "text", "text": CHOICE}]),
    ],
)
def test_a_choice_is_read_off_the_wire(trimmed, answer):
    """The call is forced; its arguments may be text or an object, or leak into the content."""
    kept, (asked,) = trimmed(answer)
    assert [tool.name for tool in kept] == ["tool_7"]
    assert asked["tool_choice"] == {"type": "function", "function": {"name": "keep_tools"}}
    assert "enum" not in json.dumps(asked["tools"])
    assert kept.trim.asked.usage.input_tokens == 10


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (replied(), "empty"),
        (called('{"names": ["tool'), "cannot be read"),
        (called(CHOICE, finish="length"), "cut off"),
        (replied(refusal="No."), "refusal"),
        (called("{}", name="tool_3"), "which it was not given"),
        ({"id": "1", "choices": []}, "without a choice"),
        ("<html>", "no JSON"),
    ],
)
def test_what_is_no_choice_falls_back_to_the_ranking(trimmed, answer, why):
    """Whatever comes over the wire, the tool that the words are about is kept."""
    kept, _ = trimmed(answer)
    assert [tool.name for tool in kept] == ["close_issue"]
    assert why in kept.trim.asked.fell_back


def test_a_server_without_tools_is_asked_in_words(trimmed):
    """It refuses tools with 400, and names its choice in a text."""
    kept, asked = trimmed(REFUSED, status=400, without_tools=replied(content=CHOICE))
    assert [tool.name for tool in kept] == ["tool_7"]
    assert ["tools" in body for body in asked] == [True, False]
