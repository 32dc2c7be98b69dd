"""Files of a body that are named by their paths, put in as what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from callwright.core.json import Json, is_array, is_object
from callwright.openapi.file import names_path
from callwright.openapi.media import MediaType

__all__ = ["names_any_path", "with_files_read"]

Read: TypeAlias = Callable[[Mapping[str, Any]], Json]
"""Reads a file that is named by its path; gives it in the form that holds its bytes."""


def names_any_path(value: Json) -> bool:
    """Whether there is what may be a file by its path anywhere in a value."""
    if is_object(value):
        return names_path(value) or any(map(names_any_path, value.values()))
    return is_array(value) and any(map(names_any_path, value))


def with_files_read(media: MediaType, value: Json, read: Read) -> Json:
    """A value with its files read, where the schema asks for files and nowhere else.

    Raises:
        ArgumentsInvalid: one of them cannot be had.
    """
    if names_path(value) and media.may_be_file():
        return read(value)
    if is_object(value):
        return {
            key: with_files_read(media.part(key), item, read) if names_any_path(item) else item
            for key, item in value.items()
        }
    if is_array(value):
        # Of a value that may be some files each item is one; else it has a schema of its own.
        of_item = media if media.may_be_file() else media.part(0)
        return [with_files_read(of_item, item, read) for item in value]
    return value
