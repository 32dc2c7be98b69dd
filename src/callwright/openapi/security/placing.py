"""Where a credential stands in a request, by the kind of its security scheme.

A new kind is a function and a row in `_SCHEMES`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from callwright.core.errors import ConfigurationError
from callwright.openapi.secret import Reading
from callwright.openapi.security.credential import Basic, Bearer

__all__ = ["Credentials", "authorize", "place"]


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


def place(scheme: Mapping[str, Any], credential: Any, name: str, reading: Reading) -> Credentials:
    """What one credential adds for its scheme; `name` is the scheme's.

    Raises:
        ConfigurationError: it is of a kind that the scheme cannot take.
        CredentialError: it cannot be read.
    """
    written = _SCHEMES.get(str(scheme.get("type")), _authorization)
    return written(scheme, credential, name, reading)


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
    return authorize(credential, name, reading)


def authorize(credential: Any, name: str, reading: Reading) -> Credentials:
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
