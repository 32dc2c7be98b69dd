"""Where a redirect may lead a call, and what of it goes along. Nothing is sent from here."""

from __future__ import annotations

import httpx2

from callwright.core.errors import RedirectRefused
from callwright.http.retry import SAFE_METHODS
from callwright.openapi.answer.response import Answer
from callwright.openapi.request.quiet import QuietRequest

__all__ = ["BARE", "is_redirect", "next_request", "origin_of", "target_of"]

BARE = "callwright.bare"
"""The extension of a request that left its origin: whoever sends it adds nothing of its own."""

_STATUSES = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_PLAIN_HEADERS = frozenset({"accept", "accept-language", "user-agent"})
"""All that goes to another origin: any other header may be a credential, whatever its name."""
_CONTENT_HEADERS = frozenset(
    {"content-type", "content-length", "content-encoding", "transfer-encoding"}
)


def is_redirect(answer: Answer) -> bool:
    """Whether an answer points elsewhere for the same thing (RFC 9110, 15.4)."""
    return answer.status in _STATUSES and bool(answer.headers.get("location", "").strip())


def origin_of(url: httpx2.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port of a URL (RFC 6454, 4)."""
    return url.scheme, url.host.lower().removesuffix("."), url.port or _PORTS.get(url.scheme)


def target_of(url: httpx2.URL, location: str) -> httpx2.URL:
    """Where a redirect from a URL leads.

    Raises:
        RedirectRefused: from https to http, to no web address, or to one with a user in it.
    """
    target: httpx2.URL | None
    try:
        target = url.join(location).copy_with(fragment=None)
    except (httpx2.InvalidURL, ValueError):
        target = None
    if target is None:
        raise _refused(url, location, "that is no URL")
    if target.scheme not in ("http", "https") or not target.host:
        raise _refused(url, location, "only http and https addresses are followed")
    if url.scheme == "https" and target.scheme == "http":
        raise _refused(url, location, "https is not left for http")
    if target.userinfo:
        raise _refused(url, location, "its address holds a user or a password")
    return target


def next_request(request: httpx2.Request, answer: Answer) -> httpx2.Request:
    """The request that a redirect asks for.

    Raises:
        RedirectRefused: it leads where no redirect may, or would carry more than a question to
            another origin.
    """
    location = answer.headers["location"].strip()
    target = target_of(request.url, location)
    is_same = origin_of(request.url) == origin_of(target)
    method = _method(request.method, answer.status)
    if not is_same and (method not in ("GET", "HEAD") or _is_lost(request, answer)):
        raise _refused(request.url, location, "only what reads goes on to another origin")
    is_whole = method == request.method and is_same
    follow_up = QuietRequest(
        method,
        target,
        headers=_headers(request, is_same=is_same, is_whole=is_whole),
        content=request.content if is_whole else None,
        extensions=request.extensions if is_same else {**request.extensions, BARE: True},
    )
    follow_up.method = method  # httpx2 writes it in capitals; OAS 3.2 keeps its case
    return follow_up


def _is_lost(request: httpx2.Request, answer: Answer) -> bool:
    """Whether following would pass over in silence that nothing was written."""
    return answer.status != 303 and request.method.upper() not in SAFE_METHODS


def _method(method: str, status: int) -> str:
    """303 asks for what lies there; 301 and 302 have always turned POST into GET (15.4.2)."""
    is_turned = status == 303 or (status in (301, 302) and method.upper() == "POST")
    return "GET" if is_turned and method.upper() not in ("GET", "HEAD") else method


def _headers(
    request: httpx2.Request, *, is_same: bool, is_whole: bool
) -> list[tuple[bytes, bytes]]:
    dropped = {"host"} if is_whole else {"host", *_CONTENT_HEADERS}
    return [
        (name, value)
        for name, value in request.headers.raw
        if (lower := name.decode("latin-1").lower()) not in dropped
        and (is_same or lower in _PLAIN_HEADERS)
    ]


def _refused(url: httpx2.URL, location: str, reason: str) -> RedirectRefused:
    what = f"{url.host} redirects to {location!r}, which is not followed: {reason}."
    return RedirectRefused(what, location=location)
