"""What Callwright costs, each figure as a ratio to a floor that is measured in the same run.

    python benchmarks/run.py

Rounds of ours and of the floor take turns, so that a machine whose speed drifts bends both alike.
The printed ratio is the median of the rounds' ratios. GitHub's spec is read from the npm package
@octokit/openapi where `.ci/node/node_modules` holds it; without it that row is left out.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx2

import callwright
from callwright import Message, Reply, ToolCall, Turn, aio, tool
from callwright.demo import DemoService

ROUNDS = 9
GITHUB = Path(__file__).parents[1] / (
    ".ci/node/node_modules/@octokit/openapi/generated/api.github.com.json"
)


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def compare(what: str, ours: Callable[[], object], floor: Callable[[], object]) -> None:
    """Print one row: ours, the floor, and the ratio between them."""
    ours(), floor()
    pairs = [(seconds(ours), seconds(floor)) for _ in range(ROUNDS)]
    mine, base = (statistics.median(column) * 1e3 for column in zip(*pairs, strict=True))
    ratio = statistics.median(mine / base for mine, base in pairs)
    print(f"{what:<62} {mine:9.2f} ms {base:9.2f} ms {ratio:7.2f} x")


def python(code: str) -> Callable[[], object]:
    """A fresh interpreter that runs some code."""
    return lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def start_up() -> None:
    """Importing the package, and asking the command for its version, beside a bare interpreter."""
    bare = python("pass")
    compare("import callwright | an empty interpreter", python("import callwright"), bare)
    version = python(
        "import sys; sys.argv = ['run-with-tools', '--version']\n"
        "from callwright.cli import main\ntry: main()\nexcept SystemExit: pass"
    )
    compare("run-with-tools --version | an empty interpreter", version, bare)


def github() -> None:
    """GitHub's 13 MB from bytes to tools, beside `json.loads` of the same bytes."""
    content = GITHUB.read_bytes()

    def described() -> None:
        for item in callwright.create_tools_from_openapi_spec(content):
            _ = item.name, item.description

    def with_schemas() -> None:
        for item in callwright.create_tools_from_openapi_spec(content)[:20]:
            _ = item.parameters

    compare("GitHub: names and descriptions | json.loads", described, lambda: json.loads(content))
    compare("GitHub: and 20 schemas | json.loads", with_schemas, lambda: json.loads(content))


def calls() -> None:
    """A hundred calls of an API on loopback, beside a hundred GETs of the same URL."""
    with DemoService() as library:
        tools = callwright.create_tools_from_openapi_spec(library.spec_url)
        search = tools["search_books"]
        url = f"{library.url}/books?title=dune"

        async def by_tool() -> None:
            from callwright.http import session

            async with session():
                for _ in range(100):
                    await search.acall({"title": "dune"})

        async def by_hand() -> None:
            async with httpx2.AsyncClient(trust_env=False) as client:
                for _ in range(100):
                    await client.get(url)

        compare(
            "100 calls: arguments checked, result shaped | 100 bare GETs",
            lambda: anyio.run(by_tool),
            lambda: anyio.run(by_hand),
        )
        request = {"title": "dune", "limit": 5}
        compare(
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
        await aio.run_with_tools(model, "go", tools, max_recursive_tool_runs=99)

    async def by_hand() -> None:
        for _ in range(100):
            await work(1)

    compare(
        "100 rounds of the loop, 20 tools | 100 bare coroutine calls",
        lambda: anyio.run(by_loop),
        lambda: anyio.run(by_hand),
    )


def main() -> None:
    """Measure everything."""
    print(f"{'ours | the floor':<62} {'ours':>12} {'floor':>12} {'ratio':>9}")
    start_up()
    if GITHUB.is_file():
        github()
    calls()
    rounds()


if __name__ == "__main__":
    main()
