"""Where a credential stands in a request, by the kind of its security scheme.

A new kind is a function and a row in `_SCHEMES`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from callwright.core.errors import ConfigurationError, CredentialError
from callwright.openapi.secret import EnvironmentVariable, Reading
from callwright.openapi.security.credential import Basic, Bearer, Digest, is_flow
from callwright.openapi.security.scheme import Scheme

__all__ = ["Credentials", "authorize", "place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What credentials add to a request."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    query: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    flows: tuple[Any, ...] = field(default=(), repr=False)
    """What authorizes the request while it is sent, as an `Auth` of httpx2 does."""
    digest_user: str = field(default="", repr=False)
    """User and password of HTTP digest, as they may be shown."""

    def __or__(self, other: Credentials) -> Credentials:
        return Credentials(
            headers={**self.headers, **other.headers},
            query={**self.query, **other.query},
            cookies={**self.cookies, **other.cookies},
            flows=self.flows + other.flows,
            digest_user=other.digest_user or self.digest_user,
        )


def place(scheme: Scheme, credential: Any, name: str, reading: Reading) -> Credentials:
    """What one credential adds for its scheme; `name` is the scheme's.

    Raises:
        ConfigurationError: it is of a kind that the scheme cannot take.
        CredentialError: it cannot be read.
    """
    if is_flow(credential):
        return Credentials(flows=(credential,))
    if isinstance(credential, Digest):
        return _digest(scheme, credential, name, reading)
    return _SCHEMES.get(scheme.kind, _authorization)(scheme, credential, name, reading)


def authorize(credential: Any, name: str, reading: Reading) -> Credentials:
    """The usual header of a credential, where the document does not say another place.

    Raises:
        ConfigurationError: it is of no known kind.
        CredentialError: it cannot be read.
    """
    return place(Scheme({}, ()), credential, name, reading)


def _nothing(_scheme: Scheme, _credential: Any, _name: str, _reading: Reading) -> Credentials:
    return Credentials()


def _api_key(scheme: Scheme, credential: Any, name: str, reading: Reading) -> Credentials:
    value = credential.token if isinstance(credential, Bearer) else credential
    if isinstance(value, Basic):
        raise ConfigurationError(f"The scheme {name!r} takes a key, no user name and password.")
    _check_kind(value, name)
    placed = {str(scheme.raw.get("name")): reading.secret(value, name)}
    match scheme.raw.get("in"):
        case "query":
            return Credentials(query=placed)
        case "cookie":
            return Credentials(cookies=placed)
        case _:
            return Credentials(headers=_sendable(placed, value, name))


def _basic(scheme: Scheme, credential: Any, name: str, reading: Reading) -> Credentials:
    return _authorization(scheme, _pair(credential, Basic, name, reading), name, reading)


def _digest(_scheme: Scheme, credential: Any, name: str, reading: Reading) -> Credentials:
    pair = _pair(credential, Digest, name, reading)
    if isinstance(pair, Bearer):
        return _authorization(_scheme, pair, name, reading)
    user, password = reading.read(pair.username, name), reading.secret(pair.password, name)
    if not reading.revealed:
        return Credentials(digest_user=f"{user}:{password}")
    import httpx2

    return Credentials(flows=(httpx2.DigestAuth(user, password),))


def _pair(
    credential: Any, kind: type[Basic | Digest], name: str, reading: Reading
) -> Basic | Digest | Bearer:
    """User name and password; as curl takes them, `user:password`, where they are one text."""
    if isinstance(credential, (Basic, Digest)):
        return kind(credential.username, credential.password)
    if isinstance(credential, Bearer):
        return credential
    _check_kind(credential, name)
    username, _, password = reading.secret(credential, name).partition(":")
    return kind(username, password)


def _authorization(_scheme: Scheme, credential: Any, name: str, reading: Reading) -> Credentials:
    if isinstance(credential, Basic):
        return _header(f"Basic {_encoded_pair(credential, name, reading)}")
    token = credential.token if isinstance(credential, Bearer) else credential
    _check_kind(token, name)
    text = reading.secret(token, name)
    return Credentials(headers=_sendable({"Authorization": f"Bearer {text}"}, token, name))


def _encoded_pair(credential: Basic, name: str, reading: Reading) -> str:
    if not reading.revealed:
        for value in (credential.username, credential.password):
            reading.read(value, name)  # so that a variable that is not set is told
        return reading.secret(name, name)
    user = reading.read(credential.username, name)
    pair = f"{user}:{reading.secret(credential.password, name)}"
    encoded = base64.b64encode(pair.encode()).decode()
    reading.secrets.add(encoded)
    return encoded


def _check_kind(credential: object, name: str) -> None:
    if not isinstance(credential, str) and not callable(credential):
        raise ConfigurationError(
            f"The credential for {name!r} is of an unknown kind: {type(credential).__name__}.",
            remedy='Give text, env("NAME"), a callable, or one of the kinds: Bearer(...), '
            "Basic(...), Digest(...), ClientCredentials(...), RefreshToken(...).",
        )


def _sendable(headers: Mapping[str, str], source: object, name: str) -> Mapping[str, str]:
    """The same headers, if they can be sent.

    Raises:
        CredentialError: what was read has a line break or the like; it is told nowhere.
    """
    for value in headers.values():
        if not (value.isascii() and value.isprintable() and value == value.strip()):
            origin = f" from {source.name}" if isinstance(source, EnvironmentVariable) else ""
            raise CredentialError(
                f"The credential for {name!r}{origin} has a line break, a space at an end, or a "
                "character that is not ASCII, and cannot be sent.",
                remedy="Give it as it was issued, without what a file or a shell has added.",
            )
    return headers


def _header(value: str) -> Credentials:
    return Credentials(headers={"Authorization": value})


_SCHEMES: Mapping[str, Callable[[Scheme, Any, str, Reading], Credentials]] = {
    "apiKey": _api_key,
    "http basic": _basic,
    "http digest": _digest,
    # The caller's client has the certificate (RFC 8705); a request says nothing of it.
    "mutualTLS": _nothing,
}
