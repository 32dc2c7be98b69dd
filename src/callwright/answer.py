"""The answer of a run, as a user holds it and a notebook shows it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from callwright.core.events.event import Outcome
from callwright.notebook import run_card

__all__ = ["Answer"]

_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Answer(Outcome):
    """What a run came to: its text, its calls, and everything that happened on the way.

    `text` is the answer, and `output` the same parsed where a `response_schema` was given. `calls`
    are those that were answered, with their results; `tool_calls` those that wait for the caller.
    `messages` is the whole conversation, to go on from; `usage` the tokens and, with `prices`, the
    dollars; `stop_reason` why it ended.

    >>> from callwright import ScriptedModel, run_with_tools
    >>> answer = run_with_tools(ScriptedModel("Four."), "What is 2 + 2?")
    >>> answer.text, answer.stop_reason
    ('Four.', 'answered')
    >>> answer.messages.to_dicts()[-1]
    {'role': 'assistant', 'content': 'Four.'}
    """

    @classmethod
    def of(cls, outcome: Outcome) -> Answer:
        """The same as an answer."""
        return cls(**{item.name: getattr(outcome, item.name) for item in fields(outcome)})

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"
        return (
            f"<Answer {text!r}, {len(self.calls)} calls in {self.rounds} rounds, "
            f"{self.stop_reason}>"
        )

    def _repr_html_(self) -> str:
        return run_card(self)
