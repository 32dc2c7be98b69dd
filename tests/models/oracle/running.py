"""A run, whole or streamed, and what of it came bit by bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callwright import Answer, run_with_tools, stream_with_tools

__all__ = ["Ran", "run"]


@dataclass(frozen=True)
class Ran:
    """What a run came to; text and reasoning are empty unless they were streamed."""

    answer: Answer
    text: str = ""
    reasoning: str = ""


def run(model: Any, question: Any, tools: Any, *, streamed: bool, **options: Any) -> Ran:
    """A run to its end."""
    if not streamed:
        return Ran(run_with_tools(model, question, tools, **options))
    *events, last = stream_with_tools(model, question, tools, **options)
    text, reasoning = (
        "".join(event.text for event in events if event.kind == f"{kind}_streamed")
        for kind in ("text", "reasoning")
    )
    return Ran(last.answer, text, reasoning)
