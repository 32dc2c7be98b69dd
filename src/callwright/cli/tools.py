"""`run-with-tools tools`: lists or searches the tools that a spec makes."""

from __future__ import annotations

from collections.abc import Sequence
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
_FOUND = 20


@click.command("tools")
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
    """List the tools of a spec, or those that QUERY is about, best first."""
    import anyio

    tools = anyio.run(open_tools, SpecChoice.of(given, read_configuration()).with_input())
    words = " ".join(query)
    found = tools.search(words, limit or _FOUND) if words else tools[:limit]
    screen = output()
    if as_json:
        screen.json([_definition(tool) for tool in found])
    elif screen.is_terminal:
        _draw(found)
    else:
        _list(found, screen)
    errors(is_silent=quiet).line(_count(found, tools), "faint")
    return OK


def _count(found: Tools, tools: Tools) -> str:
    number = counted(len(tools), "tool")
    return number if len(found) == len(tools) else f"{len(found):,} of {number}"


def _row(tool: Tool) -> tuple[str, ...]:
    operation = tool.operation
    if operation is None:
        return tool.name, "", "", tool.effect, ""
    parts = (tool.name, operation.method, operation.path, tool.effect, operation.summary)
    return tuple(visible(" ".join(part.split())) for part in parts)


def _list(tools: Tools, screen: Screen) -> None:
    """Aligned columns of plain text."""
    rows = [_row(tool) for tool in tools]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        screen.line("  ".join(cells).rstrip())


def _draw(tools: Tools) -> None:
    """A table as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    screen = output()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in _COLUMNS:
        whole = column in ("method", "effect")
        table.add_column(column, overflow="fold", no_wrap=whole)
    for tool in tools:
        # As `Text`, since what an API is called must not be read as rich's markup.
        table.add_row(*map(Text, _row(tool)))
    Console(file=screen.stream, no_color=not screen.has_colour).print(table)


def _definition(tool: Tool) -> JsonObject:
    operation = tool.operation
    where: JsonObject = {}
    if operation is not None:
        where = {"method": operation.method, "path": operation.path, "url": operation.url}
    return {
        "name": tool.name,
        "description": tool.description,
        "effect": tool.effect,
        **where,
        "parameters": tool.parameters,
    }
