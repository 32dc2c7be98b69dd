"""A model of an `anthropic` client."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callwright.core.errors import UnknownModel
from callwright.models.bridge.client import ClientModel
from callwright.models.providers import PROFILES

__all__ = ["from_anthropic"]


def from_anthropic(client: Any, model: str, **quirks: Any) -> ClientModel:
    """Make a model of an `anthropic` client: `Anthropic`, `AsyncAnthropic`, or one for a cloud.

    The client keeps its key, its address, its retries and its time limits.

    Args:
        client: the client; a blocking one is used in a thread.
        model: the name of the model.
        quirks: fields of `ModelProfile`.

    Raises:
        UnknownModel: the client is none.

    >>> import anthropic
    >>> from callwright.models import from_anthropic
    >>> from_anthropic(anthropic.Anthropic(api_key="none"), "claude-x").model
    'claude-x'
    """
    messages = getattr(client, "messages", None)
    if not hasattr(messages, "create"):
        raise UnknownModel(
            f"{client!r} is no client of anthropic.", remedy="Give anthropic.Anthropic()."
        )
    return ClientModel(
        profile=replace(PROFILES["anthropic"], **quirks),
        model=model,
        create=messages.create,  # type: ignore[union-attr]
        is_async=any(kind.__name__.startswith("Async") for kind in type(client).__mro__),
        own=frozenset({"model", "messages", "max_tokens", "stream"}),
        key=lambda: getattr(client, "api_key", None),
    )
