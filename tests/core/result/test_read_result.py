"""Reading on in kept results: by handle, pointer and page, within the same budget."""

from __future__ import annotations

import ast
import json
import re
from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright import ToolResult
from callwright.core.file import BinaryFile
from callwright.core.json import dump_json
from callwright.core.result.excerpt.mark import KEY
from callwright.core.result.read_result import ReadResult
from callwright.core.result.shelf import Shelf
from callwright.core.text.tokens import count_tokens

_CALL = re.compile(r"read_result\((handle=.*)\) reads on\)?$", re.DOTALL)


def shown(value: Any, tokens: int = 60) -> tuple[Any, ReadResult]:
    """A result as the model reads it, and the tool that reads on."""
    shelf = Shelf(tokens=tokens)
    text = shelf.show(ToolResult.of(value))
    assert count_tokens(text).number <= tokens
    return json.loads(text), ReadResult(shelf)


def arguments_of(mark: str) -> dict[str, Any]:
    """The arguments that a mark gives, as a model would read them off."""
    match = _CALL.search(mark)
    assert match, mark
    call: Any = ast.parse(f"call({match[1]})", mode="eval").body
    return {item.arg: ast.literal_eval(item.value) for item in call.keywords}


def read(reader: ReadResult, mark: str) -> tuple[str, int]:
    """What the call of a mark gives, and the offset that it began at."""
    arguments = arguments_of(mark)
    reader.calls = getattr(reader, "calls", 0) + 1
    assert reader.calls < 5_000, "reading on stands still"
    result = reader.call(arguments)
    assert not result.is_error, result.content
    assert count_tokens(result.content).number <= reader._shelf.tokens
    return result.content, arguments.get("offset", 0)


def whole(value: Any, reader: ReadResult, kind: str = "") -> Any:
    """The whole of what is shown shortened, put together by reading on wherever a mark says so."""
    if isinstance(value, str):
        return whole_text(value, reader)
    if isinstance(value, list):
        items: list[Any] = []
        for item in value:
            more = mark_of(item)
            if more is None or " more of " not in more:
                items.append(whole(item, reader))
            else:
                assert arguments_of(more)["offset"] == len(items) + int(kind or 0)
                content, start = read(reader, more)
                items += whole(json.loads(content), reader, str(start))
        return items
    if isinstance(value, dict):
        return whole_object(value, reader)
    return value


def mark_of(value: Any) -> str | None:
    """The words of a mark; None for data."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(value.get(KEY), str):
        return value[KEY]
    return None


def whole_object(value: dict[str, Any], reader: ReadResult) -> Any:
    """The same for an object, or for what is folded into one."""
    mark = mark_of(value)
    if mark is not None and " more of " not in mark:
        content, _ = read(reader, mark)
        if mark.startswith("text of"):
            return whole_text(content, reader)
        if mark.startswith("number of"):
            return int(whole_text(content, reader))
        return whole(json.loads(content), reader)
    result: dict[str, Any] = {}
    for key, item in value.items():
        if key == KEY:
            content, _ = read(reader, item)
            result |= whole_object(json.loads(content), reader)
        else:
            result[key] = whole(item, reader)
    return result


def whole_text(text: str, reader: ReadResult) -> str:
    """The same for a text."""
    pieces = ""
    while _CALL.search(text) and "… (" in text:
        kept, _, mark = text.rpartition("… (")
        pieces += kept
        text, start = read(reader, mark)
        assert start == int(arguments_of(mark).get("offset", 0))
    return pieces + text


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**60, max_value=10**90),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.text(min_size=40, max_size=600),
)
KEYS = st.text(alphabet="abcdeéx019/~ .'\"\\", max_size=8)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=30), st.dictionaries(KEYS, inner, max_size=30)
    ),
    max_leaves=60,
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(value=VALUES, tokens=st.sampled_from([200, 300, 500]))
def test_reading_on_gives_the_whole(value: Any, tokens: int) -> None:
    """What is shown, and what the calls in it read on, make the value again, in finite steps."""
    beginning, reader = shown({"value": value}, tokens)
    assert whole(beginning, reader) == {"value": value}


def test_a_large_answer_is_read_to_its_end() -> None:
    """Pages of a long list of objects with long texts make the list again."""
    issues = [
        {"id": n, "body": f"{n} lorem ipsum " * 90, "labels": [{"name": "bug"}] * (n % 40)}
        for n in range(60)
    ]
    beginning, reader = shown({"total": 60, "items": issues}, 1_000)
    assert whole(beginning, reader) == {"total": 60, "items": issues}


NUMBERS = {"items": list(range(2_000)), "text": "abcdef" * 1_000, "big": 10**70}


@pytest.mark.parametrize(
    ("arguments", "content", "value"),
    [
        ({"pointer": "/items/20"}, "20", "20"),
        (
            {"pointer": "/items", "offset": 1_997},
            "[1997,1998,1999]",
            [1997, 1998, 1999],
        ),
        (
            {"pointer": "/items", "offset": 5, "limit": 2},
            (
                '[5,6,{"…":"1,993 more of 2,000 items; read_result(handle=\'r1\', '
                "pointer='/items', offset=7) reads on\"}]"
            ),
            [5, 6],
        ),
        (
            {"pointer": "/text", "offset": 3, "limit": 4},
            (
                "defa… (5,993 more characters; "
                "read_result(handle='r1', pointer='/text', offset=7) reads on)"
            ),
            "defa",
        ),
        ({"pointer": "/text", "offset": 5_998}, "ef", "ef"),
        ({"pointer": "/big"}, str(10**70), str(10**70)),
        (
            {"offset": 2},
            f'{{"big":{10**70}}}',
            {"big": 10**70},
        ),
        ({"handle": " r1 ", "pointer": "#/items/3"}, "3", "3"),
    ],
)
def test_a_page(arguments: dict[str, Any], content: str, value: Any) -> None:
    """A page is a part by its pointer, from an offset, up to a limit."""
    _, reader = shown(NUMBERS)
    result = reader.call({"handle": "r1", **arguments})
    assert (result.content, result.value, result.is_error) == (content, value, False)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"handle": "r9"}, "No result is kept as 'r9'; kept are: r1."),
        ({"pointer": "/nope"}, "leads nowhere at 'nope': the result is an object"),
        ({"pointer": "/items", "offset": 2_000}, "offset: There are only 2,000 items."),
        ({"pointer": "/text", "offset": 6_000}, "offset: There are only 6,000 characters."),
        ({"offset": -1}, "offset"),
        ({"limit": 0}, "limit"),
        ({"offset": "x"}, "offset"),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_what_leads_nowhere_is_told(arguments: dict[str, Any], told: str, strict: bool) -> None:
    """A call that cannot be answered says why, also where its arguments were not checked."""
    import anyio

    _, reader = shown(NUMBERS)

    async def call() -> ToolResult:
        return await reader.acall({"handle": "r1", **arguments}, strict_validation=strict)

    result = anyio.run(call)
    assert result.is_error
    assert told in result.content


def test_a_file_is_read_in_pieces() -> None:
    """The bytes of a file come as base64, piece by piece."""
    content = bytes(range(256)) * 4
    shelf = Shelf(tokens=200)
    told = shelf.show(ToolResult(content="A file.", file=BinaryFile(content=content)))
    assert told == "A file. read_result(handle='r1') reads its bytes, as base64."
    reader, read_bytes, offset = ReadResult(shelf), b"", 0
    while offset is not None:
        page: Any = reader.call({"handle": "r1", "offset": offset}).value
        assert (page["media_type"], page["bytes"]) == ("application/octet-stream", 1_024)
        assert count_tokens(dump_json(page)).number <= 200
        read_bytes += b64decode(page["base64"])
        offset = page.get("next_offset")
    assert read_bytes == content
