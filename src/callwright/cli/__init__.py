"""The command `run-with-tools`. Nothing is imported before it is needed."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from callwright._version import __version__

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; returns the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given == ["--version"] and _has_told_version():
        return 0
    try:
        from callwright.cli.app import start

        return start(given)
    except KeyboardInterrupt:
        return 130


def _has_told_version() -> bool:
    """Tell it at no more cost than the interpreter's: scripts ask for it."""
    try:
        print(f"run-with-tools {__version__}", flush=True)  # noqa: T201
    except OSError:  # whose telling is the application's business
        return False
    return True
