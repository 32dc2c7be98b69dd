"""Origins (RFC 6454): a credential goes to the scheme, host and port that it was given for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from callwright.core.errors import ConfigurationError
from callwright.openapi.request.address import ascii_address
from callwright.openapi.server import is_absolute

__all__ = ["host_of", "is_loopback", "origin_of", "origins_of"]

_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=4_096)
def origin_of(url: str) -> str:
    """The origin of an address; empty where it names no web server.

    >>> origin_of("HTTPS://API.GitHub.com:443/repos")
    'https://api.github.com'
    """
    scheme, mark, rest = url.strip().partition("://")
    base = scheme.lower() + mark + _AUTHORITY_END.split(rest)[0]
    if not is_absolute(base):
        return ""
    parts = urlsplit(ascii_address(base))
    try:
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


_AUTHORITY_END = re.compile(r"[/?#\\]")


def origins_of(given: str | Iterable[str] | None) -> frozenset[str]:
    """The origins that a caller names, by addresses with or without a path.

    Raises:
        ConfigurationError: one names no web server.
    """
    listed = [given] if isinstance(given, str) else list(given or ())
    origins = {address: origin_of(address) if "://" in address else "" for address in listed}
    for address, origin in origins.items():
        if not origin:
            raise ConfigurationError(
                f"{address!r} is no origin.", remedy="Write it as https://api.example.com."
            )
    return frozenset(origins.values())


def host_of(origin: str) -> str:
    """The host and port of an origin, as they are told to people."""
    return origin.partition("://")[2] or "the API"


def is_loopback(origin: str) -> bool:
    """Whether what is sent there stays on this machine."""
    host = urlsplit(origin).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
