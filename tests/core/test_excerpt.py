"""Long results: shortened to a budget, valid JSON, with what is missing counted."""

from __future__ import annotations

import json

import pytest

from callwright import ToolResult
from callwright.core.excerpt import excerpt
from callwright.core.tokens import count_tokens


def test_a_short_result_is_left_alone():
    """What fits is what the tool gave."""
    assert excerpt(ToolResult.of({"a": [1, 2]}), 100) == '{"a":[1,2]}'


@pytest.mark.parametrize(
    "value",
    [
        [{"id": n, "text": "word " * 20} for n in range(1_000)],
        {f"key{n}": n for n in range(5_000)},
        {"text": "word " * 10_000, "items": ["x" * 900] * 50},
        {"deep": {"deeper": [[list(range(100))] * 50] * 50}},
    ],
    ids=["long list", "wide object", "long strings", "nested"],
)
@pytest.mark.parametrize("tokens", [60, 1_000])
def test_a_long_result_stays_json_within_its_budget(value, tokens):
    """An excerpt is valid JSON, fits the budget, and says that something is missing."""
    text = excerpt(ToolResult.of(value), tokens)
    json.loads(text)
    assert count_tokens(text).number <= tokens
    assert "…" in text


def test_what_is_missing_is_counted():
    """The excerpt of a list ends with how many items are left out."""
    items = json.loads(excerpt(ToolResult.of(list(range(5_000))), 100))
    assert items[-1] == f"… {5_000 - (len(items) - 1):,} more of 5,000"
    assert items[:3] == [0, 1, 2]


def test_a_long_text_keeps_its_beginning():
    """A text is cut, and its missing characters are counted."""
    text = excerpt(ToolResult.of("word " * 10_000), 50)
    kept = text.partition("…")[0]
    assert ("word " * 10_000).startswith(kept)
    assert text.endswith(f"… ({50_000 - len(kept):,} more characters)")
