"""Tools as a table: what each is called, what it can do, and where it leads.

No schema is read for it, so that a table of a thousand tools costs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import get_args

from callwright.core.tool import Effect, Tool
from callwright.notebook.badge import effect_badge
from callwright.notebook.markup import Markup, element, joined
from callwright.notebook.style import framed
from callwright.notebook.unit import counted

__all__ = ["MAX_ROWS", "tools_table"]

MAX_ROWS = 50

_NO_SEARCH: Mapping[str, str] = MappingProxyType({})
_COLUMNS = ("tool", "effect", "operation", "what it does")


def tools_table(tools: Sequence[Tool], why: Mapping[str, str] = _NO_SEARCH) -> str:
    """Tools as a table; of a long list the first ones, and how to find the others.

    `why` says for each name why a search found it.
    """
    head = element("tr", *(element("th", name, scope="col") for name in _COLUMNS))
    rows = [_row(tool, why.get(tool.name, "")) for tool in tools[:MAX_ROWS]]
    table = element(
        "table", _caption(tools), element("thead", head), element("tbody", *rows), class_="cw-tools"
    )
    return framed(element("div", table, class_="cw-wide"), _others(len(tools) - len(rows)))


def _caption(tools: Sequence[Tool]) -> Markup:
    counts = Counter(tool.effect for tool in tools)
    sources = {tool.source for tool in tools if tool.source}
    parts = [counted(len(tools), "tool")]
    parts += [f"{counts[effect]:,} {effect}" for effect in get_args(Effect) if counts[effect]]
    figures = element("span", " · ".join(parts), class_="cw-quiet")
    title = [element("b", sources.pop(), dir="auto"), " "] if len(sources) == 1 else []
    return element("caption", *title, figures)


def _row(tool: Tool, why: str) -> Markup:
    found = [element("div", why, class_="cw-quiet")] if why else []
    return element(
        "tr",
        element("th", element("code", tool.name), scope="row"),
        element("td", effect_badge(tool.effect)),
        element("td", _operation(tool)),
        element("td", _summary(tool), *found, dir="auto"),
    )


def _operation(tool: Tool) -> Markup:
    operation = tool.operation
    if operation is None:
        return Markup()
    request = element("code", element("b", operation.method), " ", operation.path)
    if not operation.deprecated:
        return request
    return joined([request, " ", element("span", "deprecated", class_="cw-badge")])


def _summary(tool: Tool) -> str:
    """The first line of what describes the tool; that it is deprecated stands elsewhere."""
    operation = tool.operation
    summary = "" if operation is None else operation.summary
    return (summary or tool.description).strip().partition("\n")[0]


def _others(count: int) -> Markup:
    if count <= 0:
        return Markup()
    way = element("code", "tools.search('…')")
    return element("p", f"and {count:,} more: ", way, class_="cw-quiet")
