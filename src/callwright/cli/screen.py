"""Where the command writes: standard output and error, in colour where that is wanted.

What comes from an API or a model is made visible here, so that it cannot steer a terminal.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from shutil import get_terminal_size
from typing import Literal, TextIO, TypeAlias

from callwright.core.json import Json

__all__ = ["ReaderGone", "Screen", "Style", "Unwritable", "errors", "output", "pretty", "visible"]

Style: TypeAlias = Literal["plain", "faint", "strong", "good", "warning", "bad"]

_CODES: Mapping[Style, str] = {
    "plain": "",
    "faint": "2",
    "strong": "1",
    "good": "32",
    "warning": "33",
    "bad": "31",
}
_CLEAR_LINE = "\r\x1b[2K"
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
# Joiners are invisible too, but Persian, Hindi and emoji are spelled with them.
_JOINERS = "\u200c\u200d"


class ReaderGone(Exception):
    """Whoever read standard output has closed it."""


class Unwritable(Exception):
    """Standard output takes nothing more; says why."""


def visible(text: str, *, keep: str = "") -> str:
    r"""The text with control, bidirectional and other unseen characters as JSON escapes.

    Line breaks and tabs are among them unless they are to be kept.

    >>> visible("\x1b[2J wiped")
    '\\u001b[2J wiped'
    """
    if text.isascii() and text.isprintable():
        return text
    kept = keep + _JOINERS
    return "".join(
        json.dumps(character)[1:-1]
        if character not in kept and unicodedata.category(character) in _UNSEEN
        else character
        for character in text
    )


def pretty(value: Json) -> str:
    """JSON over several lines; what a terminal could act on is escaped, which changes no value."""
    return visible(json.dumps(value, ensure_ascii=False, indent=2, default=dict), keep="\n")


@dataclass(slots=True)
class Screen:
    """One of the process's two streams for text.

    A passing line is written over by the next one. While the screen is held for a question,
    lines wait until it is answered.
    """

    stream: TextIO
    is_terminal: bool
    has_colour: bool
    is_silent: bool = False
    is_needed: bool = True
    """Whether it matters that a line cannot be written."""
    _is_passing: bool = False
    _waiting: list[str] | None = field(default=None)

    def styled(self, text: str, style: Style) -> str:
        """The text in a style, where there is colour."""
        code = _CODES[style]
        return f"\x1b[{code}m{text}\x1b[0m" if code and text and self.has_colour else text

    def line(self, text: str = "", style: Style = "plain") -> None:
        """Write a line; its text must be visible already."""
        self._write(self.styled(text, style) + "\n")

    def gap(self) -> None:
        """On a terminal, an empty line before the answer that stands below."""
        if self.is_terminal:
            self.line()

    def passing(self, text: str) -> None:
        """On a terminal, write as much of a line as fits a row; the next one replaces it."""
        if self.is_terminal and self._waiting is None:
            # What is written over is one row: a second one would stay.
            width = get_terminal_size().columns - 1
            self._write(self.styled(text[:width], "faint"))
            self._is_passing = True

    def answer(self, text: str) -> None:
        """Write a result: visible on a terminal, exactly as it is elsewhere."""
        shown = visible(text, keep="\n\t") if self.is_terminal else text
        self._write(shown if shown.endswith("\n") else shown + "\n")

    def octets(self, content: bytes) -> None:
        """Write bytes as they are, for whatever reads this stream; never on a terminal."""
        self.stream.flush()
        with self._told():
            self.stream.buffer.write(content)
            self.stream.buffer.flush()

    def json(self, value: Json) -> None:
        """Write JSON: over several lines on a terminal, in one line elsewhere."""
        compact = json.dumps(value, ensure_ascii=False, default=dict)
        self._write((pretty(value) if self.is_terminal else compact) + "\n")

    def question(self, text: str) -> None:
        """Write text after which a person is to answer, whatever is held or silent."""
        self._put(text)

    @contextmanager
    def held(self) -> Generator[None]:
        """Let lines wait while the body asks a question."""
        self._waiting = []
        try:
            yield
        finally:
            waiting, self._waiting = self._waiting, None
            for text in waiting:
                self._put(text)

    def _write(self, text: str) -> None:
        if self.is_silent:
            return
        if self._waiting is None:
            self._put(text)
        else:
            self._waiting.append(text)

    def _put(self, text: str) -> None:
        clear, self._is_passing = _CLEAR_LINE if self._is_passing else "", False
        with self._told():
            self.stream.write(clear + text)
            self.stream.flush()

    @contextmanager
    def _told(self) -> Generator[None]:
        """Say what keeps the body from writing."""
        try:
            yield
        except BrokenPipeError:
            raise ReaderGone from None
        except OSError as error:
            if self.is_needed:
                raise Unwritable(error.strerror) from None


def output() -> Screen:
    """Standard output: answers go there, and nothing else."""
    return _screen(sys.stdout)


def errors(*, is_silent: bool = False) -> Screen:
    """Standard error: everything that is no answer."""
    screen = _screen(sys.stderr)
    screen.is_silent = is_silent
    screen.is_needed = False
    return screen


def _screen(stream: TextIO) -> Screen:
    is_terminal = stream.isatty()
    return Screen(stream, is_terminal=is_terminal, has_colour=_has_colour(is_terminal))


def _has_colour(is_terminal: bool) -> bool:
    """By no-color.org and bixense.com/clicolors, the former first."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return is_terminal and os.environ.get("TERM") != "dumb"
