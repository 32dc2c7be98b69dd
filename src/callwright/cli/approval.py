"""Whether a call may go: by its effect, by what was allowed, or by asking the person."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from callwright.cli.screen import Screen, visible
from callwright.cli.standard_input import is_terminal
from callwright.core.json import parse_json

if TYPE_CHECKING:
    from callwright.core.approval import Allow, ApprovalRequest
    from callwright.core.tool import Effect, Exchange

__all__ = ["Approval", "approval_for", "shown_request"]

_QUESTION = "   send it? [y]es [n]o [a]lways this tool [c]url "
_SINGLE_QUESTION = "   send it? [y]es [n]o [c]url "


@dataclass(slots=True, kw_only=True)
class Approval:
    """Decides on the calls of one run. `ask` asks a person; None where there is none.

    `is_single` says that there is one call only, of which nothing is always allowed.
    """

    allow: Allow
    screen: Screen
    ask: Callable[[str], Awaitable[str]] | None
    is_single: bool = False
    refused: list[tuple[str, Effect]] = field(default_factory=list["tuple[str, Effect]"])
    """The tools whose calls were refused, and what they would have done."""
    _always: set[str] = field(default_factory=set[str])
    _turn: Any = None

    async def decide(self, wanted: ApprovalRequest) -> bool | str:
        """True lets the call go; False, or a reason for the model, refuses it."""
        from anyio import Lock

        self._turn = self._turn or Lock()
        async with self._turn:  # one question at a time
            decision = await self._decide(wanted)
        if decision is not True:
            self.refused.append((wanted.tool.name, wanted.effect))
        return decision

    async def _decide(self, wanted: ApprovalRequest) -> bool | str:
        from callwright.core.approval import Policy

        verdict = Policy(allow=self.allow).verdict(wanted.tool, can_ask=True)
        if verdict == "allow" or wanted.tool.name in self._always:
            return True
        if self.ask is None:
            return f"it is a {wanted.effect} call, and nobody is there to approve it"
        with self.screen.held():
            return await self._ask_person(wanted, self.ask)

    async def _ask_person(
        self, wanted: ApprovalRequest, ask: Callable[[str], Awaitable[str]]
    ) -> bool:
        tool = f"{wanted.tool.name} ({wanted.effect})"
        self.screen.question(shown_request(wanted.show_request(), self.screen, tool=tool))
        question = _SINGLE_QUESTION if self.is_single else _QUESTION
        while True:
            match await ask(self.screen.styled(question, "strong")):
                case "y" | "yes":
                    return True
                case "n" | "no":
                    return False
                case "a" | "always" if not self.is_single:
                    self._always.add(wanted.tool.name)
                    return True
                case "c" | "curl":
                    self.screen.question(f"   {visible(wanted.to_curl())}\n")
                case _:
                    continue

    def tell_refused(self) -> None:
        """Say which calls were refused, and how they could be let go."""
        for name, effect in dict.fromkeys(self.refused):
            remedy = (
                "" if self.ask else f"; use --allow {'all' if effect == 'destructive' else effect}"
            )
            self.screen.line(f"not sent: {visible(name)} ({effect}){remedy}", "warning")


def approval_for(allow: str | None, screen: Screen, *, is_single: bool = False) -> Approval:
    """What decides for these streams: a person is asked where one sits at both ends."""
    asks = is_terminal() and screen.is_terminal
    known: Allow = "write" if allow == "write" else "all" if allow == "all" else "read"
    ask = partial(ask_person, screen) if asks else None
    return Approval(allow=known, screen=screen, ask=ask, is_single=is_single)


def shown_request(request: Exchange, screen: Screen, *, tool: str) -> str:
    """A tool's request as a person should see it before it goes: all but its headers."""
    mark = screen.styled("wants approval", "warning")
    name = screen.styled(visible(tool), "strong")
    lines = [f"   {name}  {request.method} {visible(request.url)}   {mark}"]
    lines += [f"        {visible(line)}" for line in _written(request.request_body).splitlines()]
    return "\n".join(lines) + "\n"


def _written(body: str) -> str:
    """JSON with a space here and there, for the eye; other text as it is."""
    try:
        return json.dumps(parse_json(body), ensure_ascii=False)
    except ValueError:
        return body


async def ask_person(screen: Screen, question: str) -> str:
    """Ask, and wait for one line from the terminal; the end of input is `n`.

    What was typed before the question could be seen is thrown away.
    """
    _forget_input()
    screen.question(question)
    line = ""
    try:
        line = await _read_line()
    finally:
        if not line:  # the end of input, or an interrupt: what follows begins a line of its own
            screen.question("\n")
    return line.strip().lower() if line else "n"


def _forget_input() -> None:
    try:
        import termios
    except ImportError:  # Windows
        return
    termios.tcflush(sys.stdin, termios.TCIFLUSH)


async def _read_line() -> str:
    import anyio

    if os.name == "nt":
        return await anyio.to_thread.run_sync(sys.stdin.readline, abandon_on_cancel=True)
    # No thread that an interrupt would have to wait for: a terminal is readable by whole lines.
    await anyio.wait_readable(sys.stdin)
    return os.read(sys.stdin.fileno(), 4096).decode(errors="replace")
