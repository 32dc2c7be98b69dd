"""The only room that opens a socket: specs are fetched, calls sent and models asked from here.

Every answer has a byte cap and every exchange a deadline that also holds for a server that drips.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from ssl import SSLContext
from typing import Any, NoReturn, TypeAlias
from urllib.parse import urljoin

import anyio
import httpx2
from anyio.lowlevel import current_token

from callwright.cache.page import Page, Pages, may_be_kept
from callwright.core.errors import (
    AnswerTooLarge,
    ApiUnreachable,
    ArgumentsInvalid,
    CallTimeout,
    ModelUnavailable,
    SpecUnavailable,
)
from callwright.core.json import dump_json
from callwright.models.wire import ProviderAnswer, ProviderRequest
from callwright.openapi.response import Answer
from callwright.openapi.source import Fetched, FetchPolicy

__all__ = ["Client", "Sender", "fetch_spec", "post_to_model", "session"]

Client: TypeAlias = Any
"""An `httpx2.AsyncClient`, or a legacy `httpx` one: only `build_request` and `send` are used."""

MAX_ANSWER_BYTES = 16 * 1024 * 1024
MAX_REPLY_BYTES = 64 * 1024 * 1024
MODEL_SECONDS = 600.0
CALL_SECONDS = 60.0
_MAX_REDIRECTS = 5
_CONNECT_SECONDS = 10.0
_MAX_PORT = 65_535

_current: ContextVar[tuple[object, httpx2.AsyncClient] | None] = ContextVar("client", default=None)
"""The session's client, and the event loop it belongs to."""


@asynccontextmanager
async def session() -> AsyncGenerator[None, None]:
    """Keep connections open while the body runs, so that a run's calls can share them."""
    if _session_client() is not None:
        yield
        return
    async with _new_client() as client:
        token = _current.set((current_token(), client))
        try:
            yield
        finally:
            _current.reset(token)


def _session_client() -> httpx2.AsyncClient | None:
    """The session's client, if it is of this event loop.

    A worker thread takes the context along, and with it the session of another loop.
    """
    held = _current.get()
    return held[1] if held is not None and held[0] == current_token() else None


@asynccontextmanager
async def _client() -> AsyncGenerator[httpx2.AsyncClient, None]:
    """The session's client, or one for a single exchange."""
    current = _session_client()
    if current is not None:
        yield current
    else:
        async with _new_client() as client:
            yield client


def _new_client() -> httpx2.AsyncClient:
    # No proxy, netrc or certificate settings from the environment: a call goes where it says.
    return httpx2.AsyncClient(
        verify=_ssl_context(),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20),
    )


@lru_cache(maxsize=1)
def _ssl_context() -> SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends the requests of one API, by the caller's client where one was given."""

    client: Client | None = None
    max_bytes: int = MAX_ANSWER_BYTES
    seconds: float = CALL_SECONDS

    async def __call__(self, request: httpx2.Request) -> Answer:
        """Send one request and read its whole answer; redirects are not followed.

        Raises:
            ApiUnreachable: no complete answer came.
            CallTimeout: it did not come in time.
            AnswerTooLarge: it has too many bytes.
        """
        place = f"{request.method} {request.url.host}"
        if (request.url.port or 0) > _MAX_PORT:
            raise ArgumentsInvalid([f"The address has a port above {_MAX_PORT}."])
        with anyio.move_on_after(self.seconds):
            try:
                return await self._exchange(request)
            except Exception as error:
                _explain(error, place)
        raise CallTimeout(f"No complete answer from {place} within {self.seconds:g} s.")

    async def _exchange(self, request: httpx2.Request) -> Answer:
        if self.client is None:
            async with _client() as client:
                return await _read(await client.send(request, stream=True), self.max_bytes)
        # A client of the caller's may be of another library: it builds its own request.
        own = self.client.build_request(
            request.method,
            str(request.url),
            headers=list(request.headers.raw),
            content=request.content or None,
        )
        return await _read(
            await self.client.send(own, stream=True, follow_redirects=False), self.max_bytes
        )


async def _read(response: Any, max_bytes: int) -> Answer:
    content = bytearray()
    try:
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > max_bytes:
                raise AnswerTooLarge(f"The answer has more than {max_bytes:,} bytes.")
    finally:
        with anyio.CancelScope(shield=True):
            await response.aclose()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status_code, headers=headers, content=bytes(content))


def _explain(error: Exception, place: str) -> NoReturn:
    """Raise what an exception of the client means, told without what it may hold of the request.

    By their names, since a legacy client raises those of another library.
    """
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "TimeoutException" in kinds:
        raise CallTimeout(f"No complete answer from {place} in time.") from None
    if "InvalidURL" in kinds or "UnsupportedProtocol" in kinds:
        raise ArgumentsInvalid(
            [f"The request has no address that can be sent to: {error}."]
        ) from None
    if "TransportError" in kinds or isinstance(error, OSError):
        raise ApiUnreachable(f"No answer from {place}: {_reason(error)}.") from None
    if "DecodingError" in kinds:
        raise ApiUnreachable(f"The answer from {place} cannot be decoded.") from None
    raise error


def _reason(error: BaseException) -> str:
    """The root cause in words: httpx2 itself says only "All connection attempts failed"."""
    cause: BaseException | None = error
    reason = str(error) or type(error).__name__
    while cause is not None:
        number: int = getattr(cause, "errno", None) or 0
        # asyncio words its own: "Connect call failed ('127.0.0.1', 9)"; getaddrinfo's is negative.
        told = os.strerror(number) if number > 0 else getattr(cause, "strerror", None)
        reason = told or reason
        inner: tuple[BaseException, ...] = getattr(cause, "exceptions", ())
        cause = inner[0] if inner else cause.__cause__ or cause.__context__
    return reason.rstrip(".")


async def fetch_spec(url: str, policy: FetchPolicy) -> Fetched:
    """Fetch an API description, or have its server say that it is still the one that was kept.

    A few redirects are followed, each time anew: what is kept is what each URL itself answers.

    Raises:
        SpecUnavailable: it could not be fetched.
    """
    sender = Sender(max_bytes=policy.max_bytes, seconds=policy.seconds)
    place, pages = url, Pages()
    is_kept = True
    for _ in range(_MAX_REDIRECTS):
        # Where a URL with a secret leads to may be one as well.
        is_kept = is_kept and may_be_kept(url)
        page = pages.get(url, policy.max_bytes) if is_kept else None
        answer = await _get_spec(sender, url, page, place)
        if answer.status == 304 and page is not None:
            return Fetched(url=url, content=page.content)
        location = answer.headers.get("location")
        if not (300 <= answer.status < 400 and location):
            fetched = _fetched(url, place, answer)
            if is_kept:
                pages.put(url, answer.headers, answer.content)
            return fetched
        url = urljoin(url, location)
    raise SpecUnavailable(f"The spec {place!r} redirects more than {_MAX_REDIRECTS} times.")


async def _get_spec(sender: Sender, url: str, page: Page | None, place: str) -> Answer:
    """What the server says, asked whether it has another page than this one."""
    conditions: Mapping[str, str] = page.conditions if page is not None else {}
    try:
        return await sender(httpx2.Request("GET", url, headers={**_SPEC_HEADERS, **conditions}))
    except (ApiUnreachable, CallTimeout, AnswerTooLarge, ArgumentsInvalid) as error:
        raise SpecUnavailable(f"The spec {place!r} cannot be fetched: {error.what}") from None
    except httpx2.InvalidURL as error:
        raise SpecUnavailable(f"The address {place!r} is no URL: {error}.") from None


_SPEC_HEADERS = {"Accept": "application/json, application/yaml, text/yaml, */*;q=0.8"}


def _fetched(url: str, place: str, answer: Answer) -> Fetched:
    if answer.status != 200:
        raise SpecUnavailable(f"The spec {place!r} cannot be fetched: HTTP {answer.status}.")
    return Fetched(url=url, content=answer.content)


async def post_to_model(request: ProviderRequest) -> ProviderAnswer:
    """Send one request to a model's provider.

    Raises:
        ModelUnavailable: no answer came at all.
    """
    headers: Mapping[str, str] = {"Content-Type": "application/json", **request.headers}
    sender = Sender(max_bytes=MAX_REPLY_BYTES, seconds=MODEL_SECONDS)
    try:
        sent = httpx2.Request(
            "POST",
            request.url,
            headers=headers,
            content=dump_json(request.body).encode(errors="replace"),
        )
        answer = await sender(sent)
    except (ApiUnreachable, CallTimeout, AnswerTooLarge, ArgumentsInvalid) as error:
        raise ModelUnavailable(f"The model did not answer. {error.what}") from None
    except httpx2.InvalidURL as error:
        raise ModelUnavailable(f"The model's address is no URL: {error}.") from None
    return ProviderAnswer(status=answer.status, headers=answer.headers, content=answer.content)
