"""Credentials: which of those that the caller gave an operation needs, and where they stand.

A new kind of security scheme is a function and a row in `_SCHEMES`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from callwright.core.errors import ConfigurationError, SpecInvalid
from callwright.core.json import is_object
from callwright.openapi.operation import Operation
from callwright.openapi.secret import Reading, Value

__all__ = ["Auth", "Basic", "Bearer", "Credential", "Credentials", "credentials_for"]


@dataclass(frozen=True, slots=True)
class Bearer:
    """A bearer token (RFC 6750): text, or a callable such as `env("GITHUB_TOKEN")`."""

    token: Value = field(repr=False)


@dataclass(frozen=True, slots=True)
class Basic:
    """A user name and a password (RFC 7617)."""

    username: Value
    password: Value = field(repr=False)


Credential: TypeAlias = "Value | Bearer | Basic"
Auth: TypeAlias = "Credential | Mapping[str, Credential] | None"
"""One credential for all, or one for each security scheme by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What credentials add to a request."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    cookies: Mapping[str, str] = field(default_factory=dict[str, str])

    def __or__(self, other: Credentials) -> Credentials:
        return Credentials(
            headers={**self.headers, **other.headers},
            query={**self.query, **other.query},
            cookies={**self.cookies, **other.cookies},
        )


def credentials_for(operation: Operation, auth: Auth, reading: Reading) -> Credentials:
    """What the caller's credentials add to a request of this operation.

    Of the operation's sets of schemes the first that can be met whole is taken. One credential
    for all is also sent where the document names no scheme: many real ones name none. Where the
    operation says that it needs none (`security: []`), none is sent.

    Raises:
        CredentialError: a credential comes from an environment variable that is not set.
        ConfigurationError: a credential is of no known kind.
    """
    if auth is None:
        return Credentials()
    for schemes in _sets(operation, auth):
        added = Credentials()
        for name, scheme in schemes.items():
            credential = auth.get(name) if is_object(auth) else auth
            added |= _place(scheme, credential, name, reading)
        return added
    if is_object(auth) or "security" in operation.raw or "security" in operation.document.raw:
        return Credentials()
    return _authorize(auth, "AUTHORIZATION", reading)


def _sets(operation: Operation, auth: Auth) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    """The sets of schemes, by name, for which a credential was given."""
    declared = operation.document.raw.get("components")
    known = declared.get("securitySchemes") if is_object(declared) else None
    for requirement in operation.security:
        if not requirement or not is_object(known):
            continue
        if is_object(auth) and not all(name in auth for name in requirement):
            continue
        try:
            yield {name: operation.document.resolve(known.get(name)) for name in requirement}
        except SpecInvalid:
            continue


def _place(scheme: Mapping[str, Any], credential: Any, name: str, reading: Reading) -> Credentials:
    place = _SCHEMES.get(str(scheme.get("type")), _authorization)
    return place(scheme, credential, name, reading)


def _api_key(
    scheme: Mapping[str, Any], credential: Any, name: str, reading: Reading
) -> Credentials:
    value = credential.token if isinstance(credential, Bearer) else credential
    if isinstance(value, Basic):
        raise ConfigurationError(f"The scheme {name!r} takes a key, no user name and password.")
    placed = {str(scheme.get("name")): reading.secret(value, name)}
    match scheme.get("in"):
        case "query":
            return Credentials(query=placed)
        case "cookie":
            return Credentials(cookies=placed)
        case _:
            return Credentials(headers=placed)


def _authorization(
    scheme: Mapping[str, Any], credential: Any, name: str, reading: Reading
) -> Credentials:
    if str(scheme.get("scheme")).lower() == "basic" and not isinstance(credential, (Basic, Bearer)):
        # As curl takes it: user:password in one text.
        username, _, password = reading.secret(credential, name).partition(":")
        credential = Basic(username, password)
    return _authorize(credential, name, reading)


def _authorize(credential: Any, name: str, reading: Reading) -> Credentials:
    """The Authorization header of a credential."""
    if isinstance(credential, Basic):
        user = reading.secret(credential.username, name)
        pair = f"{user}:{reading.secret(credential.password, name)}"
        if not reading.revealed:
            return _header(f"Basic {reading.secret(name, name)}")
        encoded = base64.b64encode(pair.encode()).decode()
        reading.secrets.add(encoded)
        return _header(f"Basic {encoded}")
    token = credential.token if isinstance(credential, Bearer) else credential
    if not isinstance(token, str) and not callable(token):
        raise ConfigurationError(
            f"The credential for {name!r} is of an unknown kind: {type(token).__name__}.",
            remedy='Give text, env("NAME"), Bearer(...), Basic(...), or a callable.',
        )
    return _header(f"Bearer {reading.secret(token, name)}")


def _header(value: str) -> Credentials:
    return Credentials(headers={"Authorization": value})


_SCHEMES: Mapping[str, Callable[[Mapping[str, Any], Any, str, Reading], Credentials]] = {
    "apiKey": _api_key,
    "http": _authorization,
    "oauth2": _authorization,
    "openIdConnect": _authorization,
}
