"""Fetches API descriptions, or learns that the one that was kept is still the one."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin

import httpx2

from callwright.cache.page import Page, Pages, may_be_kept
from callwright.core.errors import (
    AnswerTooLarge,
    ApiUnreachable,
    ArgumentsInvalid,
    CallTimeout,
    SpecUnavailable,
)
from callwright.http.sender import Sender
from callwright.openapi.response import Answer
from callwright.openapi.source import Fetched, FetchPolicy

__all__ = ["fetch_spec"]

_MAX_REDIRECTS = 5


async def fetch_spec(url: str, policy: FetchPolicy) -> Fetched:
    """Fetch an API description, or have its server say that it is still the one that was kept.

    A few redirects are followed, each time anew: what is kept is what each URL itself answers.

    Raises:
        SpecUnavailable: it could not be fetched.
    """
    sender = Sender(max_bytes=policy.max_bytes, seconds=policy.seconds)
    place, pages = url, Pages()
    is_kept = True
    for _ in range(_MAX_REDIRECTS):
        # Where a URL with a secret leads to may be one as well.
        is_kept = is_kept and may_be_kept(url)
        page = pages.get(url, policy.max_bytes) if is_kept else None
        answer = await _get_spec(sender, url, page, place)
        if answer.status == 304 and page is not None:
            return Fetched(url=url, content=page.content)
        location = answer.headers.get("location")
        if not (300 <= answer.status < 400 and location):
            fetched = _fetched(url, place, answer)
            if is_kept:
                pages.put(url, answer.headers, answer.content)
            return fetched
        url = urljoin(url, location)
    raise SpecUnavailable(f"The spec {place!r} redirects more than {_MAX_REDIRECTS} times.")


async def _get_spec(sender: Sender, url: str, page: Page | None, place: str) -> Answer:
    """What the server says, asked whether it has another page than this one."""
    conditions: Mapping[str, str] = page.conditions if page is not None else {}
    try:
        return await sender(httpx2.Request("GET", url, headers={**_SPEC_HEADERS, **conditions}))
    except (ApiUnreachable, CallTimeout, AnswerTooLarge, ArgumentsInvalid) as error:
        raise SpecUnavailable(f"The spec {place!r} cannot be fetched: {error.what}") from None
    except httpx2.InvalidURL as error:
        raise SpecUnavailable(f"The address {place!r} is no URL: {error}.") from None


_SPEC_HEADERS = {"Accept": "application/json, application/yaml, text/yaml, */*;q=0.8"}


def _fetched(url: str, place: str, answer: Answer) -> Fetched:
    if answer.status != 200:
        raise SpecUnavailable(f"The spec {place!r} cannot be fetched: HTTP {answer.status}.")
    return Fetched(url=url, content=answer.content)
