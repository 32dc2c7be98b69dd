"""One pass of a model over the catalogue: what it names, or why its answer is of no use.

Up to two questions: all lines at once where they fit, else a map and then the lines of the groups
that it picks. A model that takes no functions is asked again in words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from callwright.core.errors import CallwrightError, ModelError
from callwright.core.message import Messages, Usage
from callwright.core.model import Model, Reply, Turn
from callwright.core.text.tokens import count_tokens
from callwright.core.tool import Tool
from callwright.core.trim import Pass
from callwright.trim.ask import (
    asked_for_lines,
    asked_for_map,
    asked_in_groups,
    conversation_text,
    question,
)
from callwright.trim.catalogue import Catalogue
from callwright.trim.default import LINES_BUDGET
from callwright.trim.line import one_line
from callwright.trim.reading import Named, Unusable, read_choice

__all__ = ["PASS_SECONDS", "Consultation"]

PASS_SECONDS = 120.0
"""After so long the ranking stands in."""

_FOR_MAP, _FOR_BEST, _FOR_GROUPS = 0.3, 0.18, 0.34
"""Shares of the budget where all lines do not fit; the rest is for the rules and the prompt."""
_MOST_BEST = 600
_MAX_GROUPS = 8
_MOST_DROPPED = 20
_NO_FUNCTIONS = frozenset({400, 404, 405, 422, 501})
"""What servers answer that do not know functions, or the forced choice of one."""

_log = logging.getLogger("callwright.trim")
_Ask = Callable[..., Turn]


@dataclass(kw_only=True)
class Consultation:
    """One pass: the questions, and what became of them."""

    catalogue: Catalogue
    model: Model
    messages: Messages
    lines_budget: int = LINES_BUDGET
    seconds: float = PASS_SECONDS

    chosen: list[Tool] = field(init=False, default_factory=list[Tool])
    """What is needed, as it was named; none where the ranking must stand in."""
    look_up: list[Tool] = field(init=False, default_factory=list[Tool])
    """What is to be looked up first."""
    _prompts: int = field(init=False, default=0)
    _tokens: int = field(init=False, default=0)
    _lines: int = field(init=False, default=0)
    _model_name: str = field(init=False, default="")
    _usage: Usage = field(init=False, default_factory=Usage)
    _fault: str = field(init=False, default="")
    _dropped: dict[str, None] = field(init=False, default_factory=dict[str, None])
    _no_tool_needed: bool = field(init=False, default=False)

    def report(self) -> Pass:
        """What became of the pass."""
        return Pass(
            prompts=self._prompts,
            prompt_tokens=self._tokens,
            lines=self._lines,
            model=self._model_name,
            usage=self._usage,
            fell_back=self._fault,
            dropped=tuple(self._dropped),
            no_tool_needed=self._no_tool_needed,
        )

    async def run(self) -> None:
        """Ask. Whatever goes wrong with the model is kept as the reason to fall back.

        Raises:
            CredentialError: the model's key is missing or was refused.
            ConfigurationError: the model cannot be asked at all.
        """
        from anyio import move_on_after

        self._fault = f"the model did not answer within {self.seconds:g} s"
        with move_on_after(self.seconds):
            try:
                await self._run()
                self._fault = ""
            except Unusable as error:
                self._fault = str(error)
            except ModelError as error:
                self._fault = f"the model failed: {error}"
            except CallwrightError:
                raise
            except Exception as error:  # the model is an object of the caller's
                # Its own words may hold what nobody else is to read.
                self._fault = f"the model raised {type(error).__name__}"
        if self.chosen or self.look_up:
            self._no_tool_needed = False
        if self._fault:
            _log.info("The ranking stands in for the trim pass: %s", self._fault)

    async def _run(self) -> None:
        said = conversation_text(self.messages)
        if self.catalogue.fits(self.lines_budget):
            self._lines = len(self.catalogue.tools)
            self._take(await self._ask(asked_for_lines, self.catalogue.text, said))
        else:
            await self._run_by_map(said)
        if not (self.chosen or self.look_up or self._no_tool_needed):
            raise Unusable("the answer names no tool that there is")

    async def _run_by_map(self, said: str) -> None:
        best = self._best()
        the_map = self.catalogue.map(self._share(_FOR_MAP))
        self._lines = len(best)
        named = await self._ask(asked_for_map, the_map.text, self.catalogue.lines(best), said)
        self._take(named)
        groups = list(filter(None, map(the_map.find, named.groups)))[:_MAX_GROUPS]
        members = {index for group in groups for index in group.members} - set(best)
        if not members:
            return
        shown = self.catalogue.best_lines(self._ranked(members), self._share(_FOR_GROUPS))
        self._lines += len(shown)
        kept = [tool.name for tool in (*self.chosen, *self.look_up)]
        try:
            lines = self.catalogue.lines(shown)
            self._take(await self._ask(asked_in_groups, lines, kept, said))
        except (Unusable, ModelError):
            if not kept:
                raise

    def _share(self, share: float) -> int:
        return int(self.lines_budget * share)

    def _best(self) -> list[int]:
        hits = self.catalogue.ranking.search(question(self.messages), _MOST_BEST)
        return self.catalogue.best_lines([hit.index for hit in hits], self._share(_FOR_BEST))

    def _ranked(self, members: set[int]) -> list[int]:
        """The members, those that rank first before the others, which keep their own order."""
        hits = self.catalogue.ranking.search(question(self.messages))
        ranked = dict.fromkeys(hit.index for hit in hits if hit.index in members)
        return [*ranked, *sorted(members - ranked.keys())]

    async def _ask(self, ask: _Ask, *parts: object) -> Named:
        """Ask once; again without functions where the provider refuses these."""
        try:
            return read_choice(await self._reply(ask(*parts)))
        except ModelError as error:
            if error.status not in _NO_FUNCTIONS:
                raise
            return read_choice(await self._reply(ask(*parts, calls=False)))

    async def _reply(self, turn: Turn) -> Reply:
        self._prompts += 1
        self._tokens += sum(count_tokens(message.text).number for message in turn.messages)
        reply = await self.model.reply(turn)
        self._usage += reply.usage
        self._model_name = reply.model
        return reply

    def _take(self, named: Named) -> None:
        """Keep the tools that are named; what names none is dropped."""
        self._no_tool_needed = named.no_tool_needed
        self._add(named.names, self.chosen)
        self._add(named.look_up_first, self.look_up)

    def _add(self, names: Sequence[str], to: list[Tool]) -> None:
        for name in names:
            tool = self.catalogue.handles.find(name)
            if tool is None and len(self._dropped) < _MOST_DROPPED:
                self._dropped[one_line(name, 80)] = None
            if tool is not None and tool not in (*self.chosen, *self.look_up):
                to.append(tool)
