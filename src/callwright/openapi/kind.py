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
    "holds_bytes",
    "is_form_data",
    "is_within",
    "kind_of",
    "meant",
    "preferred_media_type",
    "rank",
]

Kind = Literal["json", "form", "multipart", "lines", "sequence", "events", "text", "xml", "binary"]
"""How values are written; media types of one kind are written alike."""


def kind_of(media_type: str) -> Kind:
    """How values are written in a media type, by its name."""
    essence = essence_of(meant(media_type))
    if is_json(essence) or essence in ANYTHING:
        return "json"
    if essence.startswith(_BYTES):
        # `message/imdn+xml` too: a whole message is never made of fields.
        return "xml" if essence == "image/svg+xml" else "binary"
    if essence.startswith("multipart/"):
        return "multipart"
    if essence.endswith("+json-seq"):
        return "sequence"
    if essence in _KINDS:
        return _KINDS[essence]
    if "+xml" in essence:
        return "xml"
    return "text" if essence.startswith("text/") else "binary"


def meant(name: str) -> str:
    """The media type that a document means by a name; anything, if it is the name of none.

    >>> [meant(name) for name in ("text/csv", "application/form-data", "")]
    ['text/csv', 'multipart/form-data', '*/*']
    """
    essence, mark, parameters = name.partition(";")
    key = essence.strip().lower()
    if key in _MEANT:
        return f"{_MEANT[key]}{mark}{parameters}"
    return name if "/" in essence else "*/*"


def holds_bytes(media_type: str) -> bool:
    """Whether a media type is of bytes that have a form of their own, or any."""
    essence = essence_of(media_type)
    return essence in _FILES or (essence.startswith(_BYTES) and kind_of(essence) == "binary")


def preferred_media_type(content: Mapping[str, Any]) -> str:
    """The media type that a model's argument fits best, of those that a body may have."""
    return min(content, key=rank)


def rank(media_type: str) -> tuple[int, bool]:
    """A media type's place among others, the least first."""
    # Documents of ASP.NET list `application/json-patch+json` before plain JSON.
    return _PREFERENCE[kind_of(media_type)], essence_of(meant(media_type)) != "application/json"


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
_MEANT: Mapping[str, str] = {
    "application/form-data": "multipart/form-data",
    "application/formdata": "multipart/form-data",
    "form-data": "multipart/form-data",
    "multipart/form": "multipart/form-data",
    "multipart/formdata": "multipart/form-data",
    "multipart/x-www-form-urlencoded": "application/x-www-form-urlencoded",
    "x-www-form-urlencoded": "application/x-www-form-urlencoded",
    "applicationjson": "application/json",
    "json": "application/json",
    "plain/text": "text/plain",
    "text": "text/plain",
}
"""What is written in real documents, Mastodon's for one, and registered nowhere."""
_BYTES = ("audio/", "font/", "image/", "message/", "model/", "video/")
_FILES = frozenset(
    """
    application/gzip application/octet-stream application/pdf application/tar application/x-tar
    application/zip
    """.split()
)
SEQUENCES: tuple[Kind, ...] = ("lines", "sequence", "events")
_KINDS: Mapping[str, Kind] = {
    "application/x-www-form-urlencoded": "form",
    "application/jsonl": "lines",
    "application/jsonlines": "lines",
    "application/x-jsonlines": "lines",
    "application/ndjson": "lines",
    "application/x-ndjson": "lines",
    "application/json-seq": "sequence",
    "application/x-json": "json",
    "text/json": "json",
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
