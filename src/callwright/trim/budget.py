"""Chosen tools made to fit a budget: shorter, then shallower, then fewer; with a ledger.

The same tools and the same budget always give the same. What a definition costs is counted as the
compact JSON that is sent; providers write it to their models in fewer tokens, if anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callwright.core.json import dump_json
from callwright.core.text.tokens import TokenCount, count_tokens
from callwright.core.tool import Tool
from callwright.core.trim import Kept, Reason
from callwright.trim.prune import STEPS, shrunk

__all__ = ["Choice", "Fitted", "cost_of_all", "fit", "tokens_of"]

_SAMPLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A tool that is to be kept, and why."""

    tool: Tool
    reason: Reason
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What of the choices is kept, each as it is offered, and what found no room."""

    tools: tuple[Tool, ...]
    kept: tuple[Kept, ...]
    left_out: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """What the definitions cost together."""
        return sum(kept.tokens for kept in self.kept)


def fit(
    choices: Sequence[Choice], *, token_budget: int | None, most: int | None = None, least: int = 1
) -> Fitted:
    """The choices, shrunk as far as it takes for them to fit together; the first go before others.

    `least` of them are kept whatever they cost; `most` is how many a provider takes.

    >>> choices = [Choice(tool=Tool("a", "Do it. " * 90), reason="model")]
    >>> fit(choices, token_budget=60).kept[0].steps
    ('descriptions shortened', 'descriptions cut to a sentence')
    """
    taken = [_Fitting(choice) for choice in choices[:most]]
    if token_budget is not None:
        taken = _shrink(_with_room(taken, token_budget, least), token_budget)
    kept = {one.choice.tool.name for one in taken}
    return Fitted(
        tools=tuple(one.tool for one in taken),
        kept=tuple(one.kept() for one in taken),
        left_out=tuple(choice.tool.name for choice in choices if choice.tool.name not in kept),
    )


class _Fitting:
    """A choice while it is made to fit."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.step = 0
        self._sizes: dict[int, int] = {}

    @property
    def tool(self) -> Tool:
        return self.choice.tool if self.step == 0 else shrunk(self.choice.tool, self.step)

    def tokens(self, step: int | None = None) -> int:
        """What it costs after so many steps; never more than before a step."""
        at = self.step if step is None else step
        if at not in self._sizes:
            tool = self.choice.tool if at == 0 else shrunk(self.choice.tool, at)
            self._sizes[at] = tokens_of(tool)
        return self._sizes[at]

    def shrink(self) -> bool:
        """Go to the next step that saves anything; False where there is none."""
        now = self.tokens()
        for step in range(self.step + 1, len(STEPS) + 1):
            if self.tokens(step) < now:
                self.step = step
                return True
        return False

    def smallest(self) -> int:
        """What it costs at the least."""
        return min(self.tokens(0), self.tokens(len(STEPS)))

    def kept(self) -> Kept:
        return Kept(
            name=self.choice.tool.name,
            reason=self.choice.reason,
            why=self.choice.why,
            tokens=self.tokens(),
            whole_tokens=self.tokens(0),
            steps=STEPS[: self.step],
        )


def _with_room(taken: list[_Fitting], budget: int, least: int) -> list[_Fitting]:
    """Those that fit together at their smallest, the first before the others; or the first."""
    if sum(one.tokens(0) for one in taken) <= budget:
        return taken
    kept: list[_Fitting] = []
    left = budget
    for one in taken:
        if one.smallest() <= left:
            left -= one.smallest()
            kept.append(one)
    return kept if len(kept) >= least else taken[:least]


def _shrink(taken: list[_Fitting], budget: int) -> list[_Fitting]:
    """Shrink the dearest by a step, again and again, until all fit together."""
    able = list(taken)
    total = sum(one.tokens() for one in taken)
    while total > budget and able:
        dearest = max(able, key=lambda one: (one.tokens(), -taken.index(one)))
        before = dearest.tokens()
        if dearest.shrink():
            total += dearest.tokens() - before
        else:
            able.remove(dearest)
    return taken


def tokens_of(tool: Tool) -> int:
    """What the tool's definition costs.

    >>> tokens_of(Tool("now", "The time.")) < 40
    True
    """
    return _count(tool).number


def _count(tool: Tool) -> TokenCount:
    return count_tokens(dump_json(tool.definition()))


def cost_of_all(tools: Sequence[Tool]) -> TokenCount:
    """What all definitions cost; from an even sample of them where there are many."""
    if len(tools) <= _SAMPLE:
        counts = [_count(tool) for tool in tools]
        return TokenCount(
            sum(count.number for count in counts), is_exact=all(count.is_exact for count in counts)
        )
    stride = len(tools) / _SAMPLE
    sample = [tools[int(stride * (number + 0.5))] for number in range(_SAMPLE)]
    mean = sum(tokens_of(tool) for tool in sample) / _SAMPLE
    return TokenCount(round(mean * len(tools)), is_exact=False)
