"""Values as the text that other readers give back for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["is_flat", "is_nothing", "leaf", "leaves", "texts"]


def leaf(value: Any) -> str:
    """A primitive as text; a number has one form whatever it was written as."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value)


def texts(value: Any) -> Any:
    """A value with its primitives as text, and nothing in it that is not sent."""
    if isinstance(value, Mapping):
        return {key: texts(item) for key, item in value.items() if item is not None}
    return [texts(item) for item in value] if isinstance(value, list) else leaf(value)


def is_nothing(value: Any) -> bool:
    """Whether a parameter with the value is not sent: RFC 6570, 2.3, calls it undefined."""
    return value is None or value in ([], {})


def is_flat(value: Any) -> bool:
    """Whether the value is a primitive, or an array or object of primitives."""
    parts = value.values() if isinstance(value, Mapping) else value
    if not isinstance(value, (Mapping, list)):
        return True
    return not any(isinstance(part, (Mapping, list)) for part in parts)


def leaves(value: Any) -> list[str]:
    """Every primitive in the value, and every key, as text."""
    if isinstance(value, Mapping):
        return [*value, *(text for item in value.values() for text in leaves(item))]
    if isinstance(value, list):
        return [text for item in value for text in leaves(item)]
    return [leaf(value)]
