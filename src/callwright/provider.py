"""A model by its name, with whatever the user wants otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from callwright.core.errors import ConfigurationError
from callwright.core.model import Model
from callwright.http.model import post_to_model, stream_from_model
from callwright.models.profile import ModelProfile
from callwright.models.resolve import resolve

__all__ = ["model"]


def model(
    name: str,
    *,
    base_url: str = "",
    key: str | Callable[[], str] | None = None,
    headers: Mapping[str, str | Callable[[], str]] | None = None,
    **quirks: Any,
) -> Model:
    """Name a model, and say what is to be otherwise than its provider's profile has it.

    Args:
        name: as in `run_with_tools`: `"openai:NAME"`, `"http://host:port/v1#NAME"`.
        base_url: where the provider is, instead of its own address.
        key: the key, or what gives it when it is used, such as `env("MY_KEY")`; instead of the
            provider's environment variables.
        headers: headers beside the provider's own.
        quirks: fields of `callwright.models.ModelProfile`: `tool_calling="prompted"`,
            `dialect="flat"`, `salvages_calls=True`, `max_tools=64`.

    Raises:
        UnknownModel: the name names no model.
        ConfigurationError: a quirk is none, or the provider's address is not complete.

    >>> import callwright
    >>> local = callwright.model("vllm:qwen3", key="none", tool_calling="prompted")
    >>> local
    <RemoteModel vllm:qwen3>
    >>> local.profile.tool_calling
    'prompted'
    """
    _check(quirks)
    found = resolve(
        name,
        post=post_to_model,
        stream_post=stream_from_model,
        base_url=base_url,
        key=_source(key),
        quirks=quirks,
    )
    if not headers:
        return found
    own = getattr(found, "profile", ModelProfile(name=name)).headers
    wanted = {**quirks, "headers": {**own, **headers}}
    return model(name, base_url=base_url, key=key, **wanted)


def _source(key: str | Callable[[], str] | None) -> Callable[[], str] | None:
    if isinstance(key, str):
        return lambda: key
    return key


def _check(quirks: Mapping[str, Any]) -> None:
    known = [item.name for item in fields(ModelProfile)]
    for quirk in quirks:
        if quirk not in known:
            near = get_close_matches(quirk, known, n=3, cutoff=0.5) or known
            raise ConfigurationError(
                f"A model's profile has no field {quirk!r}.",
                remedy=f"Did you mean {', '.join(near)}?",
            )
