"""Which token endpoint a grant is brought to, and whether the client's secret may go there.

A document can name any endpoint. What it alone names is trusted only on the API's own origin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from callwright.core.errors import CredentialError
from callwright.core.json import Json, is_object
from callwright.openapi.operation import Operation
from callwright.openapi.request.address import encoded
from callwright.openapi.security.credential import ClientCredentials, RefreshToken
from callwright.openapi.security.origin import host_of, origin_of, origins_of
from callwright.openapi.security.scheme import Scheme

__all__ = ["Endpoint", "Grant", "endpoint_for", "endpoint_in"]

Grant = ClientCredentials | RefreshToken

_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A token endpoint, or the configuration (OpenID Connect Discovery 1.0) that names one."""

    url: str
    is_discovery: bool = False
    trusted: frozenset[str] = frozenset()
    """The origins that the secret may go to, where the configuration names the endpoint."""


def endpoint_for(grant: Grant, scheme: Scheme, operation: Operation) -> Endpoint:
    """The endpoint that the caller names, or else the document.

    Raises:
        CredentialError: none is named, or by the document alone and on another origin.
    """
    if grant.token_url is not None:
        return Endpoint(url=grant.token_url)
    own = origin_of(operation.base_url)
    trusted = origins_of(grant.token_origins) | {own}
    if grant.issuer is not None:
        issuer = grant.issuer.rstrip("/")
        url = issuer if "/.well-known/" in issuer else issuer + _WELL_KNOWN
        return Endpoint(url=url, is_discovery=True, trusted=trusted | {origin_of(issuer)})
    named = next(_named(grant, scheme.raw), None)
    if named is None:
        raise CredentialError(
            f"The document names no token endpoint for {grant!r}.",
            place=operation.document.place,
            remedy='Name it: token_url="https://...".',
        )
    field, url = named
    with suppress(ValueError):  # it is no address then, and is refused as one
        url = encoded(urljoin(operation.base_url + "/", url))
    _check_origin(url, trusted, f"named by the document alone, as {field}")
    return Endpoint(url=url, is_discovery=field == "openIdConnectUrl", trusted=trusted)


def _named(grant: Grant, scheme: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields of a security scheme that lead to a token endpoint, the nearest first."""
    flows = scheme.get("flows")
    listed: Mapping[str, Any] = flows if is_object(flows) else {}
    names = [name for name in listed if name != "clientCredentials"]
    ordered = (
        ["clientCredentials", *names]
        if isinstance(grant, ClientCredentials)
        else [*names, "clientCredentials"]
    )
    fields = ("tokenUrl",) if isinstance(grant, ClientCredentials) else ("refreshUrl", "tokenUrl")
    for name in filter(listed.__contains__, ordered):
        for field in fields:
            yield from _text(listed[name], field)
    yield from _text(scheme, "openIdConnectUrl")


def _text(holder: object, field: str) -> Iterator[tuple[str, str]]:
    value = holder.get(field) if is_object(holder) else None
    if isinstance(value, str) and value.strip():
        yield field, value.strip()


def endpoint_in(configuration: Json, found_at: Endpoint) -> Endpoint:
    """The token endpoint that a provider's configuration names.

    Raises:
        CredentialError: it names none, or one on an origin that the caller has not named.
    """
    url = configuration.get("token_endpoint") if is_object(configuration) else None
    if not isinstance(url, str):
        raise CredentialError(f"{found_at.url} names no token endpoint.")
    _check_origin(url, found_at.trusted, f"named by {found_at.url} alone")
    return Endpoint(url=url)


def _check_origin(url: str, trusted: frozenset[str], named: str) -> None:
    origin = origin_of(url)
    if not origin or origin not in trusted:
        host = host_of(origin) if origin else repr(url)
        raise CredentialError(
            f"No secret is sent to the token endpoint at {host}: it is {named}, and is not on the "
            "API's own origin.",
            remedy=f'If it is right, say so: token_url="{url}", or token_origins=["{origin}"].',
        )
