"""What a provider says went wrong, in whichever of the shapes that are in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callwright.core.json import Json, dump_json, is_array, is_object, parse_json

__all__ = ["Fault", "inner_status", "one_line", "read_fault", "status_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A provider's own words: its message in one line, and the names it has for the fault."""

    message: str = ""
    type: str = ""
    code: str = ""

    def __str__(self) -> str:
        names = ", ".join(dict.fromkeys(name for name in (self.type, self.code) if name))
        message = self.message or "it does not say why"
        return f"({names}) {message}" if names else message


def read_fault(content: bytes) -> Fault:
    """Read the fault out of an error's body; a body in no known shape is its own message."""
    try:
        return _read(parse_json(content))
    except (ValueError, RecursionError):
        return Fault(message=_page(content))


def one_line(text: str, limit: int = 400) -> str:
    """A text in one line and at most `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _read(body: Json) -> Fault:
    """Unwrap `{"error": …}`, Workers AI's `{"errors": [...]}` and Gemini's `[{"error": …}]`."""
    if is_array(body):
        return _read(body[0]) if body else Fault()
    if not is_object(body):
        return Fault(message=one_line(_said(body)))
    inner: Any = body.get("error") or body.get("errors")
    if inner:
        return _read(inner)
    said = _said(body.get("message") or body.get("detail") or "")
    return Fault(
        message=one_line(": ".join(filter(None, (said, _said_behind(body))))),
        type=str(body.get("type") or body.get("status") or ""),
        code=str(body.get("code") or ""),
    )


def _said(value: Json) -> str:
    """A message as text; of a list of faults in a request, as pydantic tells them, each of them."""
    if is_array(value):
        return "; ".join(map(_said, value))
    if is_object(value) and value.get("detail"):
        return _said(value["detail"])
    if is_object(value) and isinstance(value.get("msg"), str):
        place = value.get("loc")
        where = ".".join(map(str, place)) if is_array(place) else ""
        return ": ".join(filter(None, (where, value["msg"])))
    return value if isinstance(value, str) else dump_json(value)


def _said_behind(body: Mapping[str, Any]) -> str:
    """What the provider behind a router has said: OpenRouter's own words are always the same."""
    metadata: Any = body.get("metadata")
    raw: Any = metadata.get("raw") if is_object(metadata) else None
    if not raw:
        return ""
    return (
        read_fault(raw.encode(errors="replace")).message
        if isinstance(raw, str)
        else _read(raw).message
    )


def _page(content: bytes) -> str:
    text = one_line(content.decode(errors="replace"), 200)
    return "a page that is no JSON" if text.startswith("<") else text


_STATUSES = {
    "api_error": 500,
    "authentication_error": 401,
    "invalid_request_error": 400,
    "not_found_error": 404,
    "overloaded_error": 529,
    "permission_error": 403,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "request_too_large": 413,
    "server_error": 500,
    "RESOURCE_EXHAUSTED": 429,
    "UNAVAILABLE": 503,
    # Workers AI's own numbers.
    **dict.fromkeys(("3003", "3039", "5004", "5007"), 400),
    **dict.fromkeys(("3023", "3041", "5016", "5018"), 403),
    **dict.fromkeys(("5005", "5019"), 405),
    **dict.fromkeys(("3007", "3008"), 408),
    **dict.fromkeys(("3036", "3040"), 429),
    "3006": 413,
    "3042": 404,
}


def status_of(fault: Fault) -> int | None:
    """The HTTP status that a fault inside a successful answer stands for; None where it is open."""
    for name in (fault.code, fault.type):
        if name in _STATUSES:
            return _STATUSES[name]
        if name.isdecimal() and 400 <= int(name) < 600:
            return int(name)
    return None


_LONGEST = 20_000
"""Bytes. A longer answer is no error."""


def inner_status(content: bytes) -> int | None:
    """The status of an error that is all of a successful answer, if it is one and names it.

    Routers have sent the status before their provider fails.

    >>> inner_status(b'{"error": {"code": 502, "message": "Provider returned error"}}')
    502
    >>> inner_status(b'{"error": null, "choices": []}')
    """
    if len(content) > _LONGEST or b'"error' not in content:
        return None
    try:
        body = parse_json(content)
    except ValueError:
        return None
    if not is_object(body) or any(body.get(key) for key in body if key not in _OF_ERRORS):
        return None
    return status_of(read_fault(content)) if body.get("error") or body.get("errors") else None


_OF_ERRORS = frozenset(
    {
        "created",
        "error",
        "errors",
        "id",
        "messages",
        "model",
        "object",
        "provider",
        "request_id",
        "status",
        "success",
        "type",
        "user_id",
    }
)
"""The keys of bodies that hold nothing but an error."""
