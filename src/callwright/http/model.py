"""Posts to models: whole answers, and answers as they arrive."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2

from callwright.core.errors import (
    AnswerTooLarge,
    ApiUnreachable,
    ArgumentsInvalid,
    CallTimeout,
    ModelUnavailable,
)
from callwright.core.json import dump_json
from callwright.http.sender import Sender
from callwright.models.wire import ProviderAnswer, ProviderRequest

__all__ = ["post_to_model"]

MAX_REPLY_BYTES = 64 * 1024 * 1024
MODEL_SECONDS = 600.0


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
