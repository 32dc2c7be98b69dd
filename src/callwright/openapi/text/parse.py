"""From the bytes of a spec, JSON or YAML, to the mapping that they hold. Reads and writes nothing
but the cache that it is handed.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from callwright.core.errors import SpecInvalid
from callwright.core.json import Json, dump_json, is_object
from callwright.openapi.report import Finding
from callwright.openapi.text.lazy import LazyObject, read_any_number
from callwright.openapi.text.yaml import read_yaml

__all__ = ["ParsedCache", "ParsedSpec", "parse"]

_CHUNK = 1 << 16
_SPACE = b" \t\r\n"
# Smaller texts are parsed sooner than a cache is looked into.
_WORTH_CACHING = 1 << 16
# Python 3.11 counts the levels of C code among its own; what is read lazily may be read from
# deeper down the stack than it was checked from.
_STACK_RESERVE = 300


class ParsedCache(Protocol):
    """Keeps the JSON that YAML texts were found to mean."""

    def get(self, content: bytes) -> bytes | None:
        """The JSON of a text that was kept before."""
        ...

    def put(self, content: bytes, parsed: bytes) -> None:
        """Keep the JSON of a text."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedSpec:
    """What a spec holds, the same as JSON text if it came as bytes, and what was mended."""

    raw: Mapping[str, Any]
    content: bytes = b""
    findings: tuple[Finding, ...] = ()


def parse(content: bytes, cache: ParsedCache | None = None) -> ParsedSpec:
    """Read the bytes of a spec.

    Raises:
        SpecInvalid: they are no UTF-8, no JSON and no YAML, or hold no object.
    """
    _check_text(content)
    content = content.removeprefix(codecs.BOM_UTF8)
    match content.lstrip(_SPACE)[:1]:
        case b"":
            raise SpecInvalid("The text is empty.", remedy=_GIVE_THE_TEXT)
        case b"<":
            raise SpecInvalid(
                "The text is an HTML or XML page, no OpenAPI document.",
                remedy=_GIVE_THE_TEXT,
            )
        case b"{" | b"[":
            return _parse_json(content, cache)
        case _:
            return _parse_yaml(content, cache)


_GIVE_THE_TEXT = "Give the address of the JSON or YAML itself, often /openapi.json."


def _check_text(content: bytes) -> None:
    """Refuse what is no UTF-8, piece by piece: as text a large spec would take several times its
    size."""
    if content.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    whole = memoryview(content)
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(whole[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise SpecInvalid(f"The text is not UTF-8 ({error.reason}).") from None


def _parse_json(content: bytes, cache: ParsedCache | None) -> ParsedSpec:
    try:
        return ParsedSpec(raw=_read_json(content), content=content)
    except RecursionError:
        raise SpecInvalid("The JSON is nested too deeply.") from None
    except msgspec.ValidationError:
        raise SpecInvalid(
            "The text holds a list, no OpenAPI document.", remedy=_GIVE_THE_TEXT
        ) from None
    except msgspec.DecodeError as error:
        return _parse_broken_json(content, error, cache)


def _no_document(kind: str) -> SpecInvalid:
    return SpecInvalid(f"The text holds {kind}, no OpenAPI document.", remedy=_GIVE_THE_TEXT)


def _read_json(content: bytes) -> LazyObject:
    return _with_reserve(lambda: LazyObject.read(content), _STACK_RESERVE)


def _with_reserve(read: Callable[[], LazyObject], levels: int) -> LazyObject:
    return read() if levels == 0 else _with_reserve(read, levels - 1)


def _parse_broken_json(
    content: bytes, error: msgspec.DecodeError, cache: ParsedCache | None
) -> ParsedSpec:
    """Half a surrogate pair is replaced; flow-style YAML and JSON with comments start alike."""
    mended = _without_half_surrogates(content)
    if mended is not None:
        reason = "Halves of surrogate pairs, which are no text, were replaced."
        finding = Finding(kind="repaired", reason=reason)
        return ParsedSpec(raw=_read_json(mended), content=mended, findings=(finding,))
    try:
        return _parse_yaml(content, cache)
    except SpecInvalid:
        raise SpecInvalid(f"The text is no JSON: {_place_of_fault(content, error)}.") from None


def _place_of_fault(content: bytes, error: Exception) -> str:
    """What is wrong, with the line and the column, which Python's own reader tells."""
    try:
        json.loads(content)
    except json.JSONDecodeError as told:
        return f"{error} in line {told.lineno}, column {told.colno}"
    except (ValueError, RecursionError):
        pass
    return str(error)


def _without_half_surrogates(content: bytes) -> bytes | None:
    """The same JSON, if nothing else is wrong with it; Python's reader lets them pass."""
    if b"\\u" not in content:
        return None
    try:
        return dump_json(read_any_number(content)).encode(errors="replace")
    except (ValueError, RecursionError):
        return None


def _parse_yaml(content: bytes, cache: ParsedCache | None) -> ParsedSpec:
    if len(content) < _WORTH_CACHING:
        cache = None
    kept = cache.get(content) if cache is not None else None
    if kept is not None:
        return ParsedSpec(raw=_read_json(kept), content=kept)
    read = read_yaml(content.decode())
    if not is_object(read.value):
        kind = "a list" if isinstance(read.value, list) else "plain text"
        raise _no_document(kind)
    parsed = _as_json(read.value)
    if cache is not None and not read.findings:
        cache.put(content, parsed)
    return ParsedSpec(raw=read.value, content=parsed, findings=read.findings)


def _as_json(value: Json) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (OverflowError, UnicodeEncodeError):  # integers of more than 64 bits, half surrogates
        return dump_json(value).encode(errors="replace")
