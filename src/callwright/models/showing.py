"""What of a streamed reply is shown at once: no secret, and nothing that begins like a call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from callwright.core.model import CallDelta, Piece, ReasoningDelta, Reply, TextDelta
from callwright.core.redaction import Redaction, StreamRedaction
from callwright.models.holding import Holding

__all__ = ["Showing"]


@dataclass(slots=True)
class Showing:
    """Takes the pieces of one reply as they come, and gives those that can be shown.

    A secret may be cut in two by the pieces: what may be its beginning waits for the next one.
    """

    redaction: Redaction
    holding: Holding
    _open: dict[int, tuple[Piece, StreamRedaction]] = field(
        init=False, default_factory=dict[int, tuple[Piece, StreamRedaction]]
    )
    """The texts that are going on, all of one type: by the index of the call, or one."""

    def take(self, piece: Piece) -> Iterator[Piece]:
        """What is to be shown now that this piece has come."""
        if not self.redaction.forms:
            yield from self.holding.take(piece)
            return
        if any(type(last) is not type(piece) for last, _ in self._open.values()):
            yield from self._rest()
        index = piece.index if isinstance(piece, CallDelta) else 0
        _, stream = self._open.get(index, (piece, StreamRedaction(self.redaction)))
        self._open[index] = (piece, stream)
        shown = _saying(piece, stream.feed(_said(piece)))
        if _is_worth_showing(shown):
            yield from self.holding.take(shown)

    def end(self, reply: Reply) -> Iterator[Piece]:
        """What is left to be shown when the reply is whole."""
        yield from self._rest()
        yield from self.holding.end(reply)

    def _rest(self) -> Iterator[Piece]:
        """What was held back and goes on in no other piece."""
        for piece, stream in self._open.values():
            rest = stream.end()
            if rest and isinstance(piece, CallDelta):
                yield from self.holding.take(CallDelta(index=piece.index, arguments=rest))
            elif rest:
                yield from self.holding.take(_saying(piece, rest))
        self._open.clear()


def _said(piece: Piece) -> str:
    if isinstance(piece, TextDelta | ReasoningDelta):
        return piece.text
    return piece.arguments if isinstance(piece, CallDelta) else ""


def _saying(piece: Piece, text: str) -> Piece:
    if isinstance(piece, TextDelta | ReasoningDelta):
        return replace(piece, text=text)
    return replace(piece, arguments=text) if isinstance(piece, CallDelta) else piece


def _is_worth_showing(piece: Piece) -> bool:
    return bool(_said(piece)) or (isinstance(piece, CallDelta) and bool(piece.id or piece.name))
