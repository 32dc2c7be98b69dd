"""What is said when no answer came, without what an exception may hold of the request."""

from __future__ import annotations

import os
from typing import NoReturn

from callwright.core.errors import ApiUnreachable, ArgumentsInvalid, CallTimeout

__all__ = ["explain"]


def explain(error: Exception, place: str) -> NoReturn:
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
