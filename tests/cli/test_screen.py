"""Writing: colour where it is wanted, and nothing that could steer a terminal."""

import io
import json

import pytest

from callwright.cli.screen import Screen, errors, pretty, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain “text” — 漢字", "plain “text” — 漢字"),
        ("\x1b[31m", "\\u001b[31m"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\x7f\x9b", "\\u007f\\u009b"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("\u200b\ufeff", "\\u200b\\ufeff"),
        ("👩‍🔬 می‌خواهم", "👩‍🔬 می‌خواهم"),
        ("\U000e0041", "\\udb40\\udc41"),
        ("\ud800", "\\ud800"),
    ],
)
def test_visible(text, shown):
    """Unseen characters become visible; those that words are spelled with stay."""
    assert visible(text) == shown


def test_pretty():
    """JSON made visible has the same value still."""
    value = {"a\x1b": ["\u202e\x9b", {"b": "é"}]}
    text = pretty(value)
    assert json.loads(text) == value
    assert not set("\x1b\u202e\x9b") & set(text)


class Stream(io.StringIO):
    """A text stream that is a terminal, or is not."""

    def __init__(self, *, terminal):
        super().__init__()
        self.isatty = lambda: terminal


@pytest.mark.parametrize(
    ("terminal", "variables", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"CLICOLOR_FORCE": "1"}, True),
        (False, {"CLICOLOR_FORCE": "0"}, False),
        (False, {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour(monkeypatch, terminal, variables, coloured):
    """NO_COLOR is over CLICOLOR_FORCE, that over whether it is a terminal."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    stream = Stream(terminal=terminal)
    monkeypatch.setattr("sys.stderr", stream)
    errors().line("text", "bad")
    assert stream.getvalue() == ("\x1b[31mtext\x1b[0m\n" if coloured else "text\n")


def test_passing_line():
    """A passing line is written over by the next one, and is none where nothing can be."""
    for terminal, written in ((True, "wait\r\x1b[2Kdone\n"), (False, "done\n")):
        screen = Screen(io.StringIO(), is_terminal=terminal, has_colour=False)
        screen.passing("wait")
        screen.line("done")
        assert screen.stream.getvalue() == written


def test_held():
    """While a question stands, lines wait."""
    screen = Screen(io.StringIO(), is_terminal=True, has_colour=False)
    with screen.held():
        screen.line("later")
        screen.question("now? ")
    assert screen.stream.getvalue() == "now? later\n"


def test_answer_on_terminal(terminal, spec, provider):
    """On a terminal an answer is made visible, its lines kept."""
    screen = terminal(*spec, "-m", provider("one\n\x1b[2Jtwo\n"), "hi")
    shown = screen.expect("two")
    assert "one\r\n\\u001b[2Jtwo" in shown
    assert screen.end().code == 0


def test_colour_on_terminal(terminal, spec, monkeypatch):
    """A terminal has colours, unless NO_COLOR says otherwise."""
    screen = terminal("call", *spec, "get_book", "book_id=1")
    assert "\x1b[32m  200\x1b[0m" in screen.expect("Dune")
    screen.end()
    monkeypatch.setenv("NO_COLOR", "1")
    screen = terminal("call", *spec, "get_book", "book_id=1")
    assert "\x1b" not in screen.expect("Dune")
    screen.end()


def test_poor_encoding(spawn, spec, provider, monkeypatch):
    """A character that the stream's encoding lacks is escaped rather than raised."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    ran = spawn(*spec, "-m", provider("caffè \ud800"), "hi")
    assert (ran.code, ran.out) == (0, "caff\\xe8 \\ud800\n")
