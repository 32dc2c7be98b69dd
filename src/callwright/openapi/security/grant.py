"""The token request of a grant, and what a token endpoint answers. Nothing is sent from here.

The protocol is oauthlib's, which is imported when the first token is needed.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote_plus

from callwright.core.errors import CredentialError
from callwright.core.redaction import without_secrets
from callwright.core.text.visible import visible
from callwright.openapi.answer.response import Answer
from callwright.openapi.secret import Reading
from callwright.openapi.security.credential import ClientCredentials
from callwright.openapi.security.endpoint import Grant
from callwright.openapi.security.origin import host_of, origin_of

__all__ = ["Token", "TokenRequest", "read_token", "token_request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token endpoint gave; `seconds` is how long the access token lasts, if that is said."""

    access: str = field(repr=False)
    seconds: float | None = None
    refresh: str = field(default="", repr=False)
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A form for a token endpoint, and the secrets in it."""

    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    secrets: Collection[str] = field(repr=False)


def token_request(
    grant: Grant, scopes: Collection[str], reading: Reading, refresh_token: str = ""
) -> TokenRequest:
    """The request for a token; `refresh_token` stands in for the grant's own after a rotation."""
    client_id = reading.read(grant.client_id, "client_id")
    secret = "" if grant.client_secret is None else reading.secret(grant.client_secret, "secret")
    more = {name: reading.read(value, name) for name, value in grant.parameters.items()}
    in_form = {"client_id": client_id} if client_id else {}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    if secret and grant.client_auth == "basic":
        headers["Authorization"] = f"Basic {_pair(client_id, secret, reading)}"
        in_form = {}
    elif secret:
        in_form["client_secret"] = secret
    content = _form(grant, sorted(scopes), {**in_form, **more}, reading, refresh_token)
    return TokenRequest(headers=headers, content=content.encode(), secrets={*reading.secrets})


def _pair(client_id: str, secret: str, reading: Reading) -> str:
    """Id and secret for HTTP basic, each encoded as in a form (RFC 6749, 2.3.1)."""
    encoded = b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()
    reading.secrets.add(encoded)
    return encoded


def _form(
    grant: Grant,
    scopes: list[str],
    fields: Mapping[str, str],
    reading: Reading,
    refresh_token: str,
) -> str:
    from oauthlib.oauth2 import BackendApplicationClient, WebApplicationClient

    scope: Any = scopes or None
    if isinstance(grant, ClientCredentials):
        others = {name: value for name, value in fields.items() if name != "client_id"}
        # oauthlib puts its own client id over one among the fields.
        backend: Any = BackendApplicationClient(fields.get("client_id", ""))
        named = "client_id" in fields
        return str(backend.prepare_request_body(scope=scope, include_client_id=named, **others))
    token = refresh_token or reading.secret(grant.refresh_token, "refresh_token")
    reading.secrets.add(token)
    client: Any = WebApplicationClient("")
    return str(client.prepare_refresh_body(refresh_token=token, scope=scope, **fields))


def read_token(answer: Answer, url: str, secrets: Collection[str]) -> Token:
    """The token in an endpoint's answer.

    Raises:
        CredentialError: it is none; the endpoint's own words are told without any secret.
    """
    from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

    host = host_of(origin_of(url))
    text = answer.content.decode(errors="replace")
    client: Any = WebApplicationClient("")
    try:
        given: Mapping[str, Any] = client.parse_request_body_response(text)
    except OAuth2Error as error:
        said = _told(error, secrets)
        raise CredentialError(
            f"The token endpoint at {host} gave no token: {said}.", status=answer.status
        ) from None
    except (ValueError, TypeError, AttributeError):
        raise CredentialError(
            f"The token endpoint at {host} answered with no token: HTTP {answer.status}.",
            status=answer.status,
        ) from None
    return _token(given, host)


def _told(error: Any, secrets: Collection[str]) -> str:
    said = visible(f"{error.error} {error.description or ''}").strip()[:200]
    return without_secrets(said, secrets).rstrip(".")


def _token(given: Mapping[str, Any], host: str) -> Token:
    access, seconds, refresh = (
        given.get(name) for name in ("access_token", "expires_in", "refresh_token")
    )
    if not isinstance(access, str) or not access or not access.isascii():
        raise CredentialError(f"The token endpoint at {host} gave no token that can be sent.")
    scopes = given.get("scope")
    return Token(
        access=access,
        seconds=float(seconds) if isinstance(seconds, (int, float)) else None,
        refresh=refresh if isinstance(refresh, str) else "",
        scopes=frozenset(map(str, cast("list[object]", scopes)))
        if isinstance(scopes, list)
        else None,
    )
