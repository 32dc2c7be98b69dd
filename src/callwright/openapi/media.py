"""Request bodies: which media type is sent, and how a value is written in it.

A new media type is a function and a row in `_WRITERS`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias, TypeGuard

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, dump_json, is_array, is_object
from callwright.openapi.parameter import Parameter, query_pairs, text_of

__all__ = ["WrittenBody", "preferred_media_type", "write_body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBody:
    """A body as it goes over the wire."""

    content_type: str
    content: bytes


_Writer: TypeAlias = Callable[[str, Mapping[str, Any], Json], WrittenBody]


def preferred_media_type(content: Mapping[str, Any]) -> str:
    """The media type that a model's argument fits best, of those that a body may have."""
    return min(content, key=lambda media_type: _PREFERENCE.index(_kind(media_type)))


def write_body(media_type: str, media: Mapping[str, Any], value: Json) -> WrittenBody:
    """Write a value as a body of the given media type.

    `media` is the Media Type Object, for its `encoding` (OAS 3.1.1, Encoding Object).

    Raises:
        ArgumentsInvalid: the media type cannot hold the value.
    """
    return _WRITERS[_kind(media_type)](media_type, media, value)


def _kind(media_type: str) -> str:
    essence = media_type.partition(";")[0].strip().lower()
    if essence in ("application/json", "*/*", "application/*") or essence.endswith("+json"):
        return "json"
    if essence == "application/x-www-form-urlencoded":
        return "form"
    if essence.startswith("multipart/"):
        return "multipart"
    is_text = essence.startswith("text/") or essence == "application/xml" or "+xml" in essence
    return "text" if is_text else "binary"


_PREFERENCE = ("json", "form", "multipart", "text", "binary")


def _write_json(media_type: str, _media: Mapping[str, Any], value: Json) -> WrittenBody:
    content_type = "application/json" if "*" in media_type else media_type
    return WrittenBody(content_type=content_type, content=dump_json(value).encode())


def _write_form(media_type: str, media: Mapping[str, Any], value: Json) -> WrittenBody:
    pairs = (
        pair
        for name, item in _fields(media_type, value)
        for pair in query_pairs(_field(media, name, item), item)
    )
    content = "&".join(f"{name}={item}" for name, item in pairs)
    return WrittenBody(content_type=media_type, content=content.encode())


def _fields(media_type: str, value: Json) -> Iterator[tuple[str, Json]]:
    if not is_object(value):
        raise ArgumentsInvalid([f"The body must be an object to be sent as {media_type}."])
    yield from value.items()


def _field(media: Mapping[str, Any], name: str, value: Json) -> Parameter:
    """How one field of a form is written: as a query parameter, and as JSON where an object is.

    OAS 3.1.1, Encoding Object: style, explode and allowReserved, once given, make it a query
    parameter; otherwise objects are application/json.
    """
    encoding = _encoding(media, name)
    if any(key in encoding for key in ("style", "explode", "allowReserved")):
        return Parameter.read({**encoding, "name": name, "in": "query"}, "")
    is_json = _kind(str(encoding.get("contentType", "text/plain"))) == "json" or is_object(value)
    return Parameter(name=name, location="query", is_json=is_json)


def _encoding(media: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    encodings = media.get("encoding")
    encoding = encodings.get(name) if is_object(encodings) else None
    return encoding if is_object(encoding) else {}


def _write_multipart(media_type: str, media: Mapping[str, Any], value: Json) -> WrittenBody:
    parts = [
        _part(name, item, _encoding(media, name))
        for name, field in _fields(media_type, value)
        for item in (field if is_array(field) else [field])
        if item is not None
    ]
    # The same parts make the same body, so that what was shown is what is sent.
    boundary = sha256(b"".join(parts)).hexdigest()[:32]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    content_type = f"{media_type.partition(';')[0]}; boundary={boundary}"
    return WrittenBody(content_type=content_type, content=body + f"--{boundary}--\r\n".encode())


def _part(name: str, value: Json, encoding: Mapping[str, Any]) -> bytes:
    """One part of a multipart body (RFC 7578): a file, an object as JSON, or text."""
    disposition = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    declared = encoding.get("contentType")
    content_type = declared if isinstance(declared, str) and "," not in declared else ""
    if _is_file(value):
        filename = str(value.get("filename") or name)
        disposition += f'; filename="{_quoted(filename)}"'
        default = str(value.get("content_type") or content_type or "application/octet-stream")
        return _headed(disposition, default, _file_bytes(value))
    if is_object(value):
        return _headed(disposition, content_type or "application/json", dump_json(value).encode())
    return _headed(disposition, content_type, text_of(value).encode())


def _headed(disposition: str, content_type: str, content: bytes) -> bytes:
    safe = content_type.replace("\r", "").replace("\n", "")
    header = f"\r\nContent-Type: {safe}" if safe else ""
    return f"{disposition}{header}\r\n\r\n".encode() + content


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _is_file(value: object) -> TypeGuard[Mapping[str, Any]]:
    return is_object(value) and isinstance(value.get("base64"), str)


def _file_bytes(value: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(value["base64"], validate=True)
    except binascii.Error:
        raise ArgumentsInvalid(["The file's `base64` is no valid base64."]) from None


def _write_text(media_type: str, _media: Mapping[str, Any], value: Json) -> WrittenBody:
    content_type = "text/plain" if "*" in media_type else media_type
    return WrittenBody(content_type=content_type, content=text_of(value).encode())


def _write_binary(media_type: str, _media: Mapping[str, Any], value: Json) -> WrittenBody:
    content = _file_bytes(value) if _is_file(value) else text_of(value).encode()
    content_type = "application/octet-stream" if "*" in media_type else media_type
    return WrittenBody(content_type=content_type, content=content)


_WRITERS: Mapping[str, _Writer] = {
    "json": _write_json,
    "form": _write_form,
    "multipart": _write_multipart,
    "text": _write_text,
    "binary": _write_binary,
}
