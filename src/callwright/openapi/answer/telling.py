"""The headers of an answer that say something a model can act on, and the name of its file.

Credentials and cookies are never among them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes

from callwright.core.json import Json
from callwright.core.text.visible import visible
from callwright.openapi.answer.charset import parameter_of

__all__ = ["filename_of", "links_of", "telling_headers"]

_TELLING = (
    "location",
    "retry-after",
    "content-range",
    "x-total-count",
    "x-total",
    "x-total-pages",
    "x-page",
    "x-next-page",
    "x-has-more",
    "x-next-cursor",
    "x-continuation-token",
)
_LIMIT = re.compile(r"(x-)?rate-?limit(-(limit|remaining|reset|policy))?")
_MAX_VALUE = 500
_MAX_LINKS = 10
_MAX_NAME = 120


def telling_headers(headers: Mapping[str, str]) -> dict[str, Json]:
    """What of the headers is worth a model's while: names in lower case, `link` by its relations.

    Rate limits and a weak ETag, which most answers of some APIs have, are told only beside
    others: few calls can be made in one run, and a weak ETag satisfies no `If-Match` (RFC 9110,
    13.1.1). A limit that is nearly spent tells by itself.

    >>> telling_headers({"location": "/v/7", "server": "x", "etag": 'W/"a"'})
    {'location': '/v/7', 'etag': 'W/"a"'}
    """
    told: dict[str, Json] = {
        name: _shown(headers[name]) for name in _TELLING if headers.get(name, "").strip()
    }
    links = links_of(headers.get("link", ""))
    if links:
        told["link"] = links
    etag = headers.get("etag", "")
    limits = {name: _shown(value) for name, value in headers.items() if _LIMIT.fullmatch(name)}
    if not told and not (etag and not etag.startswith("W/")) and not _is_nearly_spent(limits):
        return {}
    return {**told, **({"etag": _shown(etag)} if etag else {}), **limits}


def _shown(value: str) -> str:
    return visible(value).strip()[:_MAX_VALUE]


def _is_nearly_spent(limits: Mapping[str, str]) -> bool:
    """Whether fewer than ten calls are left, in either of the forms that are written."""
    return any(
        (_FEW.fullmatch(value) if name.endswith("remaining") else _FEW_LEFT.search(value))
        for name, value in limits.items()
    )


_FEW = re.compile(r"[0-9]")
_FEW_LEFT = re.compile(r";\s*r=[0-9]\b")  # draft-ietf-httpapi-ratelimit-headers
# A target holds no "<": else each of many would be read to the end of the header.
_LINK = re.compile(r"<([^<>]*)>((?:[^,\"<]|\"(?:[^\"\\]|\\.)*\")*)")


def links_of(header: str) -> dict[str, Json]:
    """The targets of a Link header (RFC 8288) by their relations.

    >>> links_of('<https://a.test/?page=2>; rel="next", <https://a.test/?page=9>; rel=last')
    {'next': 'https://a.test/?page=2', 'last': 'https://a.test/?page=9'}
    """
    links: dict[str, Json] = {}
    for match in _LINK.finditer(header):
        for relation in parameter_of(match[2], "rel").split():
            if len(links) < _MAX_LINKS:
                links.setdefault(_shown(relation), _shown(match[1]))
    return links


def filename_of(headers: Mapping[str, str]) -> str:
    """The file name of a Content-Disposition (RFC 6266), without folders and control characters.

    >>> filename_of({"content-disposition": "attachment; filename=../../etc/passwd"})
    'passwd'
    """
    header = headers.get("content-disposition", "")
    extended = parameter_of(header, "filename*")
    name = _extended(extended) or parameter_of(header, "filename")
    # What a browser on Windows would take for a folder is one here as well.
    last = PurePosixPath(visible(name).replace("\\", "/")).name
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    return plain.strip(" .")[:_MAX_NAME]


def _extended(value: str) -> str:
    """An extended value (RFC 8187): `UTF-8''na%C3%AFve.txt`."""
    charset, _, rest = value.partition("'")
    _, quote, encoded = rest.partition("'")
    if not quote or charset.lower() not in ("utf-8", "iso-8859-1"):
        return ""
    return unquote_to_bytes(encoded).decode(charset.lower(), errors="replace")
