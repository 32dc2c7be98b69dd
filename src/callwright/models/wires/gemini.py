"""What Gemini speaks natively: generateContent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callwright.core.json import Json, JsonObject, is_array, is_object, parse_json
from callwright.core.message import Message, ToolCall, Usage
from callwright.core.model import Finish, Reply
from callwright.models.asked import Asked
from callwright.models.codec import Codec, count, fault_of, invalid
from callwright.models.echo import echo, echoed
from callwright.models.parts import Image, in_one, parts_of, split_system
from callwright.models.profile import ModelProfile
from callwright.models.wires.gemini_stream import BROKEN, GeminiAssembly, is_call, is_text
from callwright.models.wires.signature import FOREIGN_SIGNATURE, wants_signatures

__all__ = ["GEMINI"]

_WIRE = "gemini"

_CONFIGURED: Mapping[str, str] = {
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
    "top_p": "topP",
    "top_k": "topK",
    "stop": "stopSequences",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
}
"""Options under the names of chat completions, and their names in `generationConfig`."""
_BESIDE = frozenset(
    {"safetySettings", "cachedContent", "labels", "serviceTier", "generationConfig"}
)
"""Options that stand beside `generationConfig`; all others stand in it."""


def encode(asked: Asked, model: str, profile: ModelProfile) -> dict[str, Any]:
    """The body of a request for one reply; the model stands in its address."""
    system, messages = split_system(asked.messages)
    body: dict[str, Any] = {
        "contents": in_one(_encode_messages(messages, is_signed=wants_signatures(model)), "parts")
    }
    if system:
        body["systemInstruction"] = {"parts": [_text(system)]}
    if asked.functions:
        body["tools"] = [{"functionDeclarations": [_encode_tool(f) for f in asked.functions]}]
        body |= _encode_choice(asked.choice)
    return body | _encode_options(asked)


def _encode_tool(function: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: function[key] for key in ("name", "description", "parameters") if key in function}
    return kept if kept.get("description") else {**kept, "description": function["name"]}


def _encode_choice(choice: str) -> dict[str, Any]:
    if choice == "auto":
        return {}
    config: dict[str, Any] = {"mode": "NONE" if choice == "none" else "ANY"}
    if choice not in ("none", "required"):
        config["allowedFunctionNames"] = [choice]
    return {"toolConfig": {"functionCallingConfig": config}}


def _encode_options(asked: Asked) -> dict[str, Any]:
    beside = {key: value for key, value in asked.options.items() if key in _BESIDE}
    given: Any = beside.pop("generationConfig", {})
    config = dict(given) | {
        _CONFIGURED.get(key, key): [value] if key == "stop" and isinstance(value, str) else value
        for key, value in asked.options.items()
        if key not in _BESIDE
    }
    if asked.schema is not None:
        config |= {
            "responseMimeType": "application/json",
            "responseJsonSchema": asked.schema["schema"],
        }
    elif asked.wants_json:
        config["responseMimeType"] = "application/json"
    return beside | ({"generationConfig": config} if config else {})


def _encode_messages(
    messages: Sequence[Message], *, is_signed: bool
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    names: dict[str | None, str] = {}
    for message in messages:
        if message.role == "tool":
            yield "user", [_encode_result(message, names)]
        elif message.role == "assistant":
            names |= {call.id: call.name for call in message.tool_calls}
            yield "model", _encode_assistant(message, is_signed=is_signed)
        else:
            yield "user", parts_of(message, text=_text, image=_image)


def _text(text: str) -> JsonObject:
    return {"text": text}


def _image(image: Image) -> JsonObject:
    if image.base64:
        return {"inlineData": {"mimeType": image.media_type, "data": image.base64}}
    return {"fileData": {"fileUri": image.url}}


def _encode_result(message: Message, names: Mapping[str | None, str]) -> dict[str, Any]:
    id_ = message.tool_call_id
    name = names.get(id_) or message.name or "unknown"
    result: dict[str, Any] = {"name": name, "response": {"output": _value(message.text)}}
    return {"functionResponse": result | ({"id": id_} if id_ else {})}


def _value(text: str) -> Json:
    """A result as JSON where it is that, so that the model need not read it in quotes."""
    try:
        value = parse_json(text)
    except ValueError:
        return text
    return value if is_object(value) or is_array(value) else text


def _encode_assistant(message: Message, *, is_signed: bool) -> list[dict[str, Any]]:
    kept, is_whole = echoed(_WIRE, message, is_call=is_call, is_text=is_text, write=_encode_call)
    if is_whole:
        return kept
    calls = list(map(_encode_call, message.tool_calls))
    if calls and is_signed:
        calls[0] |= {"thoughtSignature": FOREIGN_SIGNATURE}
    return [*kept, *parts_of(message, text=_text, image=_image), *calls]


def _encode_call(call: ToolCall) -> dict[str, Any]:
    arguments = {"invalid_json": call.raw_arguments} if call.arguments is None else call.arguments
    function = {"name": call.name, "args": dict(arguments)}
    return {"functionCall": function | ({"id": call.id} if call.id else {})}


def decode(body: Mapping[str, Any], profile: ModelProfile) -> Reply:
    """The reply in the body of a successful answer.

    Raises:
        ModelReplyInvalid: there is none in it.
    """
    candidates: Any = body.get("candidates")
    candidate: Any = candidates[0] if is_array(candidates) and candidates else None
    if not is_object(candidate):
        candidate = _blocked(body, profile)
    content: Any = candidate.get("content")
    parts: Any = content.get("parts") if is_object(content) else None
    found = [part for part in parts if is_object(part)] if is_array(parts) else []
    reason = str(candidate.get("finishReason") or "")
    finish = _FINISHES.get(reason, "stop")
    if reason in BROKEN:
        raise invalid(profile, f"with a reply that ended by {reason}.")
    if not found and finish == "stop":
        raise invalid(profile, f"with an empty reply{f' ({reason})' if reason else ''}.")
    message = _decode_message(found, profile)
    return Reply(
        message=message,
        usage=_decode_usage(body.get("usageMetadata")),
        finish="tool_calls" if message.tool_calls and finish != "length" else finish,
        model=str(body.get("modelVersion") or ""),
    )


def _blocked(body: Mapping[str, Any], profile: ModelProfile) -> JsonObject:
    feedback: Any = body.get("promptFeedback")
    if is_object(feedback) and feedback.get("blockReason"):
        return {"finishReason": "PROHIBITED_CONTENT"}
    raise fault_of(body, profile) if body.get("error") else invalid(profile, "without a candidate.")


def _decode_message(parts: Sequence[Mapping[str, Any]], profile: ModelProfile) -> Message:
    calls = tuple(_decode_call(part["functionCall"], profile) for part in parts if is_call(part))
    opaque = [part for part in parts if part.get("thoughtSignature") or not _is_known(part)]
    return Message(
        role="assistant",
        content="".join(str(part.get("text") or "") for part in parts if is_text(part)),
        tool_calls=calls,
        extra=_kept(parts) if opaque else {},
    )


def _is_known(part: Mapping[str, Any]) -> bool:
    return is_call(part) or "text" in part


def _kept(parts: Sequence[Mapping[str, Any]]) -> JsonObject:
    kept = [_without_function(part) if is_call(part) else part for part in parts]
    return echo(_WIRE, kept, is_call=is_call, of_call=())


def _without_function(part: Mapping[str, Any]) -> Mapping[str, Any]:
    nothing: dict[str, Any] = {}
    return {**part, "functionCall": nothing}


def _decode_call(given: Any, profile: ModelProfile) -> ToolCall:
    name = given.get("name") if is_object(given) else None
    if not isinstance(name, str) or not name:
        raise invalid(profile, "with a tool call that has no name.")
    return ToolCall.parse(str(given.get("id") or ""), name, given.get("args"))


_FINISHES: Mapping[str, Finish] = {
    "MAX_TOKENS": "length",
    **dict.fromkeys(
        (
            "SAFETY",
            "RECITATION",
            "LANGUAGE",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "IMAGE_SAFETY",
            "MODEL_ARMOR",
        ),
        "refusal",
    ),
}


def _decode_usage(given: Any) -> Usage:
    """Its thoughts are beside its output, and what built-in tools read beside its input."""
    thoughts = count(given, "thoughtsTokenCount")
    return Usage(
        input_tokens=count(given, "promptTokenCount") + count(given, "toolUsePromptTokenCount"),
        output_tokens=count(given, "candidatesTokenCount") + thoughts,
        cached_tokens=count(given, "cachedContentTokenCount"),
        reasoning_tokens=thoughts,
        requests=1,
    )


GEMINI = Codec(
    encode=encode,
    decode=decode,
    assembly=GeminiAssembly,
    path="/models/{model}:generateContent",
    stream_path="/models/{model}:streamGenerateContent?alt=sse",
    stream_keys={},
)
