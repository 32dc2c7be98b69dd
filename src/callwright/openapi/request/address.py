"""Addresses as they are sent: encoded where they must be, the names of hosts in ASCII."""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["ascii_address", "encoded", "spellings"]


def encoded(text: str) -> str:
    """Part of a URL with what may not stand in one percent-encoded, and nothing else touched."""
    # Half a surrogate pair is replaced, as it is in JSON text; a mapping may hold one.
    return quote(text, safe="%:/?[]@!$&'()*+,;=-._~", errors="replace")


def ascii_address(url: str) -> str:
    """A URL in ASCII: its host as name servers know it (RFC 5891), the rest percent-encoded.

    >>> ascii_address("https://bücher.example/straße")
    'https://xn--bcher-kva.example/stra%C3%9Fe'
    """
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return encoded(scheme + mark) + _ascii_host(scheme, host) + encoded(slash + path)


def spellings(url: str) -> tuple[str, ...]:
    """The URL in ASCII, and with its host as it stands, which is how people write rules for it."""
    # Half of a surrogate pair fits no rule; a request with one is refused when it is made.
    url = url.encode(errors="replace").decode()
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return tuple(dict.fromkeys((ascii_address(url), scheme + mark + host + encoded(slash + path))))


def _ascii_host(scheme: str, host: str) -> str:
    if host.isascii():
        return encoded(host)
    import httpx2

    try:
        return httpx2.URL(f"{scheme}://{host}").netloc.decode()
    except httpx2.InvalidURL:
        # No name server knows it; the request will say so.
        return encoded(host)
