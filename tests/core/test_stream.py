"""A run whose model streams: text and calls are told as they come, and cut streams are noticed."""

from __future__ import annotations

import anyio
import pytest

import callwright
from callwright import Message, Reply, TextDelta, tool
from callwright.core.model import CallDelta
from callwright.errors import ModelError, ModelReplyInvalid, ModelStreamCut, ModelUnavailable
from callwright.testing import Cut


@tool
def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


CALL = [("1", "add", {"a": 1, "b": 2})]


def told(events, kind: str) -> list[object]:
    """The events of one kind."""
    return [event for event in events if event.kind == kind]


def test_text_and_calls_are_told_as_they_come(scripted):
    """Every round is streamed; put together, the deltas are what was replied."""
    model = scripted(CALL, "It is three.", reasoning="Hm.")
    events = list(callwright.stream_with_tools(model, "go", [add]))
    texts = told(events, "text_streamed")
    assert len(texts) == 3
    assert "".join(event.text for event in texts) == "It is three."
    assert {event.round for event in texts} == {2}
    forming = told(events, "call_forming")
    assert forming[0].name == "add"
    assert "".join(event.arguments for event in forming) == '{"a":1,"b":2}'
    assert [event.text for event in told(events, "reasoning_streamed")] == ["Hm.", "Hm."]
    assert events[-1].answer.text == "It is three."
    kept = {event.kind for event in events[-1].answer.events}
    assert not kept & {"text_streamed", "call_forming", "reasoning_streamed"}


def test_nobody_is_streamed_to_unasked(scripted):
    """Without a listener a whole reply is asked for; with `stream=True` a hook is one."""
    seen: list[object] = []
    callwright.run_with_tools(scripted("Hello."), "go", on_event=seen.append)
    assert told(seen, "text_streamed") == []
    callwright.run_with_tools(scripted("Hello."), "go", on_event=seen.append, stream=True)
    assert "".join(event.text for event in told(seen, "text_streamed")) == "Hello."
    quiet = list(callwright.stream_with_tools(scripted("Hello."), "go", stream=False))
    assert told(quiet, "text_streamed") == []


def test_a_model_that_cannot_stream_is_asked_for_whole_replies(scripted):
    """The stream of events is there all the same."""
    events = list(callwright.stream_with_tools(scripted("Hello.", streams=False), "go"))
    assert told(events, "text_streamed") == []
    assert events[-1].answer.text == "Hello."


def test_a_cut_stream_keeps_what_came(scripted):
    """The error has the partial text, and the answer so far with every call answered."""
    model = scripted(CALL, Cut("It is th"))
    seen = []
    with pytest.raises(ModelStreamCut) as caught:
        seen += callwright.stream_with_tools(model, "go", [add])
    assert caught.value.partial.text == "It is th"
    answer = caught.value.answer
    assert (answer.text, answer.stop_reason, len(answer.calls)) == ("It is th", "failed", 1)
    assert [message.role for message in answer.messages] == ["user", "assistant", "tool"]


class Streaming:
    """Streams the pieces that it was given; an exception among them is raised."""

    def __init__(self, *pieces: object) -> None:
        self.pieces = pieces
        self.closed = False

    async def reply(self, turn):
        """Never asked here."""
        raise AssertionError

    async def stream(self, turn):
        """Stream."""
        try:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                if piece == "wait":
                    await anyio.sleep_forever()
                yield piece
        finally:
            self.closed = True


def test_a_stream_without_its_reply_is_cut():
    """A stream that merely ends is no answer; calls in it are shown, and not executed."""
    model = Streaming(TextDelta(text="I "), CallDelta(index=0, id="1", name="add", arguments='{"a'))
    with pytest.raises(ModelStreamCut, match="ended before its reply was whole") as caught:
        list(callwright.stream_with_tools(model, "go", [add]))
    partial = caught.value.partial
    assert (partial.text, partial.tool_calls[0].raw_arguments) == ("I ", '{"a')
    assert partial.tool_calls[0].arguments is None
    assert caught.value.answer.calls == ()


def test_a_failure_after_some_text_is_a_cut():
    """What had come by then is kept; a failure before that is what it is."""
    model = Streaming(TextDelta(text="Half"), ModelUnavailable("gone", status=502))
    with pytest.raises(ModelStreamCut, match="gone") as caught:
        list(callwright.stream_with_tools(model, "go"))
    assert (caught.value.partial.text, caught.value.status) == ("Half", 502)
    with pytest.raises(ModelUnavailable) as at_once:
        list(callwright.stream_with_tools(Streaming(ModelUnavailable("gone")), "go"))
    assert not isinstance(at_once.value, ModelStreamCut)


@pytest.mark.parametrize("piece", [None, "text", 3, {"text": "x"}])
def test_what_is_no_piece_is_refused(piece):
    """A model of one's own that streams something else is told so."""
    with pytest.raises(ModelReplyInvalid, match="which is no piece"):
        list(callwright.stream_with_tools(Streaming(piece), "go"))


@pytest.mark.parametrize(
    "reply",
    [
        None,
        "text",
        {"content": "x"},
        Reply(message=None),
        Reply(message=Message(role="user", content="x")),
        Reply(message=Message(role="assistant", content=None)),
        Reply(message=Message(role="assistant", tool_calls=(None,))),
        Reply(message=Message(role="assistant", tool_calls="add")),
        Reply(message=Message(role="assistant", tool_calls={"name": "add"})),
    ],
    ids=["None", "text", "dict", "no message", "user", "no content", "null call", "str", "dicts"],
)
def test_what_is_no_reply_is_refused(reply):
    """A reply of the wrong shape is a ModelError, and nothing worse."""

    class Odd:
        async def reply(self, turn):
            return reply

    with pytest.raises(ModelError, match=r"The model('s reply| replied)"):
        callwright.run_with_tools(Odd(), "go", [add])


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_stream_is_closed_when_the_run_is_cancelled(backend):
    """Nothing is left open where the reader goes away."""
    model = Streaming(TextDelta(text="Half"), "wait")

    async def main():
        with anyio.move_on_after(30) as scope:

            def leave(event):
                if event.kind == "text_streamed":
                    scope.cancel()

            await callwright.aio.run_with_tools(model, "go", on_event=leave, stream=True)

    anyio.run(main, backend=backend)
    assert model.closed
