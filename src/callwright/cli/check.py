"""`run-with-tools check`: says what a spec makes, and what of it was repaired or refused."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from callwright.cli.configuration import read_configuration
from callwright.cli.error import OK
from callwright.cli.option import loudness_options, spec_options
from callwright.cli.progress import counted
from callwright.cli.screen import output, visible
from callwright.cli.source import SpecChoice, open_tools

__all__ = ["check_command"]


@click.command("check")
@spec_options
@loudness_options
def check_command(**given: Any) -> int:
    """Report on a spec: how many tools it makes, and which operations were refused and why."""
    import anyio

    tools = anyio.run(open_tools, SpecChoice.of(given, read_configuration()).with_input())
    report = tools.report
    effects = Counter(tool.effect for tool in tools)
    counts = ", ".join(f"{number:,} {effect}" for effect, number in effects.items())
    title = tools[0].source if len(tools) else ""
    screen = output()
    screen.line(
        visible(f"{title or 'no title'}: {counted(len(tools), 'tool')} ({counts or 'none'})")
    )
    screen.line(f"{counted(len(report.refused), 'operation')} refused")
    for finding in report:
        screen.line(visible(f"  {finding}"))
    return OK
