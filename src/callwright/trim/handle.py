"""What a tool is called in the lines that a model chooses from: short, readable, and unique.

A name that people wrote stays as it is. One that had to be made, from an operationId that is no
legal name, is told in the operationId's own words: they cost a third of the name with its hash.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from callwright.core.tool import Tool

__all__ = ["Handles", "handles", "namespace", "plain"]

_BETWEEN = re.compile(r"[^\w$]+|_+")
_NAMESPACE = re.compile(r"^([A-Za-z0-9-]+)[/.:](.+)$")
_NOT_PLAIN = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """A name without what people and models spell differently: case and what joins its words.

    >>> plain("Issues/list-for_repo")
    'issueslistforrepo'
    """
    return _NOT_PLAIN.sub("", name).lower()


def handles(tools: Sequence[Tool]) -> list[str]:
    """What each tool is called in the lines; no two are called the same."""
    found = [_candidates(tool) for tool in tools]
    names = Counter(plain(tool.name) for tool in tools)
    # A shorter way to say it is taken only where it can mean nothing else.
    counts = Counter(key for ways in found for key in {plain(way) for way in ways})
    return [
        next((way for way in ways if counts[plain(way)] == 1 and not names[plain(way)]), tool.name)
        for tool, ways in zip(tools, found, strict=True)
    ]


def _candidates(tool: Tool) -> list[str]:
    """Ways to call a tool whose name was made, the shortest first."""
    operation = tool.operation
    operation_id = None if operation is None else operation.operation_id
    if operation is None or operation_id == tool.name:
        return []
    if not operation_id:
        return [_words(tool.name.rpartition("_")[0])]
    inner = _NAMESPACE.match(operation_id)
    short = [_words(inner[2])] if inner else []
    return [*short, _words(operation_id)]


def namespace(tool: Tool) -> str:
    """What stands before the slash, point or colon of an operationId; often nothing.

    >>> namespace(Tool("list_pets"))
    ''
    """
    operation_id = None if tool.operation is None else tool.operation.operation_id
    found = _NAMESPACE.match(operation_id or "")
    return found[1] if found else ""


def _words(text: str) -> str:
    return " ".join(_BETWEEN.sub(" ", text).split())


class Handles:
    """Finds the tool that a name means, also where it is not quite the name."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self.names = handles(tools)
        self._exact: dict[str, Tool] = {}
        self._plain: dict[str, Tool | None] = {}
        ways = [self._ways(tool, handle) for tool, handle in zip(tools, self.names, strict=True)]
        for tool in tools:
            self._exact[tool.name] = tool
            self._plain[plain(tool.name)] = self._one(plain(tool.name), tool)
        for tool, known in zip(tools, ways, strict=True):
            for way in known:
                self._exact.setdefault(way, tool)
        self._add_plain(tools, ways)

    @staticmethod
    def _ways(tool: Tool, handle: str) -> Sequence[str]:
        operation = tool.operation
        if operation is None:
            return [handle]
        request = f"{operation.method} {operation.path}"
        return [handle, *filter(None, [operation.operation_id]), request]

    def _one(self, key: str, tool: Tool) -> Tool | None:
        """The tool that a spelling means; None where it means several."""
        known = self._plain.get(key, tool)
        return tool if known is tool else None

    def _add_plain(self, tools: Sequence[Tool], ways: Iterable[Sequence[str]]) -> None:
        names: Mapping[str, Tool | None] = dict(self._plain)
        for tool, known in zip(tools, ways, strict=True):
            for way in known:
                key = plain(way)
                if key and key not in names:
                    self._plain[key] = self._one(key, tool)

    def find(self, name: str) -> Tool | None:
        """The tool that a name means; None where it means none, or more than one could be meant.

        >>> tools = [Tool("list_pets"), Tool("add_pet")]
        >>> Handles(tools).find("functions.List-Pets")
        <Tool 'list_pets' (write)>
        """
        given = name.strip().strip("`'\"*")
        found = self._exact.get(given)
        if found is None:
            found = self._plain.get(plain(given) or given)
        if found is None and "." in given:
            # Some models write `functions.NAME`, or the catalogue's heading before it.
            found = self._plain.get(plain(given.rpartition(".")[2]))
        return found
