"""Files as arguments: text, a `data:` URL, bytes, or an object that holds them as base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, TypeGuard
from urllib.parse import unquote, unquote_to_bytes

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import is_array, is_object

__all__ = [
    "as_json",
    "contains_file",
    "describes_file",
    "file_content",
    "is_file",
    "text_content",
    "text_media_type",
    "with_file_form",
    "without_bytes",
]


def describes_file(schema: Mapping[str, Any]) -> bool:
    """Whether a schema means the bytes of a file.

    OAS 3.0 says it by `format: binary`, 3.1 by a media type without a type or an encoding.
    FastAPI says that such a file is a string; a string of bytes that are no text must be one.
    """
    if schema.get("format") == "binary":
        return True
    media_type = schema.get("contentMediaType")
    if not isinstance(media_type, str) or "contentEncoding" in schema:
        return False
    return "type" not in schema or media_type == "application/octet-stream"


def with_file_form(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a file as a model may fill it in: text, or bytes as base64."""
    about: dict[str, Any] = {key: schema[key] for key in ("title", "description") if key in schema}
    return {**about, "anyOf": [{"type": "string"}, _FILE]}


_FILE: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "base64": {"type": "string", "description": "The bytes, in base64."},
        "filename": {"type": "string"},
        "content_type": {"type": "string"},
    },
    "required": ["base64"],
    "additionalProperties": False,
}


_FORM = frozenset({"base64", "filename", "content_type", "headers"})


def is_file(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether an argument is a file in its object form.

    That form may also hold `headers`, those that the API asks for with the part of a body. Its
    schema does not tell of them: hardly any document asks for one, and every file would cost more.
    """
    return is_object(value) and isinstance(value.get("base64"), str) and value.keys() <= _FORM


def contains_file(value: object) -> bool:
    """Whether there is a file in its object form anywhere in an argument."""
    if is_object(value):
        return is_file(value) or any(map(contains_file, value.values()))
    return is_array(value) and any(map(contains_file, value))


def file_content(value: Mapping[str, Any]) -> bytes:
    """The bytes of a file.

    Raises:
        ArgumentsInvalid: its base64 cannot be read.
    """
    text: str = value["base64"]
    found = _DATA_URL.match(text)
    if found and found["base64"]:
        text = text[found.end() :]
    return _decoded("".join(text.split()))


def text_content(text: str) -> bytes:
    """The bytes of a file that was given as text: those of a `data:` URL, or the text itself.

    Raises:
        ArgumentsInvalid: it is a `data:` URL whose base64 cannot be read.

    >>> text_content("data:text/plain,a%20b"), text_content("data: 1, 2")
    (b'a b', b'data: 1, 2')
    """
    found = _DATA_URL.match(text)
    if found is None:
        return text.encode()
    rest = text[found.end() :]
    return _decoded(unquote(rest)) if found["base64"] else unquote_to_bytes(rest)


def text_media_type(text: str) -> str | None:
    """The media type that a `data:` URL says of itself."""
    found = _DATA_URL.match(text)
    return found["type"] if found else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ArgumentsInvalid(["The file's `base64` is no valid base64."]) from None


# RFC 2397. Without a media type or base64 it may as well be the text of an event stream.
_TYPE = r"[\w.+-]+/[\w.+-]+(?:;[\w-]+=[^;,\s]+)*"
_DATA_URL = re.compile(rf"data:(?=[^,])(?P<type>{_TYPE})?(?P<base64>;base64)?,", re.IGNORECASE)


# Most of what is given, and quickly told from the rest.
_PLAIN = (str, bool, type(None))
# Python refuses to write an integer of more than 4,300 digits.
_MAX_BITS = 14_000


def as_json(value: Any) -> Any:
    """An argument as JSON: bytes in it, which only a caller can give, in the object form.

    Raises:
        ArgumentsInvalid: it holds a number that JSON has not, or that is too long to be written.
    """
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, (int, float)):
        return _checked(value)
    if isinstance(value, (bytes, bytearray)):
        return {"base64": base64.b64encode(value).decode()}
    if is_object(value):
        return {key: as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if is_array(value) else value


def _checked(value: float) -> int | float:
    if isinstance(value, float) and not isfinite(value):
        raise ArgumentsInvalid([f"{value} is no number that JSON has."])
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise ArgumentsInvalid(["They hold a number of too many digits."])
    return value


def without_bytes(value: Any) -> Any:
    """An argument as its schema describes it: bytes in the object form, files without headers."""
    if isinstance(value, (*_PLAIN, int, float)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return {"base64": base64.b64encode(value).decode()}
    if is_object(value):
        kept = value.keys() - {"headers"} if is_file(value) else value.keys()
        return {key: without_bytes(item) for key, item in value.items() if key in kept}
    return [without_bytes(item) for item in value] if is_array(value) else value
