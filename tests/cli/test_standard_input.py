"""What is read from standard input: who reads it, and how one interrupt ends the reading."""

import os
import signal

import pytest

WAITING = "waiting for the end of standard input"


@pytest.mark.parametrize(
    "words",
    [
        ["tools", "--spec", "-"],
        ["check", "--spec", "-"],
        ["call", "--spec", "-", "get_book", "book_id=1"],
        ["call", "--spec", "{}", "get_book", "-"],
        ["run", "-m", "offline", "--spec", "-", "hi"],
        ["run", "-m", "offline", "--spec", "{}", "-"],
    ],
)
def test_interrupt(terminal, library, words):
    """One Ctrl-C at a terminal ends the reading, whatever is read."""
    screen = terminal(*(word.format(library.spec_url) for word in words))
    screen.expect(WAITING)
    screen.expect("Ctrl-D ends it")
    os.kill(screen.process.pid, signal.SIGINT)
    ran = screen.end()
    assert ran.code == 130
    assert "interrupted" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["call", "--spec", "-", "get_book", "-"], "--spec and the arguments want"),
        (["-m", "offline", "--spec", "-", "-"], "--spec and the prompt want"),
    ],
)
def test_wanted_twice(run, words, what):
    """Standard input cannot be two things at once."""
    ran = run(*words, stdin="{}")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: Both {what} standard input.\n"
