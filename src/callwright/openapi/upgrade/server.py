"""The servers that `host`, `basePath` and `schemes` of a Swagger 2.0 document name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from callwright.core.json import is_array, is_object

__all__ = ["operation_servers", "root_servers"]

_SCHEME = re.compile(r"(?:(https?):)?//+", re.IGNORECASE)
# Documents list both schemes without a thought, where only one can be meant.
_PLAIN_HOST = re.compile(r"(localhost|127\.[0-9.]+|\[::1\])(:[0-9]+)?|.*:80", re.IGNORECASE)


def root_servers(raw: Mapping[str, Any], base_url: str) -> list[dict[str, str]]:
    """The document's servers, the first of them the one to use.

    Without a host it is where the document itself is, so the server is relative. Without schemes
    the scheme that the document was fetched by counts (Swagger 2.0, `schemes`).
    """
    scheme, host, path = _address(raw)
    if not host:
        return [{"url": path}]
    fetched_by = base_url.partition(":")[0]
    schemes = (
        _schemes(raw.get("schemes"), host)
        or _schemes([scheme or fetched_by], host)
        or _schemes(["https", "http"], host)[:1]
    )
    return [{"url": f"{scheme}://{host}{path}"} for scheme in schemes]


def operation_servers(operation: Mapping[str, Any], raw: Mapping[str, Any]) -> list[dict[str, str]]:
    """The servers of an operation that has schemes of its own; none where the document's stay."""
    _, host, path = _address(raw)
    schemes = _schemes(operation.get("schemes"), host) if host else ()
    return [{"url": f"{scheme}://{host}{path}"} for scheme in schemes]


def _schemes(listed: object, host: str) -> list[str]:
    """Those of the schemes that requests can be sent by, the one to use first."""
    names = [name.lower() for name in listed if isinstance(name, str)] if is_array(listed) else []
    known = ("http", "https") if _PLAIN_HOST.fullmatch(host) else ("https", "http")
    return [scheme for scheme in known if scheme in names]


def _address(raw: Mapping[str, Any]) -> tuple[str, str, str]:
    """Scheme, host and path as the document has them, the first two perhaps empty.

    Real documents also have a scheme, a path or a slash in `host`, and a whole URL in `basePath`.
    """
    host, base = _host(raw), _text(raw.get("basePath"))
    if (match := _SCHEME.match(base)) and match[1]:
        host, base = base, ""
    match = _SCHEME.match(host)
    scheme = match[1] if match else None
    host, _, path = host[match.end() if match else 0 :].partition("/")
    # What stands in both places is meant once.
    parts = dict.fromkeys(part.strip("/") for part in (path, base))
    return scheme or "", host, "/" + "/".join(filter(None, parts))


def _host(raw: Mapping[str, Any]) -> str:
    """The host; or that of Azure's documents, where the caller has to know what goes into it."""
    parameterized = raw.get("x-ms-parameterized-host")
    template = parameterized.get("hostTemplate") if is_object(parameterized) else None
    return _text(raw.get("host")) or _text(template)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
