"""A name for each operation that every provider accepts.

A name depends on nothing but its own operation and on how often its operationId stands in the
document: not on the order of the file, not on which operations were filtered out.
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
_HASH_LENGTH = 6


def tool_names(
    operations: Iterable[tuple[str, str, str | None]],
) -> Mapping[tuple[str, str], str]:
    """Name the operations of one document, given as (method, path, operationId).

    >>> names = tool_names([("GET", "/users/{id}", "getUser"), ("PUT", "/users/{id}", None)])
    >>> names["GET", "/users/{id}"]
    'getUser'
    >>> names["PUT", "/users/{id}"]
    'put_users_id_2be834'
    """
    listed = list(operations)
    counts = Counter(operation_id for _, _, operation_id in listed)
    return {
        (method, path): operation_id
        if operation_id and counts[operation_id] == 1 and _LEGAL.fullmatch(operation_id)
        else _made_name(method, path, operation_id)
        for method, path, operation_id in listed
    }


def _made_name(method: str, path: str, operation_id: str | None) -> str:
    """A readable name, unique by a short hash of method and path."""
    digest = hashlib.sha256(f"{method} {path}".encode()).hexdigest()[:_HASH_LENGTH]
    readable = re.sub(r"[^A-Za-z0-9_-]+", "_", operation_id or f"{method.lower()} {path}")
    stem = re.sub(r"__+", "_", readable).strip("_-") or method.lower()
    return f"{_shortened(stem, MAX_LENGTH - _HASH_LENGTH - 1)}_{digest}"


def _shortened(stem: str, length: int) -> str:
    """The beginning of a name, cut between words where that costs little."""
    if len(stem) <= length:
        return stem
    cut = stem[:length]
    at_word = max(cut.rfind("_"), cut.rfind("-"))
    return cut[:at_word] if at_word > length * 2 // 3 else cut
