"""Auto-trim: which tools a prompt needs, made to fit a budget, with a ledger of what was done.

One pass of a model over a line for each tool chooses; where its answer is of no use, the local
ranking does. Never an empty choice by accident, never an invented one, never everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callwright.core.message import Messages
from callwright.core.model import Model
from callwright.core.tool import Tool
from callwright.core.trim import Pass, Trim
from callwright.trim.ask import question
from callwright.trim.budget import Choice, Fitted, fit
from callwright.trim.catalogue import Catalogue
from callwright.trim.closure import closure
from callwright.trim.consult import Consultation
from callwright.trim.default import DEFAULT_LIMIT, DEFAULT_TOKEN_BUDGET, LINES_BUDGET

__all__ = ["BUILT_IN", "TrimOptions", "Trimmed", "choose_tools"]

BUILT_IN = 2
"""Places that are kept free of the provider's most: for `find_tools` and `read_result`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimOptions:
    """How much may be kept, and how."""

    limit: int = DEFAULT_LIMIT
    token_budget: int | None = DEFAULT_TOKEN_BUDGET
    max_tools: int | None = None
    """How many tools the provider takes."""
    offers_more: bool = True
    """Whether the model has a way back to what was not kept."""
    lines_budget: int = LINES_BUDGET
    """Tokens that the pass's prompts may have together."""

    @property
    def most(self) -> int:
        """How many tools may be kept."""
        if self.max_tools is None:
            return self.limit
        return min(self.limit, max(1, self.max_tools - BUILT_IN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """The tools that are kept, as they are offered, and the ledger."""

    tools: tuple[Tool, ...]
    trim: Trim


async def choose_tools(
    catalogue: Catalogue, model: Model | None, messages: Messages, options: TrimOptions
) -> Trimmed:
    """Choose the tools that the messages need; without a model, by the ranking alone.

    The model is not asked where all of them may be kept anyway.

    Raises:
        CredentialError: the model's key is missing or was refused.
    """
    everything = _all_of(catalogue.tools, options)
    if everything is not None:
        return _trimmed(catalogue, everything, Pass(), options)
    if model is None:
        return _kept(catalogue, _ranked(catalogue, messages, options), Pass(), options)
    asked = Consultation(
        catalogue=catalogue, model=model, messages=messages, lines_budget=options.lines_budget
    )
    await asked.run()
    report = asked.report()
    if report.no_tool_needed and options.offers_more:
        # A way back remains, so that a model that errs costs a round and not the answer.
        return _trimmed(catalogue, Fitted(tools=(), kept=()), report, options)
    chosen = _chosen(asked, catalogue) or _ranked(catalogue, messages, options)
    return _kept(catalogue, chosen, report, options)


def _kept(
    catalogue: Catalogue, chosen: Sequence[Choice], report: Pass, options: TrimOptions
) -> Trimmed:
    fitted = fit(chosen, token_budget=options.token_budget, most=options.most)
    return _trimmed(catalogue, fitted, report, options)


def _all_of(tools: Sequence[Tool], options: TrimOptions) -> Fitted | None:
    """All tools, where they are few enough and fit."""
    if len(tools) > options.most:
        return None
    fitted = fit(
        [Choice(tool=tool, reason="all") for tool in tools], token_budget=options.token_budget
    )
    return None if fitted.left_out else fitted


def _chosen(asked: Consultation, catalogue: Catalogue) -> list[Choice]:
    """What the model chose, what it wants looked up, and what yields the ids that these need."""
    named = [*asked.chosen, *asked.look_up]
    return [
        *(Choice(tool=tool, reason="model") for tool in asked.chosen),
        *(Choice(tool=tool, reason="lookup") for tool in asked.look_up),
        *(
            Choice(
                tool=found.tool,
                reason="dependency",
                why=f"{found.because}; for {found.needed_by.name}",
            )
            for found in (closure(named, catalogue.ranking) if named else ())
        ),
    ]


def _ranked(catalogue: Catalogue, messages: Messages, options: TrimOptions) -> list[Choice]:
    """What ranks first; where the prompt says nothing of any tool, those nearest to the root."""
    hits = catalogue.ranking.search(question(messages), options.limit)
    about = [hit for hit in hits if hit.score > 0]
    return [Choice(tool=hit.tool, reason="ranking", why=hit.why) for hit in about or hits]


def _trimmed(catalogue: Catalogue, fitted: Fitted, report: Pass, options: TrimOptions) -> Trimmed:
    return Trimmed(
        tools=fitted.tools,
        trim=Trim(
            given=len(catalogue.tools),
            given_tokens=catalogue.cost,
            kept=fitted.kept,
            left_out=fitted.left_out,
            token_budget=options.token_budget,
            asked=report,
            offers_more=options.offers_more and len(fitted.tools) < len(catalogue.tools),
        ),
    )
