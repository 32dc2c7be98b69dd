"""What of a stream is shown at once, where calls may come as text: not what begins like one."""

from __future__ import annotations

from collections.abc import Iterator

from callwright.core.model import CallDelta, Piece, Reply, TextDelta, Turn
from callwright.models.decoder import pieces_of
from callwright.models.profile import ModelProfile

__all__ = ["Holding"]

_BEGINNINGS = (
    "{",
    "[{",
    "[TOOL_",
    "```json",
    "```tool",
    "<tool_call>",
    "<function",
    "<|python_tag|>",
)
"""How the calls begin that `prompted` and `salvage` read, where no text stands before them."""


class Holding:
    """Holds back a text that begins like a call, until the reply is whole and tells what it is.

    >>> from callwright.core.message import conversation
    >>> from callwright.core.tool import Tool
    >>> from callwright.models import PROFILES
    >>> turn = Turn(messages=conversation("How many?"), tools=(Tool("get_stock"),))
    >>> holding = Holding(turn, PROFILES["vllm"])
    >>> [*holding.take(TextDelta(text="<tool")), *holding.take(TextDelta(text="_call>{"))]
    []
    >>> holding = Holding(turn, PROFILES["vllm"])
    >>> [*holding.take(TextDelta(text="<")), *holding.take(TextDelta(text="3"))]
    [TextDelta(text='<3')]
    """

    def __init__(self, turn: Turn, profile: ModelProfile) -> None:
        may_call = bool(turn.tools) and turn.tool_choice != "none"
        as_text = profile.tool_calling == "prompted" or profile.salvages_calls
        self._is_open = may_call and as_text
        self._is_likely = False
        self._held: list[str] = []
        self._begun = ""
        """What is held, without the white space before it, of which a model may write much."""

    def take(self, piece: Piece) -> Iterator[Piece]:
        """What is to be shown now that this piece has come."""
        if self._is_open and isinstance(piece, TextDelta):
            self._held.append(piece.text)
            if not self._is_likely:
                yield from self._look(piece.text)
            return
        if isinstance(piece, CallDelta):
            yield from self._release()
        yield piece

    def end(self, reply: Reply) -> Iterator[Piece]:
        """What is left to be shown when the reply is whole: the calls that it was, or the text."""
        if self._held and reply.message.tool_calls:
            self._held.clear()
            yield from pieces_of(reply.message)
        yield from self._release()

    def _look(self, text: str) -> Iterator[Piece]:
        self._begun = (self._begun + text).lstrip()
        self._is_likely = self._begun.startswith(_BEGINNINGS)
        if not self._is_likely and not any(form.startswith(self._begun) for form in _BEGINNINGS):
            yield from self._release()

    def _release(self) -> Iterator[Piece]:
        self._is_open = False
        if self._held:
            yield TextDelta(text="".join(self._held))
        self._held.clear()
