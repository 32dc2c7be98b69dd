"""Auto-trim: the local ranking first, then one pass of a model over names and one-line summaries.

Never an empty choice, never an invented one: whatever the model answers, the ranking stands in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from callwright.core.errors import ModelError
from callwright.core.json import JsonObject, dump_json, is_array, parse_json
from callwright.core.message import Messages, system, user
from callwright.core.model import Model, Reply, Turn
from callwright.core.tokens import count_tokens
from callwright.core.tool import Tool
from callwright.trim.rank import ToolRanking, summary_line

__all__ = ["DEFAULT_LIMIT", "MANY_TOOLS", "MAX_LINES", "choose_tools"]

DEFAULT_LIMIT = 10
"""How many tools are kept at most."""
MANY_TOOLS = 20
"""With more tools than these a run is better trimmed, where nobody said otherwise."""
MAX_LINES = 300
"""How many lines the model is shown at most; the ranking's best come first."""

_log = logging.getLogger("callwright.trim")
_KEEP = "keep_tools"
_BULLETS = " \t-*•`'\"0123456789.)"
_INSTRUCTIONS = (
    "You choose tools; you do not answer the request. Below stand tools, one a line, as "
    "`name: what it does`. Call keep_tools with the names of those that are needed for the "
    "user's last message, also those that look up ids which another one needs. Keep as few as "
    "will do.\n\n"
)


async def choose_tools(
    tools: Sequence[Tool],
    model: Model,
    messages: Messages,
    *,
    limit: int = DEFAULT_LIMIT,
    token_budget: int | None = None,
) -> list[Tool]:
    """Choose at most `limit` of the tools, whose definitions fit `token_budget` together.

    One tool at least is kept, whatever it costs.
    """
    if len(tools) <= limit and token_budget is None:
        return list(tools)
    shortlist = _shortlist(tools, messages)
    chosen = await _ask(shortlist, model, messages) if len(tools) > 1 else shortlist
    return _within(chosen[:limit] or shortlist[:limit], token_budget)


def _shortlist(tools: Sequence[Tool], messages: Messages) -> list[Tool]:
    """The best-ranked tools, then the others in their own order."""
    question = "\n".join(message.text for message in messages if message.role == "user")
    ranked = [hit.index for hit in ToolRanking(tools).search(question)]
    rest = sorted(set(range(len(tools))) - set(ranked))
    return [tools[index] for index in (*ranked, *rest)][:MAX_LINES]


async def _ask(shortlist: Sequence[Tool], model: Model, messages: Messages) -> list[Tool]:
    """The tools that the model names; none if its answer cannot be used."""
    # In the order of their names: the same lines for every prompt serve a provider's cache best.
    lines = "\n".join(sorted(summary_line(tool) for tool in shortlist))
    keep = Tool(_KEEP, "Keep the named tools.", _keep_parameters(shortlist))
    turn = Turn(
        messages=Messages((system(_INSTRUCTIONS + lines), user(_conversation(messages)))),
        tools=(keep,),
        tool_choice=_KEEP,
        parallel_tool_calls=False,
    )
    try:
        reply = await model.reply(turn)
    except ModelError as error:
        _log.warning("The trim pass failed, the ranking stands in: %s", error)
        return []
    named = set(_named(reply))
    return [tool for tool in shortlist if tool.name in named]


def _keep_parameters(shortlist: Sequence[Tool]) -> JsonObject:
    names = sorted(tool.name for tool in shortlist)
    items: JsonObject = {"type": "string", "enum": names}
    return {
        "type": "object",
        "properties": {
            "names": {"type": "array", "items": items, "description": "Names of the tools to keep."}
        },
        "required": ["names"],
        "additionalProperties": False,
    }


def _conversation(messages: Messages) -> str:
    """What was said so far, the last question at its end."""
    said = [m for m in messages if m.role in ("user", "assistant") and m.text]
    if len(said) == 1:
        return said[0].text
    return "\n".join(f"{message.role}: {message.text}" for message in said)


def _named(reply: Reply) -> Iterable[str]:
    """The names in a reply: in its call, or in a text that is a JSON list or has one a line."""
    for call in reply.message.tool_calls:
        names = (call.arguments or {}).get("names")
        if is_array(names):
            return [str(name) for name in names]
    text = reply.message.text.strip()
    try:
        listed = parse_json(text)
    except ValueError:
        return [line.strip(_BULLETS).partition(":")[0] for line in text.splitlines()]
    return [str(name) for name in listed] if is_array(listed) else []


def _within(chosen: Sequence[Tool], token_budget: int | None) -> list[Tool]:
    """The first of the chosen tools that fit the budget together."""
    if token_budget is None:
        return list(chosen)
    kept: list[Tool] = []
    left = token_budget
    for tool in chosen:
        left -= count_tokens(dump_json(tool.definition())).number
        if kept and left < 0:
            break
        kept.append(tool)
    return kept
