"""Asking a person on a terminal before a write goes, with the request in full."""

import io
import os
import signal
import time

import pytest

from callwright.cli.approval import shown_request
from callwright.cli.screen import Screen
from callwright.core.tool import Exchange

LEND = [("borrow_book", {"body": {"book_id": 5, "member_id": 105}})]
CALL = ["borrow_book", "body.book_id=5", "body.member_id=105"]
QUESTION = "send it? [y]es [n]o [a]lways this tool [c]url "
SINGLE_QUESTION = "send it? [y]es [n]o [c]url "


def copies(run, spec):
    """How many copies of The Hobbit can be lent."""
    return run("call", *spec, "get_book", "book_id=5").out.partition('"copies_available": ')[2][0]


def test_yes(terminal, spec, provider, run):
    """The request is shown in full; `y` sends it, and the answer is on standard output."""
    before = copies(run, spec)
    screen = terminal(*spec, "-m", provider(LEND, "Done."), "lend", keeps_output=True)
    shown = screen.expect(QUESTION)
    assert "borrow_book (write)" in shown
    assert "POST http://127.0.0.1" in shown
    assert "/loans" in shown
    assert '{"book_id": 5, "member_id": 105}' in shown
    screen.send("y")
    ran = screen.end()
    assert (ran.code, ran.out) == (0, "Done.\n")
    assert copies(run, spec) < before


@pytest.mark.parametrize("word", ["n", "no", "N", "\x04"])
def test_no(terminal, spec, provider, run, word):
    """`n` sends nothing; so does the end of input."""
    before = copies(run, spec)
    screen = terminal(*spec, "-m", provider(LEND, "Not done."), "lend", keeps_output=True)
    screen.expect(QUESTION)
    screen.send(word)
    ran = screen.end()
    assert (ran.code, ran.out) == (7, "Not done.\n")
    assert "not sent: borrow_book (write)" in ran.err
    assert copies(run, spec) == before


def test_end_of_input(terminal, spec):
    """What follows the end of input begins on a line of its own."""
    screen = terminal("call", *spec, *CALL)
    screen.expect(SINGLE_QUESTION)
    time.sleep(0.5)
    os.write(screen.master, b"\x04")
    ran = screen.end()
    assert ran.code == 7
    assert "\r\nnot sent: borrow_book" in ran.err.replace("\x1b[33m", "").replace("\x1b[0m", "")


def test_always(terminal, spec, provider):
    """`a` sends this and every later call of the tool."""
    screen = terminal(*spec, "-m", provider(LEND, LEND, "Twice."), "lend", keeps_output=True)
    screen.expect(QUESTION)
    screen.send("a")
    ran = screen.end()
    assert (ran.code, ran.out) == (0, "Twice.\n")
    assert QUESTION not in ran.err


def test_one_at_a_time(terminal, spec, provider):
    """Two calls of one round are asked about one after the other."""
    screen = terminal(*spec, "-m", provider([*LEND, *LEND], "Once."), "lend", keeps_output=True)
    screen.expect(QUESTION)
    screen.send("y")
    screen.expect(QUESTION)
    screen.send("n")
    assert screen.end().code == 7


def test_curl_and_nonsense(terminal, spec, provider, demo_key):
    """`c` shows the curl command without the key; that and anything else asks again."""
    screen = terminal(*spec, "-m", provider(LEND, "Done."), "lend", keeps_output=True)
    screen.expect(QUESTION)
    screen.send("c")
    shown = screen.expect(QUESTION)
    assert "curl --request POST" in shown
    assert '"$LIBRARY_KEY"' in shown
    assert demo_key not in shown
    for word in ("what", ""):
        screen.send(word)
        screen.expect(QUESTION)
    screen.send("yes")
    assert screen.end().code == 0


def test_typed_ahead(terminal, spec, provider):
    """What was typed before the question was seen answers nothing."""
    screen = terminal(*spec, "-m", provider(LEND, "Done."), "lend", keeps_output=True)
    os.write(screen.master, b"y\n")
    screen.expect(QUESTION)
    time.sleep(0.5)
    assert screen.process.poll() is None
    screen.send("n")
    assert screen.end().code == 7


def test_interrupt(terminal, spec, provider):
    """An interrupt at the question ends it all with 130 and no traceback."""
    screen = terminal(*spec, "-m", provider(LEND, "Done."), "lend", keeps_output=True)
    screen.expect(QUESTION)
    os.kill(screen.process.pid, signal.SIGINT)
    ran = screen.end()
    assert (ran.code, ran.out) == (130, "")
    assert "Traceback" not in ran.err
    assert "interrupted" in ran.err


def test_call(terminal, spec):
    """A call without a model asks just so, but offers no `always`: there is no later call."""
    screen = terminal("call", *spec, *CALL)
    screen.expect(SINGLE_QUESTION)
    screen.send("a")
    screen.expect(SINGLE_QUESTION)
    screen.send("y")
    assert '"member_name": "Hana Sato"' in screen.expect("Hana Sato" + '"')
    assert screen.end().code == 0
    screen = terminal("call", *spec, *CALL)
    screen.expect(SINGLE_QUESTION)
    screen.send("n")
    assert screen.end().code == 7


def test_hostile_request(terminal, spec, provider):
    """What a model writes into a request cannot hide anything from the person."""
    hostile = {"body": {"title": "x\x1b[2K\u202e", "author": "a", "year": 1, "genre": "fantasy"}}
    model = provider([("add_book", hostile)], "Done.")
    screen = terminal(*spec, "-m", model, "add", keeps_output=True)
    shown = screen.expect(QUESTION)
    screen.send("n")
    screen.end()
    assert '"title": "x\\u001b[2K\\u202e"' in shown


@pytest.mark.parametrize(
    ("method", "body", "shown"),
    [
        ("POST", '{"a":1}', '   x (write)  POST http://h/a   wants approval\n        {"a": 1}\n'),
        ("DELETE", "", "   x (write)  DELETE http://h/a   wants approval\n"),
        ("PUT", "a\nb", "   x (write)  PUT http://h/a   wants approval\n        a\n        b\n"),
    ],
)
def test_shown_request(method, body, shown):
    """Method, address and body, a line each."""
    request = Exchange(method=method, url="http://h/a", request_body=body)
    screen = Screen(io.StringIO(), is_terminal=False, has_colour=False)
    assert shown_request(request, screen, tool="x (write)") == shown
