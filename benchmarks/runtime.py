"""What starting, calling and the loop cost, beside the bare thing that each cannot do without."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import anyio
import httpx2
from measure import print_timing

import callwright
from callwright import Limits, Message, Reply, ToolCall, Turn, aio, tool
from callwright.demo import DemoService
from callwright.http import Sender, session
from callwright.openapi.answer.response import Answer, shape
from callwright.openapi.source import FetchPolicy

__all__ = ["calls", "rounds", "start_up"]


def python(code: str) -> Callable[[], object]:
    """A fresh interpreter that runs some code."""
    return lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def start_up() -> None:
    """Importing the package, and asking the command for its version, beside a bare interpreter."""
    bare = python("pass")
    print_timing("import callwright | an empty interpreter", python("import callwright"), bare)
    version = python(
        "import sys; sys.argv = ['run-with-tools', '--version']\n"
        "from callwright.cli import main\ntry: main()\nexcept SystemExit: pass"
    )
    print_timing("run-with-tools --version | an empty interpreter", version, bare)


def calls() -> None:
    """A hundred calls of an API on loopback, beside a hundred GETs of the same URL."""
    with DemoService() as library:
        tools = callwright.create_tools_from_openapi_spec(library.spec_url)
        search = tools["search_books"]
        url = f"{library.url}/books?title=dune"

        async def by_tool() -> None:
            async with session():
                for _ in range(100):
                    await search.acall({"title": "dune"})

        async def by_hand() -> None:
            async with httpx2.AsyncClient(trust_env=False) as client:
                for _ in range(100):
                    await client.get(url)

        print_timing(
            "100 calls: arguments checked, result shaped | 100 bare GETs",
            lambda: anyio.run(by_tool),
            lambda: anyio.run(by_hand),
        )
        sender = Sender(policy=FetchPolicy(addresses="127.0.0.1"))

        async def checked_and_pinned() -> None:
            async with session():
                for _ in range(100):
                    await sender(httpx2.Request("GET", url))

        print_timing(
            "100 GETs, addresses checked and pinned | 100 bare GETs",
            lambda: anyio.run(checked_and_pinned),
            lambda: anyio.run(by_hand),
            target=1.2,
        )
        found = search.call({"title": "dune"})
        answer = Answer(
            status=200,
            headers={"content-type": "application/json"},
            content=found.content.encode(),
        )
        exchange = search.show_request({"title": "dune"})

        def by_tool_alone() -> None:
            for _ in range(100):
                search.build_request({"title": "dune"})
                shape(answer, exchange)

        print_timing(
            "100 requests checked and built, answers shaped | 100 bare GETs",
            by_tool_alone,
            lambda: anyio.run(by_hand),
            target=0.3,
        )
        request: dict[str, Any] = {"title": "dune", "limit": 5}
        print_timing(
            "1,000 requests built, not sent | 1,000 httpx2.Request",
            lambda: [search.build_request(request) for _ in range(1_000)],
            lambda: [httpx2.Request("GET", url) for _ in range(1_000)],
        )


class Endless:
    """Calls a tool in every round until it may call no more."""

    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn."""
        if turn.tool_choice == "none":
            return Reply(message=Message(role="assistant", content="done"))
        call = ToolCall(id="", name="tool_7", arguments={"n": 1})
        return Reply(message=Message(role="assistant", tool_calls=(call,)))


async def work(n: int) -> int:
    """Do next to nothing."""
    return n


def rounds() -> None:
    """A hundred rounds of the loop with twenty tools, beside the same functions called bare."""
    tools = [tool(name=f"tool_{index}")(work) for index in range(20)]
    model: Any = Endless()

    async def by_loop() -> None:
        limits = Limits(repeats=None)  # it is one call again and again
        await aio.run_with_tools(model, "go", tools, max_recursive_tool_runs=99, limits=limits)

    async def by_hand() -> None:
        for _ in range(100):
            await work(1)

    print_timing(
        "100 rounds of the loop, 20 tools | 100 bare coroutine calls",
        lambda: anyio.run(by_loop),
        lambda: anyio.run(by_hand),
    )
