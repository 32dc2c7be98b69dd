"""The table of what is measured: its rows as they come, and at its end which targets are met."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from measure import Clock, interleave, nothing

__all__ = ["Table"]


@dataclass(slots=True)
class Table:
    """Prints a row for each figure, and remembers which targets were missed."""

    met: int = 0
    missed: list[str] = field(default_factory=list[str])
    _section: str = ""

    def section(self, title: str) -> None:
        """Begin a block of rows."""
        self._section = title
        print(f"\n{title:<62} {'ours':>12} {'floor':>12} {'ratio':>9} {'target':>9}", flush=True)

    def timing(
        self,
        what: str,
        ours: Callable[[], object],
        floor: Callable[[], object],
        *,
        target: float,
        before: Callable[[], object] = nothing,
        clock: Clock = time.process_time,
    ) -> None:
        """Measure ours beside the floor, and print the row; `before` comes before each of ours."""
        timing = interleave(ours, floor, before=before, clock=clock)
        mine, base = (f"{took * 1e3:.2f} ms" for took in (timing.ours, timing.floor))
        self.row(what, mine, base, timing.ratio, target)

    def row(
        self, what: str, ours: str, floor: str, ratio: float, target: float | None = None
    ) -> None:
        """Print a row: ours, the floor, the ratio between them, and what that is meant to be."""
        meant = ""
        if target is not None:
            is_met = ratio <= target
            meant = f"{target:7.2f} x  {'met' if is_met else 'MISSED'}"
            self.met += is_met
            self.missed += [] if is_met else [f"{self._section}: {what}"]
        print(f"  {what:<60} {ours:>12} {floor:>12} {ratio:7.2f} x {meant}".rstrip(), flush=True)

    def verdict(self) -> None:
        """Say how many targets are met, and which are not."""
        print(f"\n{self.met} of {self.met + len(self.missed)} targets are met.")
        for what in self.missed:
            print(f"  missed: {what}")
