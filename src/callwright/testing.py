"""A model for tests: it follows a script, so that a program can be tested without a provider."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from callwright.core.errors import ConfigurationError, ModelStreamCut
from callwright.core.json import is_array, is_object
from callwright.core.message import ToolCall, Usage, assistant
from callwright.core.model import CallDelta, Piece, ReasoningDelta, Reply, TextDelta, Turn

__all__ = ["Cut", "ScriptedModel", "Step"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A step whose reply is cut off after this text."""

    text: str = ""


Call: TypeAlias = "tuple[str, str, object] | Mapping[str, Any] | ToolCall"
Step: TypeAlias = "str | Sequence[Call] | Reply | Exception | Cut | Callable[[Turn], Any]"
"""What a scripted model does in one turn:

* a text: its answer;
* a list of calls, each a `ToolCall`, `(id, name, arguments)` or `{"name": ..., "arguments": ...}`,
  where the arguments may be an object or any text;
* a `Reply`: exactly this; an exception: it is raised; `Cut(text)`: the reply is cut off after it;
* a function: asked with the turn for any of these.
"""


class ScriptedModel:
    """Gives the replies of its script, one a turn, and keeps the turns that it was asked.

    Args:
        script: the steps. After the last one it fails, unless it is told to `repeat` that one.
        usage: what each reply reports to have used.
        model: its name, as in a price list.
        streams: whether it can stream; False makes it one that is only asked for whole replies.
        piece: the characters of one delta.
        reasoning: what it thinks aloud before each streamed reply.
        repeat: whether the last step is repeated for ever.

    >>> from callwright import run_with_tools, tool
    >>> @tool
    ... def add(a: int, b: int) -> int:
    ...     "Add two whole numbers."
    ...     return a + b
    >>> model = ScriptedModel([{"name": "add", "arguments": {"a": 2, "b": 3}}], "It is 5.")
    >>> run_with_tools(model, "What is 2 + 3?", [add]).text
    'It is 5.'
    >>> model.turns[1].messages[-1].text
    '5'
    """

    def __init__(
        self,
        *script: Step,
        usage: Usage | None = None,
        model: str = "scripted",
        streams: bool = True,
        piece: int = 5,
        reasoning: str = "",
        repeat: bool = False,
    ) -> None:
        self.script = list(script)
        self.turns: list[Turn] = []
        self.model = model
        self._usage = usage or Usage(input_tokens=10, output_tokens=2, requests=1)
        self._piece, self._reasoning, self._repeat = piece, reasoning, repeat
        self.stream: Callable[[Turn], AsyncIterator[Piece]] | None = (
            self._stream if streams else None
        )

    async def reply(self, turn: Turn) -> Reply:
        """The next reply of the script.

        Raises:
            ConfigurationError: the script is at its end, or its step is none.
            Exception: the script says so.
        """
        step = self._next(turn)
        if isinstance(step, Cut):
            raise ModelStreamCut("The reply was cut off.", partial=assistant(step.text))
        return self._reply(step)

    async def _stream(self, turn: Turn) -> AsyncIterator[Piece]:
        step = self._next(turn)
        if self._reasoning:
            yield ReasoningDelta(text=self._reasoning)
        if isinstance(step, Cut):
            for text in self._pieces(step.text):
                yield TextDelta(text=text)
            raise ModelStreamCut("The stream was cut off.", partial=assistant(step.text))
        reply = self._reply(step)
        for text in self._pieces(reply.message.text):
            yield TextDelta(text=text)
        for index, call in enumerate(reply.message.tool_calls):
            yield CallDelta(index=index, id=call.id, name=call.name)
            for text in self._pieces(call.raw_arguments):
                yield CallDelta(index=index, arguments=text)
        yield reply

    def _next(self, turn: Turn) -> Any:
        self.turns.append(turn)
        if not self.script:
            raise ConfigurationError(
                f"The script of the model is at its end; this is turn {len(self.turns)}.",
                remedy="Give one step for each turn, or repeat=True.",
            )
        step = cast("Any", self.script[0])
        if not (self._repeat and len(self.script) == 1):
            del self.script[0]
        done = step(turn) if _is_function(step) else step
        if isinstance(done, Exception):
            raise done
        return done

    def _reply(self, step: Any) -> Reply:
        if isinstance(step, Reply):
            return step
        reply = Reply(message=assistant(), usage=self._usage, model=self.model)
        if isinstance(step, str):
            return replace(reply, message=assistant(step))
        if not is_array(step):
            raise ConfigurationError(
                f"The step {step!r} of the script is none.",
                remedy="Give a text, a list of calls, a Reply, an exception, a Cut or a function.",
            )
        calls = [_call(given) for given in step]
        return replace(reply, message=assistant("", calls), finish="tool_calls")

    def _pieces(self, text: str) -> list[str]:
        return [text[at : at + self._piece] for at in range(0, len(text), self._piece)]


def _is_function(step: object) -> bool:
    return callable(step) and not isinstance(step, (Exception, Cut, Reply))


def _call(given: Any) -> ToolCall:
    if isinstance(given, ToolCall):
        return given
    if is_object(given):
        given = (given.get("id"), given.get("name"), given.get("arguments"))
    if is_array(given) and len(given) == 3 and isinstance(given[1], str):
        call_id, name, arguments = given
        return ToolCall.parse(str(call_id or ""), name, arguments)
    raise ConfigurationError(
        f"{given!r} in the script of the model is no call.",
        remedy='Give (id, name, arguments), or {"name": ..., "arguments": ...}.',
    )
