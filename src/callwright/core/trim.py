"""What a trim came to: which tools were kept and why, what each costs, and what was done to fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from callwright.core.message import Usage
from callwright.core.text.tokens import TokenCount

__all__ = ["REASONS", "Kept", "Pass", "Reason", "Trim"]

Reason: TypeAlias = Literal["all", "model", "lookup", "dependency", "ranking", "required"]
"""Why a tool was kept: there was no need to choose, the model chose it, or chose it to look
something up first, a chosen one needs what it yields, the ranking put it first, or the run's
`tool_choice` names it."""

REASONS: Mapping[Reason, str] = {
    "all": "no need to choose",
    "model": "chosen by the model",
    "lookup": "to look up first",
    "dependency": "yields what another one needs",
    "ranking": "ranked by the prompt's words",
    "required": "the run's tool choice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One tool that was kept: why, and what its definition costs."""

    name: str
    reason: Reason
    why: str = ""
    """What the reason rests on: the words that matched, or which tool needs this one."""
    tokens: int
    """What its definition costs as it is offered."""
    whole_tokens: int
    """What its whole definition costs."""
    steps: tuple[str, ...] = ()
    """What was done to its definition, so that all fit the budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """How the model was asked which tools are needed, and what became of its answer."""

    prompts: int = 0
    """How often it was asked; 0 where there was no need to, or no use."""
    prompt_tokens: int = 0
    """About how many tokens these prompts have together."""
    lines: int = 0
    """How many tools it was shown a line of."""
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    """What the provider says that the pass used; in a run, else an estimate."""
    fell_back: str = ""
    """Why the ranking stands in for the model's answer; empty where it does not."""
    dropped: tuple[str, ...] = ()
    """Names in its answer that no tool has."""
    no_tool_needed: bool = False
    """Whether the model said that the prompt needs no tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trim:
    """A trim's ledger."""

    given: int
    """How many tools there were."""
    given_tokens: TokenCount
    """What all their definitions cost; an estimate from a sample where there are many."""
    kept: tuple[Kept, ...]
    left_out: tuple[str, ...] = ()
    """Tools that were chosen and found no room, within the budget or the provider's limit."""
    token_budget: int | None = None
    asked: Pass = field(default_factory=Pass)
    offers_more: bool = False
    """Whether the model may find the other tools by `find_tools`."""

    @property
    def tokens(self) -> int:
        """What the kept definitions cost together."""
        return sum(kept.tokens for kept in self.kept)

    @property
    def saved_tokens(self) -> int:
        """How many tokens fewer than all tools' definitions have; never below zero."""
        return max(0, self.given_tokens.number - self.tokens)

    @property
    def saved(self) -> float:
        """The share of tokens that is saved, between 0 and 1."""
        whole = self.given_tokens.number
        return self.saved_tokens / whole if whole else 0.0

    @property
    def is_over_budget(self) -> bool:
        """Whether the one tool that is always kept costs more than the budget allows."""
        return self.token_budget is not None and self.tokens > self.token_budget

    def __str__(self) -> str:
        return (
            f"{len(self.kept):,} of {self.given:,} tools, ~{self.tokens:,} tokens instead of "
            f"{self.given_tokens} ({self.saved:.1%} saved)"
        )
