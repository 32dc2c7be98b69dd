"""A sample of the corpus, compared in every test run; `python -m tests.wire` compares all of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.corpus.documents import documents_in, missing_package
from tests.wire.node import PACKAGES
from tests.wire.outcome import Totals, total_of
from tests.wire.results import results
from tests.wire.sweep import COMMITTED, RESULTS, small_sample, sweep, sweep_clients


@pytest.fixture(scope="module")
def committed() -> dict[str, Totals]:
    """The totals that are committed."""
    return dict(json.loads(COMMITTED.read_bytes()))


@pytest.fixture(scope="module")
def seen(builders_folder: Path) -> Totals:
    """The totals of the sample."""
    missing = missing_package(builders_folder)
    if missing:
        pytest.skip(f"needs {missing}: npm install --prefix {builders_folder.parent} {missing}")
    sample = small_sample(documents_in(builders_folder), builders_folder)
    found = [one for _, outcomes in sweep(sample, builders_folder) for one in outcomes]
    return total_of([*sweep_clients(builders_folder), *found])


def test_nothing_disagrees_that_did_not_before(seen, committed):
    """Every disagreement in the sample has a cause that is known, and is as rare as it was."""
    known = committed["sample"]
    more = {
        f"{reader}: {cause}": number
        for reader, section in seen.items()
        for cause, number in section["disagreements"].items()
        if number > known.get(reader, {}).get("disagreements", {}).get(cause, 0)
    }
    assert more == {}


def test_as_much_is_compared_as_before(seen, committed):
    """No reader has lost much of what it could compare."""
    known = committed["sample"]
    assert {
        reader: section["compared"]
        for reader, section in seen.items()
        if section["compared"] < 0.95 * known[reader]["compared"]
    } == {}
    assert seen.keys() == known.keys()


@pytest.mark.parametrize(
    ("reader", "share"),
    [
        ("@octokit/endpoint", 0.976),
        ("stripe", 0.97),
        ("RFC 6570, path", 1),
        ("RFC 6570, query", 1),
        ("openapi-core", 0.999),
    ],
)
def test_the_shares_of_the_whole_corpus(committed, reader, share):
    """What is committed for the whole corpus is as good as it has to be."""
    section = committed["all"][reader]
    assert section["equal"] >= share * section["compared"] > 0


def test_the_majority_of_the_whole_corpus(committed):
    """Where three of four builders agree, so do we, in 99.8 of 100 cases."""
    parts = [section for name, section in committed["all"].items() if name.startswith("majority")]
    compared = sum(section["compared"] for section in parts)
    assert sum(section["equal"] for section in parts) >= 0.998 * compared > 0


def test_the_page_says_what_is_committed(committed):
    """RESULTS.md is that of totals.json, of the packages that are named here."""
    assert results(committed["all"]) == RESULTS.read_text()
    assert committed["packages"].items() >= PACKAGES.items()
