"""Where a spec lies: its bytes, or the mapping that was given, and the address it is known by.

Reads local files; what lies behind a URL is fetched by whoever is handed in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast, get_args

from callwright.core.errors import ConfigurationError, SpecError, SpecUnavailable
from callwright.core.given import check_number, check_word
from callwright.core.json import is_object
from callwright.openapi.admission import Addresses, Admission, admission, loopback_origin
from callwright.openapi.bundle.reach import Reach, file_path

__all__ = [
    "Fetch",
    "FetchPolicy",
    "Fetched",
    "Resolve",
    "Source",
    "Spec",
    "read_file",
    "read_source",
]

Spec: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | Mapping[str, Any]"
"""A URL, a path, JSON or YAML text, bytes, or the mapping itself."""


class Resolve(Protocol):
    """Finds the addresses of a host's name; raises `OSError` where there are none."""

    async def __call__(self, host: str, port: int) -> Sequence[str]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How a spec and its API may be reached, and how much is read of what they say.

    `max_bytes`, `seconds` and `references` are for the spec and what it refers to; `addresses` and
    `resolve` for both; the others for each call. Sizes are bytes, times seconds.

    Raises:
        ConfigurationError: a number is below zero, or an entry of `addresses` is none.

    >>> FetchPolicy(addresses="10.0.0.0/8", redirects=3).addresses
    ('10.0.0.0/8',)
    """

    max_bytes: int = 128 * 1024 * 1024
    """For the spec with all that it refers to; the largest known public one, of MS Graph, has 47
    MB."""
    seconds: float = 60.0
    """For each fetch."""
    references: Reach | None = None
    """Where its `$ref`s to other documents are followed: `"none"` nowhere, `"folder"` beside it
    and below, `"origin"` to the same scheme, host and port, `"any"` wherever they lead. Unless
    given, `"folder"` for a local file and `"none"` for everything else."""
    addresses: Addresses = "public"
    """Which addresses are connected to: `"public"`, `"any"`, or what is admitted besides public
    ones: `"10.0.0.0/8"`, `"api.corp.internal"`, `"*.corp.internal"`, `"127.0.0.1:8765"`, one or a
    sequence of them. A spec on this machine and `server=` admit their own host and port."""
    redirects: int = 0
    """How many redirects of a call are followed. To another origin only what reads goes on, and
    without anything that the caller, the credentials or the model put into it."""
    retries: int = 2
    """How often a call that only reads, or that never reached the API, is tried again."""
    call_seconds: float = 60.0
    """For each call with its retries; a run's `Limits.call_seconds` holds as well."""
    max_answer_bytes: int = 10 * 1024 * 1024
    """For the answer to a call, decoded; what is above it is not read."""
    max_request_bytes: int = 64 * 1024 * 1024
    """For the body of a call."""
    resolve: Resolve | None = None
    """How names become addresses; the system's own way unless given."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(item.default, (int, float)):
                check_number(f"The policy {item.name}", value)
            if isinstance(value, (int, float)) and not value >= 0:
                raise ConfigurationError(f"The policy {item.name}={value!r} must not be below 0.")
        if self.references is not None:
            check_word(f"references={self.references!r}", self.references, get_args(Reach))
        given = self.addresses
        if not isinstance(cast("object", given), Iterable):
            raise ConfigurationError(
                f"addresses={given!r} is none.", remedy='Give one, a list of them, or "any".'
            )
        if given not in ("public", "any"):
            entries = (given,) if isinstance(given, str) else tuple(given)
            object.__setattr__(self, "addresses", entries)
        admission(self.addresses)

    @property
    def admission(self) -> Admission:
        """The addresses as they are asked about."""
        return admission(self.addresses)

    def admitting(self, entry: str) -> FetchPolicy:
        """The same policy, which admits one entry more; an empty one is none."""
        if not entry or self.addresses == "any":
            return self
        others = () if isinstance(self.addresses, str) else self.addresses
        return replace(self, addresses=(*others, entry))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What lay behind a URL, and the URL it was finally found at."""

    url: str
    content: bytes


class Fetch(Protocol):
    """Fetches a URL within a policy; raises `SpecUnavailable` if it cannot."""

    async def __call__(self, url: str, policy: FetchPolicy) -> Fetched: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A spec as it was given or found."""

    place: str
    """Where it came from, as it may be shown."""
    content: bytes = b""
    mapping: Mapping[str, Any] | None = None
    address: str = ""
    """The http(s) or file URL that its references start from, without user and query."""

    @property
    def base_url(self) -> str:
        """The URL that relative servers are resolved against."""
        return "" if self.address.startswith("file:") else self.address


async def read_source(spec: Spec, *, fetch: Fetch, policy: FetchPolicy) -> Source:
    """Get a spec from wherever it lies.

    Raises:
        SpecUnavailable: it cannot be had.
    """
    if is_object(spec):
        return Source(place="the given mapping", mapping=spec)
    if isinstance(spec, (bytes, bytearray, memoryview)):
        return Source(place="the given bytes", content=bytes(spec))
    if isinstance(spec, str) and _is_url(spec):
        return await _fetched(spec, fetch, policy)
    if isinstance(spec, str) and _is_text(spec):
        # Half a surrogate pair has no UTF-8; it fails as bytes that are none.
        return Source(place="the given text", content=spec.encode(errors="surrogatepass"))
    if isinstance(spec, str) and (scheme := _SCHEME.match(spec)) and scheme[1] != "file":
        raise SpecUnavailable(
            f"The address {_shown_url(spec)!r} is neither http nor https.",
            remedy="Give one that begins with http:// or https://, or a path.",
        )
    if isinstance(spec, (str, os.PathLike)):
        return _local(os.fsdecode(spec), policy)
    raise SpecUnavailable(
        f"A spec cannot be read from {type(spec).__name__}.",
        remedy="Give a URL, a path, JSON or YAML text, bytes, or a mapping.",
    )


async def _fetched(url: str, fetch: Fetch, policy: FetchPolicy) -> Source:
    shown = _shown_url(url)
    refused: SpecError
    try:
        fetched = await fetch(url, policy.admitting(loopback_origin(url)))
    except SpecError as error:
        # A new one: the old one's arguments hold the whole URL.
        what = error.what.replace(url, shown)
        refused = type(error)(what, place=error.place, remedy=error.remedy)
    else:
        address = _shown_url(fetched.url, query="")
        return Source(place=shown, content=fetched.content, address=address)
    # Out here, so that it does not carry the old one along as its context.
    raise refused


def _shown_url(url: str, *, query: str = "?…") -> str:
    """A URL as it may be shown: user and query may be secrets."""
    rest, _, given = url.partition("#")[0].partition("?")
    scheme, _, rest = rest.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}{query if given else ''}"


def _is_url(spec: str) -> bool:
    return spec.lower().startswith(("http://", "https://"))


def _is_text(spec: str) -> bool:
    start = spec.lstrip("\ufeff \t\r")
    return not start or "\n" in spec or start.startswith(_BEGINNINGS)


_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HOST = re.compile(r"(localhost|[\w-]+(\.[\w-]+)+)(:\d+)?/", re.ASCII)
"""What a path begins with that may be an address without its scheme."""
_BEGINNINGS = ("{", "[", "<", "openapi:", "swagger:")


def _local(spec: str, policy: FetchPolicy) -> Source:
    path = file_path(spec) if spec.startswith("file://") else Path(spec)
    content = read_file(path, policy.max_bytes)
    return Source(place=str(path), content=content, address=path.absolute().as_uri())


def read_file(path: Path, max_bytes: int) -> bytes:
    """The bytes of a local file.

    Raises:
        SpecUnavailable: it cannot be read, or has more.
    """
    try:
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise SpecUnavailable(
            f"There is no file {str(path)!r}.", remedy=_instead_of(str(path))
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecUnavailable(f"The file {str(path)!r} cannot be read: {reason}.") from None
    if len(content) > max_bytes:
        raise SpecUnavailable(f"The file {str(path)!r} has more than {max_bytes:,} bytes.")
    return content


def _instead_of(path: str) -> str:
    """What to give where there is no such file: perhaps only the scheme of an address lacks."""
    host = _HOST.match(path)
    if host is None:
        return "Give the URL or the path of the spec."
    scheme = "http" if host[1] == "localhost" or host[3] else "https"
    return f"If it is an address, write {scheme}://{path}"
