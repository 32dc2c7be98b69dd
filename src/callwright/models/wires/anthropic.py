"""Anthropic's Messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callwright.core.json import JsonObject, is_array, is_object
from callwright.core.message import Message, ToolCall, Usage
from callwright.core.model import Finish, Reply
from callwright.models.asked import Asked
from callwright.models.codec import Codec, count, fault_of, invalid
from callwright.models.echo import echo, echoed
from callwright.models.parts import Image, in_one, parts_of, split_system
from callwright.models.profile import ModelProfile
from callwright.models.wires.anthropic_stream import AnthropicAssembly

__all__ = ["ANTHROPIC"]

_WIRE = "anthropic"
_OF_CALL = ("id", "name", "input")


def encode(asked: Asked, model: str, profile: ModelProfile) -> dict[str, Any]:
    """The body of a request for one reply."""
    system, messages = split_system(asked.messages)
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": profile.max_tokens or 4096,
        "messages": _begun_by_user(in_one(_encode_messages(messages), "content")),
        "stream": False,
    }
    if system:
        body["system"] = system
    if asked.functions:
        body["tools"] = [_encode_tool(function) for function in asked.functions]
        body["tool_choice"] = _encode_choice(asked)
    elif called := sorted({call.name for message in messages for call in message.tool_calls}):
        # A history with calls wants their tools, also where none may be called any more.
        body["tools"] = [_encode_tool({"name": name}) for name in called]
        body["tool_choice"] = {"type": "none"}
    if asked.schema is not None:
        body["output_config"] = {
            "format": {"type": "json_schema", "schema": asked.schema["schema"]}
        }
    return {**body, **asked.options}


def _begun_by_user(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with a person's before an assistant's that is the first: a greeting, say."""
    if messages and messages[0]["role"] == "assistant":
        return [{"role": "user", "content": [_text("(The conversation begins.)")]}, *messages]
    return messages


def _encode_tool(function: Mapping[str, Any]) -> dict[str, Any]:
    tool: dict[str, Any] = {
        "name": function["name"],
        "input_schema": function.get("parameters", {"type": "object"}),
    }
    if function.get("description"):
        tool["description"] = function["description"]
    return tool | ({"strict": True} if function.get("strict") else {})


def _encode_choice(asked: Asked) -> dict[str, Any]:
    if asked.choice == "none":
        return {"type": "none"}
    choice: dict[str, Any] = {"type": "auto"}
    # Extended thinking goes with no forced call: it is answered with status 400.
    thinking: Any = asked.options.get("thinking")
    if asked.choice != "auto" and not (is_object(thinking) and thinking.get("type") != "disabled"):
        named = {"type": "tool", "name": asked.choice}
        choice = {"type": "any"} if asked.choice == "required" else named
    return choice if asked.parallel else {**choice, "disable_parallel_tool_use": True}


def _encode_messages(messages: Sequence[Message]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for message in messages:
        if message.role == "tool":
            # Those of one turn come together, before any text: `in_one` joins what is neighbours.
            result = {
                "type": "tool_result",
                "tool_use_id": message.tool_call_id,
                "content": message.text,
            }
            yield "user", [result]
        elif message.role == "assistant":
            yield "assistant", _encode_assistant(message)
        else:
            yield "user", _encode_parts(message)


def _encode_parts(message: Message) -> list[dict[str, Any]]:
    return _without_blanks(parts_of(message, text=_text, image=_image))


def _without_blanks(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts without texts of nothing but white space: they are answered with status 400."""
    return [part for part in parts if not _is_text(part) or str(part.get("text") or "").strip()]


def _text(text: str) -> JsonObject:
    return {"type": "text", "text": text}


def _image(image: Image) -> JsonObject:
    source = {"type": "url", "url": image.url}
    if image.base64:
        source = {"type": "base64", "media_type": image.media_type, "data": image.base64}
    return {"type": "image", "source": source}


def _encode_assistant(message: Message) -> list[dict[str, Any]]:
    kept, is_whole = echoed(_WIRE, message, is_call=_is_call, is_text=_is_text, write=_encode_call)
    if is_whole:
        return _without_blanks(kept)
    return [*kept, *_encode_parts(message), *map(_encode_call, message.tool_calls)]


def _encode_call(call: ToolCall) -> dict[str, Any]:
    arguments = {"invalid_json": call.raw_arguments} if call.arguments is None else call.arguments
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": arguments}


def _is_call(part: Mapping[str, Any]) -> bool:
    return part.get("type") == "tool_use"


def _is_text(part: Mapping[str, Any]) -> bool:
    return part.get("type") == "text"


def decode(body: Mapping[str, Any], profile: ModelProfile) -> Reply:
    """The reply in the body of a successful answer.

    Raises:
        ModelReplyInvalid: there is none in it.
    """
    parts: Any = body.get("content")
    if not is_array(parts) or not all(map(is_object, parts)):
        if body.get("error"):
            raise fault_of(body, profile)
        raise invalid(profile, "without content.")
    calls = tuple(_decode_call(part, profile) for part in parts if _is_call(part))
    is_plain = all(_is_call(part) or _is_text(part) for part in parts)
    message = Message(
        role="assistant",
        content="".join(str(part.get("text") or "") for part in parts if _is_text(part)),
        tool_calls=calls,
        extra={} if is_plain else echo(_WIRE, parts, is_call=_is_call, of_call=_OF_CALL),
    )
    finish = _FINISHES.get(str(body.get("stop_reason")), "stop")
    return Reply(
        message=message,
        usage=_decode_usage(body.get("usage")),
        finish="tool_calls" if calls and finish != "length" else finish,
        model=str(body.get("model") or ""),
    )


def _decode_call(part: Mapping[str, Any], profile: ModelProfile) -> ToolCall:
    name = part.get("name")
    if not isinstance(name, str) or not name:
        raise invalid(profile, "with a tool call that has no name.")
    return ToolCall.parse(str(part.get("id") or ""), name, part.get("input"))


_FINISHES: Mapping[str, Finish] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}


def _decode_usage(given: Any) -> Usage:
    """Its input tokens are those beside the cache; what was written to it or read, is beside."""
    cached = count(given, "cache_read_input_tokens")
    written = count(given, "cache_creation_input_tokens")
    return Usage(
        input_tokens=count(given, "input_tokens") + cached + written,
        output_tokens=count(given, "output_tokens"),
        cached_tokens=cached,
        reasoning_tokens=count(given, "output_tokens_details", "thinking_tokens"),
        requests=1,
    )


ANTHROPIC = Codec(
    encode=encode,
    decode=decode,
    assembly=AnthropicAssembly,
    path="/v1/messages",
    stream_keys={"stream": True},
    ends_when_complete=True,
)
