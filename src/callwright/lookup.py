"""A tool by the name that a person has for it: its own, or its operation's id in the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from callwright.core.errors import UnknownTool
from callwright.core.tool import Tool

__all__ = ["tool_named"]

_NEAR = 3


def tool_named(name: str, tools: Mapping[str, Tool]) -> Tool:
    """The tool of that name, or the one whose operationId that is.

    An operationId that cannot be a tool's name, such as `issues/update`, stands in the API's own
    documentation; the tool is called otherwise.

    Raises:
        UnknownTool: there is none, or several have that operationId.
    """
    if name in tools:
        return tools[name]
    meant = [tool for tool in tools.values() if _operation_id(tool) == name]
    if len(meant) == 1:
        return meant[0]
    raise UnknownTool(f"There is no tool {name!r}.", remedy=_hint(name, meant, tools))


def _operation_id(tool: Tool) -> str | None:
    return None if tool.operation is None else tool.operation.operation_id


def _hint(name: str, meant: Iterable[Tool], tools: Iterable[str]) -> str:
    beginning = sorted((known for known in tools if known.startswith(name)), key=len)
    near = [tool.name for tool in meant] or beginning or get_close_matches(name, tools, _NEAR, 0.5)
    if near:
        return f"Did you mean {', '.join(near[:_NEAR])}?"
    return "Look for it by tools.search(TEXT), or `run-with-tools tools TEXT` at the command line."
