"""However a model lies and an API fails, a run ends, and its transcript is in order."""

from __future__ import annotations

import anyio
import pytest
from tests.chaos.run import run_many


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_every_run_ends_in_order(backend):
    """A sample of the ten thousand that `python -m tests.chaos` makes."""
    seeds = range(150) if backend == "asyncio" else range(150, 300)
    tally = anyio.run(run_many, seeds, backend=backend)
    assert tally.faults == []
    assert sum(tally.ends.values()) == len(seeds)
    assert len(tally.ends) >= 6
    assert tally.calls > 500
