"""Hold requests of the whole corpus against what other people's readers and builders make of them.

    python -m tests.wire [--update] [--lines FILE]

Up to five operations of each document, and every one of GitHub's and Stripe's. Disagreements may
only get fewer: more of them end with status 1; what is better or different asks for `--update`,
which writes `totals.json` and `RESULTS.md`. `--lines` writes every disagreement.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.corpus.documents import PACKAGES as DOCUMENTS
from tests.corpus.documents import documents_in, missing_package
from tests.wire.node import PACKAGES, missing_packages
from tests.wire.outcome import Outcome, Totals, changes_between, total_of
from tests.wire.results import results
from tests.wire.sweep import COMMITTED, RESULTS, small_sample, sweep, sweep_clients

_DEFAULT = Path(__file__).parents[2] / ".ci/node/node_modules"


def main() -> int:
    """Run the command, and give its exit status."""
    asked = _arguments()
    missing = [*filter(None, [missing_package(asked.node_modules)])]
    missing += missing_packages(asked.node_modules)
    if missing:
        packages = " ".join(missing)
        return _fail(
            f"needs {packages}: npm install --prefix {asked.node_modules.parent} {packages}"
        )
    documents = documents_in(asked.node_modules)
    drawn = set(small_sample(documents, asked.node_modules))
    started = time.monotonic()
    clients = list(sweep_clients(asked.node_modules))
    found = dict(_watched(sweep(documents, asked.node_modules, processes=asked.processes)))
    sys.stdout.write(f"{len(found)} documents in {time.monotonic() - started:.0f} s\n")
    everything = [*clients, *(one for outcomes in found.values() for one in outcomes)]
    sample = [*clients, *(one for name in drawn for one in found[name])]
    if asked.lines:
        asked.lines.write_text("".join(f"{line}\n" for line in _lines(everything)))
    seen = {"all": total_of(everything), "sample": total_of(sample)}
    return _settle(seen, update=asked.update, even_if_worse=asked.even_if_worse)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.wire", description=__doc__)
    given = os.environ.get("CALLWRIGHT_TEST_NODE_MODULES", _DEFAULT)
    parser.add_argument("--node-modules", type=Path, default=Path(given))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--lines", type=Path, help="where to write the disagreements")
    parser.add_argument("--update", action="store_true", help="write totals.json and RESULTS.md")
    parser.add_argument("--even-if-worse", action="store_true", help="with --update")
    return parser.parse_args()


def _watched(
    found: Iterator[tuple[str, list[Outcome]]],
) -> Iterator[tuple[str, list[Outcome]]]:
    for number, one in enumerate(found, 1):
        if number % 100 == 0:
            sys.stderr.write(f"\r{number} documents")
        yield one
    sys.stderr.write("\r")


def _lines(outcomes: list[Outcome]) -> list[str]:
    unequal = [one for one in outcomes if one.verdict == "different"]
    return sorted(f"{one.reader} | {one.cause} | {one.detail}" for one in unequal)


def _settle(seen: dict[str, Totals], *, update: bool, even_if_worse: bool) -> int:
    """Compare with what is committed, and write it if that was asked for and is allowed."""
    committed = json.loads(COMMITTED.read_bytes()) if COMMITTED.exists() else {}
    changes = [
        (verdict, f"{whose}: {text}")
        for whose, totals in seen.items()
        for verdict, text in changes_between(committed.get(whose, {}), totals)
    ]
    for verdict, text in changes:
        sys.stdout.write(f"{verdict}: {text}\n")
    is_worse = any(verdict == "worse" for verdict, _ in changes) and bool(committed)
    if update and (even_if_worse or not is_worse):
        packages = {**DOCUMENTS, **PACKAGES}
        written = {"packages": packages, **seen}
        COMMITTED.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
        RESULTS.write_text(results(seen["all"]))
        return 0
    if is_worse:
        return _fail("There are more disagreements than in totals.json.")
    return _fail("The totals changed: look at them, then run with --update.") if changes else 0


def _fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
