"""Requests of ours and of others in one form: decoded, and apart from what is nobody's argument."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.wire.case import Case

__all__ = ["FACETS", "Normal", "normal_of_answer", "normal_of_case"]

FACETS = ("method", "path", "query", "headers", "cookies", "body")
_JSON_KINDS = ("application/json", "+json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """A request, decoded. Query and forms are by name, the values of a name in their order."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    cookies: Mapping[str, list[str]]
    body: Any


def normal_of_case(case: Case) -> Normal:
    """The request that was built."""
    body: Any = case.content.decode(errors="surrogateescape") if case.content else None
    if case.content and case.media_type.startswith("multipart/"):
        body = _parts(case)
    return _normal(case, case.url, case.method, case.headers, body)


def normal_of_answer(case: Case, answer: Mapping[str, Any]) -> Normal:
    """The request of another builder."""
    headers = {name.lower(): str(value) for name, value in (answer["headers"] or {}).items()}
    return _normal(case, answer["url"], answer["method"], headers, answer["body"])


def _normal(case: Case, url: str, method: str, headers: Mapping[str, str], body: Any) -> Normal:
    split = urlsplit(url)
    names = [name.lower() for place, name in case.values if place == "header"]
    return Normal(
        method=method.upper(),
        path=tuple(unquote(segment) for segment in split.path.removeprefix("/base").split("/")),
        query=_by_name(parse_qsl(split.query, keep_blank_values=True)),
        headers={name: headers[name] for name in names if name in headers},
        cookies=_cookies(headers.get("cookie", "")),
        body=_body(case.media_type, body),
    )


def _by_name(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _cookies(header: str) -> dict[str, list[str]]:
    pairs = [piece.partition("=") for piece in header.split("; ") if piece]
    return _by_name([(unquote(name), unquote(value)) for name, _, value in pairs])


def _body(media_type: str, body: Any) -> Any:
    if body in (None, ""):
        return None
    if isinstance(body, list):
        return _by_name([(name, value) for name, value in body])
    if media_type == "application/x-www-form-urlencoded":
        return _by_name(parse_qsl(body, keep_blank_values=True))
    if media_type.endswith(_JSON_KINDS):
        try:
            return [json.loads(body)]
        except ValueError:
            return body
    return body


def _parts(case: Case) -> list[tuple[str, str]]:
    head = f"Content-Type: {case.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + case.content, policy=HTTP).get_payload()
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_payload(decode=True).decode(errors="surrogateescape"),
        )
        for part in (parts if isinstance(parts, list) else [])
    ]
