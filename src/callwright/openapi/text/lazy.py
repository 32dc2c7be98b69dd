"""JSON objects whose values are decoded when they are asked for.

A large document holds thousands of operations and schemas of which one run needs a handful.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from callwright.core.errors import SpecInvalid
from callwright.core.json import Json, is_object, refuse_constant
from callwright.openapi.text.scalar import MAX_DIGITS

__all__ = ["LazyObject", "has_object", "read_any_number"]

_LEVELS = 3
"""Of a document: its root; paths and components; path items and kinds of components."""

_split: Callable[[bytes | msgspec.Raw], dict[str, msgspec.Raw]] = msgspec.json.Decoder(
    dict[str, msgspec.Raw]
).decode


class LazyObject(Mapping[str, Any]):
    """An object that keeps the JSON text of its values, and decodes each once."""

    __slots__ = ("_levels", "_texts", "_values")

    def __init__(self, texts: dict[str, msgspec.Raw], levels: int) -> None:
        self._texts = texts
        self._values: dict[str, Any] = {}
        self._levels = levels

    @classmethod
    def read(cls, content: bytes) -> LazyObject:
        """Read the text of an object.

        Raises:
            msgspec.DecodeError: it is no JSON, or no object.
            RecursionError: it is nested too deeply.
        """
        return cls(_split(content), _LEVELS)

    def __repr__(self) -> str:
        return f"<LazyObject of {len(self)}>"

    def __getitem__(self, key: str) -> Any:
        if key not in self._values:
            self._values[key] = _decoded(self._texts[key], self._levels - 1)
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def whole(self) -> dict[str, Any]:
        """The object with nothing left to be decoded later."""
        return {key: _decoded(text, 0) for key, text in self._texts.items()}

    def text(self, key: str) -> msgspec.Raw | None:
        """The JSON text of a value."""
        return self._texts.get(key)


def has_object(node: Mapping[str, Any], key: str) -> bool:
    """Whether the value at a key is an object, found out without decoding it."""
    text = node.text(key) if isinstance(node, LazyObject) else None
    return is_object(node.get(key)) if text is None else _begins_object(text)


def _begins_object(text: msgspec.Raw) -> bool:
    return bytes(memoryview(text)[:1]) == b"{"


def _decoded(raw: msgspec.Raw, levels: int) -> Json | LazyObject:
    if levels and _begins_object(raw):
        return LazyObject(_split(raw), levels)
    try:
        value: Json = msgspec.json.decode(raw)
    except RecursionError:
        raise SpecInvalid("The JSON is nested too deeply.") from None
    except msgspec.DecodeError:
        # The text was checked when it was split; all that can be wrong is a number like `1e999`.
        value = read_any_number(bytes(raw))
    return value


def read_any_number(text: bytes) -> Json:
    """Read JSON text whose numbers may be too large for a float, or too long to be written again.

    >>> read_any_number(b"[1e999, -1e999]")
    [1.7976931348623157e+308, -1.7976931348623157e+308]

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    value: Json = json.loads(
        text, parse_float=_finite, parse_int=_whole, parse_constant=refuse_constant
    )
    return value


def _finite(text: str) -> float:
    return max(-sys.float_info.max, min(float(text), sys.float_info.max))


def _whole(text: str) -> float:
    return int(text) if len(text) <= MAX_DIGITS else _finite(text)
