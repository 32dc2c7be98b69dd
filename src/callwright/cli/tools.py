"""`run-with-tools tools`: lists or searches the tools that a spec makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from callwright.cli.configuration import read_configuration
from callwright.cli.error import OK
from callwright.cli.option import loudness_options, option, spec_options
from callwright.cli.progress import counted
from callwright.cli.screen import Screen, errors, output, visible
from callwright.cli.source import SpecChoice, open_tools
from callwright.core.json import JsonObject

if TYPE_CHECKING:
    from callwright.core.tool import Tool
    from callwright.tools import Tools

__all__ = ["tools_command"]

_COLUMNS = ("name", "method", "path", "effect", "summary")
_PROSE = ("summary", "why")
_FOUND = 20


@click.command("tools", short_help="List the tools of a spec, or search them.")
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@spec_options
@option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"List N at most [default: {_FOUND} when searching].",
)
@option("--json", "as_json", is_flag=True, help="Write whole definitions as JSON.")
@loudness_options
def tools_command(
    query: Sequence[str], limit: int | None, as_json: bool, quiet: bool, **given: Any
) -> int:
    """List the tools of a spec, or those that QUERY is about, best first, and why."""
    import anyio

    tools = anyio.run(open_tools, SpecChoice.of(given, read_configuration()).with_input())
    words = " ".join(query)
    found = tools.search(words, limit or _FOUND) if words else tools[:limit]
    screen = output()
    if as_json:
        screen.json([_definition(tool, found.why) for tool in found])
    else:
        _show(found, screen)
    errors(is_silent=quiet).line(_count(found, tools), "faint")
    return OK


def _count(found: Tools, tools: Tools) -> str:
    number = counted(len(tools), "tool")
    return number if len(found) == len(tools) else f"{len(found):,} of {number}"


def _show(found: Tools, screen: Screen) -> None:
    from callwright.cli.table import Column, show_rows

    names = (*_COLUMNS, "why") if found.why else _COLUMNS
    columns = [Column(name=name, is_prose=name in _PROSE) for name in names]
    rows = [(*_row(tool), *_why(tool, found)) for tool in found]
    show_rows(screen, columns, rows)


def _row(tool: Tool) -> tuple[str, ...]:
    operation = tool.operation
    if operation is None:
        return tool.name, "", "", tool.effect, ""
    parts = (tool.name, operation.method, operation.path, tool.effect, operation.summary)
    return tuple(visible(" ".join(part.split())) for part in parts)


def _why(tool: Tool, found: Tools) -> tuple[str, ...]:
    """Why the search found it; nothing where nothing was searched for."""
    return (visible(found.why.get(tool.name, "")),) if found.why else ()


def _definition(tool: Tool, why: Mapping[str, str]) -> JsonObject:
    operation = tool.operation
    where: JsonObject = {}
    if operation is not None:
        where = {"method": operation.method, "path": operation.path, "url": operation.url}
    return {
        "name": tool.name,
        "description": tool.description,
        "effect": tool.effect,
        **where,
        **({"why": why[tool.name]} if tool.name in why else {}),
        "parameters": tool.parameters,
    }
