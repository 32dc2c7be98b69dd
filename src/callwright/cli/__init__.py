"""The command `run-with-tools`. Nothing heavier than click is imported before it is needed."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; returns the exit code."""
    try:
        from callwright.cli.app import start

        return start(arguments)
    except KeyboardInterrupt:
        return 130
