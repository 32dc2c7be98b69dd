"""Every attack of the table has a test, and every test is for an attack of the table."""

from __future__ import annotations

import re
from pathlib import Path

from tests.adversarial.cases import CASES

_TEST = re.compile(r"^def test((?:_[a-z]\d\d)+)_", re.MULTILINE)


def test_every_attack_has_a_test():
    """By the ids in the names of the tests."""
    tested: set[str] = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for ids in _TEST.findall(file.read_text(encoding="utf-8")):
            tested.update(ids.strip("_").upper().split("_"))
    assert tested == set(CASES)
    assert len(CASES) == 166
