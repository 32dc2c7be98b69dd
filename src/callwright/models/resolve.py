"""From a model's name to the model. Addresses are read from the environment; keys wait for use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from string import Formatter
from typing import get_args
from urllib.parse import quote, urldefrag, urlsplit

from callwright.core.errors import ConfigurationError, UnknownModel
from callwright.core.model import Model
from callwright.models.chat import ChatModel
from callwright.models.dialect.lowered import Dialect
from callwright.models.key import EnvironmentKey
from callwright.models.profile import PROFILES, SERVER, Profile
from callwright.models.wire import Post

__all__ = ["resolve"]

_WAYS = (
    'Choose "PROVIDER:NAME" with one of the providers '
    f'{", ".join(PROFILES)}; "http://HOST:PORT/v1#NAME" for any server that speaks OpenAI\'s chat '
    'completions; or "offline", which needs no key and no network.'
)
_DIALECT_VARIABLE = "CALLWRIGHT_DIALECT"
_SERVER_FORM = 'Write it as "http://HOST:PORT/v1#NAME".'


def resolve(name: str, *, post: Post, environ: Mapping[str, str] | None = None) -> Model:
    """The model that a name stands for: `openai:NAME`, `http://host:port/v1#NAME`, `offline`.

    What parameters are written in is the provider's dialect, unless CALLWRIGHT_DIALECT names one.

    Raises:
        UnknownModel: the name names no model.
        ConfigurationError: the provider's address needs a variable that is not set, or the dialect
            is none.
    """
    variables = os.environ if environ is None else environ
    if name == "offline":
        from callwright.models.offline.model import OfflineModel

        return OfflineModel()
    if name.startswith(("http://", "https://")):
        return _server_model(name, post, variables)
    provider, _, model = name.partition(":")
    profile = PROFILES.get(provider)
    if profile is None or not model:
        raise _unknown(name)
    return _chat_model(profile, model, _base_url(profile, variables), post, variables)


def _chat_model(
    profile: Profile, model: str, base_url: str, post: Post, variables: Mapping[str, str]
) -> ChatModel:
    return ChatModel(
        profile=_with_dialect(profile, variables),
        model=model,
        base_url=base_url,
        key=EnvironmentKey(profile=profile, environ=variables),
        post=post,
    )


def _with_dialect(profile: Profile, variables: Mapping[str, str]) -> Profile:
    wanted = variables.get(_DIALECT_VARIABLE, "").strip()
    if not wanted and variables.get(profile.base_url_variable, "").strip():
        # Whatever answers there knows the messages, and not always the provider's dialect.
        return replace(profile, dialect="json-schema")
    if not wanted:
        return profile
    for dialect in get_args(Dialect):
        if dialect == wanted:
            return replace(profile, dialect=dialect)
    raise ConfigurationError(
        f"{_DIALECT_VARIABLE} is {wanted!r}, which is no dialect.",
        remedy=f"Use one of {', '.join(get_args(Dialect))}.",
    )


def _server_model(name: str, post: Post, variables: Mapping[str, str]) -> ChatModel:
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
    return _chat_model(replace(SERVER, name=called), model, address, post, variables)


def _base_url(profile: Profile, variables: Mapping[str, str]) -> str:
    replaced = variables.get(profile.base_url_variable, "").strip()
    if replaced:
        return replaced
    needed = [field for _, field, _, _ in Formatter().parse(profile.base_url) if field]
    for variable in needed:
        if not variables.get(variable, "").strip():
            raise ConfigurationError(
                f"The address of {profile.name} is not complete.",
                remedy=f"Set the environment variable {variable}.",
            )
    filled = {variable: quote(variables[variable].strip(), safe="") for variable in needed}
    return profile.base_url.format_map(filled)


def _unknown(name: str) -> UnknownModel:
    provider, colon, model = name.partition(":")
    if provider == "anthropic":
        return UnknownModel(
            f"The model {name!r} cannot be asked: Anthropic's own interface is not supported yet.",
            remedy=f'Ask it through a router: "openrouter:anthropic/{model or "NAME"}".',
        )
    if provider in PROFILES:
        return UnknownModel(f"The model name {name!r} ends before the model.", remedy=_WAYS)
    near = get_close_matches(provider.lower(), [*PROFILES, "offline"], n=3, cutoff=0.6)
    meant = [match if match == "offline" else f"{match}:{model or 'NAME'}" for match in near]
    if not colon and not near:
        meant = [f"openai:{name or 'NAME'}"]
    hint = f"Did you mean {' or '.join(map(repr, meant))}? " if meant else ""
    what = "names no known provider" if colon else "names no provider"
    return UnknownModel(f"The model name {name!r} {what}.", remedy=hint + _WAYS)
