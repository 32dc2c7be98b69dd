"""What goes to a provider and what comes back, as plain values.

Nothing is sent from here: whoever owns the network implements `Post` and `StreamPost`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from callwright.core.json import JsonObject

__all__ = ["Post", "ProviderAnswer", "ProviderRequest", "ProviderStream", "StreamPost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRequest:
    """One POST to a provider. Its repr shows neither the key nor the conversation."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: JsonObject = field(repr=False)
    """To be written by `callwright.core.json.dump_json`; the header that says so is not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAnswer:
    """What a provider answered, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """The names are in lower case."""
    content: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status says that the content is a reply."""
        return 200 <= self.status < 300


class Post(Protocol):
    """Sends one request and reads the whole answer."""

    async def __call__(self, request: ProviderRequest) -> ProviderAnswer:
        """Send the request; an HTTP error status is an answer too.

        Raises:
            ModelUnavailable: no answer came at all.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderStream:
    """An answer of a provider that is still arriving, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """The names are in lower case."""
    pieces: AsyncIterator[bytes] = field(repr=False)
    """The content as it comes, decoded, in pieces of any size; it can be gone through once.

    Going on raises `ModelUnavailable` when the connection breaks, nothing comes for too long, or
    more comes than is allowed: what was given before that is all there was."""

    @property
    def is_success(self) -> bool:
        """Whether the status says that the content is a reply."""
        return 200 <= self.status < 300

    async def read(self) -> ProviderAnswer:
        """The rest of the answer in one, for one to read what an error says.

        Raises:
            ModelUnavailable: it did not come to its end.
        """
        content = b"".join([piece async for piece in self.pieces])
        return ProviderAnswer(status=self.status, headers=self.headers, content=content)


class StreamPost(Protocol):
    """Sends one request and hands out the answer while it arrives.

        async with post(request) as stream:
            async for piece in stream.pieces:
                ...

    Leaving the block ends the exchange, read to its end or not.
    """

    def __call__(
        self, request: ProviderRequest
    ) -> AbstractAsyncContextManager[ProviderStream, bool | None]:
        """Send the request; an HTTP error status is an answer too.

        Raises:
            ModelUnavailable: no answer came at all; raised as the block is entered.
        """
        ...
