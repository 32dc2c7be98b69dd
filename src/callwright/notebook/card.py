"""A run as a card: what was asked, what was answered, and what happened in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callwright.core.events.event import ModelReplied, Outcome, StopReason, ToolsTrimmed
from callwright.core.message import Usage
from callwright.notebook.detail import call_detail, waiting_detail
from callwright.notebook.excerpt import excerpt
from callwright.notebook.markup import Markup, element
from callwright.notebook.span import read_spans
from callwright.notebook.style import framed
from callwright.notebook.trim import trim_detail
from callwright.notebook.unit import counted, duration
from callwright.notebook.waterfall import waterfall

__all__ = ["MAX_CALLS", "run_card"]

MAX_CALLS = 50

_STOPS: Mapping[StopReason, str] = {
    "tool_calls": "waits for the results of its calls",
    "length": "cut off at the model's longest reply",
    "refusal": "refused by the model",
    "rounds": "stopped at the limit of rounds",
    "calls": "stopped at the limit of calls",
    "tokens": "stopped at the limit of tokens",
    "seconds": "stopped at the limit of seconds",
}


def run_card(outcome: Outcome) -> str:
    """A run as a card; the same run gives the same card."""
    shown = outcome.calls[:MAX_CALLS]
    card = element(
        "section",
        _prompt(outcome),
        _answer(outcome),
        _figures(outcome),
        _timeline(outcome),
        *_trims(outcome),
        *(call_detail(number, call) for number, call in enumerate(shown)),
        _others(len(outcome.calls) - len(shown)),
        *(waiting_detail(number, call) for number, call in enumerate(outcome.tool_calls)),
        class_="cw-card",
    )
    return framed(card)


def _prompt(outcome: Outcome) -> Markup:
    prompts = [message.text for message in outcome.messages if message.role == "user"]
    if not prompts:
        return Markup()
    return element("p", excerpt(prompts[-1], "messages"), class_="cw-prompt", dir="auto")


def _answer(outcome: Outcome) -> Markup:
    if outcome.output is not None:
        return element("pre", excerpt(outcome.output, "output"), class_="cw-answer")
    if not outcome.text:
        return Markup()
    return element("div", outcome.text, class_="cw-answer", dir="auto")


def _figures(outcome: Outcome) -> Markup:
    figures = [counted(outcome.rounds, "round"), counted(len(outcome.calls), "call")]
    if outcome.events:
        figures.append(duration(max(event.at for event in outcome.events)))
    if outcome.usage.total_tokens:
        figures.append(_tokens(outcome.usage))
    figures += _models(outcome)
    line = element("span", " · ".join(figures), class_="cw-quiet")
    return element("p", line, *_stop(outcome.stop_reason), class_="cw-figures")


def _stop(reason: StopReason) -> list[str]:
    """How the run ended, unless as every run should; calls for the caller are nothing bad."""
    words = _STOPS.get(reason)
    if words is None:
        return []
    alarm = "" if reason == "tool_calls" else " cw-stop"
    return [" ", element("span", words, class_=f"cw-badge{alarm}")]


def _tokens(usage: Usage) -> str:
    cached = f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
    return f"{usage.input_tokens:,} tokens in{cached}, {usage.output_tokens:,} out"


def _models(outcome: Outcome) -> Sequence[str]:
    """The models that answered, each once."""
    replies = (event for event in outcome.events if isinstance(event, ModelReplied))
    return list(dict.fromkeys(reply.model for reply in replies if reply.model))


def _timeline(outcome: Outcome) -> Markup:
    drawing = waterfall(read_spans(outcome.events))
    return element("div", drawing, class_="cw-wide") if drawing else drawing


def _trims(outcome: Outcome) -> list[Markup]:
    trims = [event.trim for event in outcome.events if isinstance(event, ToolsTrimmed)]
    return [trim_detail(trim) for trim in trims if trim is not None]


def _others(count: int) -> Markup:
    if count <= 0:
        return Markup()
    way = element("code", f".calls[{MAX_CALLS}:]")
    return element("p", f"and {counted(count, 'call')} more: ", way, class_="cw-quiet")
