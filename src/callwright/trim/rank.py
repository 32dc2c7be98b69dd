"""The local ranking of tools by the words of a prompt: no model, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callwright.core.rank import Field, Ranking
from callwright.core.tool import Tool

__all__ = ["Hit", "ToolRanking", "summary_line"]

_FIELDS = {
    "name": Field(weight=2.0),
    "path": Field(weight=1.5),
    "summary": Field(weight=2.0),
    "tags": Field(weight=0.5, length_norm=0.3),
    "parameters": Field(weight=0.5, length_norm=0.7),
    "description": Field(weight=1.0),
}
_MAX_SUMMARY = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A tool that a text may be about: its place among the tools, its score, and why it ranked."""

    tool: Tool
    index: int
    score: float
    why: str


class ToolRanking:
    """An index over tools. Parameter names count, schemas are not read for it."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self.tools = tuple(tools)
        self._ranking = Ranking(_FIELDS, [_words(tool) for tool in tools])

    def search(self, text: str, limit: int | None = None) -> list[Hit]:
        """The tools that a text may be about, best first, `limit` at most."""
        return [
            Hit(
                tool=self.tools[hit.index],
                index=hit.index,
                score=hit.score,
                why=", ".join(hit.matched),
            )
            for hit in self._ranking.search(text)[:limit]
        ]


def _words(tool: Tool) -> dict[str, str]:
    operation = tool.operation
    summary, _, description = tool.description.partition("\n")
    return {
        "name": tool.name,
        "path": "" if operation is None else operation.path,
        "summary": summary,
        "tags": "" if operation is None else " ".join(operation.tags),
        "parameters": " ".join(name for _, name in tool.argument_names),
        "description": description,
    }


def summary_line(tool: Tool) -> str:
    """A tool in one line: its name and the first line of its description."""
    summary = tool.description.partition("\n")[0].strip()
    short = summary if len(summary) <= _MAX_SUMMARY else summary[: _MAX_SUMMARY - 1] + "…"
    return f"{tool.name}: {short}"
