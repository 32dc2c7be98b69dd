"""OpenAI's Responses. Nothing is left at the provider: each request holds the whole conversation.

So reasoning comes back encrypted, and goes along with the calls that it led to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object
from callwright.core.message import Message, ToolCall, Usage
from callwright.core.model import Finish, Reply
from callwright.models.asked import Asked
from callwright.models.codec import Codec, count, fault_of, invalid
from callwright.models.echo import echo, echoed
from callwright.models.parts import Image, parts_of
from callwright.models.profile import ModelProfile
from callwright.models.wires.responses_stream import ResponsesAssembly

__all__ = ["RESPONSES"]

_WIRE = "responses"
_THOUGHTLESS = re.compile(r"gpt-(3\.5|4)|-chat(-latest)?$")
"""OpenAI's models that do not reason, and answer 400 where their reasoning is asked for."""


def encode(asked: Asked, model: str, profile: ModelProfile) -> dict[str, Any]:
    """The body of a request for one reply."""
    body: dict[str, Any] = {
        "model": model,
        "input": [item for message in asked.messages for item in _encode_message(message)],
        # Some servers stream unless they are told otherwise.
        "stream": False,
        "store": False,
    }
    if not _THOUGHTLESS.search(model):
        body["include"] = ["reasoning.encrypted_content"]
    if asked.functions:
        body["tools"] = [_encode_tool(function) for function in asked.functions]
        body["tool_choice"] = _encode_choice(asked.choice)
        if not (asked.parallel and profile.calls_in_parallel_unasked):
            body["parallel_tool_calls"] = asked.parallel
    written = _encode_schema(asked)
    options = dict(asked.options)
    if written is not None:
        text: Any = options.pop("text", {})
        body["text"] = {**text, "format": written}
    if "reasoning_effort" in options:
        reasoning: Any = options.get("reasoning") or {}
        options["reasoning"] = {**reasoning, "effort": options.pop("reasoning_effort")}
    return {**body, **options}


def _encode_tool(function: Mapping[str, Any]) -> dict[str, Any]:
    tool: dict[str, Any] = {
        "type": "function",
        "name": function["name"],
        "parameters": function.get("parameters"),
        "strict": bool(function.get("strict")),
    }
    return tool | ({"description": function["description"]} if function.get("description") else {})


def _encode_choice(choice: str) -> Json:
    if choice in ("auto", "none", "required"):
        return choice
    return {"type": "function", "name": choice}


def _encode_schema(asked: Asked) -> JsonObject | None:
    if asked.schema is not None:
        return {"type": "json_schema", "name": "answer", **asked.schema}
    return {"type": "json_object"} if asked.wants_json else None


def _encode_message(message: Message) -> Iterator[dict[str, Any]]:
    if message.role == "tool":
        yield {
            "type": "function_call_output",
            "call_id": message.tool_call_id,
            "output": message.text,
        }
    elif message.role == "assistant":
        yield from _encode_assistant(message)
    else:
        parts = parts_of(message, text=_text, image=_image)
        is_text = isinstance(message.content, str)
        yield {"role": message.role, "content": message.content if is_text else parts}


def _text(text: str) -> JsonObject:
    return {"type": "input_text", "text": text}


def _image(image: Image) -> JsonObject:
    return {"type": "input_image", "image_url": image.url, "detail": "auto"}


def _encode_assistant(message: Message) -> Iterator[dict[str, Any]]:
    kept, is_whole = echoed(
        _WIRE, message, is_call=_is_call, is_text=_is_message, write=_encode_call
    )
    yield from map(_without_text, kept)
    if not is_whole:
        if message.text:
            yield {"role": "assistant", "content": message.text}
        yield from map(_encode_call, message.tool_calls)


def _without_text(item: dict[str, Any]) -> dict[str, Any]:
    """An item as it came: its whole text was noted beside it, to compare."""
    return (
        {key: value for key, value in item.items() if key != "text"} if _is_message(item) else item
    )


def _encode_call(call: ToolCall) -> dict[str, Any]:
    raw = call.raw_arguments or dump_json(call.arguments or {})
    return {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": raw}


def _is_call(item: Mapping[str, Any]) -> bool:
    return item.get("type") == "function_call"


def _is_message(item: Mapping[str, Any]) -> bool:
    return item.get("type") == "message"


def decode(body: Mapping[str, Any], profile: ModelProfile) -> Reply:
    """The reply in the body of a successful answer.

    Raises:
        ModelReplyInvalid: there is none in it.
    """
    items: Any = body.get("output")
    if body.get("error") and (body.get("status") == "failed" or not items):
        raise fault_of(body, profile)
    if not is_array(items) or not all(map(is_object, items)):
        raise invalid(profile, "without output.")
    calls = tuple(_decode_call(item, profile) for item in items if _is_call(item))
    texts, is_refused = _decode_texts(items)
    is_plain = all(_is_call(item) or _is_message(item) for item in items)
    message = Message(
        role="assistant",
        content="".join(texts),
        tool_calls=calls,
        extra={} if is_plain else _kept(items),
    )
    finish = "refusal" if is_refused else _decode_finish(body)
    return Reply(
        message=message,
        usage=_decode_usage(body.get("usage")),
        finish="tool_calls" if calls and finish != "length" else finish,
        model=str(body.get("model") or ""),
    )


def _decode_texts(items: Sequence[Mapping[str, Any]]) -> tuple[list[str], bool]:
    """The texts of the messages, and whether one of them refuses."""
    texts: list[str] = []
    is_refused = False
    for item in filter(_is_message, items):
        content: Any = item.get("content")
        for part in filter(is_object, content if is_array(content) else ()):
            is_refused = is_refused or part.get("type") == "refusal"
            texts.append(str(part.get("text") or part.get("refusal") or ""))
    return texts, is_refused


def _kept(items: Sequence[Mapping[str, Any]]) -> JsonObject:
    noted = [
        {**item, "text": "".join(_decode_texts([item])[0])} if _is_message(item) else item
        for item in items
    ]
    return echo(_WIRE, noted, is_call=_is_call, of_call=("call_id", "name", "arguments"))


def _decode_call(item: Mapping[str, Any], profile: ModelProfile) -> ToolCall:
    name = item.get("name")
    if not isinstance(name, str) or not name:
        raise invalid(profile, "with a tool call that has no name.")
    return ToolCall.parse(
        str(item.get("call_id") or item.get("id") or ""), name, item.get("arguments")
    )


def _decode_finish(body: Mapping[str, Any]) -> Finish:
    details: Any = body.get("incomplete_details")
    reason = details.get("reason") if is_object(details) else None
    if reason == "content_filter":
        return "refusal"
    return "length" if reason or body.get("status") == "incomplete" else "stop"


def _decode_usage(given: Any) -> Usage:
    return Usage(
        input_tokens=count(given, "input_tokens"),
        output_tokens=count(given, "output_tokens"),
        cached_tokens=count(given, "input_tokens_details", "cached_tokens"),
        reasoning_tokens=count(given, "output_tokens_details", "reasoning_tokens"),
        requests=1,
    )


RESPONSES = Codec(
    encode=encode,
    decode=decode,
    assembly=ResponsesAssembly,
    path="/responses",
    stream_keys={"stream": True},
    ends_when_complete=True,
)
