"""Multipart bodies (RFC 7578, RFC 2046): the fields of an object, or the items of an array.

What a part is sent as is said by its Encoding Object, its schema and, of a file, by itself.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, is_array, is_object
from callwright.openapi.file import (
    declared_type,
    file_content,
    is_file,
    text_content,
    text_media_type,
    type_by_name,
)
from callwright.openapi.kind import is_within, kind_of
from callwright.openapi.media import MediaType, holds_file
from callwright.openapi.parameter import Parameter
from callwright.openapi.request.body.form import fields_of
from callwright.openapi.request.body.written import Write, WrittenBody
from callwright.openapi.request.parts import set_header
from callwright.openapi.request.style import plain_pairs, text_of, write_header

__all__ = ["write_multipart"]


def write_multipart(media: MediaType, value: Json, write: Write) -> WrittenBody:
    """Write the fields of an object as parts by their names, or an array as parts without names.

    `write` writes the parts that are bodies of their own.

    Raises:
        ArgumentsInvalid: it is neither, or a field is not what it should be.
    """
    if is_array(value) and media.holds(value):
        parts = [_part(media, index, item, write) for index, item in enumerate(value)]
    else:
        fields = fields_of(media, value)
        parts = [part for name, item in fields for part in _parts(media, name, item, write)]
    # The same parts make the same body, so that what was shown is what is sent.
    boundary = sha256(b"".join(parts)).hexdigest()[:32]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    content_type = f"{media.name.partition(';')[0]}; boundary={boundary}"
    return WrittenBody(content_type=content_type, content=body + f"--{boundary}--\r\n".encode())


def _parts(media: MediaType, name: str, value: Json, write: Write) -> Iterator[bytes]:
    """The parts of one field: one for each item of an array, none for null."""
    styled = None if holds_file(value) else media.styled(name)
    if styled is not None:
        for key, text in plain_pairs(styled, value):
            yield _headed({"Content-Disposition": _disposition(key)}, text.encode())
        return
    is_list = is_array(value) and not _is_whole(media, name)
    for item in value if is_list and is_array(value) else [value]:
        if item is not None:
            yield _part(media, name, item, write)


def _is_whole(media: MediaType, place: str) -> bool:
    """Whether an array goes into one part, since the part's media type has arrays itself."""
    return not _is_unstructured(_types(media, place)[0])


def _types(media: MediaType, place: str | int) -> list[str]:
    """The media types that a part may have, in the document's order; an empty one if any."""
    given = media.encoding_of(place).get("contentType")
    if isinstance(given, str) and given.strip():
        return [name.strip() for name in given.split(",")]
    return [""]


def _part(media: MediaType, place: str | int, value: Json, write: Write) -> bytes:
    """One part: a file, a body of its own, or text."""
    headers = _part_headers(media, place, value)
    if isinstance(place, str):
        headers["Content-Disposition"] = _disposition(place)
    if is_file(value):
        return _file_part(headers, media, place, value)
    if isinstance(value, str) and media.is_file_field(place) and not media.is_text_field(place):
        return _file_part(headers, media, place, _as_file(value))
    content_type, content = _content(media, place, value, write)
    if content_type:
        set_header(headers, "Content-Type", content_type)
    return _headed(headers, content)


def _content(media: MediaType, place: str | int, value: Json, write: Write) -> tuple[str, bytes]:
    """A part that is no file: its media type, empty for plain text, and its bytes."""
    types = _types(media, place)
    declared = types[0] if len(types) == 1 and "*" not in types[0] else ""
    is_text = not (is_object(value) or is_array(value))
    if is_text and _is_unstructured(declared):
        return declared, text_of(value).encode()
    held = next((name for name in types if kind_of(name) not in ("text", "binary")), None)
    of_part = MediaType(
        name=held or declared or "application/json",
        raw=media.encoding_of(place),
        schema=media.schema_of(place),
        resolve=media.resolve,
    )
    written = write(of_part, value)
    return written.content_type, written.content


def _is_unstructured(name: str) -> bool:
    """Whether a media type holds no array; a part that is said to be of none is like them."""
    return not name or kind_of(name) in ("text", "xml", "binary")


def _as_file(text: str) -> Mapping[str, Any]:
    """The object form of a file that was given as text."""
    content = base64.b64encode(text_content(text)).decode()
    return {"base64": content, "content_type": text_media_type(text)}


def _file_part(
    headers: dict[str, Any], media: MediaType, place: str | int, file: Mapping[str, Any]
) -> bytes:
    filename = str(file.get("filename") or ("" if isinstance(place, int) else place))
    if filename:
        disposition = headers.get("Content-Disposition", "attachment")
        headers["Content-Disposition"] = f'{disposition}; filename="{_quoted(filename)}"'
    set_header(headers, "Content-Type", _file_type(media, place, file))
    return _headed(headers, file_content(file))


def _file_type(media: MediaType, place: str | int, file: Mapping[str, Any]) -> str:
    """The media type of a file: what it says of itself, or the one that its encoding names.

    Of several, or of a range, that which its name tells (OAS 3.1.1, Encoding, `contentType`); if it
    tells none, any octets where they are admitted, and else the first.
    """
    given = declared_type(file)
    types = _types(media, place)
    if given or types == [""]:
        return given or _schema_type(media, place)
    concrete = [name for name in types if "*" not in name]
    if types == concrete[:1]:
        return concrete[0]
    told = type_by_name(file)
    # Of a file without a telling name the first is a guess; PeerTube takes no type but its own.
    guessed = [told] if told else [_OCTETS, *concrete]
    admitted = (name for name in guessed if any(is_within(name, one) for one in types))
    return next(admitted, _OCTETS)


def _schema_type(media: MediaType, place: str | int) -> str:
    """What the schema says by `contentMediaType`; bytes of any kind if it says nothing."""
    given = media.resolve(media.schema_of(place)).get("contentMediaType")
    return given if isinstance(given, str) and "*" not in given else _OCTETS


_OCTETS = "application/octet-stream"


def _part_headers(media: MediaType, place: str | int, value: Json) -> dict[str, Any]:
    """The headers that the Encoding Object asks for: given with the file, or of one value only."""
    declared = media.encoding_of(place).get("headers")
    known = {name.lower(): (name, raw) for name, raw in _usable(declared)}
    given = value.get("headers") if is_file(value) else None
    headers: dict[str, Any] = {}
    for name, raw in known.values():
        schema = media.resolve(media.resolve(raw).get("schema"))
        if "const" in schema:
            _add(headers, name, media.resolve(raw), schema["const"])
    for name, item in given.items() if is_object(given) else ():
        if name.lower() not in known:
            raise ArgumentsInvalid([f"The file must not have the header {name!r}."])
        _add(headers, name, media.resolve(known[name.lower()][1]), item)
    return headers


def _usable(declared: object) -> Iterator[tuple[str, object]]:
    """The headers but Content-Type, which is ignored here, and what the part says itself."""
    for name, raw in declared.items() if is_object(declared) else ():
        if name.lower() not in ("content-type", "content-disposition"):
            yield name, raw


def _add(headers: dict[str, Any], name: str, raw: Mapping[str, Any], value: Json) -> None:
    parameter = Parameter.read({**raw, "name": name, "in": "header"}, "")
    written = write_header(parameter, value)
    if written is not None:
        set_header(headers, name, written)


def _disposition(name: str) -> str:
    return f'form-data; name="{_quoted(name)}"'


def _headed(headers: Mapping[str, str], content: bytes) -> bytes:
    order = sorted(headers, key=lambda name: name != "Content-Disposition")
    head = "".join(f"{name}: {headers[name]}\r\n" for name in order)
    return f"{head}\r\n".encode() + content


def _quoted(text: str) -> str:
    """A name within quotes, as browsers write it (WHATWG HTML, multipart/form-data encoding)."""
    return _UNQUOTABLE.sub(lambda match: f"%{ord(match[0]):02X}", text)


_UNQUOTABLE = re.compile(r'["\x00-\x1f\x7f]')
