"""What Workers AI speaks natively: `ai/run`, Cloudflare's own form of tools and answers.

Its newer models answer in the form of chat completions, inside the same envelope.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.core.json import is_array, is_object
from callwright.core.model import Piece, Reply, TextDelta
from callwright.models.asked import Asked
from callwright.models.codec import Codec, StreamFault, fault_of, invalid, text_of
from callwright.models.profile import ModelProfile
from callwright.models.wires.chat import CHAT, choice_of, encode_messages
from callwright.models.wires.chat_stream import ChatAssembly
from callwright.models.wires.slots import CallSlots

__all__ = ["WORKERS_AI"]


def encode(asked: Asked, model: str, profile: ModelProfile) -> dict[str, Any]:
    """The body of a request for one reply; the model stands in its address."""
    messages = encode_messages(asked, model, profile)
    names = {call.id: call.name for message in asked.messages for call in message.tool_calls}
    body: dict[str, Any] = {"messages": [_filled(message, names) for message in messages]}
    if asked.functions and asked.choice != "none":
        body["tools"] = [_encode_tool(function) for function in asked.functions]
        if asked.choice != "auto":
            body["tool_choice"] = choice_of(asked.choice)
    if asked.schema is not None:
        # The schema itself, not OpenAI's envelope around it.
        schema = asked.schema["schema"]
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif asked.wants_json:
        body["response_format"] = {"type": "json_object"}
    return {**body, **asked.options, "stream": False}


def _filled(message: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A message whose content is never null, and whose result says which function gave it."""
    filled = {**message, "content": _written(message.get("content"))}
    name = names.get(str(message.get("tool_call_id")))
    return {**filled, "name": name} if name else filled


def _written(content: Any) -> Any:
    """A content as text, if it is nothing else: what takes parts at all are models for pictures."""
    if not is_array(content):
        return content or ""
    texts = [part.get("text") for part in content]
    return "\n".join(texts) if all(isinstance(text, str) for text in texts) else content


def _encode_tool(function: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": function["name"],
        "description": function.get("description") or function["name"],
        "parameters": function.get("parameters", {"type": "object", "properties": {}}),
    }


def decode(body: Mapping[str, Any], profile: ModelProfile) -> Reply:
    """The reply in the body of a successful answer.

    Raises:
        ModelReplyInvalid: there is none in it.
    """
    result: Any = body.get("result", body)
    if body.get("success") is False or (body.get("errors") and not result):
        raise fault_of(body, profile)
    if not is_object(result):
        # What a model gives that has nothing but a text.
        result = {"response": result}
    if is_array(result.get("choices")):
        return CHAT.decode(result, profile)
    if "response" not in result and not result.get("tool_calls"):
        raise (
            fault_of(body, profile)
            if body.get("error")
            else invalid(profile, "without a response.")
        )
    return CHAT.decode(_as_completion(result), profile)


def _as_completion(result: Mapping[str, Any]) -> Mapping[str, Any]:
    message = {
        "content": result.get("response"),
        "tool_calls": result.get("tool_calls"),
        "reasoning": result.get("reasoning"),
        "reasoning_content": result.get("reasoning_content"),
    }
    choice = {"message": message, "finish_reason": result.get("finish_reason")}
    return {"choices": [choice], "usage": result.get("usage"), "model": result.get("model")}


class WorkersAIAssembly:
    """One streamed reply, in either form."""

    def __init__(self) -> None:
        self._chat: ChatAssembly | None = None
        self._text = ""
        self._calls = CallSlots()
        self._beside: dict[str, Any] = {}
        self.is_complete = False

    def feed(self, event: Mapping[str, Any]) -> Iterator[Piece]:
        """Take one event."""
        if event.get("error") or event.get("errors"):
            raise StreamFault(event)
        if is_array(event.get("choices")) and event["choices"]:
            self._chat = self._chat or ChatAssembly()
        if self._chat is not None:
            yield from self._chat.feed(event)
            self.is_complete = self._chat.is_complete
            return
        text = text_of(event.get("response"))
        self._text += text
        if text:
            yield TextDelta(text=text)
        calls: Any = event.get("tool_calls")
        for call in calls if is_array(calls) else ():
            piece = self._calls.feed(call) if is_object(call) else None
            if piece is not None:
                yield piece
        self._note(event)

    def _note(self, event: Mapping[str, Any]) -> None:
        for key in ("usage", "finish_reason", "model"):
            if event.get(key):
                self._beside[key] = event[key]
        self.is_complete = self.is_complete or bool(event.get("finish_reason"))

    def body(self) -> Mapping[str, Any]:
        """The reply so far."""
        if self._chat is not None:
            return self._chat.body()
        return {"response": self._text, "tool_calls": self._calls.whole(), **self._beside}


WORKERS_AI = Codec(
    encode=encode,
    decode=decode,
    assembly=WorkersAIAssembly,
    path="/ai/run/{model}",
    stream_keys={"stream": True},
)
