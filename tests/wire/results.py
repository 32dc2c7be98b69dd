"""The totals as a page to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.wire.outcome import Totals

__all__ = ["results"]

_HEAD = """# Requests, held against other people's readers and builders

Written by `python -m tests.wire --update`; the same numbers are in `totals.json`. Arguments are
invented from each tool's own schema, with what is hard to write in them, for up to five operations
of every document, and for every operation of GitHub and Stripe.

* RFC 6570: the bytes of paths and form-style queries, against std-uritemplate's expansion.
* openapi-core, parse_qsl, email, Starlette: what was sent, read back, against the arguments.
* @octokit/endpoint, stripe: the whole decoded request, against the API's own client.
* majority: each part of a request against what at least three of four independent builders agree on
  (swagger-client, @readme/oas-to-har, openapi-fetch, the encoders of Speakeasy's clients). They are
  given the path without its fragment, and the one media type that was chosen.

Fewer headers are compared than documents declare: the tools have no arguments for `Accept`,
`Content-Type` and `Authorization`, which OpenAPI says to ignore, nor for those that connections,
proxies and servers act on, such as `Host`, `Cookie` and `X-Forwarded-For`.

| against | compared | equal | share |
| --- | ---: | ---: | ---: |
"""


def results(totals: Totals) -> str:
    """A table of how much agrees, and every cause where something does not."""
    return _HEAD + "".join(f"{line}\n" for line in (*_table(totals), *_causes(totals)))


def _table(totals: Totals) -> Iterator[str]:
    for reader, section in totals.items():
        if reader != "requests" and section["compared"]:
            share = section["equal"] / section["compared"]
            yield f"| {reader} | {section['compared']:,} | {section['equal']:,} | {share:.2%} |"


def _causes(totals: Totals) -> Iterator[str]:
    made, missed = totals["requests"]["equal"], sum(totals["requests"]["skipped"].values())
    yield ""
    yield f"{made:,} requests; for {missed:,} operations none was made."
    for title, key in (("Disagreements", "disagreements"), ("Not compared", "skipped")):
        yield ""
        yield f"## {title}, by cause"
        yield ""
        for reader, section in totals.items():
            yield from _listed(reader, section[key])


def _listed(reader: str, causes: dict[str, Any]) -> Iterator[str]:
    for cause, number in sorted(causes.items(), key=lambda item: (-item[1], item[0])):
        yield f"* {number:,} {reader}: {cause}"
