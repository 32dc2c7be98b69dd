"""What a model answered when it was asked which tools are needed: read strictly, or not at all.

Nothing is guessed: an answer that is no list of names is refused with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callwright.core.json import Json, is_array, is_object, parse_json
from callwright.core.model import Reply

__all__ = ["KEEP", "Named", "Unusable", "read_choice"]

KEEP = "keep_tools"
"""The tool by whose call a model chooses."""

_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_FENCED = re.compile(r"```[a-z]*\n(.*?)```", re.DOTALL)
_BULLET = re.compile(r"^(?:[-*•]|\d+[.)])\s+")
_INNER = ("arguments", "parameters", "input")
_ENDS = {"length": "was cut off", "refusal": "was a refusal"}


class Unusable(ValueError):
    """The answer names nothing; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What an answer names, as it stands there."""

    names: tuple[str, ...] = ()
    look_up_first: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    no_tool_needed: bool = False


def read_choice(reply: Reply) -> Named:
    """What a reply names: in its call, or in a text that is JSON or has one name a line.

    Raises:
        Unusable: it was cut off or refused, is broken, or names nothing.

    >>> from callwright.core.message import assistant
    >>> read_choice(Reply(message=assistant('{"names": ["get_pet"]}'))).names
    ('get_pet',)
    """
    if reply.finish in _ENDS:
        raise Unusable(f"the answer {_ENDS[reply.finish]}")
    calls = reply.message.tool_calls
    if calls:
        return _read_calls(calls_named(reply))
    return _read_text(reply.message.text)


def calls_named(reply: Reply) -> list[Mapping[str, Json]]:
    """The arguments of the calls that choose.

    Raises:
        Unusable: there is no such call that can be read.
    """
    calls = reply.message.tool_calls
    ours = [call for call in calls if call.name == KEEP]
    if not ours:
        raise Unusable(f"the answer calls {calls[0].name!r}, which it was not given")
    readable = [call.arguments for call in ours if call.arguments is not None]
    if not readable:
        raise Unusable(f"the arguments of the answer's call cannot be read: {ours[0].fault}")
    return readable


def _read_calls(arguments: Iterable[Mapping[str, Json]]) -> Named:
    """Several calls are read as one."""
    parts = [_read_object(each) for each in arguments]
    return _checked(
        Named(
            names=tuple(name for part in parts for name in part.names),
            look_up_first=tuple(name for part in parts for name in part.look_up_first),
            groups=tuple(group for part in parts for group in part.groups),
            no_tool_needed=all(part.no_tool_needed for part in parts),
        )
    )


def _checked(named: Named) -> Named:
    if named.names or named.look_up_first or named.groups or named.no_tool_needed:
        return named
    raise Unusable("the answer names no tool")


def _read_object(value: Mapping[str, Json]) -> Named:
    return Named(
        names=_texts(value, "names"),
        look_up_first=_texts(value, "look_up_first"),
        groups=_texts(value, "groups"),
        no_tool_needed=value.get("no_tool_needed") is True,
    )


def _texts(value: Mapping[str, Json], key: str) -> tuple[str, ...]:
    listed = value.get(key)
    if listed is None:
        return ()
    if not is_array(listed):
        raise Unusable(f"{key!r} in the answer is no list")
    texts = [name for name in listed if isinstance(name, str) and name.strip()]
    if len(texts) < len(listed) and not texts:
        raise Unusable(f"{key!r} in the answer holds no text")
    return tuple(dict.fromkeys(texts))


def _read_text(text: str) -> Named:
    plain = _THOUGHT.sub("", text).strip()
    if not plain:
        raise Unusable("the answer is empty")
    fenced = _FENCED.findall(plain)
    inner = fenced[0].strip() if len(fenced) == 1 else plain
    try:
        value = parse_json(inner)
    except ValueError:
        return _checked(Named(names=tuple(dict.fromkeys(_names_in_lines(inner)))))
    return _read_value(value)


def _read_value(value: Json) -> Named:
    if is_array(value):
        return _checked(_read_object({"names": value}))
    if not is_object(value):
        raise Unusable("the answer is JSON that names nothing")
    for key in _INNER:
        # Some models write the call that they were to make as text.
        inner = value.get(key)
        if is_object(inner) and value.get("name", KEEP) == KEEP:
            return _checked(_read_object(inner))
    return _checked(_read_object(value))


def _names_in_lines(text: str) -> list[str]:
    """The names of a list with one a line, whatever is said around a list with bullets."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    bullets = [line for line in lines if _BULLET.match(line)]
    if text.lstrip().startswith(("{", "[")):
        raise Unusable("the answer is broken JSON")
    return [_BULLET.sub("", line).partition(":")[0] for line in bullets or lines]
