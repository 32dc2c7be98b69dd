"""Access tokens: got when the first call needs one, shared by all, renewed before they expire.

Reads the clock. Tokens are kept in memory, and nowhere else; what sends for them is handed in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from callwright.core.errors import CredentialError
from callwright.core.hook import call_either
from callwright.core.json import parse_json
from callwright.openapi.answer.response import Answer
from callwright.openapi.operation import Operation
from callwright.openapi.request.waiting import build_awaiting
from callwright.openapi.security.credential import RefreshToken
from callwright.openapi.security.endpoint import Endpoint, Grant, endpoint_for, endpoint_in
from callwright.openapi.security.grant import Token, read_token, token_request
from callwright.openapi.security.scheme import Scheme

if TYPE_CHECKING:
    import httpx2
    from anyio import Lock

__all__ = ["FetchToken", "TokenSource", "Tokens"]

_EARLY_SECONDS = 30.0
"""A token is renewed so long before it expires, or after nine tenths of a shorter life."""


class FetchToken(Protocol):
    """Sends a request to a token endpoint; raises a `CallError` when no answer comes."""

    async def __call__(self, request: httpx2.Request) -> Answer: ...  # noqa: D102


@dataclass(kw_only=True, repr=False, eq=False)
class TokenSource:
    """Gives the access token of one grant, for one set of scopes; parallel calls share it."""

    grant: Grant
    endpoint: Endpoint
    scopes: frozenset[str]
    tokens: Tokens
    _token: Token | None = None
    _fresh_until: float = 0.0
    _lock: tuple[object, Lock] | None = None

    async def __call__(self) -> str:
        """The token, got or renewed where it must be.

        Raises:
            CredentialError: the endpoint gave none.
            CallError: the endpoint could not be reached.
        """
        async with self._turn():
            if self._token is None or self.tokens.clock() >= self._fresh_until:
                self._keep(await self._fetch())
            assert self._token is not None  # noqa: S101  # for the type checkers
            return self._token.access

    def discard(self, access: str) -> None:
        """Let go of a token that the API refused, unless another one is there already."""
        if self._token is not None and self._token.access == access:
            self._token = None

    def _turn(self) -> Lock:
        """The lock of this event loop: one call gets the token, the others wait for it."""
        from anyio import Lock
        from anyio.lowlevel import current_token

        loop = current_token()
        if self._lock is None or self._lock[0] != loop:
            self._lock = (loop, Lock())
        return self._lock[1]

    def _keep(self, token: Token) -> None:
        self._token = token
        lasts = token.seconds
        early = 0.0 if lasts is None else min(_EARLY_SECONDS, lasts / 10)
        self._fresh_until = float("inf") if lasts is None else self.tokens.clock() + lasts - early

    async def _fetch(self) -> Token:
        import httpx2

        endpoint = await self._discovered()
        build = partial(
            token_request,
            self.grant,
            self.scopes,
            refresh_token=self.tokens.rotated.get(id(self.grant), ""),
        )
        asked = await build_awaiting(build)
        request = httpx2.Request("POST", endpoint.url, headers=asked.headers, content=asked.content)
        token = read_token(await self.tokens.fetch(request), endpoint.url, asked.secrets)
        if isinstance(self.grant, RefreshToken) and token.refresh:
            await self._rotate(self.grant, token.refresh)
        return token

    async def _rotate(self, grant: RefreshToken, refresh: str) -> None:
        known = self.tokens.rotated.get(id(grant))
        self.tokens.rotated[id(grant)] = refresh
        if grant.on_new_token is not None and refresh != known:
            await call_either(grant.on_new_token, refresh)

    async def _discovered(self) -> Endpoint:
        if not self.endpoint.is_discovery:
            return self.endpoint
        import httpx2

        url = self.endpoint.url
        asked = httpx2.Request("GET", url, headers={"Accept": "application/json"})
        answer = await self.tokens.fetch(asked)
        try:
            configuration = parse_json(answer.content)
        except ValueError:
            raise CredentialError(
                f"{url} is no configuration of a provider: HTTP {answer.status}.",
                status=answer.status,
            ) from None
        self.endpoint = endpoint_in(configuration, self.endpoint)
        return self.endpoint


@dataclass(kw_only=True, repr=False, eq=False)
class Tokens:
    """The sources of one API's access tokens."""

    fetch: FetchToken
    clock: Callable[[], float] = time.monotonic
    rotated: dict[int, str] = field(default_factory=dict[int, str])
    """The refresh tokens that stand in for those that were given, by the grants' identities."""
    _sources: dict[tuple[int, Endpoint, frozenset[str]], TokenSource] = field(
        default_factory=dict[Any, TokenSource]
    )

    def source(self, grant: Grant, scheme: Scheme, operation: Operation) -> TokenSource:
        """The source of a grant for an operation.

        Raises:
            CredentialError: no token endpoint is named, or one that may not have the secret.
        """
        endpoint = endpoint_for(grant, scheme, operation)
        scopes = _scopes(grant.scopes, scheme)
        key = (id(grant), endpoint, scopes)
        if key not in self._sources:
            self._sources[key] = TokenSource(
                grant=grant, endpoint=endpoint, scopes=scopes, tokens=self
            )
        return self._sources[key]


def _scopes(given: Collection[str] | None, scheme: Scheme) -> frozenset[str]:
    return frozenset(scheme.scopes if given is None else given)
