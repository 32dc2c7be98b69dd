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
_BETWEEN_WORDS = re.compile(r"[^A-Za-z0-9-]+")
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
        key: operation_id
        if operation_id and _is_usable(operation_id)
        else _made_name(*key, operation_id, _HASH_LENGTHS[0])
        for key, operation_id in ids.items()
    }
    for length in _HASH_LENGTHS:
        again = _sharing(names)
        names.update({key: _made_name(*key, ids[key], length) for key in again})
    return names


def _sharing(names: Mapping[tuple[str, str], str]) -> list[tuple[str, str]]:
    """The operations that share their names."""
    if len(set(names.values())) == len(names):
        return []
    counts = Counter(names.values())
    return [key for key, name in names.items() if counts[name] > 1]


def _is_usable(operation_id: str) -> bool:
    if _LEGAL.fullmatch(operation_id) is None:
        return False
    return len(operation_id) < _HASH_LENGTHS[-1] or not _OURS.fullmatch(operation_id)


def _made_name(method: str, path: str, operation_id: str | None, length: int) -> str:
    """A readable name, unique by a hash of method and path."""
    digest = hashlib.sha256(f"{method} {path}".encode(errors="replace")).hexdigest()[:length]
    readable = _BETWEEN_WORDS.sub("_", operation_id or f"{method.lower()} {path}").strip("_-")
    stem = readable or method.lower()
    return f"{_shortened(stem, MAX_LENGTH - length - 1)}_{digest}"


def _shortened(stem: str, length: int) -> str:
    """The first word of a name and as many of the last as there is room for; these say most."""
    if len(stem) <= length:
        return stem
    first = stem.partition("_")[0]
    rest = stem[len(stem) - length + len(first) + 1 :] if len(first) < length // 2 else ""
    begins_word = stem[-len(rest) - 1] == "_" if rest else False
    last = rest if begins_word else rest.partition("_")[2]
    return f"{first}_{last}" if len(last) > length // 4 else stem[:length].rstrip("_-")
