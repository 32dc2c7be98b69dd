"""Our requests against those of other people's clients and builders."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.wire.case import Case
from tests.wire.node import Builders
from tests.wire.normal import FACETS, Normal, normal_of_answer, normal_of_case
from tests.wire.outcome import Outcome, different, equal, skipped

__all__ = ["BUILDERS", "compare_with_client", "compare_with_majority"]

BUILDERS = ("swagger-client", "@readme/oas-to-har", "Speakeasy's encoders", "openapi-fetch")
"""The independent builders. Three of them must agree before they are held against us."""

_MAJORITY = 3

_OWN_NAMES = {"method", "baseUrl", "url", "headers", "request", "mediaType", "data"}


def compare_with_client(case: Case, client: str, builders: Builders) -> Outcome:
    """The whole request, against the API's own client."""
    answer = builders.build(client, case)
    if "error" in answer:
        return different(client, f"{client} fails: {answer['error']}", case.name)
    ours, theirs = normal_of_case(case), normal_of_answer(case, answer)
    unlike = [f for f in FACETS if _key(getattr(ours, f)) != _key(getattr(theirs, f))]
    if not unlike:
        return equal(client)
    detail = "; ".join(
        f"{facet}: {getattr(ours, facet)!r} but {getattr(theirs, facet)!r}" for facet in unlike
    )
    return different(client, _cause(client, case, unlike, ours, theirs), f"{case.name} {detail}")


def _cause(client: str, case: Case, unlike: Sequence[str], ours: Normal, theirs: Normal) -> str:
    causes = _OCTOKIT_CAUSES if client == "@octokit/endpoint" else _STRIPE_CAUSES
    found = (text for text, holds in causes.items() if holds(case, ours, theirs))
    return next(found, f"unexplained: {', '.join(unlike)}")


def _has_query_beside_body(case: Case, ours: Normal, theirs: Normal) -> bool:
    return case.method not in ("GET", "HEAD") and bool(case.at("query"))


def _has_name_twice(case: Case, ours: Normal, theirs: Normal) -> bool:
    names = [name for place, name in case.values if place in ("path", "query")]
    names += case.body if isinstance(case.body, dict) else []
    return len(set(names)) < len(names) or bool(_OWN_NAMES & set(names))


def _is_joined(case: Case, ours: Normal, theirs: Normal) -> bool:
    return any(isinstance(value, list) for value in case.at("query").values())


def _has_plus(case: Case, ours: Normal, theirs: Normal) -> bool:
    return "+" in str(case.at("query").get("q", ""))


_OCTOKIT_CAUSES = {
    "octokit puts the query of what is no GET into the body": _has_query_beside_body,
    "octokit has one name for two places, or keeps it for itself": _has_name_twice,
    "octokit leaves `+` in `q` as it is": _has_plus,
    "octokit joins the items of a query array, exploded or not": _is_joined,
}


def _is_delete_with_body(case: Case, ours: Normal, theirs: Normal) -> bool:
    return case.method in ("DELETE", "GET") and case.has_body


def _is_multipart(case: Case, ours: Normal, theirs: Normal) -> bool:
    return case.media_type.startswith("multipart/")


_STRIPE_CAUSES = {
    "stripe puts the body of DELETE into the query": _is_delete_with_body,
    "stripe writes a file by another way": _is_multipart,
}


def compare_with_majority(case: Case, builders: Builders) -> Iterator[Outcome]:
    """Each part of the request, against what at least three of the four builders agree on."""
    answers = {name: builders.build(name, case) for name in BUILDERS}
    theirs = {
        name: normal_of_answer(case, answer)
        for name, answer in answers.items()
        if "error" not in answer
    }
    ours = normal_of_case(case)
    yield from (_vote(case, facet, ours, theirs) for facet in _facets_of(case))


def _facets_of(case: Case) -> Iterator[str]:
    """What of the request there is an argument for."""
    places = {"path": "path", "query": "query", "header": "headers", "cookie": "cookies"}
    yield from (facet for place, facet in places.items() if case.at(place))
    if case.has_body:
        yield "body"


def _vote(case: Case, facet: str, ours: Normal, theirs: Mapping[str, Normal]) -> Outcome:
    reader = f"majority, {facet}"
    written: dict[str, list[str]] = {}
    for name, normal in theirs.items():
        written.setdefault(_key(getattr(normal, facet)), []).append(name)
    most = max(written.values(), key=len, default=[])
    if facet == "body" and _has_file(case.body):
        return skipped(reader, "a file in a form that only Callwright knows")
    if facet == "body" and "xml" in case.media_type and isinstance(case.body, (dict, list)):
        return skipped(reader, "XML, under whose name the builders write JSON")
    if len(most) < _MAJORITY:
        return skipped(reader, "no three of the four agree")
    mine = _key(getattr(ours, facet))
    if written.get(mine) == most:
        return equal(reader)
    agreed = next(key for key, names in written.items() if names == most)
    detail = f"{case.name}: we {mine}, {most} {agreed}"
    return different(reader, _shape(case, facet, ours, theirs[most[0]]), detail)


def _has_file(body: Any) -> bool:
    values = body.values() if isinstance(body, dict) else ()
    parts = [part for value in values for part in (value if isinstance(value, list) else [value])]
    return any(isinstance(part, dict) and "base64" in part for part in (body, *parts))


def _key(value: Any) -> str:
    """The value in a form in which `true` is not `1`."""
    return json.dumps(value, sort_keys=True)


def _shape(case: Case, facet: str, ours: Normal, agreed: Normal) -> str:
    """What kind of value it is that is written otherwise."""
    place = {"headers": "header", "cookies": "cookie"}.get(facet, facet)
    if place == "body":
        return f"{case.media_type}: {_unlike_fields(case.body, ours.body, agreed.body)}"
    values = case.at(place)
    if place == "path":
        odd = [name for name in values if "content" in case.declared[place, name]]
        return "a `content` parameter" if odd else "a path parameter"
    ours_by, theirs_by = getattr(ours, facet), getattr(agreed, facet)
    odd = [name for name in values if ours_by.get(name) != theirs_by.get(name)] or list(values)
    style = case.declared[place, odd[0]]
    said = style.get("style", "content" if "content" in style else "default style")
    marks = [mark for mark in ("explode", "allowReserved") if style.get(mark)]
    return ", ".join([_kind(values[odd[0]]), said, *marks])


def _unlike_fields(body: Any, ours: Any, theirs: Any) -> str:
    if not (isinstance(body, dict) and isinstance(ours, dict) and isinstance(theirs, dict)):
        return _kind(body)
    odd = [name for name in body if ours.get(name) != theirs.get(name)]
    return _kind(body[odd[0]]) if odd else "other names"


def _kind(value: Any) -> str:
    if isinstance(value, (list, dict)):
        items = list(value.values()) if isinstance(value, dict) else value
        name = "object" if isinstance(value, dict) else "array"
        is_nested = any(isinstance(item, (list, dict)) for item in items)
        return f"{'empty ' if not value else 'nested ' if is_nested else ''}{name}"
    return {"str": "text", "bool": "boolean"}.get(type(value).__name__, type(value).__name__)
