"""A model of an `openai` client."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from callwright.core.errors import UnknownModel
from callwright.models.bridge.client import ClientModel
from callwright.models.providers import PROFILES, SERVER, is_openais

__all__ = ["from_openai"]


def from_openai(
    client: Any, model: str, *, wire: Literal["chat", "responses"] = "chat", **quirks: Any
) -> ClientModel:
    """Make a model of an `openai` client: `OpenAI`, `AsyncOpenAI`, or one for Azure.

    The client keeps its key, its address, its retries and its time limits. What is known of
    OpenAI's own models, such as their strict schemas, is supposed only where it asks OpenAI.

    Args:
        client: the client; a blocking one is used in a thread.
        model: the name of the model.
        wire: whether it is asked by chat completions or by Responses.
        quirks: fields of `ModelProfile`.

    Raises:
        UnknownModel: the client is none.

    >>> import openai
    >>> from callwright.models import from_openai
    >>> from_openai(openai.OpenAI(api_key="none"), "gpt-x").model
    'gpt-x'
    """
    kinds = {kind.__name__ for kind in type(client).__mro__}
    if not kinds & {"OpenAI", "AsyncOpenAI"}:
        raise UnknownModel(
            f"{client!r} is no client of openai.", remedy="Give openai.OpenAI() or AsyncOpenAI()."
        )
    is_azures = bool(kinds & {"AzureOpenAI", "AsyncAzureOpenAI"})
    is_known = is_azures or is_openais(str(getattr(client, "base_url", "")))
    name = "openai-responses" if wire == "responses" else "azure" if is_azures else "openai"
    profile = PROFILES[name] if is_known or wire == "responses" else replace(SERVER, name=name)
    if not is_known:
        profile = replace(profile, dialect="json-schema", supports_schema_with_tools=False)
    endpoint = client.responses if wire == "responses" else client.chat.completions
    return ClientModel(
        profile=replace(profile, **quirks),
        model=model,
        create=endpoint.create,
        is_async="AsyncOpenAI" in kinds,
        own=frozenset({"model", "messages", "input", "stream"}),
        key=lambda: getattr(client, "api_key", None),
    )
