"""What starting costs, beside the bare thing that it cannot do without."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from measure import seconds_of_children
from table import Table

__all__ = ["start"]

_VERSION = """
import sys
from callwright.cli import main
sys.argv = ["run-with-tools", "--version"]
try:
    main()
except SystemExit:
    pass
"""
_FIRST_RUN = """
from callwright import run_with_tools, tool

@tool
def add(a: int, b: int) -> int:
    "Add two whole numbers."
    return a + b

assert run_with_tools("offline", "Add 2 and 3.", [add]).text == "The result is 5."
"""


def python(code: str) -> Callable[[], object]:
    """A fresh interpreter that runs some code."""
    return lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def start(table: Table) -> None:
    """Importing the package, asking for its version, and a first run with all that it imports."""
    table.section("Starting, in a fresh process")
    # httpcore2 is what no call can do without; where trio is installed, it imports that as well.
    for what, code, floor, target in (
        ("import callwright | an empty interpreter", "import callwright", "pass", 2.5),
        ("run-with-tools --version | an empty interpreter", _VERSION, "pass", 2.5),
        (
            "a first run, offline, with one function | import httpcore2",
            _FIRST_RUN,
            "import httpcore2",
            4,
        ),
    ):
        table.timing(what, python(code), python(floor), target=target, clock=seconds_of_children)
