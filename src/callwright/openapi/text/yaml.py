"""YAML as YAML 1.2 means it, built from PyYAML's stream of events.

Only what JSON can hold comes out: PyYAML's own loaders turn `NO` into False and dates into
objects, as YAML 1.1 did, and let aliases and merge keys grow without bound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from callwright.core.errors import SpecInvalid
from callwright.core.json import Json, is_array, is_object
from callwright.openapi.report import Finding
from callwright.openapi.text.repeated import RepeatedKeys
from callwright.openapi.text.scalar import PlainScalars, read_scalar

__all__ = ["MAX_ALIAS_NODES", "MAX_DEPTH", "ParsedYaml", "parse_yaml", "read_yaml"]

MAX_DEPTH = 500
"""Levels of nesting. Real documents stay below 100."""

MAX_ALIAS_NODES = 1_000_000
"""Values that aliases and merge keys may repeat in all; a bomb repeats billions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedYaml:
    """A document's value, and what was repaired in its text."""

    value: Json
    findings: tuple[Finding, ...] = ()


def parse_yaml(text: str) -> Json:
    """The value of a YAML document, as `read_yaml` reads it.

    >>> parse_yaml("country: NO")
    {'country': 'NO'}
    """
    return read_yaml(text).value


def read_yaml(text: str) -> ParsedYaml:
    """Read one YAML document by the core schema of YAML 1.2, merge keys included.

    YAML forbids to repeat a key; here its last value counts, as in JSON, and a finding says so.

    Raises:
        SpecInvalid: the text is no YAML, holds several documents, or exceeds a cap.
    """
    try:
        return _read(text)
    except SpecInvalid:
        mended = _SURROGATE_PAIR.sub(_join, text).translate(_STAND_INS)
        if mended == text:
            raise
        return _read(mended, restore=True)


# PyYAML's parsers follow YAML 1.1, which JSON was no part of: they know no surrogate pairs, refuse
# control characters such as a stray "\x92", and take what only looks like a line end for one.
_SURROGATE_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89aAbB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_STAND_INS = {code: 0x100000 + code for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}
"""For such characters, private ones of the last plane, which no text has."""
_MEANT = {stand_in: code for code, stand_in in _STAND_INS.items()}


def _join(pair: re.Match[str]) -> str:
    before, high, low = pair.groups()
    return before + chr(0x10000 + (int(high, 16) - 0xD800) * 0x400 + int(low, 16) - 0xDC00)


def _read(text: str, *, restore: bool = False) -> ParsedYaml:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder()
    try:
        next_event = loader(text).get_event
        value = builder.build(_restoring(next_event) if restore else next_event)
    except yaml.YAMLError as error:
        reason = _reason(error)
        if "nesting depth" in reason:  # libyaml has a cap of its own, and looks ahead
            raise SpecInvalid(f"The YAML is nested more than {MAX_DEPTH} levels deep.") from None
        raise SpecInvalid(f"The text is no YAML: {reason}.") from None
    except UnicodeEncodeError:
        raise SpecInvalid("The text is no YAML: it holds half a surrogate pair.") from None
    return ParsedYaml(value=value, findings=builder.repeated.findings(value))


def _restoring(next_event: Callable[[], Any]) -> Callable[[], Any]:
    def restored() -> Any:
        event = next_event()
        if hasattr(event, "value"):
            event.value = event.value.translate(_MEANT)
        return event

    return restored


def _reason(error: Any) -> str:
    problem = getattr(error, "problem", None) or str(error).replace("\n", " ")
    mark = getattr(error, "problem_mark", None)
    return f"{problem} in line {mark.line + 1}, column {mark.column + 1}" if mark else problem


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an alias repeats."""

    value: Any
    text: str | None = None
    """How a scalar is written: what its alias means as a key."""
    size: int = 0
    """How many values are in it, down to the last."""
    height: int = 0
    """How many levels of collections it has."""


@dataclass(frozen=True, slots=True)
class _OpenAnchor:
    """The anchor of a collection that is being read, and what had been counted before it."""

    name: str
    level: int
    values: int
    deepest: int


@dataclass(frozen=True, slots=True, eq=False)
class _MergeKey:
    """One `<<` among the keys of its mapping, whose others are text, until that is complete."""

    event: Any


_ITEM = object()


class _Builder:
    """Builds the value, event by event, without recursion."""

    def __init__(self) -> None:
        self.repeated = RepeatedKeys()
        self._documents = 0
        self._has_merges = False
        self._anchors: dict[str, _Anchored] = {}
        self._open_anchors: list[_OpenAnchor] = []
        self._values = 0
        self._copied = 0
        self._deepest = 0

    def build(self, next_event: Callable[[], Any]) -> Json:  # noqa: C901
        """The value of the one document that the events make."""
        # A document of 10 MB comes as half a million events. With a call or two for each, this
        # would take longer than the C parser does; so calls are made only for what is rare.
        from yaml.events import (
            AliasEvent,
            MappingEndEvent,
            MappingStartEvent,
            ScalarEvent,
            SequenceEndEvent,
            SequenceStartEvent,
        )

        typed, keys = PlainScalars(), dict[str, str]()
        root: list[Any] = []
        whole: Any = root
        key: Any = _ITEM  # in a sequence; in a mapping None, until its next key is read
        outer: list[tuple[Any, Any]] = []
        while True:
            event = next_event()
            kind = event.__class__
            if kind is ScalarEvent:
                text = event.value
                if event.anchor is not None or event.tag is not None or text == "<<":
                    part = self._marked(event, key is None)
                elif key is None:
                    part = keys.setdefault(text, text)
                else:
                    part = text if event.style else typed[text]
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                outer.append((whole, key))
                is_marked = event.anchor is not None or event.tag is not None
                if key is None or is_marked or len(outer) > self._deepest:
                    self._opened(event, len(outer), key is None)
                whole, key = ({}, None) if kind is MappingStartEvent else ([], _ITEM)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                part = whole
                self._values += len(part)
                if self._has_merges or self._open_anchors:
                    self._closed(part, len(outer))
                whole, key = outer.pop()
            elif kind is AliasEvent:
                part = self._repeat(event, len(outer), key is None)
            elif event is None:
                return root[0] if root else None
            else:
                self._count_document(event)
                continue
            if key is _ITEM:
                whole.append(part)
            elif key is None:
                key = part
            else:
                if key in whole:
                    self.repeated.note(whole, key)
                whole[key] = part
                key = None

    def _marked(self, event: Any, is_key: bool) -> Any:
        """A scalar that has an anchor or a tag, or may be a merge key."""
        _check_tag(event)
        is_text = event.style and event.tag is None
        value = event.value if is_text else read_scalar(event.value, event.tag)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, event.value)
        if not is_key:
            return value
        if event.value != "<<" or event.style or event.tag is not None:
            return event.value
        self._has_merges = True
        return _MergeKey(event)

    def _opened(self, event: Any, level: int, is_key: bool) -> None:
        """Check a collection that begins, and remember its anchor."""
        _check_tag(event)
        if is_key:
            raise _invalid("A YAML key is no text", event)
        if level > MAX_DEPTH:
            raise _too_deep(event)
        if event.anchor is not None:
            # Inside, its name means nothing: JSON has no value that holds itself.
            self._anchors.pop(event.anchor, None)
            before = _OpenAnchor(event.anchor, level, self._values, self._deepest)
            self._open_anchors.append(before)
            self._deepest = level
        self._deepest = max(self._deepest, level)

    def _closed(self, whole: Any, level: int) -> None:
        """Complete a collection that may have merge keys or an anchor."""
        if self._has_merges and not isinstance(whole, list):
            _merge(whole)
        if self._open_anchors and self._open_anchors[-1].level == level:
            before = self._open_anchors.pop()
            size, height = self._values - before.values, self._deepest - level + 1
            self._anchors[before.name] = _Anchored(whole, None, size, height)
            self._deepest = max(self._deepest, before.deepest)

    def _repeat(self, event: Any, level: int, is_key: bool) -> Any:
        """What an alias means."""
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            raise _invalid(f"The YAML alias *{event.anchor} names nothing before it", event)
        if is_key and anchored.text is None:
            raise _invalid("A YAML key is no text", event)
        self._copied += anchored.size + 1
        if self._copied > MAX_ALIAS_NODES:
            raise SpecInvalid("The YAML's aliases repeat too much.", remedy="It may be an attack.")
        self._values += anchored.size
        self._deepest = max(self._deepest, level + anchored.height)
        if self._deepest > MAX_DEPTH:
            raise _too_deep(event)
        return anchored.text if is_key else anchored.value

    def _count_document(self, event: Any) -> None:
        self._documents += type(event).__name__ == "DocumentStartEvent"
        if self._documents > 1:
            # Which one is meant?
            raise SpecInvalid("The text holds several YAML documents; give one of them.")


def _merge(members: dict[Any, Any]) -> None:
    """Put what merge keys bring in before a mapping's own members: those win, then earlier ones."""
    merge_keys = [key for key in members if isinstance(key, _MergeKey)]
    sources = [source for key in merge_keys for source in _sources(members.pop(key), key.event)]
    if not sources:
        return
    own = dict(members)
    members.clear()
    for source in sources:
        members.update({key: value for key, value in source.items() if key not in members})
    members.update(own)


def _sources(value: Any, event: Any) -> Iterator[Mapping[str, Any]]:
    for source in value if is_array(value) else [value]:
        if not is_object(source):
            raise _invalid("A YAML merge key brings in no mapping", event)
        yield source


def _too_deep(event: Any) -> SpecInvalid:
    return _invalid(f"The YAML is nested more than {MAX_DEPTH} levels deep", event)


def _invalid(what: str, event: Any) -> SpecInvalid:
    mark = event.start_mark
    return SpecInvalid(f"{what} in line {mark.line + 1}, column {mark.column + 1}.")


_CODE = tuple(f"tag:yaml.org,2002:python/{kind}" for kind in ("object", "name", "module"))


def _check_tag(event: Any) -> None:
    """Refuse a tag that asks for code to be run; nothing here would, but it means harm."""
    if event.tag is not None and event.tag.startswith(_CODE):
        raise _invalid(f"The YAML tag {event.tag!r} stands for a Python object", event)
