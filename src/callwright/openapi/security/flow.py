"""Requests that are authorized while they are sent: HTTP digest, and any `Auth` of httpx2.

Such an `Auth` is a generator of requests that is told each answer. What sends them is handed in.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from callwright.core.errors import ApiUnreachable
from callwright.openapi.answer.response import Answer

if TYPE_CHECKING:
    import httpx2

__all__ = ["opened", "send_through"]

Sending: TypeAlias = "Callable[[httpx2.Request], Awaitable[Answer]]"


async def send_through(flows: Sequence[Any], request: httpx2.Request, send: Sending) -> Answer:
    """Send a request through its flows, the first of them outermost.

    Raises:
        ApiUnreachable: the API's challenge cannot be met.
        CallError: no answer came.
    """
    for flow in reversed(flows):
        send = partial(_driven, flow, send=send)
    return await send(request)


async def _driven(flow: Any, request: httpx2.Request, *, send: Sending) -> Answer:
    requests: AsyncGenerator[httpx2.Request, httpx2.Response] = flow.async_auth_flow(request)
    async with aclosing(requests):
        try:
            wanted = await anext(requests)
            while True:
                answer = await send(wanted)
                try:
                    wanted = await requests.asend(_response(answer, wanted))
                except StopAsyncIteration:
                    return answer
        except Exception as error:
            if _is_of_challenge(error):
                raise ApiUnreachable(f"The API's challenge cannot be met: {error}.") from None
            raise


def _is_of_challenge(error: Exception) -> bool:
    """By their names, since a legacy `Auth` raises those of another library."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return bool(kinds & {"ProtocolError", "NotImplementedError"})


def _response(answer: Answer, request: httpx2.Request) -> httpx2.Response:
    import httpx2

    left_out = ("www-authenticate", "content-encoding", "transfer-encoding", "content-length")
    headers = [(name, text) for name, text in answer.headers.items() if name not in left_out]
    challenges = split_challenges(answer.headers.get("www-authenticate", ""))
    headers += (("www-authenticate", challenge) for challenge in challenges)
    return httpx2.Response(answer.status, headers=headers, content=answer.content, request=request)


def split_challenges(header: str) -> list[str]:
    """The challenges that several headers, or one, were joined of (RFC 9110, 11.6.1).

    >>> split_challenges('Basic realm="a, b", Digest realm="c", nonce="d"')
    ['Basic realm="a, b"', 'Digest realm="c", nonce="d"']
    """
    starts = [match.start(1) for match in _CHALLENGE.finditer(header) if match[1]]
    ends = [*starts[1:], len(header)][: len(starts)]
    return [header[start:end].rstrip(" ,\t") for start, end in zip(starts, ends, strict=True)]


# A scheme is a token that no "=" follows; quoted text is passed by.
_CHALLENGE = re.compile(
    r'"(?:[^"\\]|\\.)*"'
    r"|(?:^|(?<=[,\s]))([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?=\s+[^\s=,]+\s*=|\s*(?:,|$))"
)


def opened(flows: Iterable[Any], request: httpx2.Request) -> httpx2.Request:
    """The request as its flows send it first, where they can tell without having sent anything."""
    for flow in flows:
        requests = flow.sync_auth_flow(request)
        first = next(requests, request)
        requests.close()
        # An `Auth` may begin with a request of its own, to a token endpoint for one.
        request = first if first is request or first.url == request.url else request
    return request
