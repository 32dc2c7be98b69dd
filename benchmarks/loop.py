"""What the loop itself costs, model and API taken out: time a round, and memory a run."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
from measure import memory_now, memory_peak, seconds
from table import Table

from callwright import Limits, Message, Reply, ToolCall, Turn, Usage, aio, tool

__all__ = ["Calling", "loop", "work"]

_MILLISECOND = 1e-3
_MEGABYTES = 200
_RUNS = 1_000
_ROUNDS = 100
_USAGE = Usage(input_tokens=900, output_tokens=20, requests=1)


class Calling:
    """Calls one tool in every round, each time with another argument, so many times."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds

    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn at once."""
        done = len(turn.messages) // 2
        if done >= self.rounds:
            return Reply(message=Message(role="assistant", content="done"), usage=_USAGE)
        call = ToolCall.parse("", f"tool_{done % 20}", {"n": done})
        return Reply(message=Message(role="assistant", tool_calls=(call,)), usage=_USAGE)


async def work(n: int) -> int:
    """Do next to nothing."""
    await anyio.lowlevel.checkpoint()
    return n


def _tools() -> list[Any]:
    return [tool(name=f"tool_{index}")(work) for index in range(20)]


def loop(table: Table) -> None:
    """The loop's own time in a round of twenty tools, and what a thousand runs at once take up."""
    table.section("The loop, model and API taken out")
    tools = _tools()

    async def rounds() -> None:
        model: Any = Calling(_ROUNDS)
        limits = Limits(calls=None)
        await aio.run_with_tools(model, "go", tools, max_recursive_tool_runs=_ROUNDS, limits=limits)

    anyio.run(rounds)
    took = (
        sorted(seconds(lambda: anyio.run(rounds), time.process_time) for _ in range(5))[2] / _ROUNDS
    )
    table.row(
        "a round of the loop, 20 tools | one millisecond",
        f"{took * 1e3:.2f} ms",
        "1.00 ms",
        took / _MILLISECOND,
        1.0,
    )
    ran = subprocess.run(
        [sys.executable, str(Path(__file__))], check=True, capture_output=True, text=True
    )
    grown = int(ran.stdout) / 1e6
    table.row(
        f"{_RUNS:,} runs at once, beyond the first | 200 MB",
        f"{grown:.1f} MB",
        f"{_MEGABYTES} MB",
        grown / _MEGABYTES,
        1.0,
    )


async def _many() -> int:
    """The bytes by which a process grows for a thousand runs that are under way together."""
    tools, together = _tools(), anyio.Event()
    waiting = 0

    @tool
    async def meet() -> str:
        """Wait until every run is here."""
        nonlocal waiting
        waiting += 1
        if waiting == _RUNS:
            together.set()
        await together.wait()
        return "met"

    class Meeting(Calling):
        """Calls a few tools, and then meets the others."""

        async def reply(self, turn: Turn) -> Reply:
            """Answer one turn at once."""
            if len(turn.messages) == 7:
                call = ToolCall.parse("", "meet", {})
                return Reply(message=Message(role="assistant", tool_calls=(call,)), usage=_USAGE)
            return await super().reply(turn)

    async def run(model: Any, offered: list[Any]) -> None:
        await aio.run_with_tools(model, "go", offered, limits=Limits(call_seconds=None))

    await run(Calling(5), tools)
    before = memory_now()
    async with anyio.create_task_group() as group:
        for _ in range(_RUNS):
            group.start_soon(run, Meeting(5), [*tools, meet])
    return memory_peak() - before


if __name__ == "__main__":
    print(anyio.run(_many))
