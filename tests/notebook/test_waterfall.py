"""The waterfall: bars on one axis."""

from __future__ import annotations

import random

import pytest

from callwright.notebook.span import Span, read_spans
from callwright.notebook.waterfall import AXIS_END, AXIS_START, waterfall

LENGTH = AXIS_END - AXIS_START


def rows(svg):
    """Of every row its kind, its texts, and where its bar begins and ends on the axis, 0 to 1."""
    found = []
    for group in svg.iter("g"):
        bar = next(rect for rect in group.iter("rect") if rect.get("class") == "cw-bar")
        start, width = float(bar.attrib["x"]), float(bar.attrib["width"])
        kind = group.attrib["class"].removeprefix("cw-span cw-")
        texts = [text.text for text in group.iter("text")]
        ends = ((start - AXIS_START) / LENGTH, (start + width - AXIS_START) / LENGTH)
        found.append((kind, texts, pytest.approx(ends, abs=0.001)))
    return found


def test_bars_stand_on_one_axis(run, parsed):
    """Each bar begins and ends where its turn or call did, in shares of the whole run."""
    assert rows(parsed(waterfall(read_spans(run.events)))) == [
        ("model", ["model", "500 ms", "1,265 tokens"], (0, 1 / 3)),
        ("call", ["search_books", "400 ms", "200 · 18.2 kB"], (1 / 3, 0.6)),
        ("failed", ["✕ remove_book", "500 ms", "404 · 99 B"], (1 / 3, 2 / 3)),
        ("model", ["model", "500 ms", "1,265 tokens"], (2 / 3, 1)),
    ]


def test_every_row_tells_itself(run, parsed):
    """A tooltip says what a bar shows, a failure included, and the picture has a name."""
    svg = parsed(waterfall(read_spans(run.events)))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "4 steps in 1.50 s"
    assert [title.text for title in svg.iter("title")] == [
        "model: 500 ms, after <1 ms, 1,265 tokens",
        "search_books: 400 ms, after 500 ms, 200 · 18.2 kB",
        "remove_book failed: 500 ms, after 500 ms, 404 · 99 B",
        "model: 500 ms, after 1.00 s, 1,265 tokens",
    ]


@pytest.mark.parametrize(
    ("total", "labels"),
    [
        (0.0, ["0"]),
        (0.0009, ["0", "0.2 ms", "0.4 ms", "0.6 ms", "0.8 ms"]),
        (1.5, ["0", "500 ms", "1 s", "1.5 s"]),
        (6.0, ["0", "1 s", "2 s", "3 s", "4 s", "5 s", "6 s"]),
        (125, ["0", "50 s", "100 s"]),
    ],
)
def test_ticks_are_round(parsed, total, labels):
    """The axis is marked at round moments, at most seven, from 0 to not beyond the end."""
    svg = parsed(waterfall([Span(kind="model", label="m", start=0.0, end=float(total))]))
    assert [text.text for text in svg.findall("text")] == labels
    places = [float(line.attrib["x1"]) for line in svg.findall("line")]
    assert places[0] == AXIS_START
    assert places == sorted(places)
    assert places[-1] <= AXIS_END


def test_bars_stay_on_the_axis(parsed):
    """However short, late or many, a bar can be seen, and lies between the axis's ends."""
    dice = random.Random(20)  # noqa: S311  # the same every time
    for scale in (1e-9, 1e-4, 1.0, 1e5):
        moments = [sorted((dice.random() * scale, dice.random() * scale)) for _ in range(40)]
        spans = [Span(kind="call", label="c", start=a, end=b) for a, b in moments]
        spans.append(Span(kind="call", label="at the end", start=scale, end=scale))
        svg = parsed(waterfall(spans))
        bars = [rect for rect in svg.iter("rect") if rect.get("class") == "cw-bar"]
        assert len(bars) == 41
        for bar in bars:
            start, width = float(bar.attrib["x"]), float(bar.attrib["width"])
            assert width >= 2
            assert AXIS_START <= start <= start + width <= AXIS_END + 0.1
            height = float(svg.attrib["viewbox"].split()[3])
            assert 0 < float(bar.attrib["y"]) < height - float(bar.attrib["height"])


def test_long_names_are_shortened_in_the_row_only(parsed):
    """A name that would run into the axis ends in an ellipsis; its tooltip has all of it."""
    name = "list_the_" * 7
    svg = parsed(waterfall([Span(kind="call", label=name, start=0.0, end=1.0)]))
    label = next(svg.iter("g")).findall("text")[0].text
    assert label == "list_the_list_the_list_th…"
    assert name in (next(svg.iter("title")).text or "")


def test_without_spans_there_is_no_picture():
    """Nothing is drawn of nothing."""
    assert waterfall([]) == ""
