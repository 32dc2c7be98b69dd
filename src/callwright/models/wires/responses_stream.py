"""A stream of OpenAI's Responses, put together to one response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.core.json import is_array, is_object
from callwright.core.model import CallDelta, Piece, ReasoningDelta, TextDelta
from callwright.models.codec import StreamFault, index_of

__all__ = ["ResponsesAssembly"]

_ENDS = frozenset({"response.completed", "response.incomplete"})
_REASONING = frozenset({"response.reasoning_summary_text.delta", "response.reasoning_text.delta"})
_TEXTS = {"response.output_text.delta": "output_text", "response.refusal.delta": "refusal"}


class ResponsesAssembly:
    """One streamed response. Its last event holds it whole; what came before is kept for a cut."""

    def __init__(self) -> None:
        self.is_complete = False
        self._response: dict[str, Any] = {}
        self._items: dict[object, dict[str, Any]] = {}
        self._calls: list[object] = []

    def feed(self, event: Mapping[str, Any]) -> Iterator[Piece]:
        """Take one event."""
        kind = index_of(event.get("type"))
        index = index_of(event.get("output_index", event.get("item_id")))
        response: Any = event.get("response")
        if kind == "error" or (kind is None and event.get("error")):
            raise StreamFault(event)
        if kind == "response.failed":
            raise StreamFault(response if is_object(response) else event)
        if is_object(response):
            self._response |= response
        if kind in _ENDS:
            self.is_complete = True
        elif kind == "response.output_item.added":
            yield from self._add(index, event.get("item"))
        elif kind == "response.output_item.done" and is_object(event.get("item")):
            self._items[index] = dict(event["item"])
        elif kind == "response.function_call_arguments.delta":
            yield from self._more_arguments(index, str(event.get("delta") or ""))
        elif kind in _TEXTS:
            yield from self._more_text(index, _TEXTS[str(kind)], str(event.get("delta") or ""))
        elif kind in _REASONING and event.get("delta"):
            yield ReasoningDelta(text=str(event["delta"]))

    def _add(self, index: object, item: Any) -> Iterator[Piece]:
        if not is_object(item):
            return
        self._items[index] = dict(item)
        if item.get("type") == "function_call":
            self._calls.append(index)
            yield CallDelta(
                index=len(self._calls) - 1,
                id=str(item.get("call_id") or ""),
                name=str(item.get("name") or ""),
                arguments=str(item.get("arguments") or ""),
            )

    def _more_arguments(self, index: object, delta: str) -> Iterator[Piece]:
        item = self._items.setdefault(index, {"type": "function_call"})
        item["arguments"] = str(item.get("arguments") or "") + delta
        if delta and index in self._calls:
            yield CallDelta(index=self._calls.index(index), arguments=delta)

    def _more_text(self, index: object, kind: str, delta: str) -> Iterator[Piece]:
        item = self._items.setdefault(index, {"type": "message", "role": "assistant"})
        given: Any = item.get("content")
        parts = [part for part in given if is_object(part)] if is_array(given) else []
        key = "refusal" if kind == "refusal" else "text"
        if not parts or parts[-1].get("type") != kind:
            parts.append({"type": kind, key: ""})
        parts[-1] = {**parts[-1], key: str(parts[-1].get(key) or "") + delta}
        item["content"] = parts
        if delta:
            yield TextDelta(text=delta)

    def body(self) -> Mapping[str, Any]:
        """The response: as its end has it, or as far as it came."""
        if self.is_complete and self._response.get("output"):
            return self._response
        items = [item for item in self._items.values() if _is_named(item)]
        return {**self._response, "output": items}


def _is_named(item: Mapping[str, Any]) -> bool:
    return item.get("type") != "function_call" or bool(item.get("name"))
