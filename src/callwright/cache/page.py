"""Keep what lay behind a URL, with what its server needs to say whether it has changed.

Nothing is sent from here, and nothing kept is taken for current: the server is always asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

from callwright.cache.place import user_store
from callwright.cache.store import Entry, Store, entry_name

__all__ = ["Page", "Pages", "may_be_kept"]

_CONDITIONS: Mapping[str, str] = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
"""The header of an answer, and the one that sends its value back (RFC 9110, 13.1)."""
_MAX_VALIDATOR = 1000
"""Longer ones could make a request that its server refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What lay behind a URL, and the headers that ask for it only if it has changed."""

    content: bytes
    conditions: Mapping[str, str]


def may_be_kept(url: str) -> bool:
    """Whether a URL holds nothing that may be a secret: no user, no query.

    >>> may_be_kept("https://example.com/openapi.json")
    True
    >>> may_be_kept("https://example.com/openapi.json?token=x")
    False
    """
    authority = url.partition("://")[2].partition("/")[0]
    return "?" not in url and "@" not in authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Pages, each under the hash of the URL that answered with it."""

    find_store: Callable[[], Store | None] = user_store

    def get(self, url: str, max_bytes: int) -> Page | None:
        """What lay there the last time, if it was kept and has no more bytes than that."""
        store = self.find_store()
        entry = store.read(_name(url)) if store is not None else None
        if entry is None or len(entry.content) > max_bytes:
            return None
        return Page(content=entry.content, conditions=json.loads(entry.label))

    def put(self, url: str, headers: Mapping[str, str], content: bytes) -> None:
        """Keep a complete answer, if its headers allow it; else forget the one before it."""
        store = self.find_store()
        if store is None:
            return
        conditions = _conditions(headers)
        if conditions:
            label = json.dumps(conditions).encode()
            store.write(_name(url), Entry(label=label, content=content))
        else:
            store.forget(_name(url))


def _name(url: str) -> str:
    return entry_name("page", url.partition("#")[0].encode(errors="surrogatepass"))


def _conditions(headers: Mapping[str, str]) -> dict[str, str]:
    """What to ask with for a newer one; nothing where the answer must not be kept."""
    if "no-store" in _directives(headers) or not _has_known_length(headers):
        return {}
    return {
        condition: headers[name]
        for name, condition in _CONDITIONS.items()
        if _is_sendable(headers.get(name, "")) and (name != "last-modified" or _is_settled(headers))
    }


def _directives(headers: Mapping[str, str]) -> set[str]:
    return {part.strip().lower() for part in headers.get("cache-control", "").split(",")}


def _has_known_length(headers: Mapping[str, str]) -> bool:
    """Whether it would have shown that the answer was cut short.

    One that ends when the connection does may be half a spec, and "not modified" from then on.
    """
    is_chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    return is_chunked or "content-length" in headers


def _is_sendable(validator: str) -> bool:
    is_text = validator.isascii() and validator.isprintable()
    return 0 < len(validator) <= _MAX_VALIDATOR and is_text


def _is_settled(headers: Mapping[str, str]) -> bool:
    """Whether the page cannot have changed again within the second that its date names.

    That is so when the answer was made a second later (RFC 9110, 8.8.2.2).
    """
    try:
        modified, answered = (
            parsedate_to_datetime(headers[name]) for name in ("last-modified", "date")
        )
        return answered - modified >= timedelta(seconds=1)
    except (KeyError, ValueError, TypeError):  # no date, or one with and one without a zone
        return False
