"""A whole answer read off the wire, and no further than a cap."""

from __future__ import annotations

from typing import Any

import anyio

from callwright.core.errors import AnswerTooLarge
from callwright.openapi.response import Answer

__all__ = ["read_answer"]


async def read_answer(response: Any, max_bytes: int) -> Answer:
    """Read a response of `httpx2` or `httpx` to its end, and close it.

    Raises:
        AnswerTooLarge: it has more bytes, decoded.
    """
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
