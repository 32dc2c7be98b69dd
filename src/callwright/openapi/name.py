"""A name for each operation that every provider accepts.

A name depends on nothing but what the document holds: not on the order of the file, not on which
operations were filtered out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping

__all__ = ["MAX_LENGTH", "tool_names"]

MAX_LENGTH = 64
"""OpenAI and Anthropic accept no longer function names."""

_LEGAL = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HASH_LENGTHS = (6, 12, 24, 48)
# The longest made names are ours alone, so that no operationId can be one by intent.
_OURS = re.compile(r".+_[0-9a-f]{48}")


def tool_names(
    operations: Iterable[tuple[str, str, str | None]],
) -> Mapping[tuple[str, str], str]:
    """Name the operations of one document, given as (method, path, operationId).

    >>> names = tool_names([("GET", "/users/{id}", "getUser"), ("PUT", "/users/{id}", None)])
    >>> names["GET", "/users/{id}"]
    'getUser'
    >>> names["PUT", "/users/{id}"]
    'put_users_id_38ddba'
    """
    ids = {(method, path): operation_id for method, path, operation_id in operations}
    names = {
        key: operation_id if operation_id and _is_usable(operation_id) else ""
        for key, operation_id in ids.items()
    }
    for length in _HASH_LENGTHS:
        counts = Counter(names.values())
        again = [key for key, name in names.items() if not name or counts[name] > 1]
        names |= {key: _made_name(*key, ids[key], length) for key in again}
    return names


def _is_usable(operation_id: str) -> bool:
    return bool(_LEGAL.fullmatch(operation_id)) and not _OURS.fullmatch(operation_id)


def _made_name(method: str, path: str, operation_id: str | None, length: int) -> str:
    """A readable name, unique by a hash of method and path."""
    digest = hashlib.sha256(f"{method} {path}".encode(errors="replace")).hexdigest()[:length]
    readable = re.sub(r"[^A-Za-z0-9_-]+", "_", operation_id or f"{method.lower()} {path}")
    stem = re.sub(r"__+", "_", readable).strip("_-") or method.lower()
    return f"{_shortened(stem, MAX_LENGTH - length - 1)}_{digest}"


def _shortened(stem: str, length: int) -> str:
    """The beginning of a name, cut between words where that costs little."""
    if len(stem) <= length:
        return stem
    cut = stem[:length]
    at_word = max(cut.rfind("_"), cut.rfind("-"))
    return cut[:at_word] if at_word > length * 2 // 3 else cut
