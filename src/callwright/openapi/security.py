"""Credentials: which of those that the caller gave an operation needs, and where they stand.

A new kind of security scheme is a function and a row in `_SCHEMES`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from typing import Any, TypeAlias

from callwright.core.errors import ConfigurationError, SpecInvalid
from callwright.core.json import is_object
from callwright.openapi.document import Document
from callwright.openapi.operation import Operation
from callwright.openapi.secret import Reading, Value

__all__ = [
    "Auth",
    "Basic",
    "Bearer",
    "Credential",
    "Credentials",
    "check_scheme_names",
    "credentials_for",
]


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
_Set: TypeAlias = "Mapping[str, Mapping[str, Any]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What credentials add to a request."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    query: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def __or__(self, other: Credentials) -> Credentials:
        return Credentials(
            headers={**self.headers, **other.headers},
            query={**self.query, **other.query},
            cookies={**self.cookies, **other.cookies},
        )


def credentials_for(operation: Operation, auth: Auth, reading: Reading) -> Credentials:
    """What the caller's credentials add to a request of this operation.

    Of the operation's sets of schemes the first is taken whose schemes all suit the credential,
    or else the first that it can be put into. One credential for all is also sent where the
    document names no scheme, or none that it declares: many real ones do. Where the operation
    says that it needs none (`security: []`), none is sent.

    Raises:
        CredentialError: a credential comes from an environment variable that is not set.
        ConfigurationError: a credential is of no known kind.
    """
    if auth is None:
        return Credentials()
    sets = list(_sets(operation, auth))
    if sets:
        return _placed(min(sets, key=partial(_misfits, auth)), auth, reading)
    if is_object(auth) or not (_says_nothing(operation) or any(operation.security)):
        return Credentials()
    return _authorize(auth, "AUTHORIZATION", reading)


def _says_nothing(operation: Operation) -> bool:
    return "security" not in operation.raw and "security" not in operation.document.raw


def check_scheme_names(auth: Auth, document: Document) -> None:
    """Check that credentials by name are for schemes that the document declares.

    Raises:
        ConfigurationError: one is not.
    """
    known = _declared(document)
    for name in auth if is_object(auth) else ():
        if name not in known:
            raise ConfigurationError(
                f"The document declares no security scheme {name!r} for `auth`.",
                place=document.place,
                remedy=_suggestion(name, list(known)),
            )


def _suggestion(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known)
    if near:
        return f"Did you mean {' or '.join(map(repr, near))}?"
    return f"It declares {', '.join(map(repr, known)) or 'none'}."


def _declared(document: Document) -> Mapping[str, Any]:
    components = document.raw.get("components")
    schemes = components.get("securitySchemes") if is_object(components) else None
    return schemes if is_object(schemes) else {}


def _sets(operation: Operation, auth: Auth) -> Iterator[_Set]:
    """The sets of schemes, by name, for which a credential was given."""
    known = _declared(operation.document)
    for requirement in operation.security:
        if not requirement or (is_object(auth) and not all(name in auth for name in requirement)):
            continue
        try:
            schemes = {name: operation.document.resolve(known.get(name)) for name in requirement}
        except SpecInvalid:
            continue
        if all(map(_is_whole, schemes.values())):
            yield schemes


def _is_whole(scheme: Mapping[str, Any]) -> bool:
    """A key without a name has no place to stand in."""
    return scheme.get("type") != "apiKey" or isinstance(scheme.get("name"), str)


def _misfits(auth: Auth, schemes: _Set) -> int:
    """How badly a set suits the one credential; one that was given by name always does."""
    if is_object(auth):
        return 0
    return max(_misfit(auth, scheme) for scheme in schemes.values())


def _misfit(credential: Any, scheme: Mapping[str, Any]) -> int:
    kind = scheme.get("type")
    is_basic = kind == "http" and str(scheme.get("scheme")).lower() == "basic"
    is_token = kind in ("http", "oauth2", "openIdConnect") and not is_basic
    if isinstance(credential, Basic):
        return 0 if is_basic else 1 if is_token else 2
    if isinstance(credential, Bearer):
        return 0 if is_token else 1
    has_pair = isinstance(credential, str) and ":" in credential
    return 0 if is_token or kind == "apiKey" or (is_basic and has_pair) else 1


def _placed(schemes: _Set, auth: Auth, reading: Reading) -> Credentials:
    added = Credentials()
    for name, scheme in schemes.items():
        credential = auth.get(name) if is_object(auth) else auth
        added |= _place(scheme, credential, name, reading)
    return added


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
