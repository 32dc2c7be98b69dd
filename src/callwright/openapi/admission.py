"""Which addresses may be connected to: public ones, and those that the caller admits.

Nothing is resolved and nothing connected here; whoever owns the network asks for each address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

from callwright.core.errors import ConfigurationError
from callwright.openapi.request.address import ascii_address

__all__ = [
    "Addresses",
    "Admission",
    "admission",
    "is_address",
    "is_localhost",
    "is_misspelt",
    "kind_of",
    "loopback_origin",
    "origin_entry",
    "plain_host",
]

Addresses: TypeAlias = "str | Sequence[str]"
"""`"public"`; `"any"`; or what is admitted besides the public ones, one entry or several: an
address or a network (`"10.0.0.0/8"`), a host's name (`"api.corp.internal"`, `"*.corp.internal"`),
each also with a port (`"127.0.0.1:8765"`)."""

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")
_PORT = re.compile(r"(.+):([0-9]{1,5})")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What is admitted besides public addresses."""

    is_open: bool = False
    """Whether everything is."""
    networks: tuple[tuple[Network, int | None], ...] = ()
    """Networks, and the one port that they are admitted at, if it is one."""
    names: frozenset[tuple[str, int | None]] = frozenset()
    """Hosts by their names; one that begins with a dot stands for all below it."""

    def objection(self, host: str, port: int, address: str) -> str:
        """What kind of address it is that `host` may not lead to; empty where it may.

        >>> admission("public").objection("metadata.test", 80, "169.254.169.254")
        'link-local'
        >>> admission("169.254.0.0/16").objection("metadata.test", 80, "169.254.169.254")
        ''
        """
        if self.is_open or self._admits_name(plain_host(host), port):
            return ""
        known = _address(address)
        if known is None:
            return "scoped"
        kind = kind_of(known)
        return "" if not kind or self._admits_address(known, port) else kind

    def _admits_name(self, host: str, port: int) -> bool:
        below = [host[dot:] for dot in range(len(host)) if host[dot] == "."]
        return any((name, at) in self.names for name in (host, *below) for at in (port, None))

    def _admits_address(self, address: Address, port: int) -> bool:
        inner = _inner(address)
        if inner is not None and self._lists(inner, port):
            return True
        # A translated address leads to another one, which must be admitted as well.
        is_harmless = inner is None or not kind_of(inner)
        return is_harmless and self._lists(address, port)

    def _lists(self, address: Address, port: int) -> bool:
        return any(address in network and at in (port, None) for network, at in self.networks)


def admission(addresses: Addresses) -> Admission:
    """Read what a caller admits.

    Raises:
        ConfigurationError: an entry is neither an address, nor a network, nor a host's name.
    """
    if isinstance(addresses, str):
        return _ADMISSIONS.get(addresses) or _admission((addresses,))
    return _admission(tuple(addresses))


_ADMISSIONS = {"public": Admission(), "any": Admission(is_open=True)}


@lru_cache(maxsize=256)
def _admission(entries: tuple[str, ...]) -> Admission:
    networks: list[tuple[Network, int | None]] = []
    names: set[tuple[str, int | None]] = set()
    for entry in entries:
        if entry in ("any", "public"):
            continue
        text, port = _without_port(entry)
        network = _network(text)
        if network is not None:
            networks.append((network, port))
        elif _NAME.fullmatch(text) and not _is_numeric(text):
            names.add((plain_host(text).removeprefix("*"), port))
        else:
            raise ConfigurationError(
                f"{entry!r} is no address that can be admitted.",
                remedy="Give an address, a network such as '10.0.0.0/8', a host's name, "
                "'public' or 'any'.",
            )
    return Admission(is_open="any" in entries, networks=tuple(networks), names=frozenset(names))


def _without_port(entry: str) -> tuple[str, int | None]:
    """An entry and its port; an IPv6 address has one only behind brackets."""
    match = _PORT.fullmatch(entry)
    if match and (":" not in match[1] or match[1].endswith("]")):
        return match[1].strip("[]"), int(match[2])
    return entry.strip("[]"), None


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def plain_host(host: str) -> str:
    """A host's name as it is compared: in lower case, without brackets and the root's dot."""
    return host.strip("[]").lower().removesuffix(".")


def origin_entry(url: str) -> str:
    """The host and port of a URL as an entry of what is admitted; nothing where it has none.

    >>> origin_entry("https://api.test/v1")
    'api.test:443'
    """
    try:
        parts = urlsplit(ascii_address(url))
        host, port = plain_host(parts.hostname or ""), parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return ""
    if port is None or is_misspelt(host) or not (is_address(host) or _NAME.fullmatch(host)):
        return ""
    return f"{f'[{host}]' if ':' in host else host}:{port}"


def loopback_origin(url: str) -> str:
    """The host and port of a URL that says of itself to be on this machine; else nothing.

    A name that only resolves to this machine is anyone's to make, so it does not count.

    >>> loopback_origin("http://localhost:8765/openapi.json")
    'localhost:8765'
    >>> loopback_origin("https://api.test/openapi.json")
    ''
    """
    entry = origin_entry(url)
    host = plain_host(entry.rpartition(":")[0])
    known = _address(host)
    is_here = known.is_loopback if known else is_localhost(host)
    return entry if is_here else ""


def is_address(host: str) -> bool:
    """Whether a host is an address in its usual spelling."""
    return _address(plain_host(host)) is not None


def is_localhost(host: str) -> bool:
    """Whether a name stands for this machine, whatever a resolver says (RFC 6761, 6.3)."""
    return f".{plain_host(host)}".endswith(".localhost")


def is_misspelt(host: str) -> bool:
    """Whether a host is an address in a spelling that only some readers take for one.

    >>> [is_misspelt(host) for host in ("127.1", "0x7f000001", "fe80::1%eth0", "127.0.0.1")]
    [True, True, True, False]
    """
    plain = plain_host(host)
    return (":" in plain or _is_numeric(plain)) and _address(plain) is None


def _is_numeric(host: str) -> bool:
    """Whether the last part is a number, which no domain's is (WHATWG URL, ends in a number)."""
    return _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]) is not None


def _address(text: str) -> Address | None:
    try:
        known = ip_address(text)
    except ValueError:
        return None
    return None if isinstance(known, IPv6Address) and known.scope_id else known


def kind_of(address: Address) -> str:
    """What makes an address none of the public internet; empty for a public one."""
    table = _SPECIAL_4 if isinstance(address, IPv4Address) else _SPECIAL_6
    special = next((kind for network, kind in table if address in network), "")
    if not special and isinstance(address, IPv6Address):
        return "translated" if _inner(address) is not None else _beyond_unicast(address)
    return special


def _beyond_unicast(address: IPv6Address) -> str:
    return "" if address in _GLOBAL_UNICAST else "reserved"


def _inner(address: Address) -> IPv4Address | None:
    """The IPv4 address that a translated one leads to."""
    if isinstance(address, IPv4Address) or int(address) < 2:  # neither `::` nor `::1` is one
        return None
    number = int(address)
    if address in _6TO4:
        return IPv4Address(number >> 80 & 0xFFFFFFFF)
    if address in _TEREDO:
        return IPv4Address(~number & 0xFFFFFFFF)
    is_isatap = number >> 32 & 0xFDFFFFFF == 0x5EFE  # RFC 5214, 6.1
    if is_isatap or any(address in network for network in _EMBEDDING):
        return IPv4Address(number & 0xFFFFFFFF)
    return None


def _table(rows: Iterable[tuple[str, str]]) -> tuple[tuple[Network, str], ...]:
    return tuple((ip_network(text), kind) for kind, texts in rows for text in texts.split())


_GLOBAL_UNICAST = IPv6Network("2000::/3")
_6TO4 = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
# IPv4-mapped and -compatible, SIIT (RFC 2765), NAT64 (RFC 6052 and 8215).
_EMBEDDING = tuple(
    IPv6Network(text)
    for text in ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)
# The registries of special-purpose addresses (RFC 6890), and one cloud's public metadata address.
_SPECIAL_4 = _table(
    [
        ("unspecified", "0.0.0.0/8"),
        ("private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16"),
        ("carrier-shared", "100.64.0.0/10"),
        ("loopback", "127.0.0.0/8"),
        ("link-local", "169.254.0.0/16"),
        ("cloud-internal", "168.63.129.16/32"),
        ("documentation", "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24"),
        ("translated", "192.88.99.0/24"),
        ("reserved", "192.0.0.0/24 198.18.0.0/15 240.0.0.0/4"),
        ("multicast", "224.0.0.0/4"),
    ]
)
_SPECIAL_6 = _table(
    [
        ("unspecified", "::/128"),
        ("loopback", "::1/128"),
        ("private", "fc00::/7"),
        ("link-local", "fe80::/10 fec0::/10"),
        ("multicast", "ff00::/8"),
        ("translated", "2001::/32 2002::/16 64:ff9b::/96 64:ff9b:1::/48 ::ffff:0:0/96 ::/96"),
        ("documentation", "2001:db8::/32 3fff::/20"),
        ("reserved", "2001::/23"),
    ]
)
