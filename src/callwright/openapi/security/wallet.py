"""What the caller gave, by the origins that it is for: what may go to one, and what may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from callwright.core.errors import ConfigurationError
from callwright.core.json import is_object
from callwright.openapi.document import Document
from callwright.openapi.security.credential import (
    Auth,
    ClientCredentials,
    RefreshToken,
    check_credential,
)
from callwright.openapi.security.origin import origin_of, origins_of
from callwright.openapi.security.scheme import declared

__all__ = ["Wallet", "named_endpoints"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """The credentials of one API. `home` is the origin of those that state none."""

    auth: Auth = field(default=None, repr=False)
    home: str = ""

    @property
    def is_declined(self) -> bool:
        """Whether the caller said that no credential is given (`auth={}`)."""
        return is_object(self.auth) and not self.auth

    def at(self, origin: str) -> Auth:
        """What may go to an origin; None where nothing may."""
        if not is_object(self.auth):
            return self.auth if self._may_go(self.auth, origin) else None
        own = [given for key, given in self.auth.items() if origin_of_key(key) == origin]
        if own and not is_object(own[0]):
            return own[0] if self._may_go(own[0], origin, origin) else None
        named = {key: given for key, given in self.auth.items() if not is_address(key)}
        usable = {key: given for key, given in named.items() if self._may_go(given, origin)}
        return {**usable, **(own[0] if own else {})} or None

    def _may_go(self, credential: Any, origin: str, home: str | None = None) -> bool:
        if credential is None:
            return False
        stated: frozenset[str] = getattr(credential, "origins", frozenset())
        return origin in (stated or {self.home if home is None else home})

    def origins(self) -> frozenset[str]:
        """The origins that anything may go to."""
        found: set[str] = set()
        for key, given in self.auth.items() if is_object(self.auth) else [("", self.auth)]:
            if is_address(key):
                found.add(origin_of_key(key))
            elif given is not None:
                found |= getattr(given, "origins", None) or {self.home}
        return frozenset(filter(None, found))

    def check(self, document: Document) -> None:
        """Check the names and the texts that were given.

        Raises:
            ConfigurationError: a name is that of no security scheme, a key no origin, or a text
                could not be sent.
        """
        known = list(declared(document))
        for name, given in _named(self.auth):
            check_credential(given, f"The credential {name!r}" if name else "`auth`")
            if name and name not in known:
                raise ConfigurationError(
                    f"The document declares no security scheme {name!r} for `auth`.",
                    place=document.place,
                    remedy=_suggestion(name, known),
                )


def named_endpoints(auth: Auth) -> Iterator[str]:
    """The token endpoints and issuers that the caller's grants name, and the origins of others."""
    for _, given in _named(auth):
        if isinstance(given, (ClientCredentials, RefreshToken)):
            yield from filter(None, (given.token_url, given.issuer))
            yield from origins_of(given.token_origins)


def is_address(key: object) -> bool:
    """Whether a key of the mapping is an origin rather than the name of a scheme."""
    return isinstance(key, str) and "://" in key


def origin_of_key(key: object) -> str:
    """The origin that a key names; empty for the name of a scheme."""
    return origin_of(key) if isinstance(key, str) and is_address(key) else ""


def _named(auth: Auth) -> Iterator[tuple[str, Any]]:
    """The credentials by the names of their schemes, which are empty for one for all."""
    if not is_object(auth):
        yield "", auth
        return
    for key, given in auth.items():
        if not is_address(key):
            yield key, given
            continue
        origins_of(key)
        yield from given.items() if is_object(given) else [("", given)]


def _suggestion(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known)
    if near:
        return f"Did you mean {' or '.join(map(repr, near))}?"
    return f"It declares {', '.join(map(repr, known)) or 'none'}."
