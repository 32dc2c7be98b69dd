"""Calls that come in fragments, put together. Servers number them well, badly, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from callwright.core.json import dump_json, is_object, parse_json
from callwright.core.model import CallDelta
from callwright.models.codec import index_of

__all__ = ["CallSlots"]


@dataclass(slots=True)
class _Slot:
    id: str = ""
    name: str = ""
    arguments: str = ""
    other: dict[str, Any] = field(default_factory=dict[str, Any])

    def is_complete(self) -> bool:
        try:
            return is_object(parse_json(self.arguments))
        except ValueError:
            return False


_KNOWN = frozenset({"index", "id", "type", "function", "name", "arguments"})


class CallSlots:
    """The calls of one reply in the form of chat completions."""

    def __init__(self) -> None:
        self._slots: list[_Slot] = []
        self._by_index: dict[object, int] = {}

    def feed(self, delta: Any) -> CallDelta | None:
        """Take one fragment; gives it under the number of its call, if it says anything."""
        inner: Any = delta.get("function")
        function: Any = inner if is_object(inner) else delta
        id_, name = str(delta.get("id") or ""), str(function.get("name") or "")
        given = function.get("arguments")
        arguments = given if isinstance(given, str) else "" if given is None else dump_json(given)
        other = {k: v for k, v in delta.items() if k not in _KNOWN and v is not None}
        if not (id_ or name or arguments or other):
            return None  # Workers AI ends each call with a fragment of nulls
        number = self._number(index_of(delta.get("index")), id_, name)
        slot = self._slots[number]
        new_id, new_name = id_ if not slot.id else "", name if not slot.name else ""
        slot.id, slot.name = slot.id or id_, slot.name or name
        slot.arguments += arguments
        slot.other |= other
        return CallDelta(index=number, id=new_id, name=new_name, arguments=arguments)

    def whole(self) -> list[dict[str, Any]]:
        """The calls so far."""
        return [
            {
                "id": slot.id,
                "type": "function",
                "function": {"name": slot.name, "arguments": slot.arguments},
                **slot.other,
            }
            for slot in self._slots
            if slot.name
        ]

    def _number(self, index: object, id_: str, name: str) -> int:
        """The slot of a fragment: by its index; by a new id or name where there is none.

        Gateways send 0 for every call, told apart by its id alone; Gemini sends no index.
        """
        number = self._by_index.get(index) if index is not None else len(self._slots) - 1
        if number is None or number < 0 or self._is_another(self._slots[number], id_, name):
            number = self._known(id_)
        if index is not None:
            self._by_index[index] = number
        return number

    def _known(self, id_: str) -> int:
        for number, slot in enumerate(self._slots):
            if id_ and slot.id == id_:
                return number
        self._slots.append(_Slot())
        return len(self._slots) - 1

    def _is_another(self, slot: _Slot, id_: str, name: str) -> bool:
        if id_ and slot.id:
            return id_ != slot.id
        return bool(name and slot.name and slot.is_complete())
