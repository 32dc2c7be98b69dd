"""Posts to models: whole answers, and answers as they arrive."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager

import anyio
import httpx2

from callwright.core.errors import (
    AnswerTooLarge,
    ApiUnreachable,
    ArgumentsInvalid,
    CallError,
    CallTimeout,
    ModelUnavailable,
)
from callwright.core.json import dump_json
from callwright.http.explain import explain
from callwright.http.sender import Sender
from callwright.http.session import own_client
from callwright.models.wire import ProviderAnswer, ProviderRequest, ProviderStream

__all__ = ["post_to_model", "stream_from_model"]

MAX_REPLY_BYTES = 64 * 1024 * 1024
MODEL_SECONDS = 600.0
"""For a whole answer, and for the first byte of one that is streamed."""
STREAM_SECONDS = 3_600.0
IDLE_SECONDS = 300.0
"""Between two pieces: a model that thinks may be silent for minutes."""


async def post_to_model(request: ProviderRequest) -> ProviderAnswer:
    """Send one request to a model's provider.

    Raises:
        ModelUnavailable: no answer came at all.
    """
    sender = Sender(max_bytes=MAX_REPLY_BYTES, seconds=MODEL_SECONDS)
    try:
        answer = await sender(_request(request))
    except _FAILURES as error:
        raise _unavailable(error) from None
    return ProviderAnswer(status=answer.status, headers=answer.headers, content=answer.content)


@asynccontextmanager
async def stream_from_model(
    request: ProviderRequest, *, idle_seconds: float = IDLE_SECONDS
) -> AsyncGenerator[ProviderStream, None]:
    """Send one request to a model's provider, and hand out the answer while it arrives.

    Raises:
        ModelUnavailable: no answer came at all; while pieces are read, that no more come.
    """
    sent = _request(request)
    place = f"{sent.method} {sent.url.host}"
    async with own_client() as client:
        try:
            with anyio.fail_after(MODEL_SECONDS):
                response = await client.send(sent, stream=True)
        except Exception as error:
            raise _explained(error, place) from None
        content = response.aiter_bytes()
        pieces = _pieces(content, place, idle_seconds)
        try:
            yield ProviderStream(
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                pieces=pieces,
            )
        finally:
            with anyio.CancelScope(shield=True):
                await pieces.aclose()
                await content.aclose()
                await response.aclose()


async def _pieces(
    content: AsyncIterator[bytes], place: str, idle_seconds: float
) -> AsyncGenerator[bytes, None]:
    """The content as it comes.

    The limits are held piece by piece: no cancel scope may be open where a generator yields.
    """
    count = 0
    deadline = anyio.current_time() + STREAM_SECONDS
    while True:
        left = min(idle_seconds, deadline - anyio.current_time())
        try:
            with anyio.fail_after(left):
                piece = await anext(content, None)
        except Exception as error:
            raise _explained(error, place) from None
        if piece is None:
            return
        count += len(piece)
        if count > MAX_REPLY_BYTES:
            raise ModelUnavailable(f"The model's answer has more than {MAX_REPLY_BYTES:,} bytes.")
        yield piece


_FAILURES = (ApiUnreachable, CallTimeout, AnswerTooLarge, ArgumentsInvalid)


def _request(request: ProviderRequest) -> httpx2.Request:
    headers: Mapping[str, str] = {"Content-Type": "application/json", **request.headers}
    content = dump_json(request.body).encode(errors="replace")
    try:
        return httpx2.Request("POST", request.url, headers=headers, content=content)
    except httpx2.InvalidURL as error:
        raise ModelUnavailable(f"The model's address is no URL: {error}.") from None


def _unavailable(error: CallError) -> ModelUnavailable:
    return ModelUnavailable(f"The model did not answer. {error.what}")


def _explained(error: Exception, place: str) -> Exception:
    """The same failure as one of the model, if it is one of the network."""
    if isinstance(error, TimeoutError):
        return ModelUnavailable(f"The model did not go on: nothing came from {place} in time.")
    try:
        explain(error, place)
    except _FAILURES as explained:
        return _unavailable(explained)
    except Exception as other:
        return other
