"""How values are written in a media type, by its name, and which one fits a model best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from callwright.openapi.answer.charset import essence_of
from callwright.openapi.request.style import is_json

__all__ = [
    "ANYTHING",
    "SEQUENCES",
    "Kind",
    "is_form_data",
    "is_within",
    "kind_of",
    "preferred_media_type",
    "rank",
]

Kind = Literal["json", "form", "multipart", "lines", "sequence", "events", "text", "xml", "binary"]
"""How values are written; media types of one kind are written alike."""


def kind_of(media_type: str) -> Kind:
    """How values are written in a media type, by its name."""
    essence = essence_of(media_type)
    if is_json(media_type) or essence in ANYTHING:
        return "json"
    if essence.startswith("multipart/"):
        return "multipart"
    if essence.endswith("+json-seq"):
        return "sequence"
    if essence in _KINDS:
        return _KINDS[essence]
    if "+xml" in essence:
        return "xml"
    return "text" if essence.startswith("text/") else "binary"


def preferred_media_type(content: Mapping[str, Any]) -> str:
    """The media type that a model's argument fits best, of those that a body may have."""
    return min(content, key=rank)


def rank(media_type: str) -> tuple[int, bool]:
    """A media type's place among others, the least first."""
    # Documents of ASP.NET list `application/json-patch+json` before plain JSON.
    return _PREFERENCE[kind_of(media_type)], essence_of(media_type) != "application/json"


def is_within(media_type: str, media_range: str) -> bool:
    """Whether a media type is what a range admits: itself, `image/*`, `*/*` or any octets."""
    given, admitted = essence_of(media_type), essence_of(media_range)
    if admitted in ("*/*", "application/octet-stream"):
        return True
    return given.startswith(admitted[:-1]) if admitted.endswith("/*") else given == admitted


def is_form_data(media_type: str) -> bool:
    """Whether it is the multipart of forms, whose parts have names."""
    return essence_of(media_type) == "multipart/form-data"


ANYTHING = ("*/*", "application/*")
SEQUENCES: tuple[Kind, ...] = ("lines", "sequence", "events")
_KINDS: Mapping[str, Kind] = {
    "application/x-www-form-urlencoded": "form",
    "application/jsonl": "lines",
    "application/jsonlines": "lines",
    "application/x-jsonlines": "lines",
    "application/ndjson": "lines",
    "application/x-ndjson": "lines",
    "application/json-seq": "sequence",
    "text/event-stream": "events",
    "application/xml": "xml",
    "text/xml": "xml",
}
_PREFERENCE: Mapping[Kind, int] = {
    "json": 0,
    "form": 1,
    "multipart": 2,
    "lines": 3,
    "sequence": 4,
    "events": 5,
    "text": 6,
    "xml": 6,
    "binary": 7,
}
