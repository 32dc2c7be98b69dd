"""OpenAI's chat completions, which most providers speak: a turn to a request, an answer to a reply.

Every function is pure. The oddities of providers are rows of `profile`, not branches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from callwright.core.errors import (
    ConfigurationError,
    CredentialError,
    InvalidTool,
    ModelError,
    ModelReplyInvalid,
    ModelUnavailable,
)
from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object, parse_json
from callwright.core.message import Message, ToolCall, Usage, system
from callwright.core.model import Finish, Reply, Turn
from callwright.core.tool import Tool
from callwright.models.dialect.turn import TurnDialect
from callwright.models.fault import Fault, one_line, read_fault
from callwright.models.profile import REASONING_KEYS, SERVER, Profile
from callwright.models.wire import ProviderAnswer

__all__ = ["decode", "encode", "failure"]

_GIVEN_ELSEWHERE: Mapping[str, str] = {
    "messages": "Give them as the messages of the run.",
    "model": "It is named by the model's name.",
    "parallel_tool_calls": "Give parallel_tool_calls= to the run.",
    "stream": "A run asks for whole replies.",
    "tool_choice": "Give tool_choice= to the run.",
    "tools": "Give them as the tools of the run.",
}
"""The keys of a request that are no options, and where they belong."""


def encode(turn: Turn, *, model: str, profile: Profile = SERVER) -> dict[str, Any]:
    """The body of a request for one reply.

    Raises:
        InvalidTool: the provider would refuse the number or the names of the tools.
        ConfigurationError: an option stands for something that is given elsewhere.
    """
    _check_tools(turn.tools, profile)
    _check_options(turn.options)
    dialect = _dialect(turn, profile)
    told = map(dialect.called, _told(turn, profile))
    return {
        "model": model,
        "messages": [_encode_message(message, profile) for message in told],
        "stream": False,
        **_encode_tools(turn, profile, dialect),
        **_encode_schema(turn.response_schema, profile, dialect),
        **turn.options,
    }


def _dialect(turn: Turn, profile: Profile) -> TurnDialect:
    return TurnDialect(turn, profile.dialect, profile.strict_limits)


def _check_tools(tools: tuple[Tool, ...], profile: Profile) -> None:
    if len(tools) > profile.max_tools:
        raise InvalidTool(
            f"There are {len(tools)} tools, and {profile.name} takes at most {profile.max_tools}.",
            remedy="Keep fewer: trim_function=auto_trim_tools for each prompt, or match_patterns= "
            "when the tools are made.",
        )
    for name, number in Counter(tool.name for tool in tools).items():
        if number > 1:
            raise InvalidTool(f"{number} tools have the name {name!r}; give each its own.")
        if not profile.tool_name.fullmatch(name):
            raise InvalidTool(
                f"{profile.name} takes no tool with the name {name!r}.",
                remedy=f"A name must match {profile.tool_name.pattern}.",
            )


def _check_options(options: Mapping[str, Any]) -> None:
    for key, remedy in _GIVEN_ELSEWHERE.items():
        if key in options:
            raise ConfigurationError(f"The model option {key!r} is no option.", remedy=remedy)


def _told(turn: Turn, profile: Profile) -> tuple[Message, ...]:
    """The messages, after the schema where the provider has no other place for it."""
    if turn.response_schema is None or profile.knows_json_schema:
        return turn.messages
    schema = dump_json(turn.response_schema)
    return (system(f"Answer with nothing but JSON that fits this schema: {schema}"), *turn.messages)


def _encode_message(message: Message, profile: Profile) -> dict[str, Any]:
    result = message.to_dict()
    if message.tool_calls:
        result["tool_calls"] = [_encode_call(call) for call in message.tool_calls]
    unwanted = (REASONING_KEYS - profile.reasoning_keys) | profile.refused_message_keys
    return {
        key: value
        for key, value in result.items()
        # Messages dumped by an SDK have a null for each key that they do not use, and Groq refuses
        # the keys that it does not know.
        if key not in unwanted and (value is not None or key == "content")
    }


def _encode_call(call: ToolCall) -> dict[str, Any]:
    result = call.to_dict()
    if call.arguments is None:
        # vLLM and llama-server parse the arguments of earlier calls, and refuse what is no JSON.
        result["function"]["arguments"] = dump_json({"invalid_json": call.raw_arguments})
    return result


def _encode_tools(turn: Turn, profile: Profile, dialect: TurnDialect) -> dict[str, Any]:
    if not turn.tools:
        return {}
    result: dict[str, Any] = {
        "tools": [dialect.definition(tool) for tool in turn.tools],
        "tool_choice": _encode_choice(turn.tool_choice),
    }
    if not (turn.parallel_tool_calls and profile.calls_in_parallel_unasked):
        result["parallel_tool_calls"] = turn.parallel_tool_calls
    return result


def _encode_choice(choice: str) -> Json:
    if choice in ("auto", "none", "required"):
        return choice
    return {"type": "function", "function": {"name": choice}}


def _encode_schema(
    schema: JsonObject | None, profile: Profile, dialect: TurnDialect
) -> dict[str, Any]:
    if schema is None:
        return {}
    if not profile.knows_json_schema:
        return {"response_format": {"type": "json_object"}}
    named = {"name": "answer", **dialect.response_schema()}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def decode(content: bytes, *, profile: Profile = SERVER, turn: Turn | None = None) -> Reply:
    """The reply in the body of a successful answer; its calls as the tools of the turn have them.

    Raises:
        ModelReplyInvalid: there is none in it.
    """
    body = _read_body(content, profile)
    choice = _first_choice(body, content, profile)
    given: Any = choice.get("message")
    if not is_object(given):
        raise ModelReplyInvalid(f"{profile.name} answered with a choice that has no message.")
    message = _decode_message(given, profile)
    reply = Reply(
        message=message,
        usage=_decode_usage(body.get("usage")),
        finish=_decode_finish(choice.get("finish_reason"), given, message),
        model=str(body.get("model") or ""),
    )
    return reply if turn is None else _dialect(turn, profile).restored(reply)


def _read_body(content: bytes, profile: Profile) -> Mapping[str, Any]:
    try:
        body = parse_json(content)
    except ValueError:
        start = one_line(content[:200].decode(errors="replace"), 80)
        raise ModelReplyInvalid(
            f"{profile.name} answered with something that is no JSON: {start!r}.",
            remedy="Check the model's address.",
        ) from None
    if not is_object(body):
        raise ModelReplyInvalid(f"{profile.name} answered with JSON that is no object.")
    return body


def _first_choice(body: Mapping[str, Any], content: bytes, profile: Profile) -> Mapping[str, Any]:
    choices: Any = body.get("choices")
    choice: Any = choices[0] if is_array(choices) and choices else None
    if body.get("error") and not is_object(choice):
        raise ModelReplyInvalid(f"{profile.name} answered with an error {read_fault(content)}")
    if not is_object(choice):
        raise ModelReplyInvalid(f"{profile.name} answered without a choice.")
    if choice.get("error") and not choice.get("message"):
        fault = read_fault(dump_json(choice).encode(errors="replace"))
        raise ModelReplyInvalid(f"{profile.name} answered with an error {fault}")
    return choice


def _decode_message(given: Mapping[str, Any], profile: Profile) -> Message:
    calls: Any = given.get("tool_calls")
    kept = {key: given[key] for key in profile.reasoning_keys if given.get(key) is not None}
    return Message(
        role="assistant",
        content=_decode_text(given.get("content")) or _decode_text(given.get("refusal")),
        tool_calls=tuple(_decode_call(call, profile) for call in calls) if is_array(calls) else (),
        extra=kept,
    )


def _decode_text(content: Json) -> str:
    """The text of a content: text, parts of which some are text, or JSON that was not quoted."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if is_array(content):
        return "".join(_decode_part(part) for part in content)
    return dump_json(content)


def _decode_part(part: Json) -> str:
    text: object = part.get("text", "") if is_object(part) else part
    return text if isinstance(text, str) else ""


_CALL_KEYS = frozenset({"id", "type", "function", "index", "name", "arguments"})


def _decode_call(given: Any, profile: Profile) -> ToolCall:
    """A call; what else stands in it, such as Gemini's `extra_content`, goes back unchanged."""
    function: Any = given.get("function") or given if is_object(given) else None
    name: Any = function.get("name") if is_object(function) else None
    if not isinstance(name, str) or not name:
        raise ModelReplyInvalid(f"{profile.name} answered with a tool call that has no name.")
    kept = {k: v for k, v in given.items() if k not in _CALL_KEYS and v is not None}
    return ToolCall.parse(str(given.get("id") or ""), name, function.get("arguments"), kept)


_FINISHES: Mapping[str, Finish] = {"length": "length", "content_filter": "refusal"}


def _decode_finish(reason: object, given: Mapping[str, Any], message: Message) -> Finish:
    """Calls win over the reason: some servers call it `stop`, or nothing, when there are calls."""
    if message.tool_calls:
        return "tool_calls"
    if given.get("refusal"):
        return "refusal"
    return _FINISHES.get(str(reason), "stop")


def _decode_usage(given: Any) -> Usage:
    return Usage(
        input_tokens=_count(given, "prompt_tokens"),
        output_tokens=_count(given, "completion_tokens"),
        cached_tokens=_count(given, "prompt_tokens_details", "cached_tokens"),
        reasoning_tokens=_count(given, "completion_tokens_details", "reasoning_tokens"),
        requests=1,
    )


def _count(given: Any, *path: str) -> int:
    for key in path:
        given = given.get(key) if is_object(given) else None
    return given if isinstance(given, int) else 0


def failure(
    answer: ProviderAnswer, *, profile: Profile = SERVER, model: str = ""
) -> ModelError | CredentialError:
    """The error that an unsuccessful answer stands for, in one line, with what to do about it."""
    fault = read_fault(answer.content)
    what = f"{profile.name} answered with status {answer.status}: {fault}"
    if answer.status == 401:
        variables = " or ".join(profile.key_variables)
        remedy = f"Check the environment variable {variables}." if variables else ""
        return CredentialError(what, remedy=remedy, status=401)
    return ModelUnavailable(what, remedy=_remedy(answer, fault, model), status=answer.status)


_LATER = "Ask again later, or less often."


def _remedy(answer: ProviderAnswer, fault: Fault, model: str) -> str:
    names, status = (fault.code, fault.type), answer.status
    if status == 404 or "model_not_found" in names:
        return f"Check the model's name, {model!r}, and its address."
    if "insufficient_quota" in names:
        return "The account has no credit left."
    if "context_length_exceeded" in names or status == 413:
        return "Send less: fewer tools (trim_function=auto_trim_tools) or shorter messages."
    if status == 429:
        wait = answer.headers.get("retry-after", "")
        return f"Ask again after {wait}{' s' if wait.isdigit() else ''}." if wait else _LATER
    if status in (400, 422):
        return "Check the model's options, and whether it takes tools."
    return ""
