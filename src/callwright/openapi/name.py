"""A name for each operation that every provider accepts.

A name depends on nothing but what the document holds: not on the order of the file, not on which
operations were filtered out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

__all__ = ["MAX_LENGTH", "tool_names"]

MAX_LENGTH = 64
"""OpenAI and Anthropic accept no longer function names."""

_LEGAL = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BETWEEN_WORDS = re.compile(r"[^A-Za-z0-9-]+")
_HASH_LENGTHS = (6, 12, 24, 48)
# The longest made names are ours alone, so that no operationId can be one by intent.
_OURS = re.compile(r".+_[0-9a-f]{48}")


def tool_names(operations: Iterable[tuple[str, str, str | None]]) -> list[str]:
    """Name the operations of one document, given as (method, path, operationId), in their order.

    >>> tool_names([("GET", "/users/{id}", "getUser"), ("PUT", "/users/{id}", None)])
    ['getUser', 'put_users_id_38ddba']
    """
    # Three lists, not a tuple for each operation: Python's collector looks at every tuple.
    methods: list[str] = []
    paths: list[str] = []
    ids: list[str | None] = []
    for method, path, operation_id in operations:
        methods.append(method)
        paths.append(path)
        ids.append(operation_id)
    names = [*map(_name, methods, paths, ids)]
    for length in _HASH_LENGTHS:
        for index in _sharing(names):
            names[index] = _made_name(methods[index], paths[index], ids[index], length)
    return names


def _sharing(names: Sequence[str]) -> list[int]:
    """Which of the names stand there more than once."""
    if len(set(names)) == len(names):
        return []
    counts = Counter(names)
    return [index for index, name in enumerate(names) if counts[name] > 1]


def _name(method: str, path: str, operation_id: str | None) -> str:
    if operation_id and _is_usable(operation_id):
        return operation_id
    return _made_name(method, path, operation_id)


def _is_usable(operation_id: str) -> bool:
    if _LEGAL.fullmatch(operation_id) is None:
        return False
    return len(operation_id) < _HASH_LENGTHS[-1] or not _OURS.fullmatch(operation_id)


def _made_name(
    method: str, path: str, operation_id: str | None, length: int = _HASH_LENGTHS[0]
) -> str:
    """A readable name, unique by a hash of method and path."""
    digest = hashlib.sha256(f"{method} {path}".encode(errors="surrogatepass")).hexdigest()[:length]
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
