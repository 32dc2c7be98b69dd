"""What is said when no whole answer came, without what an exception may hold of the request."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from ssl import SSLError

from callwright.core.errors import ApiUnreachable, ArgumentsInvalid, CallError, CallTimeout
from callwright.core.redaction import without_secrets

__all__ = ["Failure", "failure_of", "remedy_of"]

_MAX_REASON = 200
_UNSENT = {"ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol", "ProxyError"}
_NO_TLS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"}
"""What OpenSSL says, by its version, where plain HTTP comes back."""
_PLAIN = "no TLS is spoken there; perhaps http:// is meant"
_BROKEN = {"TransportError", "NetworkError", "ProtocolError", "TimeoutException", "StreamError"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What became of a request that got no whole answer."""

    error: CallError
    is_sent: bool
    """Whether any of it may have reached the API."""
    is_passing: bool
    """Whether the same request may well succeed a moment later."""


def failure_of(
    error: Exception, place: str, *, received: int | None = None, secrets: Collection[str] = ()
) -> Failure | None:
    """What an exception means; None for one that no network raises.

    By their names, since a legacy client raises those of another library. `received` is how many
    bytes of content came, if any answer began.
    """
    kinds = {kind.__name__ for kind in type(error).__mro__}
    is_sent = kinds.isdisjoint(_UNSENT)
    if isinstance(error, CallError):
        return Failure(error=error, is_sent=False, is_passing=False)
    if kinds & {"InvalidURL", "UnsupportedProtocol", "LocalProtocolError"}:
        reason = _shown(str(error), secrets)
        told = ArgumentsInvalid([f"They make a request that cannot be sent: {reason}."])
        return Failure(error=told, is_sent=False, is_passing=False)
    if kinds & {"DecodingFailed", "DecodingError"}:
        reason = str(error) if "DecodingFailed" in kinds else "It is damaged"
        return _broken(f"The answer from {place} cannot be decoded: {reason}.", is_passing=False)
    if kinds.isdisjoint(_BROKEN) and not isinstance(error, OSError):
        return None
    reason = _shown(_reason(error), secrets)
    if "TimeoutException" in kinds:
        timeout = CallTimeout(f"No complete answer from {place} in time: {reason}.")
        return Failure(error=timeout, is_sent=is_sent, is_passing=True)
    if received is None:
        return _broken(f"No answer from {place}: {reason}.", is_sent=is_sent)
    return _broken(f"The answer from {place} broke off after {received:,} bytes: {reason}.")


def remedy_of(error: CallError) -> str:
    """What a person may look at who gave the address; a model is not told it."""
    is_nobody = isinstance(error, ApiUnreachable) and not error.remedy
    return "Is the address right, and the server up?" if is_nobody else error.remedy


def _broken(what: str, *, is_sent: bool = True, is_passing: bool = True) -> Failure:
    return Failure(error=ApiUnreachable(what), is_sent=is_sent, is_passing=is_passing)


def _shown(text: str, secrets: Collection[str]) -> str:
    """A library's words: h11, for one, says the whole line that it refuses, however long."""
    told = without_secrets(text, secrets)
    return told if len(told) <= _MAX_REASON else f"{told[:_MAX_REASON]}…"


def _told(cause: BaseException) -> str:
    """What one exception knows of the system's own reason."""
    if isinstance(cause, SSLError):
        # Its errno is TLS's own, not the system's.
        reason = getattr(cause, "verify_message", "") or cause.reason or ""
        return _PLAIN if reason in _NO_TLS else reason
    number: int = getattr(cause, "errno", None) or 0
    # asyncio words its own: "Connect call failed ('127.0.0.1', 9)"; getaddrinfo's is negative.
    return os.strerror(number) if number > 0 else getattr(cause, "strerror", None) or ""


def _reason(error: BaseException) -> str:
    """The root cause in words: httpx2 itself says only "All connection attempts failed"."""
    cause: BaseException | None = error
    reason = str(error) or type(error).__name__
    while cause is not None:
        reason = _told(cause) or reason
        inner: tuple[BaseException, ...] = getattr(cause, "exceptions", ())
        cause = inner[0] if inner else cause.__cause__ or cause.__context__
    return reason.rstrip(".")
