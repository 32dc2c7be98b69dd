"""The public API as a user would use it, for the type checkers; it is never run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, assert_type

import httpx2

import callwright
from callwright import (
    Answer,
    ApprovalRequest,
    Bearer,
    Event,
    Limits,
    Message,
    Override,
    Reply,
    Tool,
    ToolResult,
    Tools,
    Turn,
    aio,
    env,
    tool,
)


@tool
def add(a: int, b: int) -> int:
    """Add."""
    return a + b


@tool(name="shout", description="Shout.")
async def loud(text: str) -> str:
    """Shout."""
    return text.upper()


class Echo:
    """A model of one's own."""

    async def reply(self, turn: Turn) -> Reply:
        """Say it again."""
        return Reply(message=Message(role="assistant", content=turn.messages[-1].text))


def approve(request: ApprovalRequest) -> bool | str:
    """Let reads go."""
    return request.effect == "read" or f"no {request.tool.name} here"


def blocking_use() -> None:
    """The blocking face."""
    tools = callwright.create_tools_from_openapi_spec(
        "https://api.example.com/openapi.json",
        match_patterns=["/users", re.compile("/pets")],
        where=lambda operation: operation.method == "GET" and "pets" in operation.tags,
        overrides=[
            Override("*.example.com", headers={"X-Key": env("KEY")}, body={"a": {"b": 1}}),
            Override(lambda request: request.url.host == "example.com", auth=Bearer(env("KEY"))),
        ],
        auth={"bearer": Bearer("x"), "key": env("KEY")},
        server="http://127.0.0.1:1",
        client=httpx2.AsyncClient(),
        file_folders=["uploads", Path("reports")],
    )
    assert_type(tools, Tools)
    assert_type(tools[0], Tool)
    assert_type(tools["name"], Tool)
    assert_type(tools[:2], Tools)
    assert_type(tools.search("pets", limit=3), Tools)
    first = tools[0]
    assert_type(first.call({"id": 1}), ToolResult)
    assert_type(first.build_request({"id": 1}), httpx2.Request)
    assert_type(first.to_curl(), str)
    assert_type(first.argument_names, Mapping[tuple[str, str], str])
    if first.operation is not None:
        assert_type(first.operation.path, str)
    answer = callwright.run_with_tools(
        Echo(),
        [{"role": "user", "content": "hi"}],
        [*tools, add, loud, {"name": "defined"}],
        trim_function=callwright.auto_trim_tools,
        approve=approve,
        limits=Limits(calls=3),
        temperature=0,
    )
    assert_type(answer, Answer)
    assert_type(answer.usage.dollars, float | None)
    priced = callwright.run_with_tools(
        callwright.ScriptedModel([("1", "add", {"a": 1})], "3"),
        "hi",
        [add],
        prices={"*": callwright.Price(input=1, output=2)},
        limits=Limits(dollars=0.1, repeats=None),
        on_event=callwright.events_to_jsonl("run.jsonl"),
        stream=True,
        seam=callwright.World(),
    )
    assert_type(priced.events[0].to_dict(), dict[str, Any])
    assert_type(answer.messages.to_dicts(), list[dict[str, Any]])
    for event in callwright.stream_with_tools("offline", "hi", tools):
        assert_type(event, Event)
        if event.kind == "text_streamed":
            assert_type(event.text, str)
        elif event.kind == "call_finished":
            assert_type(event.result, ToolResult)
    assert_type(callwright.ask("hi", b"{}", model="offline", max_recursive_tool_runs=2), Answer)


async def awaiting_use() -> None:
    """The awaiting face."""
    tools = await aio.create_tools_from_openapi_spec({"openapi": "3.1.0"})
    assert_type(await aio.run_with_tools("offline", "hi", tools), Answer)
    kept = await aio.auto_trim_tools(
        tools, "offline", "hi", token_budget=100, find_tools=False, lines_budget=8_000
    )
    assert_type(kept, Tools)
    if kept.trim is not None:
        assert_type(kept.trim.saved, float)
        assert_type([entry.tokens for entry in kept.trim.kept], list[int])
    assert_type(await tools[0].acall({}), ToolResult)
    async for event in aio.stream_with_tools("offline", "hi", tools):
        assert_type(event, Event)
