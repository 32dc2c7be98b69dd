"""Callwright in a real kernel, whose event loop is running all the time."""

from __future__ import annotations

import nbformat
import pytest

CELLS = {
    "loop": """
import asyncio
loop = asyncio.get_running_loop()
waiting = asyncio.sleep(0)
try:
    asyncio.run(waiting)
except RuntimeError as error:
    waiting.close()
    print(error)
""",
    "tools": """
import callwright
from callwright import Reply
from callwright.core.message import ToolCall, assistant
from callwright.demo import DEMO_KEY, DemoService

service = DemoService().__enter__()
tools = callwright.create_tools_from_openapi_spec(
    service.spec_url, auth=callwright.Bearer(DEMO_KEY)
)
tools
""",
    "model": """
class Librarian:
    async def reply(self, turn):
        if turn.messages[-1].role == "tool":
            return Reply(message=assistant(turn.messages[-1].text))
        call = ToolCall.parse("1", "get_member", {"member_id": 101})
        return Reply(message=assistant("", [call]), finish="tool_calls")
""",
    "blocking": 'callwright.run_with_tools(Librarian(), "Who is 101?", tools)',
    "awaiting": 'await callwright.aio.run_with_tools(Librarian(), "Who is 101?", tools)',
    "streaming": """
for event in callwright.stream_with_tools(Librarian(), "Who is 101?", tools):
    print(event.kind)
""",
    "call": 'tools["get_member"].call({"member_id": 101}).value["name"]',
    "end": """
service.__exit__(None, None, None)
asyncio.get_running_loop() is loop and loop.is_running()
""",
}


@pytest.fixture(scope="module")
def outputs(execute):
    """What the cells put out, by their names."""
    cells = [nbformat.v4.new_code_cell(source.strip(), id=name) for name, source in CELLS.items()]
    done = execute(nbformat.v4.new_notebook(cells=cells))
    return {cell.id: cell.outputs for cell in done.cells}


def shown(outputs, name):
    """The data of a cell's only output."""
    (output,) = outputs[name]
    return output.get("data") or output.text


def test_the_kernel_runs_a_loop(outputs):
    """The premise: a loop runs in the kernel, where `asyncio.run` fails, from first to last."""
    assert "cannot be called from a running event loop" in shown(outputs, "loop")
    assert shown(outputs, "end")["text/plain"] == "True"


@pytest.mark.parametrize("name", ["blocking", "awaiting"])
def test_both_faces_work_in_one_kernel(outputs, parsed, told_by, name):
    """Blocking verbs work inside the running loop, awaiting ones on it; both show a card."""
    page = parsed(shown(outputs, name)["text/html"])
    prompt, answer = (node for node in page.iter() if node.get("dir") == "auto")
    assert told_by(prompt) == "Who is 101?"
    assert '"name":"Amara Okafor"' in told_by(answer)
    assert len(page.findall(".//details")) == 1


def test_blocking_calls_and_streams_work_in_a_kernel(outputs):
    """A tool can be called, and events iterated, without an await."""
    assert shown(outputs, "call")["text/plain"] == "'Amara Okafor'"
    assert shown(outputs, "streaming").split() == [
        "run_started",
        "model_asked",
        "model_replied",
        "call_started",
        "call_finished",
        "model_asked",
        "model_replied",
        "run_finished",
    ]


def test_tools_are_shown_as_a_table(outputs, parsed, told_by):
    """The last expression of a cell is a table, when it is tools."""
    data = shown(outputs, "tools")
    caption = told_by(parsed(data["text/html"]).find(".//caption"))
    assert caption == "Lantern Library 14 tools · 9 read · 4 write · 1 destructive"
    assert data["text/plain"].startswith("<Tools 14: ")
