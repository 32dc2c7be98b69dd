"""Fetches API descriptions, or learns that the one that was kept is still the one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import httpx2

from callwright.cache.page import Page, Pages, may_be_kept
from callwright.core.errors import CallError, RedirectRefused, SpecUnavailable
from callwright.http.explain import remedy_of
from callwright.http.redirect import is_redirect, origin_of, target_of
from callwright.http.sender import Sender
from callwright.openapi.answer.response import Answer
from callwright.openapi.source import Fetched, FetchPolicy

__all__ = ["fetch_spec"]

_MAX_REDIRECTS = 5


async def fetch_spec(url: str, policy: FetchPolicy) -> Fetched:
    """Fetch an API description, or have its server say that it is still the one that was kept.

    A few redirects are followed, each time anew: what is kept is what each URL itself answers.

    Raises:
        SpecUnavailable: it could not be fetched.
    """
    sender = Sender(policy=_as_calls(policy))
    place, pages = url, Pages()
    is_kept = True
    for _ in range(_MAX_REDIRECTS + 1):
        # Where a URL with a secret leads to may be one as well.
        is_kept = is_kept and may_be_kept(url)
        page = pages.get(url, policy.max_bytes) if is_kept else None
        answer = await _get_spec(sender, url, page, place)
        if answer.status == 304 and page is not None:
            return Fetched(url=url, content=page.content)
        if not is_redirect(answer):
            fetched = _fetched(url, place, answer)
            if is_kept:
                pages.put(url, answer.headers, answer.content)
            return fetched
        url = _redirected(url, place, answer)
    raise SpecUnavailable(f"The spec {place!r} redirects more than {_MAX_REDIRECTS} times.")


def _as_calls(policy: FetchPolicy) -> FetchPolicy:
    """The policy of a spec as one of single calls; redirects are followed here, one by one."""
    return replace(
        policy, max_answer_bytes=policy.max_bytes, call_seconds=policy.seconds, redirects=0
    )


async def _get_spec(sender: Sender, url: str, page: Page | None, place: str) -> Answer:
    """What the server says, asked whether it has another page than this one."""
    conditions: Mapping[str, str] = page.conditions if page is not None else {}
    try:
        request = httpx2.Request("GET", url, headers={**_SPEC_HEADERS, **conditions})
        return await sender(request)
    except CallError as error:
        remedy = remedy_of(error)
        told = f"The spec {place!r} cannot be fetched: {error.what}"
    except httpx2.InvalidURL as error:
        remedy, told = "", f"The address {place!r} is no URL: {error}."
    # Out here, where no exception is at hand whose frames hold the whole URL.
    raise SpecUnavailable(told, remedy=remedy)


_SPEC_HEADERS = {"Accept": "application/json, application/yaml, text/yaml, */*;q=0.8"}


def _redirected(url: str, place: str, answer: Answer) -> str:
    here = httpx2.URL(url)
    try:
        target = target_of(here.copy_with(userinfo=b""), answer.headers["location"].strip())
    except RedirectRefused as error:
        told = error.what
    else:
        is_same = origin_of(here) == origin_of(target)
        return str(target.copy_with(userinfo=here.userinfo) if is_same else target)
    raise SpecUnavailable(f"The spec {place!r} cannot be fetched: {told}")


def _fetched(url: str, place: str, answer: Answer) -> Fetched:
    if answer.status != 200:
        raise SpecUnavailable(
            f"The spec {place!r} cannot be fetched: HTTP {answer.status}.",
            remedy=_after_status(answer.status),
        )
    if answer.cut:
        raise SpecUnavailable(
            f"The spec {place!r} cannot be fetched: {answer.cut}.",
            remedy="FetchPolicy(max_bytes=) says how many may be read.",
        )
    return Fetched(url=url, content=answer.content)


def _after_status(status: int) -> str:
    """What helps when the server of a spec gives something else."""
    if status in (401, 403):
        return "Its server wants to know who asks: download it and give the file."
    if status in (404, 410):
        return "Give the address of the JSON or YAML itself, often /openapi.json."
    return "Try again later." if status == 429 or status >= 500 else ""
