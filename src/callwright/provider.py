"""A model by its name, with whatever the user wants otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import Any, get_args

from callwright.core.errors import ConfigurationError, UnknownModel
from callwright.core.given import check_word
from callwright.core.model import Model
from callwright.http.model import post_to_model, stream_from_model
from callwright.models.dialect.lowered import Dialect
from callwright.models.key import GivenKey
from callwright.models.profile import Header, ModelProfile, ToolCalling, Wire
from callwright.models.remote import RemoteModel
from callwright.models.resolve import resolve

__all__ = ["model"]


def model(
    name: str,
    *,
    base_url: str = "",
    key: str | Callable[[], str] | None = None,
    headers: Mapping[str, Header] | None = None,
    **quirks: Any,
) -> Model:
    """Name a model, and say what is to be otherwise than its provider's profile has it.

    Args:
        name: as in `run_with_tools`: `"openai:NAME"`, `"http://host:port/v1#NAME"`.
        base_url: where the provider is, instead of its own address.
        key: the key, or what gives it when it is used, such as `env("MY_KEY")`; instead of the
            provider's environment variables.
        headers: headers beside the provider's own, or in their place: texts, or what gives one
            when it is sent, such as `env("MY_GATEWAY_TOKEN")`.
        quirks: fields of `callwright.models.ModelProfile`: `tool_calling="prompted"`,
            `dialect="flat"`, `salvages_calls=True`, `max_tools=64`.

    Raises:
        UnknownModel: the name names no model.
        ConfigurationError: a quirk or a header is none, or the provider's address is not complete.

    >>> import callwright
    >>> local = callwright.model("vllm:qwen3", key="none", tool_calling="prompted")
    >>> local
    <RemoteModel vllm:qwen3>
    >>> local.profile.tool_calling
    'prompted'
    """
    if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UnknownModel(
            f"{name!r} is no name of a model.", remedy='Write it as "PROVIDER:NAME".'
        )
    if base_url and not base_url.startswith(("http://", "https://")):
        raise ConfigurationError(
            f"The base_url {base_url!r} is no address.",
            remedy="Begin it with http:// or https://.",
        )
    _check(quirks)
    found = resolve(
        name,
        post=post_to_model,
        stream_post=stream_from_model,
        base_url=base_url,
        key=None if key is None else GivenKey(key),
        quirks=quirks,
    )
    if headers and isinstance(found, RemoteModel):
        merged = {**_lower(found.profile.headers), **_lower(headers)}
        return replace(found, profile=replace(found.profile, headers=merged))
    return found


_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of RFC 9110."""


def _lower(headers: Mapping[str, Header]) -> dict[str, Header]:
    """The headers by names in one spelling, so that one takes the place of another."""
    for name in headers:
        if not _HEADER_NAME.fullmatch(name):
            raise ConfigurationError(f"The model's header {name!r} has no name for a header.")
    return {name.lower(): value for name, value in headers.items()}


def _check(quirks: Mapping[str, Any]) -> None:
    known = [item.name for item in fields(ModelProfile)]
    for quirk in quirks:
        if quirk not in known:
            near = get_close_matches(quirk, known, n=3, cutoff=0.5) or known
            raise ConfigurationError(
                f"A model's profile has no field {quirk!r}.",
                remedy=f"Did you mean {', '.join(near)}?",
            )
    for quirk, words in _WORDS.items():
        if quirk in quirks:
            check_word(f"{quirk}={quirks[quirk]!r}", quirks[quirk], get_args(words))


_WORDS = {"tool_calling": ToolCalling, "dialect": Dialect, "wire": Wire}
