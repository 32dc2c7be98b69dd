"""The built-in model: it matches words, calls tools and tells results, without key or network.

It is deterministic and no language model: what it cannot read off a prompt it asks for.
"""

from __future__ import annotations

from typing import ClassVar

from callwright.core.message import ToolCall, Usage, assistant
from callwright.core.model import Reply, Turn
from callwright.core.tool import Tool
from callwright.models.offline.choice import Catalogue
from callwright.models.offline.session import Session

__all__ = ["OfflineModel"]


class OfflineModel:
    """A model that needs no provider: for demonstrations, tests, and prompts that are plain.

    >>> from callwright.core.message import conversation
    >>> tool = Tool("get_weather", "Current weather in a city", {
    ...     "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
    ... }, effect="read")
    >>> import asyncio
    >>> turn = Turn(messages=conversation("What is the weather in Paris?"), tools=(tool,))
    >>> asyncio.run(OfflineModel().reply(turn)).message.tool_calls[0].raw_arguments
    '{"city":"Paris"}'
    """

    uses_tokens = False
    supports_schema_with_tools = True

    chooses_tools: ClassVar[bool] = False
    """It knows words and no more, so the ranking of words chooses better than it would."""

    def __init__(self) -> None:
        self._tools: tuple[Tool, ...] = ()
        self._catalogue = Catalogue(())

    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn: with the calls that its prompt needs next, or in plain sentences."""
        wanted, text = Session(turn, self._read(turn.tools)).respond()
        number = 1 + sum(len(message.tool_calls) for message in turn.messages)
        numbered = [
            ToolCall.parse(f"call_{index}", call.entry.tool.name, call.arguments)
            for index, call in enumerate(wanted, number)
        ]
        return Reply(
            message=assistant(text, numbered),
            usage=Usage(requests=1),
            finish="tool_calls" if numbered else "stop",
            model="offline",
        )

    def _read(self, tools: tuple[Tool, ...]) -> Catalogue:
        """The catalogue of the tools; that of the last turn when they are the same."""
        same = len(tools) == len(self._tools) and all(map(_is_same, tools, self._tools))
        if not same:
            self._tools, self._catalogue = tools, Catalogue(tools)
        return self._catalogue


def _is_same(one: Tool, other: Tool) -> bool:
    return one is other
