"""From a model's name to the model. Addresses are read from the environment; keys wait for use."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from string import Formatter
from typing import Any, get_args
from urllib.parse import quote, urldefrag, urlsplit

from callwright.core.errors import ConfigurationError, UnknownModel
from callwright.core.model import Model
from callwright.models.dialect.lowered import Dialect
from callwright.models.key import EnvironmentKey, KeySource
from callwright.models.profile import ModelProfile
from callwright.models.providers import PROFILES, SERVER, is_openais
from callwright.models.remote import RemoteModel
from callwright.models.wire import Post, StreamPost

__all__ = ["resolve"]

_WAYS = (
    'Choose "PROVIDER:NAME" with one of the providers '
    f'{", ".join(PROFILES)}; "http://HOST:PORT/v1#NAME" for any server that speaks OpenAI\'s chat '
    'completions; or "offline", which needs no key and no network.'
)
_DIALECT_VARIABLE = "CALLWRIGHT_DIALECT"
_SERVER_FORM = 'Write it as "http://HOST:PORT/v1#NAME".'


def resolve(
    name: str,
    *,
    post: Post,
    stream_post: StreamPost | None = None,
    environ: Mapping[str, str] | None = None,
    base_url: str = "",
    key: KeySource | None = None,
    quirks: Mapping[str, Any] | None = None,
) -> Model:
    """The model that a name stands for: `openai:NAME`, `http://host:port/v1#NAME`, `offline`.

    What parameters are written in is the provider's dialect, unless CALLWRIGHT_DIALECT names one.
    `base_url`, `key` and `quirks`, fields of the profile, come before what the environment says.

    Raises:
        UnknownModel: the name names no model.
        ConfigurationError: the provider's address needs a variable that is not set, or the dialect
            is none.
    """
    variables = os.environ if environ is None else environ
    if name == "offline":
        from callwright.models.offline.model import OfflineModel

        return OfflineModel()
    profile, model, address = _named(name, variables, base_url.strip())
    is_set = not base_url.strip() and variables.get(profile.base_url_variable, "").strip()
    _check(address, place=profile.base_url_variable if is_set else "")
    if quirks:
        profile = replace(profile, **quirks)
    return RemoteModel(
        profile=profile,
        model=model,
        base_url=address,
        key=key or EnvironmentKey(profile=profile, environ=variables),
        post=post,
        stream_post=stream_post,
    )


def _check(address: str, *, place: str) -> None:
    """Raise what is wrong with an address before anything is asked there."""
    try:
        parts = urlsplit(address)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname)
        has_secret = parts.username is not None or parts.password is not None
    except ValueError:
        is_url = has_secret = False
    if has_secret:
        raise ConfigurationError(
            "The model's address holds a user name or a password.",
            place=place,
            remedy="Give it as key=, or as a header, to callwright.model.",
        )
    if not is_url:
        raise ConfigurationError(
            f"The model's address {address!r} is no URL.",
            place=place,
            remedy='Write it as "http://HOST:PORT/v1" or "https://HOST/v1".',
        )


def _named(name: str, variables: Mapping[str, str], base_url: str) -> tuple[ModelProfile, str, str]:
    """The profile, the model and the address that a name stands for."""
    if name.lower().startswith(("http://", "https://")):
        return _server(name, variables)
    provider, _, model = name.partition(":")
    profile = PROFILES.get(provider)
    if profile is None or not model:
        raise _unknown(name)
    address = base_url or _base_url(profile, variables)
    return _with_dialect(profile, variables, base_url), model, address


def _with_dialect(
    profile: ModelProfile, variables: Mapping[str, str], base_url: str = ""
) -> ModelProfile:
    wanted = variables.get(_DIALECT_VARIABLE, "").strip()
    moved = base_url or variables.get(profile.base_url_variable, "").strip()
    if profile.dialect == "openai-strict" and moved and not is_openais(moved):
        # Whatever answers there knows the messages, and not always the provider's dialect.
        profile = replace(
            profile,
            dialect="json-schema",
            supports_schema_with_tools=False,
            reasoning_keys=SERVER.reasoning_keys,
        )
    if not wanted:
        return profile
    for dialect in get_args(Dialect):
        if dialect == wanted:
            return replace(profile, dialect=dialect)
    raise ConfigurationError(
        f"{_DIALECT_VARIABLE} is {wanted!r}, which is no dialect.",
        remedy=f"Use one of {', '.join(get_args(Dialect))}.",
    )


def _server(name: str, variables: Mapping[str, str]) -> tuple[ModelProfile, str, str]:
    try:
        address, model = urldefrag(name)
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UnknownModel(
            f"The model's address is no URL: {error}.", remedy=_SERVER_FORM
        ) from None
    if parts.username is not None or parts.password is not None:
        raise UnknownModel(
            "The model's address holds a user name or a password.",
            remedy=f"Leave it out, and set the environment variable {SERVER.key_variables[0]}.",
        )
    if not host or not model:
        missing = "model" if host else "host"
        raise UnknownModel(f"The model's address names no {missing}.", remedy=_SERVER_FORM)
    called = host if port is None else f"{host}:{port}"
    return _with_dialect(replace(SERVER, name=called), variables), model, address


def _base_url(profile: ModelProfile, variables: Mapping[str, str]) -> str:
    replaced = variables.get(profile.base_url_variable, "").strip()
    if replaced:
        return replaced
    fields = [field for _, field, _, _ in Formatter().parse(profile.base_url) if field]
    needed = [field for field in fields if field != "model"]
    for variable in needed:
        if not variables.get(variable, "").strip():
            raise ConfigurationError(
                f"The address of {profile.name} is not complete.",
                remedy=f"Set the environment variable {variable}.",
            )
    filled = {variable: quote(variables[variable].strip(), safe="") for variable in needed}
    if profile.base_url.startswith("{"):  # the first variable is an address itself
        filled[needed[0]] = variables[needed[0]].strip().rstrip("/")
    return profile.base_url.format_map({**filled, "model": "{model}"})


_HOST = re.compile(r"(localhost|\d+\.\d+\.\d+\.\d+|\[[\da-fA-F:]+\])(:|/|$)")
_FAMILIES: Mapping[str, str] = {
    "gpt": "openai",
    "claude": "anthropic",
    "gemini": "google",
    "@cf/": "workers-ai",
    "@hf/": "workers-ai",
    "deepseek": "deepseek",
    "mistral": "mistral",
}
"""Whose models have names that begin so."""


def _likely(name: str, provider: str, model: str) -> list[str]:
    families = [family for start, family in _FAMILIES.items() if name.startswith(start)]
    if families and not model:
        return [f"{family}:{name}" for family in families]
    near = get_close_matches(provider, [*PROFILES, "offline"], n=3, cutoff=0.6)
    return [match if match == "offline" else f"{match}:{model or 'NAME'}" for match in near]


def _unknown(name: str) -> UnknownModel:
    provider, colon, model = name.partition(":")
    if provider in PROFILES:
        return UnknownModel(f"The model name {name!r} ends before the model.", remedy=_WAYS)
    if _HOST.match(name):
        meant = [f"http://{name}" if "#" in name else f"http://{name.rstrip('/')}/v1#NAME"]
    else:
        meant = _likely(name.strip(), provider.strip().lower(), model)
    hint = f"Did you mean {' or '.join(map(repr, meant))}? " if meant else ""
    what = "names no known provider" if colon else "names no provider"
    return UnknownModel(f"The model name {name!r} {what}.", remedy=hint + _WAYS)
