"""Runs of the lying model against the failing API, and what must be true of each of them."""

from __future__ import annotations

import asyncio
import gc
import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import anyio
import httpx2
from tests.chaos.lies import SPEC, LyingModel, failing_api

from callwright import Answer, Limits, Message, Price, Tools, aio, tool
from callwright.core.events.event import RunFinished

__all__ = ["Tally", "run_many"]

DEADLINE = 60.0
"""Seconds after which a run counts as one that does not end: each takes milliseconds."""


@tool
def add(n: int) -> int:
    """Add one."""
    return n + 1


@tool
async def hang() -> str:
    """Take longer than a call may."""
    await anyio.sleep(3_600)
    return ""


@tool
async def crash(n: int = 0) -> str:
    """Crash."""
    raise RuntimeError(str(n))


@dataclass(slots=True)
class Tally:
    """How the runs ended, and what was wrong with any of them."""

    ends: Counter[str] = field(default_factory=Counter[str])
    calls: int = 0
    rounds: int = 0
    faults: list[str] = field(default_factory=list[str])


async def run_many(seeds: Sequence[int], *, at_once: int = 8) -> Tally:
    """Run every seed, several at a time; afterwards nothing may be left open."""
    tally = Tally()
    tools = await _tools(seeds[0])
    await _one(seeds[0], tools, Tally())  # what the first run imports and opens stays
    gc.collect()  # what others have left behind: a client of an SDK closes itself by a task
    await anyio.wait_all_tasks_blocked()
    tasks, files = _open_tasks(), _open_files()
    waiting = iter(seeds)

    async def worker() -> None:
        for seed in waiting:
            await _one(seed, tools, tally)

    async with anyio.create_task_group() as group:
        for _ in range(at_once):
            group.start_soon(worker)
    gc.collect()
    for name, before, after in (
        ("tasks", tasks, _open_tasks()),
        ("files and sockets", files, _open_files()),
    ):
        if after > before:
            tally.faults.append(f"{after - before} {name} are left open")
    return tally


async def _tools(seed: int) -> Tools:
    client = httpx2.AsyncClient(transport=failing_api(seed))
    made = await aio.create_tools_from_openapi_spec(SPEC, client=client)
    return Tools([*made, add, hang, crash])


async def _one(seed: int, tools: Tools, tally: Tally) -> None:
    luck = random.Random(seed)  # noqa: S311  # it shall be the same every time
    last: list[Answer] = []

    scope = anyio.move_on_after(DEADLINE)
    cancelled_at = luck.choice([*[0] * 15, 3, 9, 27])
    told = 0

    def listen(event: object) -> None:
        nonlocal told
        told += 1
        if told == cancelled_at:
            scope.cancel()
        if isinstance(event, RunFinished):
            last.append(event.answer)  # type: ignore[arg-type]  # a run's outcome is an Answer
            tally.ends[event.answer.stop_reason] += 1

    end = "never ended"
    with scope:
        try:
            await aio.run_with_tools(
                LyingModel(seed),
                "go",
                tools,
                on_event=listen,
                stream=luck.random() < 0.5,
                parallel_tool_calls=luck.random() < 0.8,
                response_schema=luck.choice([None, None, {"type": "object", "required": ["n"]}]),
                max_recursive_tool_runs=luck.choice([0, 8, 8, 20]),
                prices={"*": Price(input=1, output=1)},
                limits=_limits(luck),
            )
            end = ""
        except anyio.get_cancelled_exc_class():
            raise
        except Exception as error:
            end = "" if last else f"{type(error).__name__}: {error}"
    if scope.cancelled_caught and cancelled_at and last:
        end = ""
    if end or len(last) != 1:
        tally.faults.append(f"seed {seed}: {end or 'no answer'}")
        return
    tally.calls += len(last[0].calls)
    tally.rounds += last[0].rounds
    tally.faults += [f"seed {seed}: {fault}" for fault in _faults(last[0])]


def _limits(luck: random.Random) -> Limits:
    return Limits(
        call_seconds=0.01,
        calls=luck.choice([10, 100, None]),
        tokens=luck.choice([None, None, None, 2_000]),
        dollars=luck.choice([None, None, None, 0.002]),
        seconds=luck.choice([None, None, 0.05, 30.0]),
        context_tokens=luck.choice([None, 500]),
        result_tokens=luck.choice([100, 8_000]),
        repeats=luck.choice([None, 1, 3]),
    )


def _faults(answer: Answer) -> list[str]:
    """What is wrong with a transcript: each call is answered once, in order, before all else."""
    faults: list[str] = []
    waiting: list[str] = []
    seen: set[str] = set()
    for message in answer.messages:
        if message.role == "tool":
            faults += [] if waiting and message.tool_call_id == waiting.pop(0) else ["out of order"]
            continue
        faults += [f"not answered: {waiting}"] if waiting else []
        waiting = [call.id for call in message.tool_calls]
        faults += ["an id stands twice"] if not seen.isdisjoint(waiting) else []
        faults += ["an id is missing"] if not all(waiting) else []
        seen |= set(waiting)
    faults += [f"not answered: {waiting}"] if waiting else []
    told = [_call_id(message) for message in answer.messages if message.role == "tool"]
    faults += [] if told == [call.call.id for call in answer.calls] else ["calls are not results"]
    return faults


def _call_id(message: Message) -> str:
    return message.tool_call_id or ""


def _open_tasks() -> int:
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:  # trio counts its own, and raises where one is left
        return 0


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # each is a link that may be gone
