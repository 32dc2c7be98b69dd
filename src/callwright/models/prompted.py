"""Tools for models that know none: told of in words, called with JSON, answered by a person.

A call is only what stands alone in a reply and in exactly the form that was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from callwright.core.json import Json, dump_json, is_array, is_object, parse_json
from callwright.core.message import Message, Messages, ToolCall, system, user
from callwright.core.model import Reply, Turn
from callwright.core.tool import Tool

__all__ = ["in_words", "out_of_words", "without_thoughts"]

_HOW = """\
You can use tools. To call one, answer with nothing but one JSON object, with no text before or \
after it:
{"tool_calls": [{"name": "NAME", "arguments": {...}}]}
The results come in the next message. When you need no tool, answer in plain text.
The tools, each with the JSON Schema of its arguments:
"""
_ONE = "Call one tool at a time.\n"
_RESULT = "Result of "


def in_words(turn: Turn) -> Turn:
    """The turn without tools: they, their calls and their results are told in its messages."""
    told = [system(_instructions(turn))] if turn.tools and turn.tool_choice != "none" else []
    return replace(
        turn, messages=Messages([*told, *_told(turn.messages)]), tools=(), tool_choice="auto"
    )


def _instructions(turn: Turn) -> str:
    one = "" if turn.parallel_tool_calls else _ONE
    tools = "\n".join(map(_told_tool, turn.tools))
    must = ""
    if turn.tool_choice == "required":
        must = "\nThis time you must call a tool."
    elif turn.tool_choice != "auto":
        must = f"\nThis time you must call the tool {turn.tool_choice}."
    return f"{_HOW}{one}{tools}{must}"


def _told_tool(tool: Tool) -> str:
    described: dict[str, Json] = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }
    return dump_json(described)


def _told(messages: Iterable[Message]) -> list[Message]:
    told: list[Message] = []
    names: dict[str | None, str] = {}
    for message in messages:
        names |= {call.id: call.name for call in message.tool_calls}
        is_text = isinstance(message.content, str)
        if message.role == "tool":
            result = f"{_RESULT}{names.get(message.tool_call_id, 'a tool')}:\n{message.text}"
            told.append(
                user(f"{told.pop().text}\n\n{result}" if _ends_in_results(told) else result)
            )
        elif message.role == "user" and is_text and _ends_in_results(told):
            # In one message: many templates want the roles to alternate.
            told.append(user(f"{told.pop().text}\n\n{message.text}"))
        elif message.tool_calls:
            calls = {"tool_calls": [_told_call(call) for call in message.tool_calls]}
            told.append(replace(message, content=dump_json(calls), tool_calls=()))
        else:
            told.append(message)
    return told


def _ends_in_results(told: list[Message]) -> bool:
    return bool(told) and told[-1].role == "user" and told[-1].text.startswith(_RESULT)


def _told_call(call: ToolCall) -> dict[str, Json]:
    arguments: Json = call.raw_arguments if call.arguments is None else call.arguments
    return {"name": call.name, "arguments": arguments}


def out_of_words(reply: Reply, turn: Turn) -> Reply:
    """The reply with the calls that its text asks for, if that is what it does."""
    if not turn.tools or turn.tool_choice == "none":
        return reply
    text = _without_fence(without_thoughts(reply.message.text))
    calls = _read_calls(text, turn)
    if not calls:
        return reply
    taken = calls if turn.parallel_tool_calls else calls[:1]
    message = replace(reply.message, content="", tool_calls=tuple(taken))
    return replace(reply, message=message, finish="tool_calls")


_THOUGHTS = re.compile(r"\A\s*<(think|thinking)>.*?</\1>", re.DOTALL)
_FENCE = re.compile(r"\A```(?:json|tool_call|tool_calls)?\s*\n(.*)\n\s*```\Z", re.DOTALL)
_NAMED = re.compile(r'\A\{\s*"tool_calls"\s*:\s*\[\s*\{\s*"name"\s*:\s*"([^"]+)"')


def without_thoughts(text: str) -> str:
    """The text without what a model thinks aloud before it."""
    return _THOUGHTS.sub("", text).strip()


def _without_fence(text: str) -> str:
    fenced = _FENCE.fullmatch(text)
    return fenced[1].strip() if fenced else text


def _read_calls(text: str, turn: Turn) -> list[ToolCall]:
    try:
        value = parse_json(text)
    except ValueError:
        return _broken(text, turn)
    items: Any = value.get("tool_calls") if is_object(value) else None
    if not is_array(items) or not all(map(_is_call, items)):
        return []
    return [ToolCall.parse("", item["name"], item.get("arguments")) for item in items]


def _is_call(item: Any) -> bool:
    is_named = is_object(item) and isinstance(item.get("name"), str) and bool(item["name"])
    return is_named and set(item) <= {"name", "arguments"}


def _broken(text: str, turn: Turn) -> list[ToolCall]:
    """A call whose JSON is broken: it is told so, instead of being taken for the answer."""
    named = _NAMED.match(text)
    known: Mapping[str, Tool] = {tool.name: tool for tool in turn.tools}
    return [ToolCall.parse("", named[1], text)] if named and named[1] in known else []
