"""What stands on standard input, read as a whole."""

from __future__ import annotations

import sys
import threading

from callwright.cli.screen import errors

__all__ = ["is_terminal", "read_standard_input"]

_PATIENCE_SECONDS = 2.0


def is_terminal() -> bool:
    """Whether a person types there."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_standard_input() -> bytes:
    """Read it to its end; says what is waited for when that takes long."""
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  # closed at the start
        return b""
    notice = threading.Timer(_PATIENCE_SECONDS, _say_waiting)
    notice.daemon = True
    notice.start()
    try:
        return sys.stdin.buffer.read()
    finally:
        notice.cancel()


def _say_waiting() -> None:
    hint = "what is typed here; Ctrl-D ends it" if is_terminal() else "to leave it out: </dev/null"
    errors().line(f"waiting for the end of standard input ({hint})", "faint")
