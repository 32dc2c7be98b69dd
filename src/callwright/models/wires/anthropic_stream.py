"""A stream of Anthropic's Messages, put together to one message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from callwright.core.json import is_object
from callwright.core.model import CallDelta, Piece, ReasoningDelta, TextDelta
from callwright.models.codec import StreamFault, index_of

__all__ = ["AnthropicAssembly"]


class AnthropicAssembly:
    """One streamed message."""

    def __init__(self) -> None:
        self.is_complete = False
        self._message: dict[str, Any] = {}
        self._blocks: dict[object, dict[str, Any]] = {}
        self._inputs: dict[object, str] = {}
        self._thoughts: dict[object, str] = {}
        self._usage: dict[str, Any] = {}

    def feed(self, event: Mapping[str, Any]) -> Iterator[Piece]:
        """Take one event."""
        kind = event.get("type")
        if kind == "error" or (kind is None and event.get("error")):
            raise StreamFault(event)
        if kind == "message_start" and is_object(event.get("message")):
            self._message |= event["message"]
            self._count(event["message"])
        elif kind == "content_block_start":
            yield from self._start(event)
        elif kind == "content_block_delta" and is_object(event.get("delta")):
            yield from self._more(index_of(event.get("index")), event["delta"])
        elif kind == "message_delta":
            delta: Any = event.get("delta")
            self._message |= delta if is_object(delta) else {}
            self._count(event)
        elif kind == "message_stop":
            self.is_complete = True

    def _count(self, event: Mapping[str, Any]) -> None:
        usage: Any = event.get("usage")
        if is_object(usage):  # cumulative: the last number counts
            self._usage |= {key: value for key, value in usage.items() if value is not None}

    def _start(self, event: Mapping[str, Any]) -> Iterator[Piece]:
        index, given = index_of(event.get("index")), event.get("content_block")
        block = dict(given) if is_object(given) else {}
        self._blocks[index] = block
        if block.get("type") == "tool_use":
            self._inputs[index] = ""
            yield CallDelta(
                index=len(self._inputs) - 1,
                id=str(block.get("id") or ""),
                name=str(block.get("name") or ""),
            )
        elif block.get("text"):
            yield TextDelta(text=str(block["text"]))

    def _more(self, index: object, delta: Mapping[str, Any]) -> Iterator[Piece]:
        block, kind = self._blocks.setdefault(index, {}), delta.get("type")
        if kind == "input_json_delta":
            text = str(delta.get("partial_json") or "")
            self._inputs[index] = self._inputs.get(index, "") + text
            if text:
                yield CallDelta(index=list(self._inputs).index(index), arguments=text)
        elif kind == "text_delta":
            text = str(delta.get("text") or "")
            block.setdefault("type", "text")
            block["text"] = str(block.get("text") or "") + text
            if text:
                yield TextDelta(text=text)
        elif kind == "thinking_delta":
            text = str(delta.get("thinking") or "")
            block.setdefault("type", "thinking")
            self._thoughts[index] = self._thoughts.get(index, "") + text
            if text:
                yield ReasoningDelta(text=text)
        elif kind == "signature_delta":
            block["signature"] = str(block.get("signature") or "") + str(delta.get("signature"))
        elif kind == "citations_delta" and delta.get("citation"):
            block["citations"] = [*(block.get("citations") or ()), delta["citation"]]

    def body(self) -> Mapping[str, Any]:
        """The message so far."""
        return {**self._message, "content": list(self._content()), "usage": self._usage}

    def _content(self) -> Iterator[Mapping[str, Any]]:
        for index, block in self._blocks.items():
            # What came with the block itself counts where no bits of it did.
            written = {"input": self._inputs.get(index), "thinking": self._thoughts.get(index)}
            yield {**block, **{key: text for key, text in written.items() if text}}
