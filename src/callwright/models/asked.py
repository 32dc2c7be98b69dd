"""A turn as a provider is asked it: checked, in its dialect, under ids and names that it takes."""

from __future__ import annotations

import hashlib
import string
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from callwright.core.errors import ConfigurationError, InvalidTool
from callwright.core.json import JsonObject, dump_json, is_object, json_fault
from callwright.core.message import Message, ToolCall, system
from callwright.core.model import Turn
from callwright.core.tool import Tool
from callwright.models.dialect.turn import TurnDialect
from callwright.models.profile import ModelProfile

__all__ = ["Asked", "check_json", "dialect_of"]

_AS_MESSAGES = "Give them as the messages of the run."
_AS_SYSTEM = "Give it as a message with the role system."
_GIVEN_ELSEWHERE: Mapping[str, str] = {
    "contents": _AS_MESSAGES,
    "input": _AS_MESSAGES,
    "instructions": _AS_SYSTEM,
    "messages": _AS_MESSAGES,
    "model": "It is named by the model's name.",
    "parallel_tool_calls": "Give parallel_tool_calls= to the run.",
    "stream": "Whether a reply is streamed is the run's to say.",
    "system": _AS_SYSTEM,
    "tool_choice": "Give tool_choice= to the run.",
    "tools": "Give them as the tools of the run.",
}
"""The keys of requests that are no options, and where they belong."""
_EXTRA_BODY = "extra_body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every wire writes, each in its own form."""

    messages: tuple[Message, ...]
    functions: tuple[Mapping[str, Any], ...]
    """The tools: `name`, `description`, and unless there are none `parameters`; in OpenAI's strict
    dialect also `strict`."""
    choice: str
    """`auto`, `none`, `required`, or the name of a tool."""
    parallel: bool
    schema: Mapping[str, Any] | None
    """What the provider is to hold the answer to: `schema`, and perhaps `strict`."""
    wants_json: bool
    """Whether the answer must be JSON, by a schema of which the model is only told."""
    options: Mapping[str, Any]
    extra_body: Mapping[str, Any]
    """What stands in the body itself, whatever the wire makes of options."""

    @classmethod
    def of(cls, turn: Turn, profile: ModelProfile) -> Asked:
        """Make a turn ready for a provider.

        Raises:
            InvalidTool: the provider would refuse the number or the names of the tools.
            ConfigurationError: an option stands for something that is given elsewhere.
        """
        _check_tools(turn.tools, profile)
        dialect = dialect_of(turn, profile)
        is_told = turn.response_schema is not None and not _takes_schema(turn, profile)
        told = [_schema_told(turn)] if is_told else []
        messages = [*told, *map(dialect.called, turn.messages)]
        return cls(
            messages=_with_taken_ids(messages, profile),
            functions=tuple(_function(dialect, tool, profile) for tool in turn.tools),
            choice=turn.tool_choice,
            parallel=turn.parallel_tool_calls,
            schema=None if turn.response_schema is None or is_told else dialect.response_schema(),
            wants_json=is_told and not turn.tools,
            options=_options(turn.options, profile),
            extra_body=_extra_body(turn.options),
        )


def dialect_of(turn: Turn, profile: ModelProfile) -> TurnDialect:
    """The dialect in which a provider takes a turn's schemas."""
    return TurnDialect(turn, profile.dialect, profile.strict_limits)


def _check_tools(tools: tuple[Tool, ...], profile: ModelProfile) -> None:
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


def _extra_body(options: Mapping[str, Any]) -> Mapping[str, Any]:
    given: Any = options.get(_EXTRA_BODY) or {}
    if not is_object(given):
        raise ConfigurationError(
            f"The model option {_EXTRA_BODY!r} is {type(given).__name__}.",
            remedy="Give a dict of what is to stand in the body of each request.",
        )
    _check_options(given)
    return given


def _check_options(options: Mapping[str, Any]) -> None:
    for key, remedy in _GIVEN_ELSEWHERE.items():
        if key in options:
            raise ConfigurationError(f"The model option {key!r} is no option.", remedy=remedy)


def check_json(options: Mapping[str, Any]) -> None:
    """See to it that options can be sent; a client of an SDK may take what cannot.

    Raises:
        ConfigurationError: one of them is no JSON.
    """
    for key, value in options.items():
        fault = json_fault(value)
        if fault is not None:
            inner: Any = value if key == _EXTRA_BODY and is_object(value) else {}
            check_json(inner)
            raise ConfigurationError(f"The model option {key!r} cannot be sent: {fault}.")


def _options(options: Mapping[str, Any], profile: ModelProfile) -> dict[str, Any]:
    _check_options(options)
    result: dict[str, Any] = {}
    for key, value in options.items():
        name = profile.option_names.get(key, key)
        if key != _EXTRA_BODY and (name == key or name not in options):
            result[name] = value
    return result


def _takes_schema(turn: Turn, profile: ModelProfile) -> bool:
    return profile.knows_json_schema and (not turn.tools or profile.supports_schema_with_tools)


def _schema_told(turn: Turn) -> Message:
    schema = dump_json(turn.response_schema)
    when = "When you need no tool any more, answer" if turn.tools else "Answer"
    return system(f"{when} with nothing but JSON that fits this schema: {schema}")


def _function(dialect: TurnDialect, tool: Tool, profile: ModelProfile) -> JsonObject:
    function: dict[str, Any] = dialect.definition(tool)["function"]
    longest, said = profile.max_description, function.get("description") or ""
    if longest is not None and len(said) > longest:
        return {**function, "description": said[: longest - 1] + "…"}
    return function


def _with_taken_ids(messages: Iterable[Message], profile: ModelProfile) -> tuple[Message, ...]:
    """The messages with ids that the provider takes, the same one for a call and its result."""

    def taken(id_: str) -> str:
        return id_ if not id_ or profile.call_id.fullmatch(id_) else _stand_in(id_)

    def call_taken(call: ToolCall) -> ToolCall:
        id_ = taken(call.id)
        return call if id_ == call.id else replace(call, id=id_)

    def message_taken(message: Message) -> Message:
        if message.tool_calls:
            return replace(message, tool_calls=tuple(map(call_taken, message.tool_calls)))
        if message.tool_call_id is not None:
            return replace(message, tool_call_id=taken(message.tool_call_id))
        return message

    return tuple(map(message_taken, messages))


_SIGNS = string.ascii_letters + string.digits


def _stand_in(id_: str) -> str:
    """Nine letters and digits that stand for an id: what every provider takes."""
    number = int.from_bytes(hashlib.sha256(id_.encode(errors="replace")).digest())
    signs: list[str] = []
    for _ in range(9):
        number, rest = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[rest])
    return "".join(signs)
