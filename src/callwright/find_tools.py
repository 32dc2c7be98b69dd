"""The built-in tool by which a model finds tools that were not selected for its run.

What it finds is offered from the next round on, within the trim's budget: where there is no room,
tools that were selected and never called give theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from callwright.core.errors import ArgumentsInvalid, CallwrightError
from callwright.core.json import JsonObject
from callwright.core.name import free_name
from callwright.core.tool import Tool, ToolResult
from callwright.core.view import original
from callwright.trim.budget import Choice, Fitted, fit, tokens_of
from callwright.trim.catalogue import Catalogue
from callwright.trim.line import one_line

__all__ = ["FindTools", "NotSelected"]

_NAME = "find_tools"
_FOUND = 5
"""How many tools one search adds at most."""
_MOST = 40
"""How many tools more than at its beginning a run offers at most."""
_DESCRIPTION = (
    "Find more tools. You were given only some of those that there are; where none of them does "
    "what is needed, search here. What is found can be called from the next step on."
)
_PARAMETERS: JsonObject = {
    "type": "object",
    "properties": {
        "query": {
            "type": "string",
            "description": "What the tool shall do, in a few words, or a tool's name.",
        }
    },
    "required": ["query"],
    "additionalProperties": False,
}


class NotSelected:
    """The tools that were not selected for a run, and what becomes of calls to them."""

    def __init__(self, names: Collection[str], finder: str | None = None) -> None:
        self.names = frozenset(names)
        self.finder = finder

    def refusal(self, name: str) -> str | None:
        """What a model reads that calls one of them; it is not executed."""
        if name not in self.names:
            return None
        what = f"The tool {name!r} was not selected for this request, and was not called."
        if self.finder is None:
            return f"{what} Use those you were given."
        return f"{what} To get it, call {self.finder} with its name."

    def take(self) -> tuple[Collection[str], Collection[Tool]]:
        """Nothing is found here."""
        return (), ()


class FindTools(Tool):
    """Searches what was not selected, and adds what it finds to the run."""

    def __init__(
        self,
        catalogue: Catalogue,
        offered: Sequence[Tool],
        *,
        token_budget: int | None = None,
        max_tools: int | None = None,
    ) -> None:
        """Search a catalogue; `offered` are the tools that the run begins with."""
        names = {tool.name for tool in (*catalogue.tools, *offered)}
        super().__init__(free_name(_NAME, names), _DESCRIPTION, _PARAMETERS, effect="read")
        self._catalogue = catalogue
        self._offered = list(offered)
        self._token_budget = token_budget
        self._most = max_tools or len(self._offered) + _MOST
        self._called: set[str] = set()
        self._withdrawn: dict[str, None] = {}
        self._found: dict[str, Tool] = {}

    @property
    def is_executable(self) -> bool:
        """It searches what the run itself has."""
        return True

    @property
    def stays_inside(self) -> bool:
        """Nothing is sent."""
        return True

    def note_call(self, name: str) -> None:
        """Remember that a tool is being called, so that it is not withdrawn."""
        self._called.add(name)

    def refusal(self, name: str) -> str | None:
        """What a model reads that calls a tool which it was not given; it is not executed."""
        offered = {tool.name for tool in self._offered}
        names = {tool.name for tool in self._catalogue.tools} - offered
        return NotSelected(names, self.name).refusal(name)

    def take(self) -> tuple[Collection[str], Collection[Tool]]:
        """What was withdrawn and what was found since this was asked last."""
        change = (tuple(self._withdrawn), tuple(self._found.values()))
        self._withdrawn, self._found = {}, {}
        return change

    async def run(self, arguments: JsonObject) -> ToolResult:
        """Search, and offer what is found.

        Raises:
            ArgumentsInvalid: there is nothing to search for.
        """
        query = str(arguments.get("query") or "").strip()
        if not query:
            raise ArgumentsInvalid(["query: say in a few words what the tool shall do."])
        there, new = self._search(query)
        fitted, faults = self._fitted(new)
        self._offer(fitted.tools)
        return ToolResult.of(_told(there, fitted, faults))

    def _search(self, query: str) -> tuple[list[Tool], list[Tool]]:
        """What the query is about: the tools that are offered already, and the others."""
        named = self._catalogue.handles.find(query)
        hits = self._catalogue.ranking.search(query, 2 * _FOUND + len(self._offered))
        # What the query says nothing of ranks too, at the end.
        found = [hit.tool for hit in hits if hit.score > 0 and hit.tool is not named]
        if named is not None:
            found.insert(0, named)
        offered = {tool.name for tool in self._offered}
        first = found[:_FOUND]
        new = [tool for tool in found if tool.name not in offered]
        return [tool for tool in first if tool.name in offered], new[:_FOUND]

    def _fitted(self, new: Sequence[Tool]) -> tuple[Fitted, dict[str, str]]:
        """Those that can be called and for which there is room, or is made."""
        faults: dict[str, str] = {}
        choices: list[Choice] = []
        for tool in new:
            try:
                tool.prepare()
            except CallwrightError:
                # What is missing is for the caller to know, not for the model.
                faults[tool.name] = "cannot be called here: it is not set up"
            else:
                choices.append(Choice(tool=tool, reason="lookup"))
        return self._with_room(choices), faults

    def _with_room(self, choices: Sequence[Choice]) -> Fitted:
        kept = list(self._offered)
        idle = [tool for tool in kept if tool.name not in self._called]
        while True:
            fitted = self._fit(choices, kept)
            # Room is made for the best that was found; the others take what is left.
            if fitted.tools or not choices or not idle:
                break
            kept.remove(idle.pop())
        if fitted.tools:
            gone = [tool.name for tool in self._offered if tool not in kept]
            self._withdrawn |= dict.fromkeys(gone)
            self._offered = kept
        return fitted

    def _fit(self, choices: Sequence[Choice], kept: Sequence[Tool]) -> Fitted:
        budget = self._token_budget
        left = None if budget is None else budget - sum(map(tokens_of, kept))
        return fit(choices, token_budget=left, most=max(0, self._most - len(kept)), least=0)

    def _offer(self, tools: Sequence[Tool]) -> None:
        self._offered += tools
        for tool in tools:
            self._found[tool.name] = tool
            self._withdrawn.pop(tool.name, None)


def _told(there: Sequence[Tool], fitted: Fitted, faults: Mapping[str, str]) -> str:
    """What the model reads of a search."""
    parts: list[str] = []
    if fitted.tools:
        parts += ["Found; from now on you can call:", *map(_line, fitted.tools)]
    if there:
        parts += ["You have already:", *map(_line, there)]
    parts += [f"{name} {fault}." for name, fault in faults.items()]
    left_out = ", ".join(fitted.left_out)
    if left_out:
        parts.append(
            f"Found too, but there is no room for: {left_out}. Search for one by its name."
        )
    return (
        "\n".join(parts) or "Nothing was found. Try other words: the thing, or what is done to it."
    )


def _line(tool: Tool) -> str:
    summary = one_line(original(tool).description.strip().partition("\n")[0])
    return f"- {tool.name}: {summary}" if summary else f"- {tool.name}"
