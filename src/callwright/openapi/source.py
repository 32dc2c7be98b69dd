"""Where a spec lies: its bytes, or the mapping that was given, and the address it is known by.

Reads local files; what lies behind a URL is fetched by whoever is handed in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from callwright.core.errors import SpecError, SpecUnavailable
from callwright.core.json import is_object
from callwright.openapi.bundle.reach import Reach, file_path

__all__ = ["Fetch", "FetchPolicy", "Fetched", "Source", "Spec", "read_file", "read_source"]

Spec: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | Mapping[str, Any]"
"""A URL, a path, JSON or YAML text, bytes, or the mapping itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How far a spec may be fetched, and what it may lead to."""

    max_bytes: int = 128 * 1024 * 1024
    """For the spec with all that it refers to; the largest known public one, of MS Graph, has 47
    MB."""
    seconds: float = 60.0
    """For each fetch."""
    references: Reach | None = None
    """Where its `$ref`s to other documents are followed: `"none"` nowhere, `"folder"` beside it
    and below, `"origin"` to the same scheme, host and port, `"any"` wherever they lead. Unless
    given, `"folder"` for a local file and `"none"` for everything else."""


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
    if isinstance(spec, (str, os.PathLike)):
        return _local(os.fsdecode(spec), policy)
    raise SpecUnavailable(
        f"A spec cannot be read from {type(spec).__name__}.",
        remedy="Give a URL, a path, JSON or YAML text, bytes, or a mapping.",
    )


async def _fetched(url: str, fetch: Fetch, policy: FetchPolicy) -> Source:
    shown = _shown_url(url)
    try:
        fetched = await fetch(url, policy)
    except SpecError as error:
        # A new one: the old one's arguments hold the whole URL.
        what = error.what.replace(url, shown)
        raise type(error)(what, place=error.place, remedy=error.remedy) from None
    return Source(place=shown, content=fetched.content, address=_shown_url(fetched.url, query=""))


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
            f"There is no file {str(path)!r}.", remedy="Give the URL or the path of the spec."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecUnavailable(f"The file {str(path)!r} cannot be read: {reason}.") from None
    if len(content) > max_bytes:
        raise SpecUnavailable(f"The file {str(path)!r} has more than {max_bytes:,} bytes.")
    return content
