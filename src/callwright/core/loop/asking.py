"""Ask the model for the reply of one round: what it reads, what it is told to others, its cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from callwright.core.cost import Ledger, price_of
from callwright.core.effects import Effects
from callwright.core.events.event import (
    CallForming,
    ContextShortened,
    ModelAsked,
    ModelReplied,
    OnEvent,
    ReasoningStreamed,
    TextStreamed,
)
from callwright.core.limits import Budget, Limit
from callwright.core.loop.context import Context
from callwright.core.loop.history import Ids
from callwright.core.loop.meter import Meter
from callwright.core.message import Message, Usage
from callwright.core.model import CallDelta, Piece, Reply, TextDelta, Turn

__all__ = ["Asking"]


@dataclass(kw_only=True)
class Asking:
    """Asks, round by round; every reply goes into the ledger and the budget."""

    effects: Effects
    budget: Budget
    ledger: Ledger
    context: Context
    ids: Ids
    emit: OnEvent
    is_streaming: bool
    began: float
    round: int = field(init=False, default=0)
    slowest: float = field(init=False, default=0.0)
    """Seconds that the slowest reply took."""
    _meter: Meter = field(init=False, default_factory=Meter)
    _output: int = field(init=False, default=0)

    def needed(self, turn: Turn, messages: Sequence[Message]) -> tuple[int, float]:
        """What one more reply will use at least, in tokens and in dollars."""
        if not self.budget.counts_tokens:
            return 0, 0.0
        tokens = self._meter.least_input(messages, turn.tools)
        price = price_of(self.ledger.prices, self.ledger.model)
        usage = Usage(input_tokens=tokens, output_tokens=self._output)
        return usage.total_tokens, price.of(usage) if price else 0.0

    def too_dear(self, turn: Turn, messages: Sequence[Message], replies: int = 1) -> Limit | None:
        """The limit that so many more replies would break."""
        tokens, dollars = self.needed(turn, messages)
        return self.budget.too_dear(tokens * replies, dollars * replies)

    async def ask(self, turn: Turn, messages: list[Message], choice: str) -> Reply:
        """Ask for the reply to a conversation; its message is added to it.

        Raises:
            ModelError: the model gave no usable reply.
        """
        self.round += 1
        started = self._now()
        self.emit(ModelAsked(at=started, round=self.round))
        view = self._view(turn, messages)
        asked = replace(turn, messages=view, tool_choice=choice)
        given = await self.effects.ask_model(asked, self._tell if self.is_streaming else None)
        reply = self._entered(given, turn, messages)
        messages.append(reply.message)
        now = self._now()
        self.slowest = max(self.slowest, now - started)
        self.emit(
            ModelReplied(
                at=now,
                round=self.round,
                message=reply.message,
                usage=reply.usage,
                seconds=now - started,
                model=reply.model,
                finish=reply.finish,
            )
        )
        return reply

    def _view(self, turn: Turn, messages: list[Message]) -> Any:
        if self.context.tokens is None:
            return self.context.view(messages, 0)[0]
        spent = self._meter.of_messages(messages) + self._meter.of_tools(turn.tools)
        view, shortened = self.context.view(messages, spent)
        if shortened:
            self.emit(
                ContextShortened(at=self._now(), round=self.round, results=shortened, tokens=spent)
            )
        return view

    def _entered(self, reply: Reply, turn: Turn, messages: Sequence[Message]) -> Reply:
        """The reply with ids of its own and its cost, which are entered."""
        calls = self.ids.own(reply.message.tool_calls)
        message = replace(reply.message, tool_calls=calls)
        used = self._meter.usage_of(reply, messages, turn.tools, self.effects.model)
        usage = self.ledger.priced(used, reply.model)
        self.ledger.enter(usage, reply.model)
        self._meter.report(usage, len(messages))
        self._output = max(self._output, usage.output_tokens)
        self.budget.spend(usage)
        return replace(reply, message=message, usage=usage)

    def _tell(self, piece: Piece) -> None:
        at, number = self._now(), self.round
        if isinstance(piece, TextDelta):
            self.emit(TextStreamed(at=at, round=number, text=piece.text))
        elif isinstance(piece, CallDelta):
            self.emit(
                CallForming(
                    at=at,
                    round=number,
                    index=piece.index,
                    name=piece.name,
                    arguments=piece.arguments,
                )
            )
        elif not isinstance(piece, Reply):
            self.emit(ReasoningStreamed(at=at, round=number, text=piece.text))

    def _now(self) -> float:
        return self.effects.now() - self.began
