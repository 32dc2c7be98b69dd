"""Posts to models: whole answers, and answers as they arrive.

Where a model answers is the user's own choice, so that no address is refused here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import anyio
import httpx2

from callwright.core.errors import CallError, ModelUnavailable
from callwright.core.json import dump_json
from callwright.http.arriving import Arriving
from callwright.http.decode import Decoder
from callwright.http.errand import place_of
from callwright.http.explain import failure_of, remedy_of
from callwright.http.read import decoder_of
from callwright.http.sender import Sender
from callwright.models.wire import ProviderAnswer, ProviderRequest, ProviderStream
from callwright.openapi.source import FetchPolicy

__all__ = ["post_to_model", "stream_from_model"]

MAX_REPLY_BYTES = 64 * 1024 * 1024
MODEL_SECONDS = 600.0
"""For a whole answer, and for the head of one that is streamed."""
STREAM_SECONDS = 3_600.0
IDLE_SECONDS = 300.0
"""Between two pieces: a model that thinks may be silent for minutes."""

_sender = Sender(
    policy=FetchPolicy(
        addresses="any",
        retries=0,  # the model's own room asks again, and knows better when
        call_seconds=MODEL_SECONDS,
        max_answer_bytes=MAX_REPLY_BYTES,
        max_request_bytes=1024 * 1024 * 1024,
    )
)


async def post_to_model(request: ProviderRequest) -> ProviderAnswer:
    """Send one request to a model's provider.

    Raises:
        ModelUnavailable: no answer came at all.
    """
    try:
        answer = await _sender(_request(request))
    except CallError as error:
        told, remedy = f"The model did not answer. {error.what}", remedy_of(error)
    else:
        if not answer.cut:
            return ProviderAnswer(
                status=answer.status, headers=answer.headers, content=answer.content
            )
        told, remedy = f"The model's answer cannot be used: {answer.cut}.", ""
    raise ModelUnavailable(told, remedy=remedy)


@asynccontextmanager
async def stream_from_model(
    request: ProviderRequest, *, idle_seconds: float = IDLE_SECONDS
) -> AsyncGenerator[ProviderStream, None]:
    """Send one request to a model's provider, and hand out the answer while it arrives.

    Raises:
        ModelUnavailable: no answer came at all; while pieces are read, that no more come.
    """
    sent = _request(request)
    opening = _sender.open(sent)
    arriving: Arriving | Exception
    try:
        with anyio.fail_after(MODEL_SECONDS):
            arriving = await opening.__aenter__()
    except Exception as error:
        arriving = _explained(error, place_of(sent))
    if isinstance(arriving, Exception):
        raise arriving
    pieces = _pieces(arriving, place_of(sent), idle_seconds)
    try:
        yield ProviderStream(status=arriving.status, headers=arriving.headers, pieces=pieces)
    finally:
        with anyio.CancelScope(shield=True):
            await pieces.aclose()
            await opening.__aexit__(None, None, None)


async def _pieces(
    arriving: Arriving, place: str, idle_seconds: float
) -> AsyncGenerator[bytes, None]:
    """The content as it comes, decoded.

    The limits are held piece by piece: no cancel scope may be open where a generator yields.
    """
    count = 0
    deadline = anyio.current_time() + STREAM_SECONDS
    decoder = decoder_of(arriving)
    while True:
        failure: Exception | None = None
        decoded: list[bytes] = []
        try:
            with anyio.fail_after(min(idle_seconds, deadline - anyio.current_time())):
                piece = await anext(arriving.content, None)
            if piece is None:
                decoder.finish()
                return
            decoded = _unpacked(decoder, piece, MAX_REPLY_BYTES - count)
        except Exception as error:
            failure = _explained(error, place)
        if failure is not None:
            raise failure
        for each in decoded:
            count += len(each)
            yield each


def _unpacked(decoder: Decoder, piece: bytes, allowed: int) -> list[bytes]:
    """What a piece unpacks to.

    Raises:
        ModelUnavailable: it is more than is allowed.
    """
    decoded: list[bytes] = []
    for each in decoder.decode(piece):
        allowed -= len(each)
        if allowed < 0:
            raise ModelUnavailable(f"The model's answer has more than {MAX_REPLY_BYTES:,} bytes.")
        decoded.append(each)
    return decoded


def _request(request: ProviderRequest) -> httpx2.Request:
    headers: Mapping[str, str] = {"Content-Type": "application/json", **request.headers}
    content = dump_json(request.body).encode(errors="replace")
    try:
        return httpx2.Request("POST", request.url, headers=headers, content=content)
    except httpx2.InvalidURL as error:
        raise ModelUnavailable(f"The model's address is no URL: {error}.") from None


def _explained(error: Exception, place: str) -> Exception:
    """The same failure as one of the model, if it is one of the network."""
    if isinstance(error, TimeoutError):
        return ModelUnavailable(f"The model did not go on: nothing came from {place} in time.")
    failure = failure_of(error, place)
    if failure is None:
        return error
    told = f"The model did not answer. {failure.error.what}"
    return ModelUnavailable(told, remedy="" if failure.is_sent else remedy_of(failure.error))
