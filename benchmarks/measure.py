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
    "Timing",
    "memory_now",
    "memory_peak",
    "print_head",
    "print_row",
    "print_timing",
    "seconds",
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


def print_head() -> None:
    """Print the head of the table."""
    print(f"{'ours | the floor':<62} {'ours':>12} {'floor':>12} {'ratio':>9} {'target':>9}")


def print_timing(
    what: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    before: Callable[[], object] = nothing,
    clock: Clock = time.perf_counter,
    target: float | None = None,
) -> None:
    """Measure and print one row."""
    timing = interleave(ours, floor, before=before, clock=clock)
    mine, base = (f"{took * 1e3:.2f} ms" for took in (timing.ours, timing.floor))
    print_row(what, mine, base, timing.ratio, target)


def print_row(what: str, ours: str, floor: str, ratio: float, target: float | None = None) -> None:
    """Print one row: ours, the floor, the ratio between them, and what it is meant to be."""
    meant = "" if target is None else f"{target:7.2f} x{'' if ratio <= target else '  missed'}"
    print(f"{what:<62} {ours:>12} {floor:>12} {ratio:7.2f} x {meant}".rstrip(), flush=True)


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
