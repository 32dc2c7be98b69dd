"""Rows for the eye: a table where it fits the terminal, a block for each where it does not.

Elsewhere than on a terminal they are aligned columns of plain text, a line each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from callwright.cli.screen import Screen

__all__ = ["Column", "show_rows"]

_GAP = 2
_PROSE = 28
"""What prose needs beside the other columns, or it becomes a ribbon of single words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. `is_prose` lets it wrap; what is prose stands in one cell, a line each."""

    name: str
    is_prose: bool = False
    align: Literal["left", "right"] = "left"


def show_rows(screen: Screen, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Write rows, a text for each column; the texts must be visible already."""
    if not screen.is_terminal:
        _list(screen, columns, rows)
        return
    from rich.console import Console

    width = Console(file=screen.stream).width
    taken = sum(_widest(index, column, rows) + _GAP for index, column in _facts(columns))
    if taken + _PROSE <= width:
        _draw(screen, columns, rows)
    else:
        _stack(screen, columns, rows, width)


def _facts(columns: Sequence[Column]) -> list[tuple[int, Column]]:
    return [(index, column) for index, column in enumerate(columns) if not column.is_prose]


def _widest(index: int, column: Column, rows: Sequence[Sequence[str]]) -> int:
    from rich.cells import cell_len

    return max((cell_len(row[index]) for row in rows), default=0) or len(column.name)


def _list(screen: Screen, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    widths = [_widest(index, column, rows) for index, column in enumerate(columns)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        screen.line("  ".join(cells).rstrip())


def _draw(screen: Screen, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for _, column in _facts(columns):
        table.add_column(column.name, no_wrap=True, justify=column.align)
    prose = [index for index, column in enumerate(columns) if column.is_prose]
    table.add_column(", ".join(columns[index].name for index in prose), overflow="fold")
    for row in rows:
        # As `Text`, since what an API is called must not be read as rich's markup.
        facts = [Text(row[index]) for index, _ in _facts(columns)]
        first, *more = [row[index] for index in prose if row[index]] or [""]
        told = Text(first)
        for text in more:
            told.append(f"\n{text}", style="dim")
        table.add_row(*facts, told)
    Console(file=screen.stream, no_color=not screen.has_colour).print(table)


def _stack(
    screen: Screen, columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> None:
    for row in rows:
        name, *facts = [row[index] for index, _ in _facts(columns)]
        prose = [row[index] for index, column in enumerate(columns) if column.is_prose]
        screen.line(name, "strong")
        for text in filter(None, ("  ".join(facts), *prose)):
            for line in wrap(text, max(width - 4, 20)):
                screen.line(f"    {line}", "faint" if text == prose[-1] else "plain")
