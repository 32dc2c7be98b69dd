"""One call, folded: its arguments, the HTTP exchange, and what the model was given back."""

from __future__ import annotations

from callwright.core.events.event import CallFinished
from callwright.core.json import Json, is_array, is_object
from callwright.core.message import ToolCall
from callwright.core.tool import Exchange, ToolResult
from callwright.notebook.excerpt import excerpt
from callwright.notebook.markup import Markup, element, joined
from callwright.notebook.unit import counted, duration, size

__all__ = ["call_detail", "waiting_detail"]


def call_detail(number: int, finished: CallFinished) -> Markup:
    """A call that was answered; `number` is its place among the run's calls."""
    result, place = finished.result, f"calls[{number}]"
    failed = " cw-failed" if result.is_error else ""
    return element(
        "details",
        _summary(finished),
        *_arguments(finished.call, f"{place}.call"),
        *_repairs(finished, place),
        *_request(result.exchange, place),
        *_part("result", _content(result), f"{place}.result.content"),
        class_=f"cw-call-card{failed}",
    )


def waiting_detail(number: int, call: ToolCall) -> Markup:
    """A call that the caller is to execute."""
    mark = element("span", "…", class_="cw-mark")
    note = element("span", " waits to be executed", class_="cw-quiet")
    summary = element("summary", mark, element("code", element("b", call.name)), note)
    arguments = _arguments(call, f"tool_calls[{number}]")
    return element("details", summary, *arguments, class_="cw-call-card")


def _summary(finished: CallFinished) -> Markup:
    result = finished.result
    notes = ["failed"] if result.is_error else []
    notes += [counted(len(finished.repairs), "repair")] if finished.repairs else []
    notes += [*_exchanged(result.exchange), duration(finished.seconds)]
    return element(
        "summary",
        element("span", "✕" if result.is_error else "✓", class_="cw-mark"),
        element("code", element("b", finished.name)),
        element("span", f" {' · '.join(notes)}", class_="cw-quiet"),
    )


def _exchanged(exchange: Exchange | None) -> list[str]:
    if exchange is None:
        return []
    if exchange.status is None:
        return [f"{exchange.method}, {'no answer' if exchange.attempts else 'not sent'}"]
    return [f"{exchange.method} {exchange.status}", size(exchange.response_bytes)]


def _arguments(call: ToolCall, place: str) -> list[Markup]:
    if call.arguments is None:
        return _part("arguments, which could not be read", call.raw_arguments, place)
    return _part("arguments", call.arguments, place) if call.arguments else []


def _repairs(finished: CallFinished, place: str) -> list[Markup]:
    """What was changed in the arguments, so that they fit; above stands what the model wrote."""
    told = "\n".join(map(str, finished.repairs))
    return _part("repairs", told, f"{place}.repairs") if told else []


def _request(exchange: Exchange | None, place: str) -> list[Markup]:
    if exchange is None:
        return []
    place = f"{place}.result.exchange"
    line = joined([element("b", exchange.method), " ", excerpt(exchange.url, f"{place}.url")])
    body = exchange.request_body
    sent = _part("body", body, f"{place}.request_body") if body else []
    return [element("h4", "request"), element("pre", line), *sent]


def _content(result: ToolResult) -> Json:
    """What the model was given; JSON as such, so that it can be laid out."""
    laid_out = is_object(result.value) or is_array(result.value)
    return result.value if laid_out and not result.is_error else result.content


def _part(title: str, content: Json, place: str) -> list[Markup]:
    return [element("h4", title), element("pre", excerpt(content, place))]
