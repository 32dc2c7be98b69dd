"""python -m tests.chaos [RUNS]: ten thousand runs, half of them on trio; a minute or two."""

from __future__ import annotations

import logging
import sys
import time

import anyio
from tests.chaos.run import Tally, run_many


def main() -> int:
    """Run, and say how it went."""
    logging.disable()
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    started = time.perf_counter()
    faults: list[str] = []
    for backend, seeds in (
        ("asyncio", range(runs // 2)),
        ("trio", range(runs // 2, runs)),
    ):
        tally: Tally = anyio.run(run_many, seeds, backend=backend)
        faults += [f"{backend}: {fault}" for fault in tally.faults]
        ends = ", ".join(f"{number} {end}" for end, number in tally.ends.most_common())
        print(f"{backend}: {len(seeds)} runs, {tally.rounds} rounds, {tally.calls} calls: {ends}")  # noqa: T201
    for fault in faults[:20]:
        print(fault)  # noqa: T201
    print(f"{len(faults)} faults in {time.perf_counter() - started:.0f} s")  # noqa: T201
    return 1 if faults else 0


sys.exit(main())
