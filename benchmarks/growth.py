"""Whether ten times as much takes ten times as long: what would grow faster shows here.

Ours is one run of the larger size, the floor ten of the smaller one.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from loop import Calling, work
from table import Table

from callwright import Limits, aio, tool
from callwright.core.result.framing import forges_signs
from callwright.core.result.shelf import Shelf
from callwright.core.tool import Exchange
from callwright.models import PROFILES
from callwright.models.remote import RemoteModel
from callwright.models.wire import ProviderRequest, ProviderStream
from callwright.openapi.answer.response import Answer, shape

__all__ = ["growth"]

_TARGET = 1.3
_PIECE = 4_096
"""Bytes of a stream that come at once."""


def growth(table: Table) -> None:
    """One row for each thing of which there may be many, or much."""
    table.section("Ten times as much | ten times")
    for what, action, size in (
        ("rounds of a run", rounds, 100),
        ("messages given to a run", messages, 500),
        ("pieces of a streamed text", pieces, 1_000),
        ("line ends before a streamed text", line_ends, 1_000),
        ("bytes of one event, by 4,096", event, 200_000),
        ("bytes of an answer, shortened", answer, 1_000_000),
    ):
        table.timing(
            f"{10 * size:,} {what}",
            lambda action=action, size=size: action(10 * size),
            lambda action=action, size=size: [action(size) for _ in range(10)],
            target=_TARGET,
        )


def rounds(count: int) -> None:
    """A run of so many rounds."""
    limits = Limits(calls=None, seconds=None)
    run(Calling(count), "go", max_recursive_tool_runs=count, limits=limits)


def messages(count: int) -> None:
    """A run that goes on from so many messages."""
    call = {"type": "function", "function": {"name": "tool_0", "arguments": '{"n": 1}'}}
    given: list[dict[str, Any]] = []
    for number in range(count // 2):
        given.append({"role": "assistant", "tool_calls": [{"id": f"c{number}", **call}]})
        given.append({"role": "tool", "tool_call_id": f"c{number}", "content": "1"})
    run(Calling(0), [{"role": "user", "content": "go"}, *given])


def pieces(count: int) -> None:
    """A text of so many pieces."""
    stream(events("word " for _ in range(count)))


def line_ends(count: int) -> None:
    """So many line ends, which some models write before a call."""
    stream(events("\n" for _ in range(count)))


def event(size: int) -> None:
    """One event of so many bytes, such as one that holds an image."""
    (whole,) = events(["x" * size])
    stream(whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE))


def answer(size: int) -> None:
    """An API's answer of so many bytes, read, shortened and looked through for forged signs."""
    item = {"id": 7, "name": "Dune", "tags": ["a", "b"], "owner": {"login": "x" * 100}}
    content = json.dumps([item] * (size // len(json.dumps(item)))).encode()
    given = Answer(status=200, headers={"content-type": "application/json"}, content=content)
    result = shape(given, Exchange(method="GET", url="https://api.example", attempts=1))
    forges_signs(result.content, "read_result")
    Shelf(tokens=4_000, reader="read_result").show(result)


def run(model: Any, given: Any, **options: Any) -> None:
    """Run to the end."""
    offered = [tool(name="tool_0")(work)]
    anyio.run(lambda: aio.run_with_tools(model, given, offered, **options))


def events(texts: Any) -> Iterator[bytes]:
    """Chunks of a streamed chat completion, as server-sent events."""
    for text in texts:
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
        yield b"data: " + json.dumps({"model": "m", "choices": [choice]}).encode() + b"\n\n"


def stream(contents: Iterator[bytes]) -> None:
    """A run whose model streams these bytes, and then ends."""

    async def arriving() -> AsyncIterator[bytes]:
        for content in contents:
            yield content
        yield b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'

    @asynccontextmanager
    async def post(_: ProviderRequest) -> AsyncIterator[ProviderStream]:
        yield ProviderStream(status=200, headers={}, pieces=arriving())

    no_post: Callable[..., Any] = post
    model = RemoteModel(
        profile=PROFILES["vllm"],
        model="m",
        base_url="http://127.0.0.1/v1",
        key=lambda: None,
        post=no_post,
        stream_post=post,
    )
    run(model, "go", stream=True)
