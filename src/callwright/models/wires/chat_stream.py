"""A stream of chat completions, put together to one completion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.core.json import is_array, is_object
from callwright.core.model import Piece, ReasoningDelta, TextDelta
from callwright.models.codec import StreamFault, text_of
from callwright.models.wires.fragments import Fragments
from callwright.models.wires.slots import CallSlots

__all__ = ["ChatAssembly", "is_broken"]

_BROKEN = ("abort", "error", "insufficient_system_resource")
"""How routers, vLLM and DeepSeek say that a reply broke off."""


def is_broken(reason: object) -> bool:
    """Whether a reply that ended for this reason is none."""
    return reason in _BROKEN


class ChatAssembly:
    """One streamed completion; of several choices, the first."""

    def __init__(self) -> None:
        self.is_complete = False
        self._calls = CallSlots()
        self._texts: dict[str, str] = {}
        self._fragments = {key: Fragments() for key in ("reasoning_details", "thinking_blocks")}
        self._finish: object = None
        self._usage: object = None
        self._model = ""

    def feed(self, event: Mapping[str, Any]) -> Iterator[Piece]:
        """Take one chunk."""
        self._usage = event.get("usage") or self._usage
        self._model = self._model or str(event.get("model") or "")
        choices: Any = event.get("choices")
        choice: Any = choices[0] if is_array(choices) and choices else None
        error: Any = event.get("error") or (is_object(choice) and choice.get("error"))
        if error:
            raise StreamFault({"error": error})
        if not is_object(choice) or choice.get("index") not in (None, 0):
            return
        delta: Any = choice.get("delta") or choice.get("message")
        if is_object(delta):
            yield from self._take(delta)
        reason = choice.get("finish_reason")
        if is_broken(reason):
            raise StreamFault({"message": f"it ended by {reason!r}"})
        if reason:
            self._finish, self.is_complete = reason, True

    def _take(self, delta: Mapping[str, Any]) -> Iterator[Piece]:
        yield from self._reason(delta)
        for key in ("content", "refusal"):
            # Workers AI streams numbers as numbers.
            text = text_of(delta.get(key))
            if text:
                self._append(key, text)
                yield TextDelta(text=text)
        calls: Any = delta.get("tool_calls")
        for call in calls if is_array(calls) else ():
            piece = self._calls.feed(call) if is_object(call) else None
            if piece is not None:
                yield piece

    def _reason(self, delta: Mapping[str, Any]) -> Iterator[Piece]:
        told = ""
        for key in ("reasoning_content", "reasoning"):
            text = text_of(delta.get(key))
            self._append(key, text)
            told = told or text
        for key, fragments in self._fragments.items():
            fragments.feed(delta.get(key))
        if told:
            yield ReasoningDelta(text=told)

    def _append(self, key: str, text: str) -> None:
        if text:
            self._texts[key] = self._texts.get(key, "") + text

    def body(self) -> Mapping[str, Any]:
        """The completion so far."""
        message: dict[str, Any] = {"role": "assistant", "content": None, **self._texts}
        calls = self._calls.whole()
        if calls:
            message["tool_calls"] = calls
        for key, fragments in self._fragments.items():
            if whole := fragments.whole():
                message[key] = whole
        choice = {"index": 0, "message": message, "finish_reason": self._finish}
        return {"model": self._model, "choices": [choice], "usage": self._usage}
