"""A run as a card."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from callwright.core.events.event import ModelReplied, Outcome
from callwright.core.message import Message, Messages, ToolCall, Usage, assistant, user
from callwright.core.repair.change import Repair
from callwright.core.tool import Exchange, ToolResult
from callwright.notebook import run_card
from callwright.notebook.style import framed


def by_class(page, name):
    """The elements of a class."""
    return [node for node in page.iter() if name in node.get("class", "").split()]


def calls(page, told_by):
    """Of every folded call its summary, and its parts by their titles."""
    found = []
    for fold in page.iter("details"):
        titles = [told_by(node) for node in fold.findall("h4")]
        parts = [told_by(node) for node in fold.findall("pre")]
        found.append((told_by(fold.find("summary")), dict(zip(titles, parts, strict=True))))
    return found


def test_the_card_tells_the_run(run, parsed, told_by):
    """Prompt, answer with its lines, figures, and each call with what went out and came back."""
    page = parsed(run_card(run))
    assert [told_by(node) for node in by_class(page, "cw-prompt")] == ["Find x"]
    assert [told_by(node) for node in by_class(page, "cw-answer")] == [
        "Nothing found.\nTry another."
    ]
    assert [told_by(node) for node in by_class(page, "cw-figures")] == [
        "2 rounds · 2 calls · 1.50 s · 2,408 tokens in, 122 out · demo-1"
    ]
    assert len(by_class(page, "cw-span")) == 4
    assert calls(page, told_by) == [
        (
            "✓search_books GET 200 · 18.2 kB · 400 ms",
            {
                "arguments": '{\n  "q": "x"\n}',
                "request": "GET http://127.0.0.1/books?q=x",
                "result": '{\n  "items": []\n}',
            },
        ),
        (
            "✕remove_book failed · DELETE 404 · 99 B · 500 ms",
            {
                "arguments": '{\n  "book_id": 9\n}',
                "request": "DELETE http://127.0.0.1/books/9",
                "result": "HTTP 404 Not Found.",
            },
        ),
    ]


def test_the_same_run_gives_the_same_card(run):
    """Nothing in a card is random, counted on, or of the clock."""
    assert run_card(run) == run_card(replace(run))


def test_a_bare_outcome_has_a_card(parsed, told_by):
    """Without events, usage, calls and messages there are figures alone."""
    page = parsed(run_card(Outcome(text="", messages=Messages())))
    assert told_by(page.find("section")) == "0 rounds · 0 calls"


@pytest.mark.parametrize(
    ("reason", "badge"),
    [
        ("answered", []),
        ("rounds", ["stopped at the limit of rounds"]),
        ("seconds", ["stopped at the limit of seconds"]),
        ("length", ["cut off at the model's longest reply"]),
        ("refusal", ["refused by the model"]),
    ],
)
def test_another_end_than_an_answer_is_told(run, parsed, told_by, reason, badge):
    """Why a run ended is said unless the model answered."""
    page = parsed(run_card(replace(run, stop_reason=reason)))
    assert [told_by(node) for node in by_class(page, "cw-stop")] == badge


def test_cached_tokens_are_told(run, parsed, told_by):
    """Tokens from the provider's cache stand beside those that were read."""
    page = parsed(run_card(replace(run, usage=Usage(input_tokens=9, cached_tokens=4))))
    assert "9 tokens in (4 cached), 0 out" in told_by(by_class(page, "cw-figures")[0])


def test_a_structured_answer_is_laid_out(run, parsed, told_by):
    """Where there is an output, it is shown instead of its text, on several lines."""
    page = parsed(run_card(replace(run, text='{"n":[1]}', output={"n": [1]})))
    assert [told_by(node) for node in by_class(page, "cw-answer")] == ['{\n  "n": [\n    1\n  ]\n}']


def test_calls_that_wait_are_shown(run, parsed, told_by):
    """A call that the caller is to execute is shown with its arguments, readable or not."""
    waiting = (ToolCall.parse("1", "send", {"to": "me"}), ToolCall.parse("2", "send", '{"to"'))
    outcome = replace(run, calls=(), tool_calls=waiting, stop_reason="tool_calls", text="")
    page = parsed(run_card(outcome))
    assert calls(page, told_by) == [
        ("…send waits to be executed", {"arguments": '{\n  "to": "me"\n}'}),
        ("…send waits to be executed", {"arguments, which could not be read": '{"to"'}),
    ]


def test_calls_without_an_exchange_or_an_answer(run, called, parsed, told_by):
    """A function's call has no request; one that no answer came to says so, with its body."""
    lost = Exchange(method="POST", url="http://127.0.0.1/a", request_body='{"a":1}')
    finished = (
        called(1, "add", 0.5, 0.0004, ToolResult.of(3))[1],
        called(2, "post", 0.5, 0.2, ToolResult.failure("Refused.", lost))[1],
    )
    page = parsed(run_card(replace(run, calls=finished)))
    assert calls(page, told_by) == [
        ("✓add <1 ms", {"result": "3"}),
        (
            "✕post failed · POST, no answer · 200 ms",
            {"request": "POST http://127.0.0.1/a", "body": '{"a":1}', "result": "Refused."},
        ),
    ]


def test_repairs_are_shown(run, called, parsed, told_by):
    """What was changed in a call's arguments stands below them as the model wrote them."""
    finished = called(1, "add", 0.5, 0.0004, ToolResult.of(3), a="1")[1]
    repair = Repair(path="/a", what='"1" was read as 1')
    mended = replace(finished, repairs=(repair,), repaired={"a": 1})
    page = parsed(run_card(replace(run, calls=(mended,))))
    assert calls(page, told_by) == [
        (
            "✓add 1 repair · <1 ms",
            {"arguments": '{\n  "a": "1"\n}', "repairs": '/a: "1" was read as 1', "result": "3"},
        ),
    ]


def test_long_results_and_many_calls_are_cut(run, called, parsed, told_by):
    """A result is cut after 4,000 characters, the list after fifty calls, both with a note."""
    long = ToolResult.of("x" * 9_000)
    finished = tuple(called(n, f"t{n}", 1.0, 0.1, long)[1] for n in range(60))
    page = parsed(run_card(replace(run, calls=finished)))
    found = calls(page, told_by)
    note = "\n… cut after 4,000 characters; the whole is in .calls[49].result.content"
    assert len(found) == 50
    assert found[-1] == ("✓t49 100 ms", {"result": "x" * 4_000 + note})
    assert "and 10 calls more: .calls[50:]" in told_by(page)


def test_parts_of_a_multimodal_prompt_are_shown_as_text(run, parsed, told_by):
    """Of a message with parts the text is shown."""
    parts = ({"type": "text", "text": "Who?"}, {"type": "image_url", "image_url": {"url": "x"}})
    outcome = replace(run, messages=Messages([Message(role="user", content=parts)]))
    assert told_by(by_class(parsed(run_card(outcome)), "cw-prompt")[0]) == "Who?"


BAD = "</style></title></pre><script>a()</script>\"'><img src=x onerror=b()>&lt;\x1b\u202e\ud800$x$"
NAMED = {"\x1b": "[U+001B]", "\u202e": "[U+202E]", "\ud800": "[U+D800]"}


def hostile_run(called):
    """A run with hostile text wherever text can come from outside."""
    exchange = Exchange(method=f"M{BAD}", url=f"http://u/{BAD}", request_body=f"B{BAD}", status=200)
    result = ToolResult(content="", value={f"k{BAD}": f"v{BAD}"}, exchange=exchange)
    good = called(1, f"ok{BAD}", 0.5, 0.1, result, **{f"a{BAD}": BAD})
    failed = called(2, f"no{BAD}", 0.9, 0.1, ToolResult.failure(f"E{BAD}"))
    replied = ModelReplied(
        at=1.0, round=1, message=assistant(BAD), usage=Usage(), seconds=0.1, model=f"model{BAD}"
    )
    return Outcome(
        text=f"text{BAD}",
        messages=Messages([user(f"prompt{BAD}")]),
        calls=(good[1], failed[1]),
        tool_calls=(ToolCall.parse("3", f"wait{BAD}", f"raw{BAD}"),),
        events=(*good, *failed, replied),
    )


def test_hostile_text_is_text(called, parsed, told_by):
    """Markup, quotes, control and direction characters in any field are shown and do nothing."""
    html = run_card(hostile_run(called))
    page = parsed(html)
    shown = BAD.translate(str.maketrans(NAMED))
    texts = told_by(page)
    for field in ("text", "prompt", "model", "raw", "ok", "no", "wait", "M", "http://u/", "B", "E"):
        assert f"{field}{shown}" in texts
    laid_out = calls(page, told_by)[0][1]
    assert f"k{shown}".replace('"', '\\"').replace("[U+001B]", "\\u001b") in laid_out["result"]
    assert json.loads(laid_out["arguments"].replace("[U+202E]", "\u202e")) is not None
    assert not re.search(r"<(script|img)|[\x00-\x08\x0b-\x1f\u202e]", html)


def test_the_style_sheet_stays_inside():
    """Every rule is bound to our class; nothing is fetched, and no ground is painted."""
    sheet = re.search(r"<style>(.*)</style>", framed(), re.DOTALL)
    assert sheet is not None
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", sheet[1])
    assert len(rules) > 20
    for selectors, body in rules:
        outside = re.sub(r":is\([^)]*\)", "", selectors)
        assert all(".callwright" in selector for selector in outside.split(","))
        assert not re.search(r"url\(|@import|:\s*white\b|background: #", body)
    assert "<" not in sheet[1]
