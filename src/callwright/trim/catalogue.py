"""All tools as a model is shown them: a line for each, or a map of groups where they are many.

Made once for a set of tools, whatever is asked of it: the same bytes for every prompt, so that a
provider reads them from its cache.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from callwright.core.text.tokens import TokenCount, count_tokens
from callwright.core.tool import Tool
from callwright.trim.budget import cost_of_all
from callwright.trim.group import Group, grouped
from callwright.trim.handle import Handles, plain
from callwright.trim.line import gist, one_line, static_parts
from callwright.trim.rank import ToolRanking

__all__ = ["Catalogue"]

_LINES_IN_GROUP = 40
_MAP_GROUPS = (60, 120, 240, 480, 960, 1_920)
"""How many tools a group of the map holds at most; the first size whose map fits is taken."""
_TOPICS = 5
_OTHERS = "other"
_SHORTEST_LINE = 3
"""Tokens of the shortest lines, in the mean."""


class Catalogue:
    """The lines and the map of a set of tools."""

    def __init__(self, tools: Sequence[Tool], ranking: ToolRanking | None = None) -> None:
        self.tools = tuple(tools)
        self._ranking = ranking
        self._lines: dict[int, str] = {}
        self._maps: dict[int, Map] = {}

    @cached_property
    def ranking(self) -> ToolRanking:
        """The local ranking of the tools."""
        return self._ranking or ToolRanking(self.tools)

    @cached_property
    def handles(self) -> Handles:
        """What each tool is called in the lines."""
        return Handles(self.tools)

    @cached_property
    def cost(self) -> TokenCount:
        """What all definitions cost, from a sample where there are many."""
        return cost_of_all(self.tools)

    @cached_property
    def _groups(self) -> list[Group]:
        return grouped(self.tools, _LINES_IN_GROUP)

    @cached_property
    def _heads(self) -> dict[int, Group]:
        return {index: group for group in self._groups for index in group.members}

    def line(self, index: int) -> str:
        """The line of one tool."""
        found = self._lines.get(index)
        if found is None:
            handle, group = self.handles.names[index], self._heads[index]
            what = gist(self.tools[index], handle, f"{group.label} {group.source}")
            name = one_line(handle)
            found = self._lines[index] = f"{name}: {what}" if what else name
        return found

    @cached_property
    def _has_sources(self) -> bool:
        return len({tool.source for tool in self.tools}) > 1

    @cached_property
    def text(self) -> str:
        """The lines of all tools."""
        return self.lines(range(len(self.tools)))

    def fits(self, tokens: int) -> bool:
        """Whether all lines have at most so many tokens."""
        # What cannot fit is not written first, only to be counted.
        return len(self.tools) * _SHORTEST_LINE <= tokens and self._count <= tokens

    @cached_property
    def _count(self) -> int:
        return count_tokens(self.text).number

    def lines(self, indexes: Iterable[int]) -> str:
        """The lines of some tools under the heads of their groups."""
        chosen = set(indexes)
        parts: list[str] = []
        for group in self._groups:
            members = [index for index in group.members if index in chosen]
            if members and len(self._groups) > 1:
                parts.append(f"# {self.title(group)}")
            parts += [self.line(index) for index in members]
        return "\n".join(parts)

    def best_lines(self, indexes: Sequence[int], tokens: int) -> list[int]:
        """The first of some tools whose lines fit so many tokens together, heads included."""
        kept: list[int] = []
        heads: set[int] = set()
        left = tokens
        for index in indexes:
            group = self._heads[index]
            cost = 1 + count_tokens(self.line(index)).number
            if id(group) not in heads:
                cost += 3 + count_tokens(group.label).number
            left -= cost
            if left < 0:
                break
            heads.add(id(group))
            kept.append(index)
        return kept

    def map(self, tokens: int) -> Map:
        """A map of all tools in at most about so many tokens; the least there is, if none fits."""
        if tokens not in self._maps:
            self._maps[tokens] = self._map(tokens)
        return self._maps[tokens]

    def _map(self, tokens: int) -> Map:
        found = Map(self, ())
        for most in _MAP_GROUPS:
            found = Map(self, grouped(self.tools, most))
            if count_tokens(found.text).number <= tokens:
                break
        return found

    def title(self, group: Group) -> str:
        """What a group is called: its resource, and its API where there are several."""
        source = one_line(group.source, 60) if self._has_sources else ""
        return f"{source} {one_line(group.label)}".strip() or _OTHERS


class Map:
    """Groups of tools, each in one line: what it is called, how many it has, what they are about.

    >>> tools = [Tool(f"tool_{n}") for n in range(3)]
    >>> Catalogue(tools).map(100).text
    'other (3)'
    """

    def __init__(self, catalogue: Catalogue, groups: Sequence[Group]) -> None:
        self.groups = tuple(groups)
        self._titles = {plain(catalogue.title(group)): group for group in groups}
        self.text = "\n".join(
            f"{catalogue.title(group)} ({len(group.members)}){_topics(catalogue.tools, group)}"
            for group in groups
        )

    def find(self, title: str) -> Group | None:
        """The group that a title means: its own, or that of a resource within it."""
        given = title.partition("(")[0].strip().strip("#/` ")
        while given:
            found = self._titles.get(plain(given))
            if found is not None:
                return found
            given = given.rpartition("/")[0]
        return None


def _topics(tools: Sequence[Tool], group: Group) -> str:
    """The parts of paths that are most frequent below a group's own."""
    said = set(group.label.split("/"))
    counts: Counter[str] = Counter()
    for index in group.members:
        counts.update(_once(static_parts(tools[index]), said))
    common = [one_line(part, 40) for part, _ in counts.most_common(_TOPICS)]
    return f": {', '.join(common)}" if common else ""


def _once(parts: Sequence[str], said: Collection[str]) -> set[str]:
    return {part for part in parts if part not in said and not part.startswith("$")}
