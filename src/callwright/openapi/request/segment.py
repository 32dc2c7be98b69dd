"""Whether a path value stays where its template has it, whoever decodes it and how often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

__all__ = ["stays_in_place"]

# A proxy may decode once, and what stands behind it once more; beyond this many nobody does.
_MAX_DECODINGS = 8


def stays_in_place(written: str) -> bool:
    """Whether a percent-encoded value leads neither out of its place in a path nor to nothing.

    An empty value is refused although RFC 6570 has one: `DELETE /users/{id}` would reach all users.
    So is a dot, which is taken out of a path by clients and servers alike (RFC 3986, 5.2.4).

    >>> [stays_in_place(text) for text in ("a%2F..%2Fb", "..%2Fadmin", "%252e%252e", ".", "")]
    [True, False, False, False, False]
    """
    return bool(written) and not any(map(_leads_away, _decodings(written)))


def _decodings(text: str) -> Iterator[str]:
    for _ in range(_MAX_DECODINGS):
        yield text
        decoded = unquote(text)
        if decoded == text:
            return
        text = decoded


def _leads_away(text: str) -> bool:
    """Whether dot segments take back all the names before them, or more."""
    if "." not in text:
        return False
    depth = 0
    # Servlet containers drop what stands behind a `;` before they look for dots.
    parts = [part.partition(";")[0] for part in re.split(r"[/\\]", text)]
    for part in parts:
        depth += -1 if part == ".." else part not in ("", ".")
        if depth < 0:
            return True
    return depth == 0 and not _DOTS.isdisjoint(parts)


_DOTS = frozenset({".", ".."})
