"""Which server an operation is sent to: its own, its path's, or the document's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from callwright.core.json import is_array, is_object

__all__ = ["is_absolute", "server_url"]

_QUERY = re.compile(r"[?#]")
_VARIABLE = re.compile(r"\{([^{}]+)\}")
_PART_OF_HOST = re.compile(r"[^\s/\\@?#\[\]{}]*")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s/\\@\[\]{}:]+)(:[0-9]{1,5})?")


def server_url(base_url: str, *levels: object) -> str:
    """The first server of the innermost level that names any, without a slash at its end.

    `levels` are the `servers` of the operation, its path item and the document; `base_url` is
    where the document was fetched from: relative servers, and the default server `/`, are resolved
    against it (OAS 3.1.1, Server Object). The result is relative where nothing tells a host; one of
    a host without a scheme (`//api.example`) is HTTPS where the document was not fetched.
    """
    for level in levels:
        for server in _servers(level):
            return _absolute(base_url, _filled_in(server))
    return _absolute(base_url, "/")


def is_absolute(url: str) -> bool:
    """Whether a URL names a web server: no user part, and no variable left open."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_complete = parts.scheme in ("http", "https") and "{" not in url
    return is_complete and _HOST.fullmatch(parts.netloc) is not None


def _servers(level: object) -> Iterator[Mapping[str, Any]]:
    for server in level if is_array(level) else ():
        if is_object(server) and isinstance(server.get("url"), str):
            yield server


def _filled_in(server: Mapping[str, Any]) -> str:
    """The server's URL with the default of each of its variables."""
    variables = server.get("variables")

    def default(match: re.Match[str]) -> str:
        variable = variables.get(match[1]) if is_object(variables) else None
        value = variable.get("default") if is_object(variable) else None
        if value is None or _ends_the_host(match, str(value)):
            return match[0]
        # `/{basePath}` with the default `/v1` is not to become `//v1`, which is another path.
        follows_slash = match.string[: match.start()].endswith("/")
        return str(value).lstrip("/") if follows_slash else str(value)

    return _VARIABLE.sub(default, server["url"])


def _ends_the_host(match: re.Match[str], value: str) -> bool:
    """Whether a value would make another host of one that goes on behind it.

    `http://{region}.example.com` is not to become `http://evil.example/.example.com`.
    """
    before, behind = match.string[: match.start()], match.string[match.end() :]
    is_in_host = "/" not in before.partition("://")[2]
    goes_on = bool(behind) and not behind.startswith(("/", ":", "?", "#"))
    return is_in_host and goes_on and not _PART_OF_HOST.fullmatch(value)


def _absolute(base_url: str, url: str) -> str:
    """The URL of a server without query and fragment, behind which no path can stand."""
    base_url = base_url or ("https:" if url.lstrip().startswith("//") else "")
    try:
        joined = urljoin(base_url, url.strip()) if base_url else url.strip()
    except ValueError:
        joined = url.strip()
    return _QUERY.split(joined)[0].rstrip("/")
