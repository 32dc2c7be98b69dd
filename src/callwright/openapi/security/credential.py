"""The kinds of credentials that a caller gives. Nothing is read here, and nothing is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import KW_ONLY, Field, dataclass, field, fields
from typing import Any, ClassVar, Literal, TypeAlias

from callwright.core.errors import ConfigurationError
from callwright.core.given import a_kind
from callwright.openapi.secret import EnvironmentVariable, Value
from callwright.openapi.security.origin import origins_of

__all__ = [
    "Auth",
    "Basic",
    "Bearer",
    "ClientCredentials",
    "Credential",
    "Digest",
    "RefreshToken",
    "check_credential",
    "check_text",
    "is_flow",
]

Origins: TypeAlias = "str | Iterable[str] | None"
"""One address or several, of each of which scheme, host and port count; None is the API's own."""


class _Kind:
    """What all kinds share: they are checked when they are made, and never written down."""

    __slots__ = ()
    _secrets: ClassVar[tuple[str, ...]] = ()
    origin: Origins

    @property
    def origins(self) -> frozenset[str]:
        """The origins that it was given for; empty where that is the API's own."""
        return origins_of(self.origin)

    def __repr__(self) -> str:
        given = {item.name: getattr(self, item.name) for item in self._fields() if item.repr}
        told = ", ".join(f"{name}={_shown(value)}" for name, value in given.items() if value)
        return f"{type(self).__name__}({told})"

    def _fields(self) -> tuple[Field[Any], ...]:
        this: Any = self
        return fields(this)

    def _check(self, *, is_ascii: bool) -> None:
        optional = {item.name for item in self._fields() if item.default is None}
        for name in self._secrets:
            value: object = getattr(self, name)
            if value is not None or name not in optional:
                check_text(value, f"The {name} of {self!r}", is_ascii=is_ascii)
        assert self.origins is not None  # noqa: S101  # reads them, so that a wrong one is told

    def __reduce__(self) -> Any:
        literal = [name for name in self._secrets if isinstance(getattr(self, name), str)]
        if literal:
            raise TypeError(
                f"{self!r} holds its {literal[0]} as text and is not pickled; "
                'give env("NAME") or a callable instead.'
            )
        state = {item.name: getattr(self, item.name) for item in self._fields()}
        return _made, (type(self), state)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, _memo: object) -> Any:
        return self


def _shown(value: object) -> str:
    """A value as it may be shown: what a callable holds may be a secret, as a partial's words."""
    is_plain = isinstance(value, EnvironmentVariable) or not callable(value)
    return repr(value) if is_plain else "..."


def _made(kind: Callable[..., Any], state: Mapping[str, Any]) -> Any:
    return kind(**state)


@dataclass(frozen=True, slots=True, repr=False)
class Bearer(_Kind):
    """A bearer token (RFC 6750): text, or a callable such as `env("GITHUB_TOKEN")`.

    `origin` is the address, or the addresses, that it may be sent to; unless given, the API's own:
    that of `server=`, or of the document's first server.

    >>> Bearer("s3cr3t", origin="https://api.github.com")
    Bearer(origin='https://api.github.com')

    Raises:
        ConfigurationError: the text could not be sent, or the origin is no address.
    """

    token: Value = field(repr=False)
    _: KW_ONLY
    origin: Origins = None

    _secrets: ClassVar[tuple[str, ...]] = ("token",)

    def __post_init__(self) -> None:
        self._check(is_ascii=True)


@dataclass(frozen=True, slots=True, repr=False)
class Basic(_Kind):
    """A user name and a password (RFC 7617), each text or a callable; see `Bearer` for `origin`.

    Where the document's scheme is HTTP digest, it is met by digest.

    >>> Basic("me", "s3cr3t")
    Basic(username='me')

    Raises:
        ConfigurationError: the text could not be sent, or the origin is no address.
    """

    username: Value
    password: Value = field(repr=False)
    _: KW_ONLY
    origin: Origins = None

    _secrets: ClassVar[tuple[str, ...]] = ("password",)

    def __post_init__(self) -> None:
        self._check(is_ascii=False)


@dataclass(frozen=True, slots=True, repr=False)
class Digest(_Kind):
    """A user name and a password that are proven, never sent (RFC 7616).

    Each call is sent twice: once to be challenged, once with the proof. See `Bearer` for `origin`.

    >>> Digest("me", "s3cr3t")
    Digest(username='me')

    Raises:
        ConfigurationError: the text could not be sent, or the origin is no address.
    """

    username: Value
    password: Value = field(repr=False)
    _: KW_ONLY
    origin: Origins = None

    _secrets: ClassVar[tuple[str, ...]] = ("password",)

    def __post_init__(self) -> None:
        self._check(is_ascii=False)


ClientAuth: TypeAlias = Literal["basic", "post"]
"""How a client proves itself (RFC 6749, 2.3.1): by HTTP basic, or in the form."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Grant(_Kind):
    """What the grants of OAuth 2.0 share."""

    token_url: str | None = None
    issuer: str | None = None
    token_origins: Origins = ()
    scopes: Collection[str] | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict[str, Value], repr=False)
    client_auth: ClientAuth = field(default="basic", repr=False)
    origin: Origins = None

    def _check_grant(self) -> None:
        self._check(is_ascii=False)
        origins_of((*filter(None, (self.token_url, self.issuer)), *origins_of(self.token_origins)))
        if self.client_auth not in ("basic", "post"):
            raise ConfigurationError(f'client_auth is {self.client_auth!r}; use "basic" or "post".')
        if isinstance(self.scopes, str):
            raise ConfigurationError(f"The scopes of {self!r} must be a list of texts.")


@dataclass(frozen=True, slots=True, repr=False)
class ClientCredentials(_Grant):
    """OAuth 2.0 client credentials (RFC 6749, 4.4): an id and a secret that get a token.

    The token is got by the first call, shared by all of them, and got anew shortly before it
    expires or once when the API answers 401.

    Args:
        client_id: text, or a callable.
        client_secret: text, or a callable such as `env("CLIENT_SECRET")`.
        token_url: the token endpoint. Unless given, the one that the document names, if it is on
            the API's own origin: a document alone never sends the secret anywhere else.
        issuer: an OpenID Connect issuer, whose configuration names the token endpoint.
        token_origins: further origins that a token endpoint may have which only the document, or
            an issuer, names.
        scopes: what is asked for; unless given, what the operation's security names.
        parameters: further fields of the token request, such as `{"audience": "..."}`.
        client_auth: `"basic"`, or `"post"` for endpoints that want the secret in the form.
        origin: where the token goes; see `Bearer`.

    >>> from callwright import ClientCredentials, env
    >>> ClientCredentials("my-app", env("CLIENT_SECRET"), token_url="https://login.example/token")
    ClientCredentials(token_url='https://login.example/token', client_id='my-app')

    Raises:
        ConfigurationError: an address is none, or a text could not be sent.
    """

    client_id: Value
    client_secret: Value = field(repr=False)

    _secrets: ClassVar[tuple[str, ...]] = ("client_secret",)

    def __post_init__(self) -> None:
        self._check_grant()


@dataclass(frozen=True, slots=True, repr=False)
class RefreshToken(_Grant):
    """An OAuth 2.0 refresh token (RFC 6749, 6), which gets access tokens.

    Args:
        refresh_token: text, or a callable.
        client_id: text, or a callable; empty where the server knows the client otherwise.
        client_secret: the same, for confidential clients.
        on_new_token: told of each refresh token that replaces the one before it (a rotation), so
            that it can be kept for the next time; `def` or `async def`.

    The other arguments are those of `ClientCredentials`.

    >>> from callwright import RefreshToken, env
    >>> RefreshToken(env("REFRESH_TOKEN"), "my-app", token_url="https://login.example/token")
    RefreshToken(token_url='https://login.example/token', client_id='my-app')

    Raises:
        ConfigurationError: an address is none, or a text could not be sent.
    """

    refresh_token: Value = field(repr=False)
    client_id: Value = ""
    client_secret: Value | None = field(default=None, repr=False)
    on_new_token: Callable[[str], object] | None = field(default=None, repr=False)

    _secrets: ClassVar[tuple[str, ...]] = ("refresh_token", "client_secret")

    def __post_init__(self) -> None:
        self._check_grant()


Credential: TypeAlias = "Value | Bearer | Basic | Digest | ClientCredentials | RefreshToken | Any"
"""Text, a callable, one of the kinds, or an `Auth` of httpx2."""
Auth: TypeAlias = "Credential | Mapping[str, Credential | Mapping[str, Credential]] | None"
"""One credential for all, or a mapping: by the names of security schemes, or by origins."""


def is_flow(credential: object) -> bool:
    """Whether it is an `Auth` of httpx2, or of the legacy httpx."""
    return hasattr(credential, "async_auth_flow") and not isinstance(credential, type)


def check_credential(credential: object, what: str) -> None:
    """Check that a thing is a credential, and that as text it could be sent.

    Raises:
        ConfigurationError: it is none, or could not.
    """
    if credential is None or isinstance(credential, _Kind) or is_flow(credential):
        return
    if not isinstance(credential, str) and not callable(credential):
        raise ConfigurationError(
            f"auth= was given {a_kind(credential)}, which is no credential.",
            remedy='Give text, env("NAME"), Bearer(...), Basic(user, password), or a mapping of '
            "them by schemes or origins.",
        )
    check_text(credential, what, is_ascii=False)


def check_text(value: object, what: str, *, is_ascii: bool) -> None:
    """Check that a secret which was given as text could be sent; it is told nowhere.

    Raises:
        ConfigurationError: it is no text, has a line break or another control character, begins or
            ends with a space, or has a character that its place cannot hold.
    """
    if callable(value):
        return
    if not isinstance(value, str):
        raise ConfigurationError(
            f"{what} is {a_kind(value)}; it must be text, or a callable that gives it."
        )
    if _UNSENDABLE.search(value) or value != value.strip(" \t"):
        raise ConfigurationError(
            f"{what} has a line break, a control character, or a space at an end.",
            remedy="Strip it: a file often ends with a line break.",
        )
    if is_ascii and not value.isascii():
        raise ConfigurationError(f"{what} has a character that is not ASCII.")


_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
