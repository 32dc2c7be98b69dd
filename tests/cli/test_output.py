"""Streams that cannot be written, or are closed from the start."""

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = f"{sys.executable} -m callwright"
HAS_FULL = Path("/dev/full").exists()


def shell(line):
    """Run a line of shell."""
    return subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.skipif(not HAS_FULL, reason="there is no /dev/full")
@pytest.mark.parametrize("words", ["tools --spec {}", "config", "--help", "--version", "demo"])
def test_full(library, words):
    """A full disk under standard output is told in one line, and is no fault of ours."""
    done = shell(f"{COMMAND} {words.format(library.spec_url)} >/dev/full")
    told = "error: The answer cannot be written: No space left on device.\n"
    assert (done.returncode, done.stderr) == (1, told)


@pytest.mark.skipif(not HAS_FULL, reason="there is no /dev/full")
def test_full_errors(library):
    """What is told beside the answer may be lost: the answer comes."""
    done = shell(f"{COMMAND} tools --spec {library.spec_url} overdue 2>/dev/full")
    assert done.returncode == 0
    assert "list_overdue_loans" in done.stdout


@pytest.mark.parametrize("words", ["tools --spec {}", "config", "--help", "--version"])
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed(library, words, closed):
    """A closed stream is written to as if nobody read it."""
    done = shell(f"{COMMAND} {words.format(library.spec_url)} {closed}")
    assert (done.returncode, "rror" in done.stderr) == (0, False)
