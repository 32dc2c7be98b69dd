"""Which tools yield the ids that chosen tools need: from a path to the list that it continues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callwright.core.tool import Tool
from callwright.trim.rank import ToolRanking

__all__ = ["Dependency", "closure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """A tool that yields what another one needs, and why that is thought."""

    tool: Tool
    needed_by: Tool
    because: str


def closure(chosen: Sequence[Tool], pool: ToolRanking) -> list[Dependency]:
    """The tools of the pool that yield what the chosen ones need; none that is chosen itself."""
    by_path = {
        (tool.operation.method, tool.operation.path): tool
        for tool in pool.tools
        if tool.operation is not None
    }
    found = {tool.name: None for tool in chosen}
    dependencies: list[Dependency] = []
    for tool in chosen:
        for path, name in _lists_above(tool):
            list_tool = by_path.get(("GET", path))
            if list_tool is not None and list_tool.name not in found:
                found[list_tool.name] = None
                because = f"GET {path} lists what {{{name}}} names"
                dependencies.append(Dependency(tool=list_tool, needed_by=tool, because=because))
    return dependencies


def _lists_above(tool: Tool) -> Iterator[tuple[str, str]]:
    """The paths above a tool's that end before a name in braces, with that name; nearest first."""
    path = tool.operation.path if tool.operation is not None else ""
    while "/{" in path:
        path, _, rest = path.rpartition("/{")
        yield path, rest.partition("}")[0]
