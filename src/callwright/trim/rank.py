"""The local ranking of tools by the words of a prompt: no model, no network."""

from __future__ import annotations

from collections.abc import Sequence

from callwright.core.rank import Field, Hit, Ranking
from callwright.core.tool import Tool

__all__ = ["ToolRanking", "summary_line"]

_FIELDS = {
    "name": Field(weight=2.0),
    "path": Field(weight=1.5),
    "summary": Field(weight=2.0),
    "tags": Field(weight=0.5, length_norm=0.3),
    "parameters": Field(weight=0.5, length_norm=0.7),
    "description": Field(weight=1.0),
}
_MAX_SUMMARY = 120


class ToolRanking:
    """An index over tools. Parameter names count, schemas are not read for it."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._ranking = Ranking(_FIELDS, [_words(tool) for tool in tools])

    def search(self, text: str) -> list[Hit]:
        """The tools that share a word with the text, best first."""
        return self._ranking.search(text)


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
