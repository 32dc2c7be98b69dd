"""What Ollama speaks natively: `/api/chat`, a JSON object a line when it streams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.core.json import JsonObject, is_array, is_object
from callwright.core.message import Message, ToolCall, Usage
from callwright.core.model import CallDelta, Finish, Piece, ReasoningDelta, Reply, TextDelta
from callwright.models.asked import Asked
from callwright.models.codec import Codec, StreamFault, count, fault_of, invalid, text_of
from callwright.models.echo import ECHO
from callwright.models.parts import Image, parts_of
from callwright.models.profile import ModelProfile

__all__ = ["OLLAMA"]

_WIRE = "ollama"
_BESIDE = frozenset({"think", "keep_alive", "format", "logprobs", "top_logprobs", "options"})
"""Options that stand beside `options`; all others stand in it."""
_NAMES = {"max_tokens": "num_predict", "max_completion_tokens": "num_predict"}


def encode(asked: Asked, model: str, profile: ModelProfile) -> dict[str, Any]:
    """The body of a request for one reply.

    Ollama lets nobody choose a tool: for no calls, it gets no tools.
    """
    body: dict[str, Any] = {
        "model": model,
        "messages": list(_encode_messages(asked.messages)),
        "stream": False,
    }
    if asked.functions and asked.choice != "none":
        body["tools"] = [{"type": "function", "function": item} for item in asked.functions]
    if asked.schema is not None:
        body["format"] = asked.schema["schema"]
    elif asked.wants_json:
        body["format"] = "json"
    return body | _encode_options(asked.options)


def _encode_options(given: Mapping[str, Any]) -> dict[str, Any]:
    beside = {key: value for key, value in given.items() if key in _BESIDE}
    inner = {_NAMES.get(key, key): value for key, value in given.items() if key not in _BESIDE}
    options = {**beside.pop("options", {}), **inner}
    return beside | ({"options": options} if options else {})


def _encode_messages(messages: tuple[Message, ...]) -> Iterator[dict[str, Any]]:
    names: dict[str | None, str] = {}
    for message in messages:
        names |= {call.id: call.name for call in message.tool_calls}
        role = "system" if message.role == "developer" else message.role
        result: dict[str, Any] = {"role": role, "content": message.text}
        images = [
            part["image"] for part in parts_of(message, text=_text, image=_image) if "image" in part
        ]
        if images:
            result["images"] = images
        if message.role == "tool":
            result["tool_name"] = names.get(message.tool_call_id) or message.name or "unknown"
        if message.tool_calls:
            result["tool_calls"] = list(map(_encode_call, message.tool_calls))
        yield result | _thought(message)


def _text(text: str) -> JsonObject:
    return {"text": text}


def _image(image: Image) -> JsonObject:
    return {"image": image.base64 or image.url}


def _thought(message: Message) -> dict[str, Any]:
    kept: Any = message.extra.get(ECHO)
    thought: Any = kept.get(_WIRE) if is_object(kept) else None
    return {"thinking": thought} if isinstance(thought, str) else {}


def _encode_call(call: ToolCall) -> dict[str, Any]:
    arguments = {"invalid_json": call.raw_arguments} if call.arguments is None else call.arguments
    return {"function": {"name": call.name, "arguments": dict(arguments)}}


def decode(body: Mapping[str, Any], profile: ModelProfile) -> Reply:
    """The reply in the body of a successful answer.

    Raises:
        ModelReplyInvalid: there is none in it.
    """
    given: Any = body.get("message")
    if not is_object(given):
        raise (
            fault_of(body, profile) if body.get("error") else invalid(profile, "without a message.")
        )
    calls: Any = given.get("tool_calls")
    thought = text_of(given.get("thinking"))
    message = Message(
        role="assistant",
        content=text_of(given.get("content")),
        tool_calls=tuple(_decode_call(call, profile) for call in calls) if is_array(calls) else (),
        extra={ECHO: {_WIRE: thought}} if thought else {},
    )
    finish: Finish = "length" if body.get("done_reason") == "length" else "stop"
    return Reply(
        message=message,
        usage=Usage(
            input_tokens=count(body, "prompt_eval_count"),
            output_tokens=count(body, "eval_count"),
            requests=1,
        ),
        finish="tool_calls" if message.tool_calls and finish != "length" else finish,
        model=str(body.get("model") or ""),
    )


def _decode_call(given: Any, profile: ModelProfile) -> ToolCall:
    function: Any = given.get("function") if is_object(given) else None
    name: Any = function.get("name") if is_object(function) else None
    if not isinstance(name, str) or not name:
        raise invalid(profile, "with a tool call that has no name.")
    return ToolCall.parse(str(given.get("id") or ""), name, function.get("arguments"))


class OllamaAssembly:
    """One streamed reply: its texts come in bits, each call whole."""

    def __init__(self) -> None:
        self.is_complete = False
        self._body: dict[str, Any] = {}
        self._texts = {"content": "", "thinking": ""}
        self._calls: list[Any] = []

    def feed(self, event: Mapping[str, Any]) -> Iterator[Piece]:
        """Take one line."""
        if event.get("error"):
            raise StreamFault(event)
        self._body |= event
        message: Any = event.get("message")
        if is_object(message):
            yield from self._take(message)
        self.is_complete = self.is_complete or event.get("done") is True

    def _take(self, message: Mapping[str, Any]) -> Iterator[Piece]:
        for key, kind in (("thinking", ReasoningDelta), ("content", TextDelta)):
            text = text_of(message.get(key))
            self._texts[key] += text
            if text:
                yield kind(text=text)
        calls: Any = message.get("tool_calls")
        for call in calls if is_array(calls) else ():
            function: Any = call.get("function") if is_object(call) else None
            if is_object(function):
                self._calls.append(call)
                parsed = ToolCall.parse("", "", function.get("arguments"))
                yield CallDelta(
                    index=len(self._calls) - 1,
                    id=str(call.get("id") or ""),
                    name=str(function.get("name") or ""),
                    arguments=parsed.raw_arguments,
                )

    def body(self) -> Mapping[str, Any]:
        """The reply so far."""
        return {**self._body, "message": {**self._texts, "tool_calls": self._calls}}


OLLAMA = Codec(
    encode=encode,
    decode=decode,
    assembly=OllamaAssembly,
    path="/api/chat",
    stream_keys={"stream": True},
    ends_when_complete=True,
    framing="lines",
)
