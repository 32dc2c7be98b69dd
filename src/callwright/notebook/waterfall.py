"""A run's time as an inline SVG: a row for every model turn and every call, on one axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

from callwright.notebook.markup import Markup, element
from callwright.notebook.span import Span
from callwright.notebook.unit import counted, duration

__all__ = ["AXIS_END", "AXIS_START", "waterfall"]

WIDTH = 860
AXIS_START = 196
AXIS_END = 672
HEAD = 24
ROW = 22
LABEL_LETTERS = 26
"""As many letters of a fixed width as stand before the axis."""

_THICKNESS = {"trim": 6, "model": 12, "call": 8, "failed": 8}
_NARROWEST = 2.0
_MAX_TICKS = 6


def waterfall(spans: Sequence[Span]) -> Markup:
    """Spans as bars; nothing where there are none. Everything is also told by `<title>`s."""
    if not spans:
        return Markup()
    total = max(span.end for span in spans)
    height = HEAD + ROW * len(spans) + 4
    return element(
        "svg",
        *_axis(total, height),
        *(_row(span, HEAD + ROW * number, total) for number, span in enumerate(spans)),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height}",
        role="img",
        aria_label=f"{counted(len(spans), 'step')} in {duration(total)}",
        class_="cw-waterfall",
    )


def _x(at: float, total: float) -> float:
    share = at / total if total > 0 else 0.0
    return AXIS_START + (AXIS_END - AXIS_START) * min(1.0, max(0.0, share))


def _axis(total: float, height: int) -> list[Markup]:
    marks: list[Markup] = []
    for at in _ticks(total):
        x = round(_x(at, total), 1)
        marks.append(element("line", x1=x, x2=x, y1=HEAD - 6, y2=height - 4, class_="cw-tick"))
        marks.append(element("text", _moment(at), x=x, y=HEAD - 11, text_anchor="middle"))
    return marks


def _ticks(total: float) -> list[float]:
    """Round moments, from 0 to not quite the end: 1, 2 or 5 times a power of ten apart."""
    if total <= 0:
        return [0.0]
    power = 10.0 ** math.floor(math.log10(total / _MAX_TICKS))
    step = next(power * by for by in (1, 2, 5, 10) if power * by * _MAX_TICKS >= total)
    return [number * step for number in range(math.floor(total / step) + 1)]


def _moment(at: float) -> str:
    if at == 0:
        return "0"
    return f"{at:g} s" if at >= 1 else f"{at * 1000:g} ms"


def _row(span: Span, top: int, total: float) -> Markup:
    middle = top + ROW / 2
    label = f"✕ {span.label}" if span.kind == "failed" else span.label
    note = [element("text", span.note, x=WIDTH, y=middle, text_anchor="end", class_="cw-quiet")]
    time = duration(span.seconds)
    return element(
        "g",
        element("title", _told(span)),
        element("rect", x=0, y=top, width=WIDTH, height=ROW, class_="cw-row"),
        element("text", _shortened(label), x=0 if span.kind == "model" else 12, y=middle),
        _bar(span, middle, total),
        element("text", time, x=AXIS_END + 64, y=middle, text_anchor="end"),
        *(note if span.note else []),
        class_=f"cw-span cw-{span.kind}",
    )


def _told(span: Span) -> str:
    failed = " failed" if span.kind == "failed" else ""
    note = f", {span.note}" if span.note else ""
    return f"{span.label}{failed}: {duration(span.seconds)}, after {duration(span.start)}{note}"


def _bar(span: Span, middle: float, total: float) -> Markup:
    start, end = _x(span.start, total), _x(span.end, total)
    width = max(_NARROWEST, end - start)
    thickness = _THICKNESS[span.kind]
    return element(
        "rect",
        x=round(min(start, AXIS_END - width), 1),
        y=middle - thickness / 2,
        width=round(width, 1),
        height=thickness,
        rx=2,
        class_="cw-bar",
    )


def _shortened(label: str) -> str:
    return label if len(label) <= LABEL_LETTERS else f"{label[: LABEL_LETTERS - 1]}…"
