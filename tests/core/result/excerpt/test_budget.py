"""Long results: shortened to a budget, valid JSON, with what is missing counted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callwright.core.json import dump_json
from callwright.core.result.excerpt.budget import excerpt as excerpt_of
from callwright.core.result.excerpt.budget import read_content
from callwright.core.result.excerpt.mark import Place
from callwright.core.text.tokens import count_tokens

KEPT = Place(reader="read_result", handle="r1")


def excerpt(content: str, tokens: int, place: Place) -> str:
    """The excerpt of a content."""
    value, is_json = read_content(content)
    return excerpt_of(value, tokens, place, is_json=is_json)


def cut(value: Any, tokens: int, place: Place = KEPT) -> Any:
    """The excerpt of a value, read again."""
    return json.loads(excerpt(dump_json(value), tokens, place))


LONG: dict[str, Any] = {
    "long list": [{"id": n, "text": "word " * 20} for n in range(1_000)],
    "wide object": {f"key{n}": n for n in range(5_000)},
    "long strings": {"text": "word " * 10_000, "items": ["x" * 900] * 50},
    "nested": {"deep": {"deeper": [[list(range(100))] * 50] * 50}},
    "one string": 'é\n"quoted" ' * 3_000,
    "escapes": ["\x01\x02" * 4_000] * 3,
    "emoji": {"a": "😀" * 20_000},
    "very deep": [json.loads("[" * 500 + "1" + "]" * 500)] * 20,
    "many levels": [json.loads('{"a":' * 90 + "1" + "}" * 90)] * 100,
    "large numbers": [10**300] * 400,
    "empty items": [[], {}, ""] * 9_000,
    "long keys": {"k" * 3_000: 1, "b": [1] * 5_000},
}


@pytest.mark.parametrize("value", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("tokens", [60, 250, 1_000])
@pytest.mark.parametrize("place", [KEPT, Place()], ids=["kept", "not kept"])
def test_a_long_result_stays_json_within_its_budget(value: Any, tokens: int, place: Place) -> None:
    """An excerpt is valid JSON, fits the budget, and says that something is missing."""
    text = excerpt(dump_json(value), tokens, place)
    json.loads(text)
    assert count_tokens(text).number <= tokens
    assert "…" in text
    assert ("read_result" in text) == (bool(place.handle) and "too long" not in text)


@pytest.mark.parametrize("tokens", [1_000, 8_000])
def test_the_budget_is_used(tokens: int) -> None:
    """Most of the budget goes into the excerpt."""
    text = excerpt(dump_json(LONG["long list"]), tokens, KEPT)
    assert tokens * 0.8 <= count_tokens(text).number <= tokens


def test_what_is_missing_is_counted() -> None:
    """The excerpt of a list ends with how many items are left out, and with how to read on."""
    *items, mark = cut(list(range(5_000)), 100)
    shown = len(items)
    assert items == list(range(shown))
    assert mark == {
        "…": f"{5_000 - shown:,} more of 5,000 items; "
        f"read_result(handle='r1', offset={shown}) reads on"
    }


def test_all_keys_of_the_first_levels_stay() -> None:
    """A long part does not push out what stands beside it or after it."""
    page = {"items": [{"id": n} for n in range(9_000)], "total": 9_000, "next": {"page": 2}}
    shown = cut(page, 200)
    assert list(shown) == ["items", "total", "next"]
    assert (shown["total"], shown["next"]) == (9_000, {"page": 2})
    assert shown["items"][:3] == [{"id": 0}, {"id": 1}, {"id": 2}]


def test_long_strings_are_cut_before_items_are_left_out() -> None:
    """Of long items several are shown, each with all its keys."""
    issues = [{"id": n, "body": "lorem ipsum " * 800, "open": True} for n in range(20)]
    shown = cut(issues, 2_000)
    assert len(shown) >= 10
    assert all(list(issue) == ["id", "body", "open"] for issue in shown[:-1])
    body = shown[0]["body"]
    kept = body.partition("…")[0]
    assert issues[0]["body"].startswith(kept)
    missing = 9_600 - len(kept)
    assert body.removeprefix(kept) == (
        f"… ({missing:,} more characters; "
        f"read_result(handle='r1', pointer='/0/body', offset={len(kept)}) reads on)"
    )


def test_a_part_that_has_no_room_is_folded() -> None:
    """What is not shown at all says what it is, and how to read it."""
    shown = cut({f"key{n}": list(range(500)) for n in range(20)}, 600)
    assert list(shown) == [f"key{n}" for n in range(20)]
    assert shown["key19"] == {
        "…": "array of 500 items; read_result(handle='r1', pointer='/key19') reads on"
    }


def test_a_mark_is_never_taken_for_data() -> None:
    """Where an object has the mark's key itself, the mark stands under a longer one."""
    shown = cut({"…": "mine", **{f"key{n}": n for n in range(5_000)}}, 100)
    assert shown["…"] == "mine"
    assert shown["……"].startswith(f"{5_001 - (len(shown) - 1):,} more of 5,001 keys; ")


def test_a_long_text_keeps_its_beginning() -> None:
    """A text is cut, and its missing characters are counted."""
    text = excerpt("word " * 10_000, 60, Place())
    kept = text.partition("…")[0]
    assert ("word " * 10_000).startswith(kept)
    assert len(kept) > 20
    assert text == f"{kept}… ({50_000 - len(kept):,} more characters)"


def test_the_same_is_cut_in_the_same_way() -> None:
    """An excerpt depends on nothing but the content and the budget."""
    content = dump_json(LONG["nested"])
    assert len({excerpt(content, 500, KEPT) for _ in range(3)}) == 1
