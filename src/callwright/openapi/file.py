"""Files as arguments: text, bytes, or an object that holds them as base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, TypeGuard

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import is_array, is_object

__all__ = ["describes_file", "file_content", "is_file", "with_file_form", "without_bytes"]


def describes_file(schema: Mapping[str, Any]) -> bool:
    """Whether a schema means the bytes of a file.

    OAS 3.0 says it by `format: binary`, 3.1 by a media type without a type or an encoding.
    """
    if schema.get("format") == "binary":
        return True
    encoded = "contentMediaType" in schema and "contentEncoding" not in schema
    return encoded and "type" not in schema


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


def is_file(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether an argument is a file in its object form."""
    return is_object(value) and isinstance(value.get("base64"), str)


def file_content(value: Mapping[str, Any]) -> bytes:
    """The bytes of a file.

    Raises:
        ArgumentsInvalid: its base64 cannot be read.
    """
    try:
        return base64.b64decode(value["base64"], validate=True)
    except (binascii.Error, ValueError):
        raise ArgumentsInvalid(["The file's `base64` is no valid base64."]) from None


def without_bytes(value: Any) -> Any:
    """An argument with the bytes in it, which only a caller can give, in the object form."""
    if isinstance(value, (bytes, bytearray)):
        return {"base64": base64.b64encode(value).decode()}
    if is_object(value):
        return {key: without_bytes(item) for key, item in value.items()}
    return [without_bytes(item) for item in value] if is_array(value) else value
