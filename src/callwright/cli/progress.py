"""A run as it goes, told from its events: a line for each turn of the model and each exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from callwright.cli.screen import Screen, Style, visible
from callwright.core.events.event import (
    CallFinished,
    CallStarted,
    Event,
    ModelAsked,
    ModelReplied,
    RunStarted,
    TextStreamed,
    ToolsTrimmed,
)
from callwright.core.json import dump_json

if TYPE_CHECKING:
    from callwright.core.message import Usage
    from callwright.core.tool import Exchange, ToolResult
    from callwright.core.trim import Trim
    from callwright.tools import Tools

__all__ = ["Progress", "counted", "exchange_line", "first_line", "size"]

_PATH_WIDTH = 46
_BESIDE_PATH = 34
"""The columns that the rest of an exchange's line takes."""
_EXCERPT = 160
_WORDS = 60
_REPAIRS = 3


@dataclass(slots=True, kw_only=True)
class Progress:
    """Tells a run's events on a screen; `has_bodies` shows what the writes send."""

    screen: Screen
    tools: Tools
    is_verbose: bool = False
    has_header: bool = True
    has_turns: bool = True
    has_bodies: bool = False
    keep: Callable[[CallFinished], None] | None = None
    """Keeps the files that calls give."""
    _offered: tuple[str, ...] = ()
    _words: str = ""
    _trim: Trim | None = None

    def __call__(self, event: Event) -> None:
        """Tell one event."""
        tell = _TELLERS.get(type(event))
        if tell is not None:
            tell(self, event)

    def _started(self, event: RunStarted) -> None:
        self._offered = event.tools

    def _trimmed(self, event: ToolsTrimmed) -> None:
        self._offered, self._trim = event.kept, event.trim

    def _header(self) -> None:
        title = visible(self.tools[0].source) if self.tools else "no API"
        parts = (
            self.screen.styled(title, "strong"),
            counted(len(self.tools), "operation"),
            f"kept {counted(len(self._offered), 'tool')}",
            f"{self._cost()} tokens{self._saved()}",
        )
        self.screen.line("  ".join(parts))
        fallen = "" if self._trim is None else self._trim.asked.fell_back
        if fallen:
            self.screen.line(visible(f"   the ranking chose them, because {fallen}"), "faint")
        if self.is_verbose:
            self.screen.line(f"   {', '.join(self._offered)}", "faint")

    def _cost(self) -> str:
        """What the offered definitions cost; those that were shrunk as they are offered."""
        from callwright.core.text.tokens import count_tokens

        kept = [tool for tool in self.tools if tool.name in set(self._offered)]
        if self._trim is not None:
            return _count(self._trim.tokens, is_exact=False)
        cost = count_tokens(dump_json([tool.definition() for tool in kept]))
        return _count(cost.number, is_exact=cost.is_exact)

    def _saved(self) -> str:
        """What all definitions would have cost, where they were trimmed."""
        if self._trim is None or not self._trim.saved_tokens:
            return ""
        return f" (all: {_count(self._trim.given_tokens.number, is_exact=False)})"

    def _asked(self, event: ModelAsked) -> None:
        if self.has_header and event.round == 1:
            self._header()
        self._words = ""
        if self.has_turns:
            self.screen.passing(f"{event.round}  model ...")

    def _spoken(self, event: TextStreamed) -> None:
        """The end of what was said so far: it may not be the answer yet."""
        self._words = (self._words + " ".join(event.text.splitlines()))[-_WORDS:]
        if self.has_turns:
            self.screen.passing(f"{event.round}  model {visible(self._words)}")

    def _replied(self, event: ModelReplied) -> None:
        if self.has_turns:
            spent = _spent(event.usage)
            self.screen.line(f"{event.round}  model  {event.seconds:7.2f} s{spent}", "faint")

    def _called(self, event: CallStarted) -> None:
        if self.is_verbose:
            text = f"   {event.call.name} {event.call.raw_arguments}"
            self.screen.line(visible(text), "faint")

    def _answered(self, event: CallFinished) -> None:
        result = event.result
        if result.exchange is None:
            style: Style = "warning" if result.is_error else "plain"
            outcome = first_line(result.content)
            self.screen.line(f"   {visible(event.name)}: {outcome}", style)
            self._repairs(event)
            return
        self.screen.line(exchange_line(result.exchange, self.screen))
        if self.has_bodies and result.exchange.request_body:
            self.screen.line(f"        {visible(result.exchange.request_body)}", "faint")
        if result.is_error or self.is_verbose:
            self._excerpt(result)
        self._repairs(event)
        if self.keep is not None:
            self.keep(event)

    def _repairs(self, event: CallFinished) -> None:
        """What was changed in the arguments, a line each; of many the first."""
        shown = event.repairs if self.is_verbose else event.repairs[:_REPAIRS]
        for repair in shown:
            self.screen.line(f"        repaired {first_line(str(repair))}", "faint")
        if len(shown) < len(event.repairs):
            more = counted(len(event.repairs) - len(shown), "more repair")
            self.screen.line(f"        and {more}", "faint")

    def _excerpt(self, result: ToolResult) -> None:
        style: Style = "warning" if result.is_error else "faint"
        self.screen.line(f"        {first_line(result.content)}", style)


_TELLERS: Mapping[type[Event], Callable[[Progress, Any], None]] = {
    RunStarted: Progress._started,  # pyright: ignore[reportPrivateUsage]
    ToolsTrimmed: Progress._trimmed,  # pyright: ignore[reportPrivateUsage]
    ModelAsked: Progress._asked,  # pyright: ignore[reportPrivateUsage]
    TextStreamed: Progress._spoken,  # pyright: ignore[reportPrivateUsage]
    ModelReplied: Progress._replied,  # pyright: ignore[reportPrivateUsage]
    CallStarted: Progress._called,  # pyright: ignore[reportPrivateUsage]
    CallFinished: Progress._answered,  # pyright: ignore[reportPrivateUsage]
}


def exchange_line(exchange: Exchange, screen: Screen) -> str:
    """One HTTP exchange: method, path and query, status, bytes, time."""
    parts = urlsplit(exchange.url)
    path = visible(f"{parts.path}{parts.query and '?'}{parts.query}" or "/")
    room = get_terminal_size().columns - _BESIDE_PATH if screen.is_terminal else _PATH_WIDTH
    path = path.ljust(min(room, _PATH_WIDTH))
    if not exchange.attempts:
        told = screen.styled("not sent", "warning")
        return f"   {exchange.method:<4} {path} {told}"
    status = "no answer" if exchange.status is None else str(exchange.status)
    is_good = exchange.status is not None and exchange.status < 300
    told = screen.styled(f"{status:>5}", "good" if is_good else "bad")
    milliseconds = exchange.seconds * 1_000
    received = "" if exchange.status is None else f"{size(exchange.response_bytes):>9}"
    return f"   {exchange.method:<4} {path} {told}{received} {milliseconds:6.0f} ms"


def size(number: int) -> str:
    """A number of bytes for the eye.

    >>> size(18_240)
    '18.2 kB'
    """
    if number < 1_000:
        return f"{number} B"
    return f"{number / 1_000:.1f} kB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"


def first_line(text: str) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text.split())
    return visible(line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1]}…")


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1_223, "operation")
    '1,223 operations'
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _count(number: int, *, is_exact: bool) -> str:
    mark = "" if is_exact else "~"
    return f"{mark}{number}" if number < 1_000 else f"~{number / 1_000:.1f}k"


def _spent(usage: Usage) -> str:
    """What a model reported; many report nothing."""
    if not usage.total_tokens:
        return ""
    return f"{usage.input_tokens:>8,} in{usage.output_tokens:>6,} out"
