"""The results of one run that were too long to be shown whole, kept so that a model can read on.

They are held in memory, up to a number of bytes; the oldest go first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from callwright.core.errors import ArgumentsInvalid
from callwright.core.file import BinaryFile
from callwright.core.json import Json
from callwright.core.result.excerpt.budget import excerpt, fits, read_content
from callwright.core.result.excerpt.mark import Place
from callwright.core.tool import ToolResult

__all__ = ["READER", "Kept", "Shelf"]

READER = "read_result"
MAX_BYTES = 64 * 1024 * 1024
LEAST_TOKENS = 60
"""Fewer would hold hardly more than the words on what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A result that is kept: a JSON value, a text, or a file."""

    value: Json = None
    file: BinaryFile | None = None
    size: int
    """Its bytes, as they came."""


@dataclass(slots=True, kw_only=True)
class Shelf:
    """Shows results within a budget of tokens, and keeps what it had to cut.

    Handles count the results of the whole conversation, so that one of an earlier run is never
    taken for one of this run; `shown` is how many the conversation begins with.
    """

    tokens: int
    reader: str = READER
    shown: int = 0
    max_bytes: int = MAX_BYTES
    kept: dict[str, Kept] = field(init=False, default_factory=dict[str, Kept])
    gone: set[str] = field(init=False, default_factory=set[str])

    def __post_init__(self) -> None:
        self.tokens = max(self.tokens, LEAST_TOKENS)

    @property
    def has_kept(self) -> bool:
        """Whether there is anything to read on in; the newest never goes."""
        return bool(self.kept)

    def show(self, result: ToolResult) -> str:
        """What a model reads of a result; what does not fit is kept under a handle."""
        self.shown += 1
        if result.file is None and fits(result.content, self.tokens):
            return result.content
        place = Place(reader=self.reader, handle=f"r{self.shown}")
        if result.file is not None:
            file = result.file
            self._keep(place.handle, Kept(file=file, size=len(file.content)))
            return f"{result.content} {place.call()} reads its bytes, as base64."
        value, is_json = read_content(result.content)
        size = len(result.content.encode(errors="replace"))
        self._keep(place.handle, Kept(value=value, size=size))
        return excerpt(value, self.tokens, place, is_json=is_json)

    def put_away(self, content: str) -> str:
        """The short form of a result that was shown before and takes up too much by now."""
        self.shown += 1
        place = Place(reader=self.reader, handle=f"r{self.shown}")
        value, is_json = read_content(content)
        self._keep(place.handle, Kept(value=value, size=len(content.encode(errors="replace"))))
        return excerpt(value, LEAST_TOKENS, place, is_json=is_json)

    def _keep(self, handle: str, kept: Kept) -> None:
        """Keep a result; the newest stays whatever its size, the oldest go."""
        self.kept[handle] = kept
        while len(self.kept) > 1 and sum(each.size for each in self.kept.values()) > self.max_bytes:
            oldest = next(iter(self.kept))
            del self.kept[oldest]
            self.gone.add(oldest)

    def find(self, handle: str) -> Kept:
        """What is kept under a handle.

        Raises:
            ArgumentsInvalid: nothing is, or no longer.
        """
        if handle in self.kept:
            return self.kept[handle]
        if handle in self.gone:
            raise ArgumentsInvalid(
                [f"The result {handle!r} is no longer kept; call its tool again, for less."]
            )
        raise ArgumentsInvalid(
            [f"No result is kept as {handle!r}; kept are: {', '.join(self.kept) or 'none'}."]
        )
