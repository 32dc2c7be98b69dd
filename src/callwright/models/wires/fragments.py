"""Reasoning that comes in fragments of objects, put together to whole ones."""

from __future__ import annotations

from typing import Any

from callwright.core.json import JsonObject, is_array, is_object

__all__ = ["Fragments"]

_GROWING = ("text", "summary", "data", "thinking")


class Fragments:
    """OpenRouter's `reasoning_details`, or litellm's `thinking_blocks`, of one reply."""

    def __init__(self) -> None:
        self._items: list[Any] = []

    def feed(self, given: Any) -> None:
        """Take what one chunk has of them."""
        for item in given if is_array(given) else ():
            last: Any = self._items[-1] if self._items else None
            if is_object(item) and is_object(last) and _is_more_of(item, last):
                self._items[-1] = _joined(last, item)
            else:
                self._items.append(item)

    def whole(self) -> list[Any]:
        """Those that came so far."""
        return list(map(_without_number, self._items))


def _is_more_of(item: JsonObject, last: JsonObject) -> bool:
    """Of one number and type, they are one; without a number, a thought ends with its signature."""
    if item.get("type") != last.get("type") or item.get("index") != last.get("index"):
        return False
    if item.get("index") is not None:
        return True
    return item.get("type") == "thinking" and not last.get("signature")


def _joined(last: JsonObject, item: JsonObject) -> JsonObject:
    joined = {**last, **{key: value for key, value in item.items() if value not in (None, "")}}
    for key in _GROWING:
        if last.get(key) and item.get(key):
            joined[key] = f"{last[key]}{item[key]}"
    return joined


def _without_number(item: Any) -> Any:
    """Claude's thoughts go back as they came to litellm, which numbered them for the stream."""
    if is_object(item) and str(item.get("type")).endswith("thinking"):
        return {key: value for key, value in item.items() if key != "index" and value is not None}
    return item
