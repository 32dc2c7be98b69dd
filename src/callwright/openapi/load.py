"""From wherever a spec lies to its raw mapping: URL, path, text, bytes or a mapping itself.

Reads local files; what lies behind a URL is fetched by whoever is handed in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from callwright.core.errors import SpecError, SpecUnavailable
from callwright.core.json import is_object
from callwright.openapi.document import Document
from callwright.openapi.parse import ParsedCache, ParsedSpec, parse
from callwright.openapi.plain import plain_json
from callwright.openapi.upgrade import upgrade

__all__ = ["Fetch", "FetchPolicy", "Fetched", "Spec", "load"]

Spec: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | Mapping[str, Any]"
"""A URL, a path, JSON or YAML text, bytes, or the mapping itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """How far a spec may be fetched."""

    max_bytes: int = 128 * 1024 * 1024
    """The largest known public spec, of MS Graph, has 47 MB."""
    seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What lay behind a URL, and the URL it was finally found at."""

    url: str
    content: bytes


class Fetch(Protocol):
    """Fetches a URL within a policy; raises `SpecUnavailable` if it cannot."""

    async def __call__(self, url: str, policy: FetchPolicy) -> Fetched: ...  # noqa: D102


async def load(
    spec: Spec,
    *,
    fetch: Fetch,
    policy: FetchPolicy | None = None,
    cache: ParsedCache | None = None,
) -> Document:
    """Load a document.

    Raises:
        SpecUnavailable: it could not be read from where it lies.
        SpecInvalid: what was read is no OpenAPI document that can be used.
    """
    limits = policy or FetchPolicy()
    if is_object(spec):
        return _document(lambda: ParsedSpec(raw=plain_json(spec)), "the given mapping")
    if isinstance(spec, (bytes, bytearray, memoryview)):
        return _parsed(bytes(spec), "the given bytes", cache)
    if isinstance(spec, str) and _is_url(spec):
        return await _load_url(spec, fetch, limits, cache)
    if isinstance(spec, str) and _is_text(spec):
        # Half a surrogate pair has no UTF-8; it fails as bytes that are none.
        return _parsed(spec.encode(errors="surrogatepass"), "the given text", cache)
    if isinstance(spec, (str, os.PathLike)):
        path = Path(os.fsdecode(spec))
        return _parsed(_read(path, limits.max_bytes), str(path), cache)
    raise SpecUnavailable(
        f"A spec cannot be read from {type(spec).__name__}.",
        remedy="Give a URL, a path, JSON or YAML text, bytes, or a mapping.",
    )


async def _load_url(
    url: str, fetch: Fetch, policy: FetchPolicy, cache: ParsedCache | None
) -> Document:
    shown = _shown_url(url)
    try:
        fetched = await fetch(url, policy)
    except SpecError as error:
        raise _told(error, {url: shown}, error.place) from None
    base_url = _shown_url(fetched.url, query="")
    return _parsed(fetched.content, shown, cache, base_url=base_url)


def _shown_url(url: str, *, query: str = "?…") -> str:
    """A URL as it may be shown: user and query may be secrets."""
    rest, _, given = url.partition("#")[0].partition("?")
    scheme, _, rest = rest.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}{query if given else ''}"


def _told(error: SpecError, shown: Mapping[str, str], place: str) -> SpecError:
    """The same error, with a place, and other words for what may not be shown."""
    what = error.what
    for secret, instead in shown.items():
        what = what.replace(secret, instead)
    return type(error)(what, place=place, remedy=error.remedy, pointer=error.pointer)


def _is_url(spec: str) -> bool:
    return spec.lower().startswith(("http://", "https://"))


def _is_text(spec: str) -> bool:
    start = spec.lstrip("\ufeff \t\r")
    return not start or "\n" in spec or start.startswith(_BEGINNINGS)


_BEGINNINGS = ("{", "[", "<", "openapi:", "swagger:")


def _read(path: Path, max_bytes: int) -> bytes:
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


def _parsed(
    content: bytes, place: str, cache: ParsedCache | None, *, base_url: str = ""
) -> Document:
    return _document(lambda: parse(content, cache), place, base_url=base_url)


def _document(read: Callable[[], ParsedSpec], place: str, *, base_url: str = "") -> Document:
    try:
        spec = read()
        is_2_0 = str(spec.raw.get("swagger")).startswith("2")
        raw = upgrade(spec.raw, base_url=base_url) if is_2_0 else spec.raw
        return Document(
            raw, place=place, base_url=base_url, content=spec.content, findings=spec.findings
        )
    except SpecError as error:
        raise _told(error, {}, error.place or place) from None
