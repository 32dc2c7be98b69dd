"""Documents that are wrong or mean harm: nothing but our own errors comes of them."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.openapi.mutation import mutated, use
from tests.openapi.whole import documents

ROOT = Path(__file__).parents[2]
LIBRARY = json.loads((ROOT / "specs/library.json").read_text())

# What fails is told as it was drawn: to make it smaller would take minutes.
many = settings(max_examples=100, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@many
@given(raw=documents().flatmap(mutated))
def test_mutated_documents(raw: dict[str, Any]) -> None:
    """Whatever is missing, misplaced or of the wrong kind, it is told in our own words."""
    use(raw)
    use(json.dumps(raw))


@settings(many, max_examples=40)
@given(raw=mutated(LIBRARY))
def test_mutated_library(raw: dict[str, Any]) -> None:
    """The same holds for a real document."""
    use(raw)
    use(yaml.safe_dump(raw))


@many
@given(raw=documents(), as_yaml=st.booleans(), seed=st.integers(0, 10**9))
def test_mutated_bytes(raw: dict[str, Any], as_yaml: bool, seed: int) -> None:
    """Text that was cut, doubled or overwritten anywhere is a spec, or is refused."""
    text = yaml.safe_dump(raw, allow_unicode=True) if as_yaml else json.dumps(raw)
    content = bytearray(text.encode())
    chance = random.Random(seed)  # noqa: S311  # the same for the same seed
    for _ in range(3):
        start = chance.randrange(len(content))
        piece = content[start : start + chance.randrange(1, 40)]
        other = chance.choice([b"", bytes([chance.randrange(256)]), bytes(piece * 2), b"\\ud800"])
        content[start : start + len(piece)] = other
    use(bytes(content))


def test_hostile_specs() -> None:
    """Attacks end, by an answer or a refusal; nothing is opened on the way.

    In a process of its own: some of them would take it with them, others would never end.
    """
    program = subprocess.run(
        [sys.executable, "-m", "tests.openapi.hostile"],
        cwd=ROOT,
        env={**os.environ, "CALLWRIGHT_CACHE": "off"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert program.returncode == 0, program.stderr
    assert json.loads(program.stdout) == {"faults": [], "opened": []}
