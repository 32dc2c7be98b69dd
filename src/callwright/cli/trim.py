"""`run-with-tools trim`: which tools a prompt would keep, why, and what that saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from callwright.cli.configuration import read_configuration
from callwright.cli.error import OK
from callwright.cli.option import loudness_options, option, spec_options
from callwright.cli.progress import counted
from callwright.cli.prompt import read_prompt
from callwright.cli.screen import Screen, errors, output, visible
from callwright.cli.source import SpecChoice, open_tools
from callwright.core.json import JsonObject
from callwright.trim.default import DEFAULT_LIMIT, DEFAULT_TOKEN_BUDGET

if TYPE_CHECKING:
    from callwright.core.trim import Kept, Trim
    from callwright.tools import Tools

__all__ = ["trim_command"]


@click.command("trim", short_help="Show which tools a prompt would keep.")
@click.argument("words", nargs=-1, metavar="PROMPT...")
@spec_options
@option(
    "-m",
    "--model",
    metavar="NAME",
    help="The model that chooses; without one, and without any in the configuration, the local "
    "ranking does.",
)
@option(
    "--limit",
    type=click.IntRange(min=1),
    default=DEFAULT_LIMIT,
    metavar="N",
    help=f"Keep N tools at most [default: {DEFAULT_LIMIT}].",
)
@option(
    "--token-budget",
    type=click.IntRange(min=1),
    default=DEFAULT_TOKEN_BUDGET,
    metavar="N",
    help=f"Let their definitions have N tokens at most [default: {DEFAULT_TOKEN_BUDGET}].",
)
@option("--json", "as_json", is_flag=True, help="Write the whole ledger as JSON.")
@loudness_options
def trim_command(words: Sequence[str], model: str | None, **given: Any) -> int:
    """Show which tools PROMPT would keep, why, and how many tokens that saves. No call is made."""
    import anyio

    configuration = read_configuration()
    choice = SpecChoice.of(given, configuration)
    prompt = read_prompt(words, joins_input=not choice.uses_standard_input)
    return anyio.run(_run, choice.with_input(), prompt, model or configuration.model, given)


async def _run(choice: SpecChoice, prompt: str, model: str | None, given: Mapping[str, Any]) -> int:
    from callwright.trimming import trim_tools

    tools = await open_tools(choice)
    kept = await trim_tools(
        tools, model, prompt, limit=given["limit"], token_budget=given["token_budget"]
    )
    trim = kept.trim
    if trim is None:
        return OK
    screen = output()
    if given["as_json"]:
        screen.json(_as_json(trim, kept))
    else:
        _show(trim, screen)
    _tell(trim, errors(is_silent=given["quiet"]), has_model=model is not None)
    return OK


def _tell(trim: Trim, screen: Screen, *, has_model: bool) -> None:
    """The figures below the list."""
    asked = trim.asked
    if trim.left_out:
        screen.line(visible(f"no room for: {', '.join(trim.left_out)}"), "warning")
    if asked.fell_back and has_model:
        screen.line(visible(f"the ranking chose, because {asked.fell_back}"), "warning")
    if asked.dropped:
        screen.line(visible(f"no tool is called: {', '.join(asked.dropped)}"), "warning")
    if trim.is_over_budget:
        screen.line(f"the one that is kept costs more than {trim.token_budget:,} tokens", "warning")
    if asked.prompts:
        prompts = counted(asked.prompts, "prompt")
        screen.line(
            f"asked {visible(asked.model) or 'the model'} with ~{asked.prompt_tokens:,} tokens in "
            f"{prompts}, {counted(asked.lines, 'line')} of {trim.given:,}",
            "faint",
        )
    screen.line(str(trim), "faint")


def _row(kept: Kept) -> tuple[str, ...]:
    from callwright.core.trim import REASONS

    what = "; ".join(filter(None, (kept.why, *kept.steps[-1:])))
    return visible(kept.name), f"~{kept.tokens:,}", REASONS[kept.reason], visible(what)


def _show(trim: Trim, screen: Screen) -> None:
    from callwright.cli.table import Column, show_rows

    columns = [
        Column(name="name"),
        Column(name="tokens", align="right"),
        Column(name="reason"),
        Column(name="why", is_prose=True),
    ]
    show_rows(screen, columns, [_row(kept) for kept in trim.kept])


def _as_json(trim: Trim, kept: Tools) -> JsonObject:
    asked = trim.asked
    return {
        "given": trim.given,
        "given_tokens": trim.given_tokens.number,
        "tokens": trim.tokens,
        "saved_tokens": trim.saved_tokens,
        "saved": round(trim.saved, 4),
        "token_budget": trim.token_budget,
        "kept": [
            {
                "name": entry.name,
                "reason": entry.reason,
                "why": entry.why,
                "tokens": entry.tokens,
                "whole_tokens": entry.whole_tokens,
                "steps": list(entry.steps),
                "definition": tool.definition()["function"],
            }
            for entry, tool in zip(trim.kept, kept, strict=True)
        ],
        "left_out": list(trim.left_out),
        "pass": {
            "model": asked.model,
            "prompts": asked.prompts,
            "prompt_tokens": asked.prompt_tokens,
            "lines": asked.lines,
            "fell_back": asked.fell_back,
            "dropped": list(asked.dropped),
            "no_tool_needed": asked.no_tool_needed,
            "usage": {
                "input_tokens": asked.usage.input_tokens,
                "output_tokens": asked.usage.output_tokens,
            },
        },
    }
