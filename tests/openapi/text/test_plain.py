"""Mappings as other loaders give them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from callwright.core.errors import SpecInvalid
from callwright.openapi.text.plain import plain_json

DAY = datetime.date(2020, 1, 2)
TIME = datetime.datetime(2020, 1, 2, 3, 4, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({200: 1, 1.5: 2, True: 3}, {"200": 1, "1.5": 2, "true": 3}),
        ({None: 1, False: 2}, {"null": 1, "false": 2}),
        ({DAY: {"a": [DAY]}}, {"2020-01-02": {"a": ["2020-01-02"]}}),
        ({"t": (TIME, 1)}, {"t": ["2020-01-02T03:04:00+00:00", 1]}),
        (MappingProxyType({1: MappingProxyType({2: 3})}), {"1": {"2": 3}}),
    ],
    ids=["numbers", "words", "dates", "times", "other classes"],
)
def test_text(given: Mapping[Any, Any], expected: object) -> None:
    """Keys and dates become the text that they were."""
    assert plain_json(given) == expected


def test_nothing_is_copied() -> None:
    """What is plain stays the very object, and what differs is copied, never changed."""
    plain = {"a": [1, 2.5, None, {"b": "c"}], "t": (1, 2)}
    assert plain_json(plain) is plain
    mixed = {"same": plain, "other": {1: plain}}
    made = plain_json(mixed)
    assert made == {"same": plain, "other": {"1": plain}}
    assert made["same"] is made["other"]["1"] is plain
    assert mixed["other"] == {1: plain}


def test_shared_and_deep() -> None:
    """Objects that stand in many places are walked once, and depth needs no stack."""
    shared: Any = {1: 2}
    for _ in range(60):
        shared = {"a": shared, "b": shared}
    plain_json(shared)
    for _ in range(50_000):
        shared = [shared]
    plain_json({"a": shared})


CIRCLE: dict[str, Any] = {"a": {}}
CIRCLE["a"]["b/c"] = [0, CIRCLE["a"]]


@pytest.mark.parametrize(
    ("given", "what", "pointer"),
    [
        (CIRCLE, "The mapping holds itself.", "#/a/b~1c/1"),
        ({"a": [b"x"]}, "bytes is no JSON.", "#/a/0"),
        ({"a": {"b", "c"}}, "set is no JSON.", "#/a"),
        ({"a": {"n": float("nan")}}, "The number nan is no JSON.", "#/a/n"),
        ({"a": {b"x": 1}}, "A key is bytes, which is no text.", "#/a"),
        ({"a": {(1, 2): 1}}, "A key is tuple, which is no text.", "#/a"),
        ({"a": {200: 1, "200": 2}}, "The key '200' stands there twice.", "#/a"),
        ({1: object()}, "object is no JSON.", "#/1"),
    ],
    ids=["circle", "bytes", "set", "NaN", "bytes key", "tuple key", "twice", "object"],
)
def test_no_json(given: Mapping[str, Any], what: str, pointer: str) -> None:
    """What no JSON can hold is told with its place."""
    with pytest.raises(SpecInvalid) as caught:
        plain_json(given)
    assert (caught.value.what, caught.value.pointer) == (what, pointer)


def test_numbers_that_cannot_be_written() -> None:
    """An integer that Python does not write out is refused, as infinity is."""
    assert plain_json({"a": [-(10**3_999)]}) == {"a": [-(10**3_999)]}
    for given in ({"a": [10**5_000]}, {"a": -(10**5_000)}, {10**5_000: {}}):
        with pytest.raises(SpecInvalid):
            plain_json(given)
