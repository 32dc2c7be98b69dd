"""Write a value as a body of a media type.

A new family of media types is a function and a row in `_WRITERS`.
"""

from __future__ import annotations

from collections.abc import Mapping

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json, dump_json, is_array, is_object
from callwright.openapi.answer.charset import charset_of, parameter_of
from callwright.openapi.file import (
    contains_file,
    declared_type,
    file_content,
    is_file,
    text_content,
    type_by_name,
)
from callwright.openapi.kind import Kind, holds_bytes, is_within
from callwright.openapi.media import MediaType
from callwright.openapi.request.body.form import form_text
from callwright.openapi.request.body.lines import events_text, lines_text, sequence_text
from callwright.openapi.request.body.multipart import write_multipart
from callwright.openapi.request.body.written import Write, WrittenBody
from callwright.openapi.request.style import text_of
from callwright.openapi.xml import xml_text

__all__ = ["write_body"]


def write_body(media: MediaType, value: Json) -> WrittenBody:
    """Write a value as a body of the given media type.

    Raises:
        ArgumentsInvalid: the media type cannot hold the value.
    """
    if media.kind == "multipart":
        return write_multipart(media, value, write_body)
    return _WRITERS[media.kind](media, value)


def _write_json(media: MediaType, value: Json) -> WrittenBody:
    if is_file(value) and media.is_file():
        # Some documents call the bytes of any file JSON.
        return _write_binary(media, value)
    content_type = "application/json" if "*" in media.name else media.name
    plain = _with_base64(media, value) if contains_file(value) else value
    return WrittenBody(content_type=content_type, content=dump_json(plain).encode())


def _with_base64(media: MediaType, value: Json) -> Json:
    """A value with the base64 alone of each file in it, since JSON has no bytes."""
    if is_file(value) and media.is_file():
        text: str = value["base64"]
        return text
    if is_object(value):
        return {key: _with_base64(media.part(key), item) for key, item in value.items()}
    if is_array(value):
        return [_with_base64(media.part(index), item) for index, item in enumerate(value)]
    return value


def _write_form(media: MediaType, value: Json) -> WrittenBody:
    return WrittenBody(content_type=media.name, content=form_text(media, value).encode())


def _write_lines(media: MediaType, value: Json) -> WrittenBody:
    return WrittenBody(content_type=media.name, content=lines_text(media, value).encode())


def _write_sequence(media: MediaType, value: Json) -> WrittenBody:
    return WrittenBody(content_type=media.name, content=sequence_text(media, value).encode())


def _write_events(media: MediaType, value: Json) -> WrittenBody:
    return WrittenBody(content_type=media.name, content=events_text(media, value).encode())


def _write_xml(media: MediaType, value: Json) -> WrittenBody:
    if is_file(value) or not (is_object(value) or is_array(value)):
        return _write_text(media, value)
    return WrittenBody(content_type=media.name, content=xml_text(media, value).encode())


def _write_text(media: MediaType, value: Json) -> WrittenBody:
    content_type = _named(media, value, "text/plain")
    if is_file(value):
        return WrittenBody(content_type=content_type, content=file_content(value))
    return WrittenBody(content_type=content_type, content=_encoded(text_of(value), content_type))


def _encoded(text: str, content_type: str) -> bytes:
    """Text in the charset that its media type names; in UTF-8 where that is none."""
    charset = charset_of(content_type) or "utf-8"
    try:
        return text.encode(charset)
    except UnicodeEncodeError as error:
        if charset == "utf-8":
            raise
        named = parameter_of(content_type, "charset")
        what = f"{text[error.start]!r} cannot be written in {named}, as the body must be."
        raise ArgumentsInvalid([what]) from None


def _write_binary(media: MediaType, value: Json) -> WrittenBody:
    if (is_object(value) and not is_file(value)) or is_array(value):
        # Google's documents list for a file's metadata the media types that the file may have.
        is_named = not holds_bytes(media.name)
        content_type = media.name if is_named else "application/json"
        return WrittenBody(content_type=content_type, content=text_of(value).encode())
    if is_file(value):
        content = file_content(value)
    else:
        content = text_content(value) if isinstance(value, str) else text_of(value).encode()
    return WrittenBody(
        content_type=_named(media, value, "application/octet-stream"), content=content
    )


def _named(media: MediaType, value: Json, default: str) -> str:
    """The media type by its name; a range is none, so a file within it says its own."""
    if "*" not in media.name:
        return media.name
    if not is_file(value):
        return default
    given = declared_type(value) or type_by_name(value)
    return given if given and is_within(given, media.name) else default


_WRITERS: Mapping[Kind, Write] = {
    "json": _write_json,
    "form": _write_form,
    "lines": _write_lines,
    "sequence": _write_sequence,
    "events": _write_events,
    "xml": _write_xml,
    "text": _write_text,
    "binary": _write_binary,
}
