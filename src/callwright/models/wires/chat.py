"""OpenAI's chat completions, which most providers speak.

The oddities of providers are rows of `providers`, not branches.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from callwright.core.json import Json, dump_json, is_array, is_object
from callwright.core.message import Message, ToolCall, Usage
from callwright.core.model import Finish, Reply
from callwright.models.asked import Asked
from callwright.models.codec import Codec, count, fault_of, first_object, invalid, text_of
from callwright.models.echo import ECHO
from callwright.models.order import ordered
from callwright.models.profile import REASONING_KEYS, ModelProfile
from callwright.models.wires.chat_stream import ChatAssembly, is_broken
from callwright.models.wires.signature import FOREIGN_SIGNATURE, wants_signatures

__all__ = ["CHAT", "choice_of", "encode_messages"]


def encode(asked: Asked, model: str, profile: ModelProfile) -> dict[str, Any]:
    """The body of a request for one reply."""
    return {
        "model": model,
        "messages": encode_messages(asked, model, profile),
        "stream": False,
        **_encode_tools(asked, profile),
        **_encode_schema(asked),
        **asked.options,
    }


def encode_messages(asked: Asked, model: str, profile: ModelProfile) -> list[dict[str, Any]]:
    """The messages, with nothing that is not the provider's."""
    messages = ordered(asked.messages, profile, model)
    is_signed = profile.signs_calls and wants_signatures(model)
    return [_encode_message(message, profile, is_signed=is_signed) for message in messages]


_NOT_BACK = frozenset({ECHO, "annotations"})
"""What stands in replies, and in no request: of ours, and of the web search of OpenAI's."""


def _encode_message(message: Message, profile: ModelProfile, *, is_signed: bool) -> dict[str, Any]:
    result = message.to_dict()
    if message.tool_calls:
        calls = [_encode_call(call, profile) for call in message.tool_calls]
        result["tool_calls"] = [_signed(calls[0]), *calls[1:]] if is_signed else calls
    unwanted = (REASONING_KEYS - profile.reasoning_keys) | profile.refused_message_keys | _NOT_BACK
    return {
        key: value
        for key, value in result.items()
        # Messages dumped by an SDK have a null for each key that they do not use, and Groq refuses
        # the keys that it does not know.
        if key not in unwanted and (value is not None or key == "content")
    }


def _encode_call(call: ToolCall, profile: ModelProfile) -> dict[str, Any]:
    result = call.to_dict()
    if profile.taken_call_keys is not None:
        taken = _CALL_KEYS | profile.taken_call_keys
        result = {key: value for key, value in result.items() if key in taken}
    if call.arguments is None:
        # vLLM and llama-server parse the arguments of earlier calls, and refuse what is no JSON.
        result["function"]["arguments"] = dump_json({"invalid_json": call.raw_arguments})
    return result


def _signed(call: dict[str, Any]) -> dict[str, Any]:
    return {"extra_content": {"google": {"thought_signature": FOREIGN_SIGNATURE}}, **call}


def _encode_tools(asked: Asked, profile: ModelProfile) -> dict[str, Any]:
    if not asked.functions:
        return {}
    result: dict[str, Any] = {
        "tools": [{"type": "function", "function": function} for function in asked.functions],
        "tool_choice": choice_of(asked.choice),
    }
    if not (asked.parallel and profile.calls_in_parallel_unasked):
        result["parallel_tool_calls"] = asked.parallel
    return result


def choice_of(choice: str) -> Json:
    """A tool choice as it is written here."""
    if choice in ("auto", "none", "required"):
        return choice
    return {"type": "function", "function": {"name": choice}}


def _encode_schema(asked: Asked) -> dict[str, Any]:
    if asked.schema is not None:
        named = {"name": "answer", **asked.schema}
        return {"response_format": {"type": "json_schema", "json_schema": named}}
    return {"response_format": {"type": "json_object"}} if asked.wants_json else {}


def decode(body: Mapping[str, Any], profile: ModelProfile) -> Reply:
    """The reply in the body of a successful answer.

    Raises:
        ModelReplyInvalid: there is none in it.
    """
    choice = first_object(body, "choices", profile, "a choice")
    given: Any = choice.get("message")
    if choice.get("error") and not given:
        raise fault_of(choice, profile)
    if not is_object(given):
        raise invalid(profile, "with a choice that has no message.")
    reason = choice.get("finish_reason")
    if is_broken(reason):
        raise invalid(profile, f"with a reply that ended by {reason!r}.")
    message = _decode_message(given, profile)
    return Reply(
        message=message,
        usage=_decode_usage(body.get("usage"), profile),
        finish=_decode_finish(reason, given, message),
        model=str(body.get("model") or ""),
    )


_THOUGHTS = frozenset({"reasoning", "reasoning_content"})


def _decode_message(given: Mapping[str, Any], profile: ModelProfile) -> Message:
    calls: Any = given.get("tool_calls")
    told = {key: given.get(key) for key in profile.reasoning_keys}
    for key in _THOUGHTS & told.keys():
        # It comes under the one name or the other, and goes back under that which is wanted.
        told[key] = told[key] or next(filter(None, map(given.get, sorted(_THOUGHTS))), None)
    return Message(
        role="assistant",
        content=text_of(given.get("content")) or text_of(given.get("refusal")),
        tool_calls=tuple(_decode_call(call, profile) for call in calls) if is_array(calls) else (),
        extra={key: value for key, value in told.items() if value is not None},
    )


_CALL_KEYS = frozenset({"id", "type", "function", "index", "name", "arguments"})


def _decode_call(given: Any, profile: ModelProfile) -> ToolCall:
    """A call; what else stands in it, such as Gemini's `extra_content`, goes back unchanged."""
    function: Any = given.get("function") or given if is_object(given) else None
    name: Any = function.get("name") if is_object(function) else None
    if not isinstance(name, str) or not name:
        raise invalid(profile, "with a tool call that has no name.")
    kept = {k: v for k, v in given.items() if k not in _CALL_KEYS and v is not None}
    return ToolCall.parse(str(given.get("id") or ""), name, function.get("arguments"), kept)


_FINISHES: Mapping[str, Finish] = {
    "length": "length",
    "model_length": "length",  # Mistral's, where the context is full
    "content_filter": "refusal",
}


def _decode_finish(reason: object, given: Mapping[str, Any], message: Message) -> Finish:
    """Calls win over the reason, which some servers call `stop`; not over a reply that was cut."""
    if message.tool_calls:
        return "length" if _FINISHES.get(str(reason)) == "length" else "tool_calls"
    if given.get("refusal"):
        return "refusal"
    return _FINISHES.get(str(reason), "stop")


def _decode_usage(given: Any, profile: ModelProfile) -> Usage:
    """What a reply cost; cached tokens are in the input's, reasoning in the output's."""
    return Usage(
        input_tokens=count(given, "prompt_tokens"),
        output_tokens=count(given, "completion_tokens"),
        cached_tokens=count(given, "prompt_tokens_details", "cached_tokens"),
        reasoning_tokens=count(given, "completion_tokens_details", "reasoning_tokens"),
        requests=1,
        dollars=_dollars(given.get("cost")) if profile.tells_dollars and is_object(given) else None,
    )


def _dollars(given: Any) -> float | None:
    is_number = isinstance(given, (int, float)) and not isinstance(given, bool)
    return float(given) if is_number and 0 <= given < math.inf else None


CHAT = Codec(
    encode=encode,
    decode=decode,
    assembly=ChatAssembly,
    path="/chat/completions",
    stream_keys={"stream": True},
)
