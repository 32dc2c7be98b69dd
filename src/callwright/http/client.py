"""Requests by a client of the caller's: its settings hold, and it keeps nothing of the answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import httpx2

from callwright.http.arriving import Arriving
from callwright.http.egress import check_unresolved
from callwright.http.redirect import BARE
from callwright.openapi.admission import Admission

__all__ = ["Client", "exchange_by_client"]

Client: TypeAlias = Any
"""An `httpx2.AsyncClient`, or a legacy `httpx` one: `build_request` and `send` are used, and what
an answer puts into its `cookies` is taken out again."""

_OF_THE_LIBRARY = frozenset({"host", "accept-encoding", "connection"})


@asynccontextmanager
async def exchange_by_client(
    client: Client, request: httpx2.Request, admission: Admission
) -> AsyncGenerator[Arriving, None]:
    """Send one request by a client that resolves names by itself.

    Raises:
        AddressBlocked: what stands in the address is not admitted.
    """
    port = request.url.port or (443 if request.url.scheme == "https" else 80)
    check_unresolved(admission, request.url.host, port)
    # It may be of another library: it builds its own request.
    own = client.build_request(
        request.method,
        str(request.url),
        headers=list(request.headers.raw),
        content=request.content or None,
    )
    options: dict[str, Any] = {"stream": True, "follow_redirects": False}
    if request.extensions.get(BARE):
        # The client's own headers, cookies and credential are for where the call was first sent.
        _strip(own, request)
        options["auth"] = None
    known = list(_jar(client))
    response = await client.send(own, **options)
    _forget(client, response, known)
    arriving = Arriving.of_client(response)
    try:
        yield arriving
    finally:
        await arriving.aclose()


def _strip(own: Any, request: httpx2.Request) -> None:
    allowed = {*_OF_THE_LIBRARY, *(name.lower() for name in request.headers)}
    for name in [name for name in own.headers if name.lower() not in allowed]:
        del own.headers[name]


def _jar(client: Client) -> Any:
    """The cookies that a client would send, if it has any."""
    return getattr(getattr(client, "cookies", None), "jar", ())


def _forget(client: Client, response: Any, known: list[Any]) -> None:
    """Take the cookies of an answer out of a client again: a call of another user may be next."""
    cookies: Any = getattr(client, "cookies", None)
    if not hasattr(cookies, "extract_cookies") or "set-cookie" not in response.headers:
        return
    gained = type(cookies)()
    gained.extract_cookies(response)
    places = {_place(cookie) for cookie in gained.jar}
    jar = _jar(client)
    for place in places & {_place(cookie) for cookie in jar}:
        jar.clear(*place)
    for cookie in known:
        if _place(cookie) in places:
            jar.set_cookie(cookie)


def _place(cookie: Any) -> tuple[str, str, str]:
    return cookie.domain, cookie.path, cookie.name
