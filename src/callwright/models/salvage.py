"""Calls that come as text, where a server has no parser, or the wrong one, for its model's form.

A text is a call only if it is nothing else: every word of the form, at the end of the reply, of a
tool that exists. What the model quotes from a result or from a person is never one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from callwright.core.json import Json, dump_json, is_array, is_object, parse_json
from callwright.core.message import ToolCall
from callwright.core.model import Reply, Turn
from callwright.models.prompted import without_thoughts

__all__ = ["salvaged"]


@dataclass(frozen=True, slots=True)
class _Found:
    """A call in a text, and the text that it is."""

    name: str
    arguments: Json
    text: str


def salvaged(reply: Reply, turn: Turn) -> Reply:
    """The reply with the calls that stand in its text; as it is where there are none."""
    message = reply.message
    if message.tool_calls or reply.finish != "stop" or not turn.tools:
        return reply
    if turn.tool_choice == "none":
        return reply
    before, found = _find(without_thoughts(message.text), turn)
    known = {tool.name for tool in turn.tools}
    if not found or not all(call.name in known for call in found) or _is_quoted(found, turn):
        return reply
    calls = tuple(ToolCall.parse("", call.name, call.arguments) for call in found)
    taken = replace(message, content=before, tool_calls=calls)
    return replace(reply, message=taken, finish="tool_calls")


def _find(text: str, turn: Turn) -> tuple[str, list[_Found]]:
    """The text before the calls, and the calls, in the first form that they have."""
    for start, form in _TAGGED:
        at = start.search(text)
        if at is not None:
            before = text[: at.start()]
            # In a fence that is open or in the middle of a line, it is shown and not meant.
            is_shown = before.count("```") % 2 == 1 or before.rsplit("\n", 1)[-1].strip() != ""
            return ("", []) if is_shown else (before.strip(), list(form(text[at.start() :])))
    if turn.response_schema is not None:
        return "", []  # the answer itself is JSON
    return "", list(_bare(text, turn))


def _of_blocks(block: re.Pattern[str]) -> Callable[[str], Iterator[_Found]]:
    """A form in which each call stands between marks; nothing else stands there or between."""

    def read(text: str) -> Iterator[_Found]:
        if block.sub("", text).strip():
            return iter(())
        found = [_read_block(match[1].strip()) for match in block.finditer(text)]
        whole = [call for calls in found for call in calls]
        return iter(whole if all(found) else [])

    return read


def _read_block(text: str) -> list[_Found]:
    written = _QWEN.fullmatch(text)
    return [_of_tags(written)] if written else _of_json(text)


_QWEN = re.compile(r"<function=([^>\s]+)>\s*(.*?)\s*</function>", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([^>\s]+)>\n?(.*?)\n?</parameter>", re.DOTALL)


def _of_tags(match: re.Match[str]) -> _Found:
    """Qwen's form for code; its values are text, which is mended to what the tool wants."""
    arguments: dict[str, Json] = {item[1]: item[2] for item in _PARAMETER.finditer(match[2])}
    return _Found(match[1], arguments, match[0])


def _of_functions(text: str) -> Iterator[_Found]:
    if not _QWEN.sub("", text).strip():
        yield from map(_of_tags, _QWEN.finditer(text))


def _of_json(text: str) -> list[_Found]:
    """One call, or a list of them, as JSON; nothing if anything of it is no call."""
    try:
        value = parse_json(text)
    except ValueError:
        return []
    items = value if is_array(value) else [value]
    found = [_of_object(item) for item in items]
    return [call for call in found if call is not None] if all(found) else []


_KEYS = frozenset({"name", "arguments", "parameters", "id", "type"})


def _of_object(item: Any) -> _Found | None:
    if (
        is_object(item)
        and is_object(item.get("function"))
        and set(item) <= {"function", "id", "type"}
    ):
        item = item["function"]
    if not is_object(item) or not isinstance(item.get("name"), str) or not set(item) <= _KEYS:
        return None
    arguments: Any = item.get("arguments", item.get("parameters"))
    if not (isinstance(arguments, str) or is_object(arguments)):
        return None
    return _Found(item["name"], arguments, dump_json(item))


def _of_llama(text: str) -> Iterator[_Found]:
    calls = text.removeprefix("<|python_tag|>").replace("<|eom_id|>", "").replace("<|eot_id|>", "")
    whole = _of_json(calls.strip())
    if whole:
        return iter(whole)
    found = [_of_json(part.strip()) for part in re.split(r";\s*(?=\{)", calls)]
    return iter([call for part in found for call in part] if all(found) else [])


_MISTRAL = re.compile(r"\[TOOL_CALLS\]\s*([A-Za-z0-9_-]+)(?:\[CALL_ID\]\w+)?\[ARGS\]")


def _of_mistral(text: str) -> Iterator[_Found]:
    """`[TOOL_CALLS][{...}]`, or since 2025 `[TOOL_CALLS]name[ARGS]{...}` for each call."""
    names = list(_MISTRAL.finditer(text))
    if not names:
        yield from _of_json(text.removeprefix("[TOOL_CALLS]").replace("</s>", "").strip())
        return
    ends = [match.start() for match in names[1:]] + [len(text)]
    found = [
        _of_json(f'{{"name":{dump_json(match[1])},"arguments":{text[match.end() : end]}}}')
        for match, end in zip(names, ends, strict=True)
    ]
    if all(found):
        yield from (call for calls in found for call in calls)


_TAGGED: tuple[tuple[re.Pattern[str], Callable[[str], Iterable[_Found]]], ...] = (
    # Hermes and Qwen; Qwen's form for code stands in the same marks.
    (
        re.compile("<tool_call>"),
        _of_blocks(re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)),
    ),
    (re.compile("<function="), _of_functions),
    (
        re.compile("<function_call>"),
        _of_blocks(re.compile(r"<function_call>(.*?)</function_call>", re.DOTALL)),
    ),
    (
        re.compile(r"\[TOOL_REQUEST\]"),
        _of_blocks(re.compile(r"\[TOOL_REQUEST\](.*?)\[END_TOOL_REQUEST\]", re.DOTALL)),
    ),
    (re.compile(r"<\|python_tag\|>"), _of_llama),
    (re.compile(r"\[TOOL_CALLS\]"), _of_mistral),
)
"""What begins each form, and what reads it from there to the end."""

_FENCED = re.compile(r"```(?:json|tool_call|tool_code)?\s*\n(.*?)\n\s*```", re.DOTALL)


def _bare(text: str, turn: Turn) -> Iterator[_Found]:
    """JSON that is the whole reply, in a fence or without."""
    fenced = _FENCED.fullmatch(text)
    inner = fenced[1].strip() if fenced else text
    found = _of_json(inner)
    if not found and turn.tool_choice != "auto":
        found = _flat(inner)
    yield from found


def _flat(text: str) -> list[_Found]:
    """gpt-oss, where a call was forced, writes the arguments beside the name."""
    try:
        value = parse_json(text)
    except ValueError:
        return []
    if not is_object(value) or not isinstance(value.get("name"), str):
        return []
    arguments = {key: item for key, item in value.items() if key != "name"}
    return [_Found(value["name"], arguments, dump_json(value))]


def _is_quoted(found: list[_Found], turn: Turn) -> bool:
    """Whether a call stands word by word in what others than the model have written."""
    written = [_bones(m.text) for m in turn.messages if m.role != "assistant"]
    return any(_bones(call.text) in text for call in found for text in written)


_SPACE = re.compile(r"\\[nrt]|[\s\\]+")


def _bones(text: str) -> str:
    """A text without what writing it again changes: white space, and the escapes of quotes."""
    return _SPACE.sub("", text)
