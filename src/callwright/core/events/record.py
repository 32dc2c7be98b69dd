"""Frozen values as plain JSON and back, field by field, as their types say."""

from __future__ import annotations

import types
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from callwright.core.json import Json, is_array, is_object

__all__ = ["as_record", "from_record"]

T = TypeVar("T")


def as_record(value: object) -> Json:
    """A value as JSON: dataclasses as objects, bytes as base64 (RFC 4648)."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: as_record(getattr(value, item.name)) for item in fields(value)}
    if is_object(value):
        return {str(key): as_record(item) for key, item in value.items()}
    if is_array(value):
        return [as_record(item) for item in value]
    from pydantic_core import to_jsonable_python

    plain: Json = to_jsonable_python(value, serialize_unknown=True)
    return plain


def from_record(kind: type[T], record: object) -> T:
    """The value that a record was made of.

    Raises:
        ValueError: the record holds something else.
    """
    try:
        value: T = _read(kind, record)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"The record of {kind.__name__} cannot be read: {error}.") from None
    return value


def _read(hint: Any, record: Any) -> Any:
    origin = get_origin(hint)
    reader = _READERS.get(origin)
    if reader is not None:
        return reader(get_args(hint), record)
    if hint is bytes:
        return b64decode(record)
    if isinstance(hint, type) and is_dataclass(hint):
        return _read_value(hint, record)
    if isinstance(hint, type) and issubclass(hint, tuple):
        (item,) = get_args(hint.__orig_bases__[0])[:1]  # type: ignore[attr-defined]
        return cast("Any", hint)(_read(item, each) for each in record)
    return record


def _read_value(kind: Any, record: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    known = {item.name for item in fields(kind)}
    return kind(**{key: _read(hints[key], record[key]) for key in record if key in known})


@cache
def _hints(kind: type) -> dict[str, Any]:
    # These two refer to themselves by name, which `typing` cannot follow; they are plain anyway.
    return get_type_hints(kind, localns={"Json": Any, "JsonObject": Mapping[str, Any]})


def _read_tuple(inner: tuple[Any, ...], record: Any) -> Any:
    return tuple(_read(inner[0], each) for each in record)


def _read_mapping(inner: tuple[Any, ...], record: Any) -> Any:
    return {key: _read(inner[1], each) for key, each in record.items()}


def _read_union(inner: tuple[Any, ...], record: Any) -> Any:
    """The first alternative that a record can be: an object is a dataclass, an array a tuple."""
    for hint in inner:
        if isinstance(hint, type) and is_dataclass(hint) and is_object(record):
            return _read(hint, record)
        if get_origin(hint) is tuple and is_array(record):
            return _read(hint, record)
    return record


def _as_it_is(inner: tuple[Any, ...], record: Any) -> Any:
    return record


_READERS: Mapping[Any, Callable[[tuple[Any, ...], Any], Any]] = {
    tuple: _read_tuple,
    dict: _read_mapping,
    Mapping: _read_mapping,
    Union: _read_union,
    types.UnionType: _read_union,
    Literal: _as_it_is,
}
