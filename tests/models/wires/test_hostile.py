"""Answers that hold anything anywhere: they are read, or refused as what a provider sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.models.wires.test_native import ANSWERS, BY_WIRE
from tests.models.wires.test_streams import STREAMS

from callwright.core.errors import ModelReplyInvalid
from callwright.core.message import conversation
from callwright.core.model import Turn
from callwright.core.tool import Tool
from callwright.models.codec import StreamFault
from callwright.models.exchange import codec_of, decode, decode_body, partial_message
from callwright.models.profile import Wire

JUNK: tuple[Any, ...] = (
    None, 0, -1, 1.5, True, "", "x", "\ud800", 10**400,
    [], [None], [[]], ["x"], [{}], {}, {"a": 1}, {"text": None}, {"function": "x"},
)  # fmt: skip
TURN = Turn(messages=conversation("How many?"), tools=(Tool("get_stock"), Tool("get_price")))


def places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value in a value."""
    yield before
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*before, key))


def replaced(value: Any, place: tuple[Any, ...], junk: Any) -> Any:
    """The value with something else at a place."""
    if not place:
        return junk
    copied = value.copy()
    copied[place[0]] = replaced(value[place[0]], place[1:], junk)
    return copied


def spoilt(value: Any) -> Iterator[Any]:
    """The value with each of the junk at each place."""
    for place in places(value):
        for junk in JUNK:
            yield replaced(value, place, junk)


def read(wire: Wire, body: Mapping[str, Any]) -> None:
    """Read a body; what is no reply is a fault of the provider, and nothing else."""
    partial_message(body, BY_WIRE[wire])
    try:
        reply = decode_body(body, profile=BY_WIRE[wire], turn=TURN)
    except ModelReplyInvalid:
        return
    assert isinstance(reply.message.text, str)
    assert all(isinstance(call.id, str) and call.name for call in reply.message.tool_calls)
    json.dumps(reply.message.to_dict())


@pytest.mark.parametrize("wire", STREAMS)
def test_a_stream_may_hold_anything_anywhere(wire: Wire) -> None:
    """Whatever stands in the place of whatever in an event, it is taken or told as a fault."""
    events = [event for event in STREAMS[wire] if not isinstance(event, str)]
    for number, event in enumerate(events):
        for junk in spoilt(dict(event)):
            assembly = codec_of(BY_WIRE[wire]).assembly()
            try:
                for each in (*events[:number], junk, *events[number + 1 :]):
                    if isinstance(each, dict):
                        list(assembly.feed(each))
            except StreamFault:
                continue
            read(wire, assembly.body())


@pytest.mark.parametrize(("wire", "body"), [item[:2] for item in ANSWERS])
def test_an_answer_may_hold_anything_anywhere(wire: Wire, body: Mapping[str, Any]) -> None:
    """The same of a body in one piece."""
    for junk in spoilt(json.loads(json.dumps(body))):
        if isinstance(junk, dict):
            read(wire, junk)


@pytest.mark.parametrize("wire", STREAMS)
def test_a_whole_answer_may_hold_anything_anywhere(wire: Wire) -> None:
    """And of one with all that a reply can have."""
    assembly = codec_of(BY_WIRE[wire]).assembly()
    for event in STREAMS[wire]:
        if not isinstance(event, str):
            list(assembly.feed(event))
    for junk in spoilt(json.loads(json.dumps(assembly.body()))):
        if isinstance(junk, dict):
            read(wire, junk)


def test_an_answer_may_be_nested_as_deeply_as_can_be_read() -> None:
    """And a bit more deeply: then it is told as the provider's fault."""
    for depth in range(840, 1_000):
        nested = b'{"a":' * depth + b"1" + b"}" * depth
        content = b'{"result":{"response":' + nested + b"}}"
        try:
            decode(content, profile=BY_WIRE["workers-ai"])
        except ModelReplyInvalid as error:
            assert "no JSON" in str(error) or "nested too deeply" in str(error)
