"""Clocks and memory: one action beside another, in turns, and what a process grew by.

Only the standard library is used here, because `worker.py` runs it in the peers' environments.
"""

from __future__ import annotations

import gc
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

__all__ = [
    "Clock",
    "Timing",
    "interleave",
    "memory_now",
    "memory_peak",
    "nothing",
    "seconds",
    "seconds_of_children",
]

ROUNDS = 9
PATIENCE = 5.0
"""Seconds after which a slow row makes do with `FEWEST` rounds."""
FEWEST = 3

Clock: TypeAlias = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The medians of the rounds, in seconds, and the median of their ratios."""

    ours: float
    floor: float
    ratio: float

    @classmethod
    def of(cls, pairs: list[tuple[float, float]]) -> Timing:
        """Sum up the rounds."""
        ours, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
        return cls(
            ours=ours, floor=floor, ratio=statistics.median(mine / base for mine, base in pairs)
        )


def seconds(action: Callable[[], object], clock: Clock = time.perf_counter) -> float:
    """How long an action takes, without tidying up after the one before or after itself."""
    gc.collect()
    started = clock()
    result = action()
    took = clock() - started
    del result
    return took


def nothing() -> None:
    """Prepare nothing."""


def interleave(
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    before: Callable[[], object] = nothing,
    clock: Clock = time.perf_counter,
) -> Timing:
    """Time ours and the floor in turns; `before` comes before each of ours, off the clock."""
    before(), ours(), floor()
    pairs: list[tuple[float, float]] = []
    begun = time.perf_counter()
    while len(pairs) < FEWEST or (len(pairs) < ROUNDS and time.perf_counter() - begun < PATIENCE):
        before()
        pairs.append((seconds(ours, clock), seconds(floor, clock)))
    return Timing.of(pairs)


def seconds_of_children() -> float:
    """What all ended children have had of the CPU: a clock for processes."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def memory_now() -> int:
    """The bytes that this process holds in memory."""
    return _status("VmRSS:") or _most_ever()


def memory_peak() -> int:
    """The most bytes that this process has held in memory."""
    # Linux hands `ru_maxrss` down to a child: one started by a process of 500 MB begins with
    # 500 MB. Its VmHWM begins anew with the program.
    return _status("VmHWM:") or _most_ever()


def _status(field: str) -> int:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def _most_ever() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
