"""Examine every document of the corpus and hold the totals against those that are committed.

    python -m tests.corpus [--update] [--lines FILE]

The totals may only get better: what is worse ends with status 1, and what is better or different
asks for `--update`, which writes `totals.json`. `--lines` writes a line for every fault and for
every operation whose tool holds more or less than the document's count.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.corpus.documents import PACKAGES, documents_in, missing_package, sample_of
from tests.corpus.examine import Examined
from tests.corpus.sweep import COMMITTED, fingerprints_by_seed, sweep, total_of, unlike
from tests.corpus.totals import Totals, changes_between

_DEFAULT = Path(__file__).parents[2] / ".ci/node/node_modules"


def main() -> int:
    """Run the command, and give its exit status."""
    asked = _arguments()
    missing = missing_package(asked.node_modules)
    if missing:
        return _fail(f"needs {missing}: npm install --prefix {asked.node_modules.parent} {missing}")
    started = time.monotonic()
    documents = asked.documents or documents_in(asked.node_modules)
    examined = list(_watched(sweep(documents, asked.node_modules, processes=asked.processes)))
    if asked.lines:
        asked.lines.write_text("".join(f"{line}\n" for line in _lines(examined)))
    _tell(f"{len(examined)} documents in {time.monotonic() - started:.0f} s")
    if asked.documents:
        _tell(json.dumps(total_of(examined), indent=2))
        return 0
    return _judge(examined, sample_of(documents, asked.node_modules), asked)


def _judge(examined: list[Examined], sample: list[str], asked: argparse.Namespace) -> int:
    seeded = unlike(fingerprints_by_seed(sample, asked.node_modules))
    if seeded:
        return _fail(f"the tools depend on the seed of Python's hashes: {', '.join(seeded)}")
    drawn = set(sample)
    seen = {
        "all": total_of(examined),
        "sample": total_of(one for one in examined if one.document in drawn),
    }
    return _settle(seen, update=asked.update, even_if_worse=asked.even_if_worse)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    given = os.environ.get("CALLWRIGHT_TEST_NODE_MODULES", _DEFAULT)
    parser.add_argument("documents", nargs="*", help="only these, and only show their totals")
    parser.add_argument("--node-modules", type=Path, default=Path(given))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--lines", type=Path, help="where to write what deserves a look")
    parser.add_argument("--update", action="store_true", help="write totals.json")
    parser.add_argument("--even-if-worse", action="store_true", help="with --update")
    return parser.parse_args()


def _watched(examined: Iterator[Examined]) -> Iterator[Examined]:
    for number, one in enumerate(examined, 1):
        if number % 100 == 0:
            sys.stderr.write(f"\r{number} documents")
        yield one
    sys.stderr.write("\r")


def _lines(examined: list[Examined]) -> Iterator[str]:
    for one in sorted(examined, key=lambda one: one.document):
        yield from (f"{one.document}: {line}" for line in one.lines)


def _settle(seen: dict[str, Totals], *, update: bool, even_if_worse: bool) -> int:
    """Compare with what is committed, and write it if that was asked for and is allowed."""
    committed = json.loads(COMMITTED.read_bytes()) if COMMITTED.exists() else {}
    changes = [
        (verdict, f"{whose}: {text}")
        for whose, totals in seen.items()
        for verdict, text in changes_between(committed.get(whose, {}), totals)
    ]
    for verdict, text in changes:
        _tell(f"{verdict}: {text}")
    is_worse = any(verdict == "worse" for verdict, _ in changes)
    if update and (even_if_worse or not is_worse):
        written = {"packages": dict(PACKAGES), **seen}
        COMMITTED.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
        return 0
    if is_worse:
        return _fail("The totals are worse than those in totals.json.")
    return _fail("The totals changed: look at them, then run with --update.") if changes else 0


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
