"""What goes to a provider and what comes back, as plain values.

Nothing is sent from here: whoever owns the network implements `Post`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from callwright.core.json import JsonObject

__all__ = ["Post", "ProviderAnswer", "ProviderRequest"]


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
