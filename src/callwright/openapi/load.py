"""From a spec to a document: parsed, brought to OpenAPI 3, and made one with what it refers to.

Reads local files; what lies behind a URL is fetched by whoever is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from callwright.core.errors import SpecError, SpecUnavailable
from callwright.openapi.admission import loopback_origin
from callwright.openapi.bundle.document import Bundle, Retrieved, bundle, leads_out, needs_bundling
from callwright.openapi.bundle.reach import Reach, local_path, may_follow
from callwright.openapi.document import Document
from callwright.openapi.source import Fetch, FetchPolicy, Source, Spec, read_file, read_source
from callwright.openapi.text.lazy import LazyObject
from callwright.openapi.text.parse import ParsedCache, ParsedSpec, parse
from callwright.openapi.text.plain import plain_json
from callwright.openapi.upgrade.document import upgrade

__all__ = ["load"]


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
    source = await read_source(spec, fetch=fetch, policy=limits)
    try:
        parsed = _parsed(source, cache)
        raw = _brought_to_3(parsed.raw, source.base_url)
        others = _Others(source=source, fetch=fetch, policy=limits, cache=cache)
        bundled = None
        if _may_refer(raw, others.reach) and _refers_to_others(parsed):
            bundled = await bundle(_whole(raw), base_url=source.address, retrieve=others.retrieve)
        return _document(source, parsed, raw, bundled)
    except SpecError as error:
        error.place = error.place or source.place
        raise


def _parsed(source: Source, cache: ParsedCache | None) -> ParsedSpec:
    if source.mapping is not None:
        return ParsedSpec(raw=plain_json(source.mapping))
    return parse(source.content, cache)


def _brought_to_3(raw: Mapping[str, Any], base_url: str) -> Mapping[str, Any]:
    is_2_0 = str(raw.get("swagger")).startswith("2")
    return upgrade(raw, base_url=base_url) if is_2_0 else raw


def _may_refer(raw: Mapping[str, Any], reach: Reach) -> bool:
    """Whether there could be anything to do: before OAS 3.1 no schema has an id or an anchor."""
    return reach != "none" or not str(raw.get("openapi")).startswith("3.0")


def _refers_to_others(parsed: ParsedSpec) -> bool:
    return needs_bundling(parsed.content) if parsed.content else leads_out(parsed.raw)


def _whole(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with nothing left to be decoded later."""
    return raw.whole() if isinstance(raw, LazyObject) else raw


def _document(
    source: Source, parsed: ParsedSpec, raw: Mapping[str, Any], bundled: Bundle | None
) -> Document:
    return Document(
        raw if bundled is None else bundled.raw,
        place=source.place,
        base_url=source.base_url,
        content=parsed.content,
        findings=parsed.findings,
        bundle=bundled,
    )


@dataclass(kw_only=True)
class _Others:
    """Gets the documents that a spec refers to, as far as its policy lets it."""

    source: Source
    fetch: Fetch
    policy: FetchPolicy
    cache: ParsedCache | None
    left: int = field(init=False)
    """How many bytes they may still have."""

    def __post_init__(self) -> None:
        self.left = self.policy.max_bytes - len(self.source.content)

    @property
    def reach(self) -> Reach:
        """How far the policy lets references lead."""
        usual: Reach = "folder" if self.source.address.startswith("file:") else "none"
        return self.policy.references or usual

    async def retrieve(self, url: str) -> Retrieved:
        """Get one.

        Raises:
            SpecError: it may not be had, or cannot be read.
        """
        self._check(url)
        if url.startswith("file:"):
            found, content = url, self._read(url)
        else:
            own = loopback_origin(self.source.base_url)
            policy = replace(self.policy, max_bytes=max(0, self.left)).admitting(own)
            fetched = await self.fetch(url, policy)
            self._check(fetched.url)
            found, content = fetched.url, fetched.content
        self.left -= len(content)
        return Retrieved(url=found, value=_whole(parse(content, self.cache).raw))

    def _check(self, url: str) -> None:
        objection = may_follow(url, base_url=self.source.address, reach=self.reach)
        if objection:
            raise SpecUnavailable(f"It was not followed: {objection}.")

    def _read(self, url: str) -> bytes:
        path = local_path(url, self.source.address, reach=self.reach)
        return read_file(path, max(0, self.left))
