"""Trims tools for a prompt, and gives a run the way back to what was trimmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from callwright.core.errors import ConfigurationError
from callwright.core.given import check_number
from callwright.core.loop.withheld import Withheld
from callwright.core.message import Conversation, conversation
from callwright.core.trim import Kept
from callwright.find_tools import FindTools, NotSelected
from callwright.given_model import ModelLike, as_model, chooses_tools, most_tools
from callwright.http import session
from callwright.tools import ToolLike, Tools, as_tools
from callwright.trim.auto import BUILT_IN, TrimOptions, choose_tools
from callwright.trim.budget import tokens_of
from callwright.trim.default import DEFAULT_LIMIT, DEFAULT_TOKEN_BUDGET, LINES_BUDGET
from callwright.trim_model import TrimModel

__all__ = ["auto_trim_tools", "trim_tools", "way_back", "with_required"]


async def auto_trim_tools(
    tools: Iterable[ToolLike],
    model: ModelLike,
    messages: Conversation,
    *,
    limit: int = DEFAULT_LIMIT,
    token_budget: int | None = DEFAULT_TOKEN_BUDGET,
    cheap_model: ModelLike | None = None,
    find_tools: bool = True,
    lines_budget: int = LINES_BUDGET,
) -> Tools:
    """Keep the tools that the messages need. Serves as `trim_function=` as it is.

    A model sees a line for each tool, or a map of them where they are very many, and names those
    that are needed; what yields the ids that these need is kept too. Where its answer is of no
    use, a local ranking of words decides: never nothing, and never everything. `Tools.trim` of
    what is returned is the ledger: why each tool was kept, what it costs and what was saved.

    Args:
        tools: the tools to choose from.
        model: the run's model.
        messages: the conversation so far; its last question is what counts.
        limit: how many tools are kept at most.
        token_budget: how many tokens their definitions may have together. To fit, descriptions
            are shortened, then optional parameters pruned from the depths, then tools left out,
            the last ones first; one is kept in any case. What is pruned is not shown to the
            model; calls are checked and made by the whole definitions. None for no bound.
        cheap_model: a model for this pass, instead of the run's.
        find_tools: whether a run with these tools gives its model a small tool more, `find_tools`,
            which searches the others and adds what it finds; and whether the model may say that
            no tool is needed at all.
        lines_budget: how many tokens the prompts of the pass may have together; less for a model
            with a small context. Where the lines of all tools have more, a map is shown first.

    Raises:
        ConfigurationError: a number is below 1, or the model is none.
        CredentialError: the model's key is missing or was refused.

    >>> from callwright import Tool, auto_trim_tools
    >>> tools = [Tool(f"tool_{n}", f"Do thing {n}") for n in range(50)]
    >>> tools.append(Tool("close_issue", "Close an issue"))
    >>> kept = auto_trim_tools(tools, "offline", "Close my issue", limit=5)
    >>> [(tool.name, tool.reason) for tool in kept.trim.kept]
    [('close_issue', 'ranking')]
    """
    own = as_model(model)
    asked = own if cheap_model is None else as_model(cheap_model)
    if isinstance(own, TrimModel) and asked is not own:
        asked = own.instead(asked)
    return await trim_tools(
        tools,
        asked,
        messages,
        limit=limit,
        token_budget=token_budget,
        max_tools=most_tools(own),
        find_tools=find_tools,
        lines_budget=lines_budget,
    )


async def trim_tools(
    tools: Iterable[ToolLike],
    model: ModelLike | None,
    messages: Conversation,
    *,
    limit: int,
    token_budget: int | None,
    max_tools: int | None = None,
    find_tools: bool = True,
    lines_budget: int = LINES_BUDGET,
) -> Tools:
    """Like `auto_trim_tools`; where there is no model, the local ranking chooses."""
    _check(limit=limit, token_budget=token_budget, lines_budget=lines_budget)
    given = as_tools(tools)
    options = TrimOptions(
        limit=limit,
        token_budget=token_budget,
        max_tools=max_tools,
        offers_more=find_tools,
        lines_budget=lines_budget,
    )
    asked = None if model is None else as_model(model)
    if not chooses_tools(asked):
        asked = None
    async with session():
        trimmed = await choose_tools(given.catalogue, asked, conversation(messages), options)
    return given.trimmed_to(trimmed.tools, trimmed.trim)


def _check(**numbers: int | None) -> None:
    for name, number in numbers.items():
        check_number(name, number, whole=True)
        if number is not None and number < 1:
            raise ConfigurationError(f"{name}={number!r} must be above zero.")


def with_required(kept: Tools, given: Tools, choice: str) -> Tools:
    """The kept tools, and the one that the run's tool choice names, if it was trimmed."""
    named = {tool.name: tool for tool in given}
    if choice not in named or choice in {tool.name for tool in kept}:
        return kept
    tool = named[choice]
    if kept.trim is None:
        return kept + [tool]  # noqa: RUF005  # a sum of `Tools` keeps what was found
    tokens = tokens_of(tool)
    entry = Kept(name=choice, reason="required", tokens=tokens, whole_tokens=tokens)
    trim = replace(kept.trim, kept=(*kept.trim.kept, entry))
    return given.trimmed_to((*kept, tool), trim)


def way_back(given: Tools, kept: Tools, model: object, *, executes: bool) -> Withheld | None:
    """What is known of the tools that were trimmed; the tool that finds them, where that is wanted.

    A run that executes nothing could not execute that tool either.
    """
    trim, whole = kept.trim, kept.whole or given
    names = {tool.name for tool in whole} - {tool.name for tool in kept}
    if not names:
        return None
    if trim is None or not trim.offers_more or not executes:
        return NotSelected(names)
    most = most_tools(model)
    return FindTools(
        whole.catalogue,
        tuple(kept),
        token_budget=trim.token_budget,
        max_tools=None if most is None else most - BUILT_IN,
    )
