"""`run-with-tools check`: says what a spec makes, and what of it was repaired or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from callwright.cli.configuration import read_configuration
from callwright.cli.error import OK
from callwright.cli.option import loudness_options, option, spec_options
from callwright.cli.progress import counted
from callwright.cli.screen import output, visible
from callwright.cli.source import SpecChoice, open_tools

if TYPE_CHECKING:
    from callwright.openapi.report import Report
    from callwright.tools import Tools

__all__ = ["check_command"]

_SHOWN = 10

# What was found, in the order of its weight.
_KINDS: Mapping[str, tuple[str, str]] = {
    "refused": ("operation", "refused"),
    "instruction_like": ("text", "worded like an instruction to a model"),
    "hidden": ("text", "with characters that nobody sees"),
    "repaired": ("part", "of the document repaired"),
    "cut": ("schema", "cut to fit"),
    "unused": ("rule", "unused"),
    "withheld": ("operation", "without the credential, which is for another origin"),
    "renamed": ("tool", "renamed, since their operationIds cannot be names"),
}


@click.command("check", short_help="Report on a spec: what was refused, and why.")
@spec_options
@option("--json", "as_json", is_flag=True, help="Write the report as JSON.")
@loudness_options
def check_command(as_json: bool, verbose: bool, **given: Any) -> int:
    """Report on a spec: how many tools it makes, and what was refused or repaired, and why."""
    import anyio

    choice = SpecChoice.of(given, read_configuration()).with_input()
    tools = anyio.run(open_tools, choice)
    title = tools[0].source if tools else choice.source
    screen = output()
    if as_json:
        screen.json({"title": title, **_counts(tools), "findings": [*map(asdict, tools.report)]})
        return OK
    effects = ", ".join(f"{n:,} {effect}" for effect, n in _counts(tools)["effects"].items())
    screen.line(visible(f"{title}: {counted(len(tools), 'tool')} ({effects or 'none'})"))
    for line in _lines(tools.report, None if verbose else _SHOWN):
        screen.line(visible(line))
    return OK


def _counts(tools: Tools) -> dict[str, Any]:
    return {"tools": len(tools), "effects": dict(Counter(tool.effect for tool in tools))}


def _lines(report: Report, limit: int | None) -> Iterator[str]:
    """What was found, kind by kind, the first few of each."""
    if not any(finding.kind == "refused" for finding in report):
        yield "0 operations refused"
    for kind, (noun, fate) in _KINDS.items():
        found = [finding for finding in report if finding.kind == kind]
        if not found:
            continue
        yield f"{counted(len(found), noun)} {fate}"
        yield from (f"  {finding}" for finding in found[:limit])
        if limit is not None and len(found) > limit:
            yield f"  ... and {len(found) - limit:,} more; --verbose lists them all"
