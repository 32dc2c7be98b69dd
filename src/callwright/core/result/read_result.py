"""The built-in tool by which a model reads on in a result that was too long to be shown whole."""

from __future__ import annotations

from base64 import b64encode

from callwright.core.errors import ArgumentsInvalid
from callwright.core.file import BinaryFile
from callwright.core.json import Json, JsonObject, dump_json, is_array, is_object
from callwright.core.pointer import follow, split_pointer, written_pointer
from callwright.core.result.excerpt.budget import excerpt_of_json, excerpt_of_text
from callwright.core.result.excerpt.fit import Window
from callwright.core.result.excerpt.mark import KEY, Place
from callwright.core.result.shelf import Shelf
from callwright.core.tool import Tool, ToolResult

__all__ = ["ReadResult"]

_DESCRIPTION = (
    "Read on in a result that was too long to be shown whole. Where something was left out, the "
    f"result says so under the key {KEY!r} or at the end of a text, with the call that reads on."
)
_PARAMETERS: JsonObject = {
    "type": "object",
    "properties": {
        "handle": {"type": "string", "description": "The handle of the result, such as r1."},
        "pointer": {
            "type": "string",
            "description": "JSON Pointer of the part to read, such as /items/20. Without: all.",
        },
        "offset": {
            "type": "integer",
            "minimum": 0,
            "description": "The first item, key or character to read, counted from 0.",
        },
        "limit": {
            "type": "integer",
            "minimum": 1,
            "description": "How many items, keys or characters to read at most.",
        },
    },
    "required": ["handle"],
    "additionalProperties": False,
}
_TOKENS_PER_BYTE = 2  # base64 is about the dearest text there is


class ReadResult(Tool):
    """Reads the results on a shelf by JSON Pointer (RFC 6901) and by pages.

    A page is as long as a result may be; it is cut, and read on in, in the same way.
    """

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf.reader, _DESCRIPTION, _PARAMETERS, effect="read")
        self._shelf = shelf

    @property
    def is_executable(self) -> bool:
        """It reads what the run itself has kept."""
        return True

    @property
    def stays_inside(self) -> bool:
        """The API was asked before."""
        return True

    async def run(self, arguments: JsonObject) -> ToolResult:
        """One page of a kept result.

        Raises:
            ArgumentsInvalid: the handle, the pointer or the offset leads nowhere.
        """
        handle = str(arguments.get("handle", "")).strip()
        window = _window(arguments)
        kept = self._shelf.find(handle)
        if kept.file is not None:
            return _bytes_of(kept.file, window, self._shelf.tokens // _TOKENS_PER_BYTE)
        parts = split_pointer(str(arguments.get("pointer") or ""))
        place = Place(reader=self.name, handle=handle, pointer=written_pointer(parts))
        return _page(follow(kept.value, place.pointer), window, place, self._shelf.tokens)


def _window(arguments: JsonObject) -> Window:
    offset, limit = arguments.get("offset"), arguments.get("limit")
    start = 0 if offset is None else offset
    if not isinstance(start, int) or start < 0:
        raise ArgumentsInvalid([f"offset: {offset!r} is no number of entries."])
    if not (limit is None or (isinstance(limit, int) and limit > 0)):
        raise ArgumentsInvalid([f"limit: {limit!r} is no number of entries above 0."])
    return Window(start=start, limit=limit)


def _page(value: Json, window: Window, place: Place, tokens: int) -> ToolResult:
    """The window of a part: of a collection as JSON, of a text as it is."""
    if is_object(value) or is_array(value):
        _check_start(window, len(value), "keys" if is_object(value) else "items")
        content = excerpt_of_json(value, tokens, place, window)
        return ToolResult(content=content, value=_entries(value, window))
    text = value if isinstance(value, str) else dump_json(value)
    _check_start(window, len(text), "characters")
    content = excerpt_of_text(text, tokens, place, window)
    return ToolResult(content=content, value=text[window.start : window.stop(len(text))])


def _check_start(window: Window, total: int, unit: str) -> None:
    if window.start and window.start >= total:
        raise ArgumentsInvalid([f"offset: There are only {total:,} {unit}."])


def _entries(value: Json, window: Window) -> Json:
    if is_object(value):
        keys = list(value)[window.start : window.stop(len(value))]
        return {key: value[key] for key in keys}
    return value[window.start : window.stop(len(value))] if is_array(value) else value


def _bytes_of(file: BinaryFile, window: Window, most: int) -> ToolResult:
    """A piece of a file as base64 (RFC 4648), with where it stands."""
    total = len(file.content)
    _check_start(window, total, "bytes")
    end = min(window.stop(total), window.start + most)
    piece = file.content[window.start : end]
    return ToolResult.of(
        {
            "media_type": file.media_type,
            "bytes": total,
            "offset": window.start,
            "base64": b64encode(piece).decode(),
            **({"next_offset": end} if end < total else {}),
        }
    )
