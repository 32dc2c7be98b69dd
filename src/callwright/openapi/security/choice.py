"""Which of the caller's credentials a request of an operation carries."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from callwright.core.json import is_object
from callwright.openapi.operation import Operation
from callwright.openapi.secret import Reading
from callwright.openapi.security.credential import Auth, Basic, Bearer
from callwright.openapi.security.placing import Credentials, authorize, place
from callwright.openapi.security.scheme import SchemeSet, sets_of

__all__ = ["credentials_for"]


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
    sets = [schemes for schemes in sets_of(operation) if _is_given(schemes, auth)]
    if sets:
        return _placed(min(sets, key=partial(_misfits, auth)), auth, reading)
    if is_object(auth) or not (_says_nothing(operation) or any(operation.security)):
        return Credentials()
    return authorize(auth, "AUTHORIZATION", reading)


def _says_nothing(operation: Operation) -> bool:
    return "security" not in operation.raw and "security" not in operation.document.raw


def _is_given(schemes: SchemeSet, auth: Auth) -> bool:
    """Whether there is a credential for each scheme of a set; one for all is for any."""
    return not is_object(auth) or all(name in auth for name in schemes)


def _misfits(auth: Auth, schemes: SchemeSet) -> int:
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


def _placed(schemes: SchemeSet, auth: Auth, reading: Reading) -> Credentials:
    added = Credentials()
    for name, scheme in schemes.items():
        credential = auth.get(name) if is_object(auth) else auth
        added |= place(scheme, credential, name, reading)
    return added
