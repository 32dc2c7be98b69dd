"""Scalars of YAML by the core schema of YAML 1.2, as far as JSON can hold what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from callwright.core.json import Json

__all__ = ["MAX_DIGITS", "PlainScalars", "read_scalar"]

_WORDS: Mapping[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_TAGS: Mapping[str | None, Any] = {
    None: object,
    "tag:yaml.org,2002:null": type(None),
    "tag:yaml.org,2002:bool": bool,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": (int, float),
}
MAX_DIGITS = 4_000
"""Python refuses to read and to write integers of more than 4,300 digits; in YAML a longer scalar
stays text."""

_MAX_IN_OTHER_BASE = 3_000
"""Digits; 16 to this power has fewer than `MAX_DIGITS`."""

_MAX_KEPT = 40
"""Longer scalars than this are seldom repeated."""


def read_scalar(text: str, tag: str | None = None) -> Json:
    """The value of a plain scalar, or of one with a tag: text, unless the core schema has the tag.

    >>> read_scalar("0o17"), read_scalar("0o17", "tag:yaml.org,2002:str"), read_scalar("NO")
    (15, '0o17', 'NO')
    """
    value = _typed(text)
    return value if isinstance(value, _TAGS.get(tag, str)) else text


class PlainScalars(dict[str, Json]):
    """Plain scalars by their text: a document repeats the same ones thousands of times."""

    def __missing__(self, text: str) -> Json:
        value = _typed(text)
        if len(text) <= _MAX_KEPT:
            self[text] = value
        return value


def _typed(text: str) -> Json:
    """A plain scalar as section 10.3.2 of YAML 1.2.2 resolves it."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > MAX_DIGITS or text[0] not in "-+.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if len(text) <= _MAX_IN_OTHER_BASE and _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    # JSON has no infinity: `1e999` stays text.
    if _FLOAT.fullmatch(text) and abs(number := float(text)) != float("inf"):
        return number
    return text
