"""The examples run as they stand; the notebook's test is with the notebook's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
LAST_WORDS = {
    "lending_library.py": "status on loan, days overdue 0.",
    "own_model.py": "Take a coat: rain in Lisbon.",
}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_runs(path):
    """An example exits with 0, warns of nothing, and ends as it should."""
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.strip().endswith(LAST_WORDS[path.name])
