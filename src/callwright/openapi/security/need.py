"""What an operation asks for and is not given, in words for those who can give it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from callwright.core.errors import CredentialError
from callwright.core.json import is_object
from callwright.openapi.operation import Operation
from callwright.openapi.security.credential import Auth
from callwright.openapi.security.origin import host_of, origin_of
from callwright.openapi.security.scheme import Scheme, SchemeSet, sets_of
from callwright.openapi.security.wallet import Wallet

__all__ = ["Need"]

_WAYS = {
    "apiKey": 'env("NAME")',
    "http basic": 'Basic("user", env("PASSWORD"))',
    "http digest": 'Digest("user", env("PASSWORD"))',
    "mutualTLS": "",
}
_USUAL = 'Bearer(env("TOKEN"))'
_MAX_SETS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one operation needs, held against what it is given."""

    operation: Operation
    wallet: Wallet
    auth: Auth = field(repr=False)
    """What of the credentials may go to the operation's server."""
    places: Collection[tuple[str, str]]
    """Where else a credential may stand: the places of parameters and of fixed values."""

    @property
    def is_withheld(self) -> bool:
        """Whether there are credentials, none of which is for the operation's server."""
        return self.auth is None and bool(self.wallet.origins()) and self._asks is not False

    @property
    def _asks(self) -> bool | None:
        """Whether a credential is needed; None where the document says nothing."""
        security = self.operation.security
        if not security:
            is_silent = "security" not in {*self.operation.raw, *self.operation.document.raw}
            return None if is_silent else False
        return all(security)

    def unmet(self, name: str) -> CredentialError | None:
        """What a call of the tool with this name would go without; None where nothing is missing.

        Whoever gives `auth={}` has said that nothing is given.
        """
        if self.wallet.is_declined or not self._asks:
            return None
        sets = list(sets_of(self.operation))
        if any(map(self._is_met, sets)) or (not sets and self._has_one_for_all):
            return None
        return CredentialError(
            f"No credential for {self._host} ({self._schemes(sets)}), needed by {name}.",
            place=f"{self.operation.document.place} {self._pointer}",
            remedy=f"{self._withheld()}{self._remedy(sets)}",
        )

    def why_without(self, name: str) -> str:
        """Why a call went without a credential; empty where it did not, or none was asked for."""
        unmet = self.unmet(name)
        if unmet is not None:
            return f"It was sent without a credential. {unmet.what} {unmet.remedy}"
        if self.is_withheld:
            return f"It was sent without a credential. {self._withheld()}{self._remedy([])}"
        return ""

    def withheld(self) -> str:
        """That the credentials are not sent, and what to do."""
        return f"{self._withheld()}{self._remedy(list(sets_of(self.operation)))}"

    @property
    def _has_one_for_all(self) -> bool:
        return self.auth is not None and not is_object(self.auth)

    def _is_met(self, schemes: SchemeSet) -> bool:
        return all(self._is_given(name, scheme) for name, scheme in schemes.items())

    def _is_given(self, name: str, scheme: Scheme) -> bool:
        if scheme.place in self.places or self._has_one_for_all:
            return True
        return is_object(self.auth) and name in self.auth

    @property
    def _origin(self) -> str:
        return origin_of(self.operation.base_url)

    @property
    def _host(self) -> str:
        return host_of(self._origin)

    @property
    def _pointer(self) -> str:
        own = "security" in self.operation.raw
        return f"{self.operation.pointer if own else '#'}/security/0"

    def _schemes(self, sets: list[SchemeSet]) -> str:
        names = [*map(list, sets)] or [*map(list, filter(None, self.operation.security))]
        told = [" with ".join(map(repr, given)) for given in names[:_MAX_SETS]]
        return f"scheme {' or '.join(told)}"

    def _withheld(self) -> str:
        if not self.is_withheld:
            return ""
        given = " and ".join(sorted(map(host_of, self.wallet.origins())))
        return f"The one for {given} is not sent to another origin. "

    def _remedy(self, sets: list[SchemeSet]) -> str:
        given = self._way(sets[0]) if sets else _USUAL
        if not given:
            return "Give a client= that has the certificate."
        if self.is_withheld:
            return f'If it shall have one, give it: auth={{"{self._origin}": {given}}}.'
        return (
            f"Give it: auth={given}, or --auth env:NAME at the command line. "
            "To call without: auth={}, or --auth none."
        )

    def _way(self, schemes: SchemeSet) -> str:
        ways = {name: way for name, scheme in schemes.items() if (way := _way_for(scheme))}
        if len(ways) < 2:
            return next(iter(ways.values()), "")
        return "{" + ", ".join(f'"{name}": {way}' for name, way in ways.items()) + "}"


def _way_for(scheme: Scheme) -> str:
    flows = scheme.raw.get("flows")
    if is_object(flows) and list(_grants(flows)) == ["clientCredentials"]:
        return 'ClientCredentials("client id", env("CLIENT_SECRET"))'
    return _WAYS.get(scheme.kind, _USUAL)


def _grants(flows: object) -> Iterator[str]:
    yield from flows if is_object(flows) else ()
