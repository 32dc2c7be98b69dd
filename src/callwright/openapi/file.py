"""Files as arguments: text, a `data:` URL, bytes, or an object that holds them as base64.

An object may also name a file by its path; see `folder` for how such a file is read.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, Never, TypeGuard
from urllib.parse import unquote, unquote_to_bytes

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import is_array, is_object

__all__ = [
    "as_json",
    "contains_file",
    "declared_type",
    "describes_file",
    "file_content",
    "is_file",
    "names_path",
    "text_content",
    "text_media_type",
    "type_by_name",
    "with_file_form",
    "without_bytes",
]


def describes_file(schema: Mapping[str, Any]) -> bool:
    """Whether a schema means the bytes of a file.

    OAS 3.0 says it by `format: binary`, 3.1 by a media type without a type or an encoding. Real
    documents (Slack, Box, Azure) keep Swagger's `type: file` or make it `format: file`. FastAPI
    says that such a file is a string; a string of bytes that are no text must be one.
    """
    if schema.get("format") in ("binary", "file") or schema.get("type") == "file":
        return True
    media_type = schema.get("contentMediaType")
    if not isinstance(media_type, str) or "contentEncoding" in schema:
        return False
    return "type" not in schema or media_type == "application/octet-stream"


def with_file_form(schema: dict[str, Any], path: str = "") -> dict[str, Any]:
    """The schema of a file as a model may fill it in: text, bytes as base64, or by its path.

    `path` is what is said of a path; without it there is no such form.
    """
    about: dict[str, Any] = {key: schema[key] for key in ("title", "description") if key in schema}
    named = [_form("path", path)] if path else []
    return {**about, "anyOf": [{"type": "string"}, *named, _FILE]}


def _form(key: str, description: str) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": {
            key: {"type": "string", "description": description},
            "filename": {"type": "string"},
            "content_type": {"type": "string"},
        },
        "required": [key],
        "additionalProperties": False,
    }


_FILE = _form("base64", "The bytes, in base64.")
_BESIDE = frozenset({"filename", "content_type"})


def is_file(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether an argument is a file in its object form.

    That form may also hold `headers`, those that the API asks for with the part of a body. Its
    schema does not tell of them: hardly any document asks for one, and every file would cost more.
    """
    return _is_form(value, "base64", "headers")


def names_path(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether an argument has the form of a file that is named by its path.

    It is one only where a file is asked for: a body may have a `path` of its own.
    """
    return _is_form(value, "path")


def _is_form(value: object, key: str, *more: str) -> TypeGuard[Mapping[str, Any]]:
    if not is_object(value) or not isinstance(value.get(key), str):
        return False
    return value.keys() <= {key, *more, *_BESIDE}


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


def declared_type(file: Mapping[str, Any]) -> str:
    """The media type that a file says of itself; nothing where it says none.

    Raises:
        ArgumentsInvalid: what it says is no media type.
    """
    given = str(file.get("content_type") or "")
    if given and not _MEDIA_TYPE.fullmatch(given):
        raise ArgumentsInvalid([f"The file's `content_type` {given!r} is no media type."])
    return given


_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+( *;[^\r\n\0]*)?", re.ASCII)


def type_by_name(file: Mapping[str, Any]) -> str:
    """The media type that a file's name tells; nothing where it tells none.

    >>> type_by_name({"base64": "", "filename": "Cat.PNG"})
    'image/png'
    """
    return _BY_SUFFIX.get(str(file.get("filename") or "").rpartition(".")[2].lower(), "")


# Python's `mimetypes` would read files of the machine; these are what forms ask for.
_BY_SUFFIX: Mapping[str, str] = {
    "csv": "text/csv",
    "gif": "image/gif",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "xml": "application/xml",
    "zip": "application/zip",
}


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
        ArgumentsInvalid: it holds what JSON has not, or a number that is too long to be written.
    """
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, (int, float)):
        return _checked(value)
    if isinstance(value, (bytes, bytearray)):
        return {"base64": base64.b64encode(value).decode()}
    if is_object(value):
        return {_checked_key(key): as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if is_array(value) else _refused(value)


def _checked(value: float) -> int | float:
    if isinstance(value, float) and not isfinite(value):
        raise ArgumentsInvalid([f"{value} is no number that JSON has."])
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise ArgumentsInvalid(["They hold a number of too many digits."])
    return value


def _checked_key(key: object) -> str:
    if not isinstance(key, str):
        raise ArgumentsInvalid([f"They hold the key {key!r}, and keys are text in JSON."])
    return key


def _refused(value: object) -> Never:
    """Refuse what only a caller can give: a date, a set, a path."""
    kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    raise ArgumentsInvalid([f"They hold a value of the class {kind!r}, which JSON has not."])


def without_bytes(value: Any) -> Any:
    """An argument as its schema describes it: bytes in the object form, files without headers.

    Raises:
        ArgumentsInvalid: it holds what JSON has not.
    """
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, (int, float)):
        return _checked(value)
    if isinstance(value, (bytes, bytearray)):
        return {"base64": base64.b64encode(value).decode()}
    if is_object(value):
        kept = value.keys() - {"headers"} if is_file(value) else value.keys()
        return {
            _checked_key(key): without_bytes(item) for key, item in value.items() if key in kept
        }
    return [without_bytes(item) for item in value] if is_array(value) else _refused(value)
