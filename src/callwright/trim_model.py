"""A model as a trim function is given it in a run: asked by the run's seam, and on its account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from callwright.core.effects import Effects
from callwright.core.loop.meter import Meter
from callwright.core.message import Usage
from callwright.core.model import Model, Reply, Turn
from callwright.given_model import chooses_tools

__all__ = ["TrimModel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimModel:
    """A model that a run asks which tools are needed."""

    effects: Effects
    enter: Callable[[Usage, str], Usage]
    """Puts on the run's account what a model of this name used; gives it back with its cost."""
    name: str = ""
    """What it is called in the account where its replies do not say it."""

    @property
    def profile(self) -> object:
        """What is particular to the model's provider, where that is known."""
        return getattr(self.effects.model, "profile", None)

    @property
    def chooses_tools(self) -> bool:
        """Whether there is any use in asking the model which tools are needed."""
        return chooses_tools(self.effects.model)

    def instead(self, model: Model) -> TrimModel:
        """Another model, asked by the same run."""
        return replace(self, effects=replace(self.effects, model=model), name="cheap model")

    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn.

        Raises:
            ModelError: no usable reply came.
        """
        reply = await self.effects.ask_model(turn)
        used = Meter().usage_of(reply, turn.messages, turn.tools, self.effects.model)
        return replace(reply, usage=self.enter(used, reply.model or self.name))
