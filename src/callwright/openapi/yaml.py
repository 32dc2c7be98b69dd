"""YAML as YAML 1.2 means it, built from PyYAML's stream of events.

Only what JSON can hold comes out: PyYAML's own loaders turn `NO` into False and dates into
objects, as YAML 1.1 did, and let aliases and merge keys grow without bound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from callwright.core.errors import SpecInvalid
from callwright.core.json import Json, is_array, is_object

__all__ = ["MAX_ALIAS_NODES", "MAX_DEPTH", "parse_yaml"]

MAX_DEPTH = 500
"""Levels of nesting. Real documents stay below 100."""

MAX_ALIAS_NODES = 1_000_000
"""Values that aliases and merge keys may repeat in all; a bomb repeats billions."""

_Object: TypeAlias = dict[str, Any]


def parse_yaml(text: str) -> Json:
    """Read one YAML document by the core schema of YAML 1.2, merge keys included.

    Raises:
        SpecInvalid: the text is no YAML, holds several documents, repeats a key, or exceeds a cap.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise SpecInvalid(f"The text is no YAML: {_reason(error)}.") from None
    return builder.root


def _reason(error: Any) -> str:
    problem = getattr(error, "problem", None) or str(error).replace("\n", " ")
    mark = getattr(error, "problem_mark", None)
    return f"{problem} in line {mark.line + 1}, column {mark.column + 1}" if mark else problem


@dataclass(slots=True)
class _Frame:
    """A collection that is being read."""

    value: _Object | list[Any]
    anchor: str | None
    key: str | None = None
    """The key whose value comes next; in a mapping without one, a key comes next."""
    merged: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    """What merge keys bring in; keys of the mapping itself win."""
    size: int = 1


class _Builder:
    """Builds the value, event by event, without recursion."""

    def __init__(self) -> None:
        self.root: Json = None
        self._frames: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._repeated = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        """Take the next event."""
        handler = _HANDLERS.get(type(event).__name__)
        if handler is not None:
            handler(self, event)

    def start_document(self, _event: Any) -> None:
        """A second document in the same text is refused: which one is meant?"""
        self._documents += 1
        if self._documents > 1:
            raise SpecInvalid("The text holds several YAML documents; give one of them.")

    def start_mapping(self, event: Any) -> None:
        """Open a mapping."""
        self._open({}, event)

    def start_sequence(self, event: Any) -> None:
        """Open a sequence."""
        self._open([], event)

    def _open(self, value: _Object | list[Any], event: Any) -> None:
        if len(self._frames) >= MAX_DEPTH:
            raise SpecInvalid(f"The YAML is nested more than {MAX_DEPTH} levels deep{_at(event)}.")
        self._frames.append(_Frame(value, event.anchor))

    def end_collection(self, event: Any) -> None:
        """Close the innermost collection and hand it to the one around it."""
        frame = self._frames.pop()
        if isinstance(frame.value, dict) and frame.merged:
            frame.value = _merged(frame.value, frame.merged)
        self._place(frame.value, frame.anchor, frame.size, event)

    def scalar(self, event: Any) -> None:
        """Take a scalar: a key as its text, a value by its type."""
        frame = self._frames[-1] if self._frames else None
        is_key = frame is not None and isinstance(frame.value, dict) and frame.key is None
        plain = event.implicit[0] and not is_key
        value = _typed(event.value) if plain else event.value
        self._place(value, event.anchor, 1, event)

    def alias(self, event: Any) -> None:
        """Repeat what an anchor named."""
        if event.anchor not in self._anchors:
            raise SpecInvalid(
                f"The YAML alias *{event.anchor} names nothing before it{_at(event)}."
            )
        value, size = self._anchors[event.anchor]
        self._repeated += size
        if self._repeated > MAX_ALIAS_NODES:
            raise SpecInvalid("The YAML's aliases repeat too much.", remedy="It may be an attack.")
        self._place(value, None, size, event)

    def _place(self, value: Any, anchor: str | None, size: int, event: Any) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, size)
        if not self._frames:
            self.root = value
            return
        frame = self._frames[-1]
        frame.size += size
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.key is None:
            frame.key = self._key(value, event)
        else:
            self._set(frame, frame.key, value, event)
            frame.key = None

    def _key(self, value: Any, event: Any) -> str:
        if not isinstance(value, str):
            raise SpecInvalid(f"A YAML key is no text{_at(event)}.")
        return value

    def _set(self, frame: _Frame, key: str, value: Any, event: Any) -> None:
        assert isinstance(frame.value, dict)  # noqa: S101  # for the type checkers
        if key == "<<":
            frame.merged.extend(_merge_sources(value, event))
        elif key in frame.value:
            raise SpecInvalid(f"The YAML repeats the key {key!r}{_at(event)}.")
        else:
            frame.value[key] = value


_HANDLERS: dict[str, Callable[[_Builder, Any], None]] = {
    "DocumentStartEvent": _Builder.start_document,
    "MappingStartEvent": _Builder.start_mapping,
    "MappingEndEvent": _Builder.end_collection,
    "SequenceStartEvent": _Builder.start_sequence,
    "SequenceEndEvent": _Builder.end_collection,
    "ScalarEvent": _Builder.scalar,
    "AliasEvent": _Builder.alias,
}


def _merged(own: _Object, sources: list[Mapping[str, Any]]) -> _Object:
    """A mapping over what its merge keys bring in, of which the earlier win."""
    result: _Object = {}
    for source in reversed(sources):
        result.update(source)
    return result | own


def _merge_sources(value: Any, event: Any) -> Iterator[Mapping[str, Any]]:
    for source in value if is_array(value) else [value]:
        if not is_object(source):
            raise SpecInvalid(f"A YAML merge key brings in no mapping{_at(event)}.")
        yield source


def _at(event: Any) -> str:
    mark = event.start_mark
    return f" in line {mark.line + 1}, column {mark.column + 1}"


_WORDS: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_MAX_DIGITS = 4_000
"""Python refuses to read longer integers; such a scalar stays text."""


def _typed(text: str) -> Json:
    """A plain scalar by the core schema, YAML 1.2.2 section 10.3.2."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _MAX_DIGITS or text[0] not in "-+.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    # JSON has no infinity: `1e999` stays text.
    if _FLOAT.fullmatch(text) and abs(number := float(text)) != float("inf"):
        return number
    return text
