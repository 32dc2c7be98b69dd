"""Which tools yield the ids that chosen tools need, so that a choice can be carried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callwright.core.tool import Tool
from callwright.trim.needs import Need, needs_of
from callwright.trim.rank import ToolRanking
from callwright.trim.yields import Yield

__all__ = ["Dependency", "closure"]

_MAX_DEPTH = 3
_MAX_OPTIONAL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """A tool that yields what another one needs, and why that is thought."""

    tool: Tool
    needed_by: Tool
    because: str


def closure(chosen: Sequence[Tool], pool: ToolRanking) -> list[Dependency]:
    """The tools of the pool that yield what the chosen ones need, and what those need in turn.

    What a chosen tool yields is not looked for; none that is chosen is named. Only the schemas of
    the chosen tools, and of what is found, are read.

    >>> import callwright
    >>> paths = {"/books": {"get": {}}, "/books/{book_id}": {"delete": {}}}
    >>> tools = callwright.create_tools_from_openapi_spec({"openapi": "3.1.0", "paths": paths})
    >>> for dependency in closure([tools[1]], ToolRanking(tools)):
    ...     print(dependency.tool.operation.path, "because", dependency.because)
    /books because it lists what {book_id} names
    """
    index_of = {id(tool): index for index, tool in enumerate(pool.tools)}
    have = {index_of[id(tool)] for tool in chosen if id(tool) in index_of}
    wanting = sorted(have)
    dependencies: list[Dependency] = []
    for _ in range(_MAX_DEPTH):
        found: list[int] = []
        for index in wanting:
            for need, source in _sources(index, have, pool):
                have.add(source.index)
                found.append(source.index)
                dependencies.append(
                    Dependency(
                        tool=pool.tools[source.index],
                        needed_by=pool.tools[index],
                        because=_because(need, source),
                    )
                )
        wanting = found
    return dependencies


def _sources(index: int, have: set[int], pool: ToolRanking) -> Iterator[tuple[Need, Yield]]:
    """The best tool for each need that nothing at hand satisfies."""
    optional: list[tuple[Need, Yield]] = []
    for need in needs_of(pool.tools[index]):
        candidates = pool.yields.of(need, index)
        if not candidates or any(each.index in have for each in candidates):
            continue
        if need.is_optional:
            optional.append((need, candidates[0]))
        else:
            yield need, candidates[0]
    # A body that takes a dozen ids, and requires none, says nothing of which one is meant.
    yield from optional if len(optional) <= _MAX_OPTIONAL else ()


def _because(need: Need, source: Yield) -> str:
    return source.because if str(need) in source.because else f"{source.because}, for {need}"
