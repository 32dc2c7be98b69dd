"""Which of the caller's credentials a request of an operation carries."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from callwright.core.json import is_object
from callwright.openapi.operation import Operation
from callwright.openapi.secret import Reading
from callwright.openapi.security.credential import (
    Auth,
    Basic,
    Bearer,
    ClientCredentials,
    Digest,
    RefreshToken,
    is_flow,
)
from callwright.openapi.security.placing import Credentials, authorize, place
from callwright.openapi.security.scheme import Scheme, SchemeSet, sets_of
from callwright.openapi.security.token import Tokens

__all__ = ["credentials_for"]


def credentials_for(
    operation: Operation, auth: Auth, reading: Reading, tokens: Tokens | None = None
) -> Credentials:
    """What the caller's credentials add to a request of this operation.

    Of the operation's sets of schemes the first is taken whose schemes all suit the credential,
    or else the first that it can be put into. One credential for all is also sent where the
    document names no scheme, or none that it declares: many real ones do. Where the operation
    says that it needs none (`security: []`), none is sent.

    Raises:
        CredentialError: a credential cannot be had.
        ConfigurationError: a credential is of no known kind.
        Unread: it comes from a callable whose value is not held yet.
    """
    if auth is None:
        return Credentials()
    read = partial(_value, operation=operation, reading=reading, tokens=tokens)
    sets = [schemes for schemes in sets_of(operation) if _is_given(schemes, auth)]
    if sets:
        added = Credentials()
        for name, scheme in min(sets, key=partial(_misfits, auth)).items():
            given = auth.get(name) if is_object(auth) else auth
            added |= place(scheme, read(given, scheme), name, reading)
        return added
    if is_object(auth) or not (_says_nothing(operation) or any(operation.security)):
        return Credentials()
    return authorize(read(auth, Scheme({}, ())), "AUTHORIZATION", reading)


def _says_nothing(operation: Operation) -> bool:
    return "security" not in operation.raw and "security" not in operation.document.raw


def _value(
    credential: Any,
    scheme: Scheme,
    *,
    operation: Operation,
    reading: Reading,
    tokens: Tokens | None,
) -> Any:
    """The credential, or what gives the access token of a grant."""
    if not isinstance(credential, (ClientCredentials, RefreshToken)):
        return credential
    if tokens is None or not (reading.revealed or reading.looks_up):
        return Bearer(_shown_token)
    if reading.looks_up:
        for secret in filter(callable, (credential.client_id, credential.client_secret)):
            reading.read(secret, "client_secret")
    return Bearer(tokens.source(credential, scheme, operation))


def _shown_token() -> str:
    """Stands for a token where it is shown by its name."""
    return ""


def _is_given(schemes: SchemeSet, auth: Auth) -> bool:
    """Whether there is a credential for each scheme of a set; one for all is for any."""
    if not is_object(auth):
        return True
    return all(name in auth or scheme.kind == "mutualTLS" for name, scheme in schemes.items())


def _misfits(auth: Auth, schemes: SchemeSet) -> int:
    """How badly a set suits the one credential; one that was given by name always does."""
    if is_object(auth):
        return 0
    return max(_misfit(auth, scheme.kind) for scheme in schemes.values())


def _misfit(credential: Any, kind: str) -> int:
    """0 where a credential is of the kind that a scheme takes, 2 where it cannot be put there."""
    if kind == "mutualTLS" or is_flow(credential):
        return 0
    is_pair, is_key = kind in _PAIRS, kind == "apiKey"
    if isinstance(credential, Digest):
        return 0 if kind == "http digest" else 1
    if isinstance(credential, Basic):
        return 0 if is_pair else 2 if is_key else 1
    if isinstance(credential, (Bearer, ClientCredentials, RefreshToken)):
        return 0 if not (is_pair or is_key) else 1
    has_colon = isinstance(credential, str) and ":" in credential
    return 0 if not is_pair or has_colon else 1


_PAIRS: Collection[str] = ("http basic", "http digest")
