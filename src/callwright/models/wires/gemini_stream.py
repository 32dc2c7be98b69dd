"""A stream of Gemini's, put together to one response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.core.json import dump_json, is_array, is_object
from callwright.core.model import CallDelta, Piece, ReasoningDelta, TextDelta
from callwright.models.codec import StreamFault

__all__ = ["BROKEN", "GeminiAssembly", "is_call", "is_text"]

BROKEN = (
    "MALFORMED_FUNCTION_CALL",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "MISSING_THOUGHT_SIGNATURE",
    "MALFORMED_RESPONSE",
    "OTHER",
)
"""Reasons that say that what came is no reply, or not the whole of one."""


def is_call(part: Mapping[str, Any]) -> bool:
    """Whether a part calls a function."""
    return "functionCall" in part


def is_text(part: Mapping[str, Any]) -> bool:
    """Whether a part is text of the answer; thoughts are not."""
    return isinstance(part.get("text"), str) and not part.get("thought")


class GeminiAssembly:
    """One streamed response; of several candidates, the first."""

    def __init__(self) -> None:
        self.is_complete = False
        self._parts: list[dict[str, Any]] = []
        self._beside: dict[str, Any] = {}
        self._finish: object = None
        self._calls = 0

    def feed(self, event: Mapping[str, Any]) -> Iterator[Piece]:
        """Take one chunk."""
        if event.get("error"):
            raise StreamFault(event)
        self._beside |= {k: v for k, v in event.items() if k != "candidates" and v is not None}
        candidates: Any = event.get("candidates")
        given: Any = candidates[0] if is_array(candidates) and candidates else None
        candidate: Mapping[str, Any] = given if is_object(given) else {}
        content: Any = candidate.get("content")
        parts: Any = content.get("parts") if is_object(content) else None
        for part in parts if is_array(parts) else ():
            if is_object(part):
                yield from self._take(part)
        feedback: Any = event.get("promptFeedback")
        if is_object(feedback) and feedback.get("blockReason"):
            self.is_complete = True
        reason = candidate.get("finishReason")
        if reason in BROKEN:
            raise StreamFault({"message": f"it ended by {reason}"})
        if reason:
            self._finish, self.is_complete = reason, True

    def _take(self, part: Mapping[str, Any]) -> Iterator[Piece]:
        last = self._parts[-1] if self._parts else {}
        if _is_more_of(part, last):
            last |= {**part, "text": last["text"] + part["text"]}
        else:
            self._parts.append(dict(part))
        if is_call(part):
            yield self._call(part["functionCall"])
        elif part.get("text"):
            kind = TextDelta if is_text(part) else ReasoningDelta
            yield kind(text=str(part["text"]))

    def _call(self, given: Any) -> CallDelta:
        function: Mapping[str, Any] = given if is_object(given) else {}
        self._calls += 1
        return CallDelta(
            index=self._calls - 1,
            id=str(function.get("id") or ""),
            name=str(function.get("name") or ""),
            arguments=dump_json(function.get("args") or {}),
        )

    def body(self) -> Mapping[str, Any]:
        """The response so far."""
        content = {"role": "model", "parts": self._parts}
        candidate = {"content": content, "finishReason": self._finish}
        is_empty = not self._parts and self._finish is None
        return {**self._beside, "candidates": [] if is_empty else [candidate]}


def _is_more_of(part: Mapping[str, Any], last: Mapping[str, Any]) -> bool:
    """Whether a part goes on with the text before; a signature ends the part that it is in."""
    return (
        isinstance(part.get("text"), str)
        and isinstance(last.get("text"), str)
        and bool(part.get("thought")) == bool(last.get("thought"))
        and not last.get("thoughtSignature")
    )
