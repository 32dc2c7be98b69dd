"""The documents of the corpus, examined one after the other or by two processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tests.corpus.examine import Examined, examine
from tests.corpus.totals import Totals, sum_of, without_zeros

__all__ = ["COMMITTED", "fingerprints_by_seed", "sweep", "total_of", "unlike"]

COMMITTED = Path(__file__).with_name("totals.json")
"""The totals of the whole corpus, and those of its sample."""
_ROOT = Path(__file__).parents[2]


def sweep(
    documents: Iterable[str], node_modules: Path, *, processes: int = 1
) -> Iterator[Examined]:
    """Examine documents, the largest first; they come back in any order."""
    by_size = sorted(documents, key=lambda d: (-(node_modules / d).stat().st_size, d))
    if processes == 1:
        yield from (_examine(node_modules, document) for document in by_size)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_examine, node_modules, document) for document in by_size]
        yield from (future.result() for future in as_completed(futures))


def _examine(node_modules: Path, document: str) -> Examined:
    return examine(document, (node_modules / document).read_bytes())


def total_of(examined: Iterable[Examined]) -> Totals:
    """The totals of documents, without those that count nothing."""
    return without_zeros(sum_of(one.totals for one in examined))


def fingerprints_by_seed(
    documents: Sequence[str], node_modules: Path, seeds: Sequence[str] = ("1", "2")
) -> list[dict[str, str]]:
    """What the tools of documents are, in processes that order their sets differently."""
    command = [sys.executable, "-m", "tests.corpus.fingerprint", str(node_modules), *documents]
    return [
        json.loads(
            subprocess.run(  # noqa: S603 - our own module
                command,
                cwd=_ROOT,
                env={**os.environ, "PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
            ).stdout
        )
        for seed in seeds
    ]


def unlike(fingerprints: Sequence[dict[str, str]]) -> list[str]:
    """The documents whose tools were not the same in every process."""
    first = fingerprints[0]
    return [name for name in first if any(one[name] != first[name] for one in fingerprints)]
