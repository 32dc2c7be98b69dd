"""A tool shown smaller than it is: the same name, call and checks, a shorter definition.

What a model is told may be cut to a budget; what is checked and sent stays the original's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from callwright.core.errors import CredentialError
from callwright.core.json import JsonObject
from callwright.core.repair.change import Repaired
from callwright.core.signature import Signature
from callwright.core.tool import ArgumentNames, Endpoint, Exchange, Tool, ToolResult

if TYPE_CHECKING:
    import httpx2

__all__ = ["ToolView", "original"]


class ToolView(Tool):
    """A view of a tool: its own description and parameters, everything else the original's.

    >>> whole = Tool("get_pet", "Get a pet.\\nAt length.", {"properties": {"id": {}, "more": {}}})
    >>> view = ToolView(whole, "Get a pet.", {"properties": {"id": {}}})
    >>> view.check({"more": 1})
    >>> view.definition()["function"]["parameters"]["properties"]
    {'id': {}}
    """

    def __init__(self, tool: Tool, description: str, parameters: JsonObject) -> None:
        super().__init__(tool.name, description, parameters, effect=tool.effect)
        self.original = original(tool)

    @property
    def operation(self) -> Endpoint | None:
        """The original's operation."""
        return self.original.operation

    @property
    def argument_names(self) -> ArgumentNames:
        """The original's names."""
        return self.original.argument_names

    @property
    def is_executable(self) -> bool:
        """Whether the original can be executed."""
        return self.original.is_executable

    @property
    def stays_inside(self) -> bool:
        """Whether the original's calls touch nothing outside of the run."""
        return self.original.stays_inside

    @property
    def signature(self) -> Signature:
        """What the original takes and gives."""
        return self.original.signature

    def digest(self, arguments: JsonObject) -> str:
        """What the original would do, as SHA-256."""
        return self.original.digest(arguments)

    @property
    def source(self) -> str:
        """The API that the original belongs to."""
        return self.original.source

    def check(self, arguments: JsonObject) -> None:
        """Check arguments against the original's parameters."""
        self.original.check(arguments)

    def repair(self, arguments: JsonObject) -> Repaired:
        """Mend arguments by the original's parameters."""
        return self.original.repair(arguments)

    def prepare(self) -> None:
        """Prepare the original."""
        self.original.prepare()

    def lacking(self) -> CredentialError | None:
        """What a call of the original would go without."""
        return self.original.lacking()

    async def acall(
        self,
        arguments: JsonObject | None = None,
        *,
        strict_validation: bool = True,
        approved: str | None = None,
    ) -> ToolResult:
        """Call the original."""
        return await self.original.acall(
            arguments, strict_validation=strict_validation, approved=approved
        )

    async def run(self, arguments: JsonObject) -> ToolResult:
        """Run the original."""
        return await self.original.run(arguments)

    def show_request(self, arguments: JsonObject | None = None) -> Exchange:
        """What the original would send, as it may be shown."""
        return self.original.show_request(arguments)

    def build_request(self, arguments: JsonObject | None = None) -> httpx2.Request:
        """What the original would send."""
        return self.original.build_request(arguments)

    def to_curl(self, arguments: JsonObject | None = None) -> str:
        """What the original would send, as a curl command."""
        return self.original.to_curl(arguments)


def original(tool: Tool) -> Tool:
    """The tool that a view shows; a tool that is no view is its own."""
    return tool.original if isinstance(tool, ToolView) else tool
