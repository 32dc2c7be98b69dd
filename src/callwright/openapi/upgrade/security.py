"""Security definitions of a Swagger 2.0 document as the security schemes of OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callwright.core.json import is_object

__all__ = ["upgrade_security_scheme"]

_FLOWS: Mapping[object, str] = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}
_OF_FLOW = ("authorizationUrl", "tokenUrl", "scopes")


def upgrade_security_scheme(raw: object) -> object:
    """One scheme by its name; what is none stays as it is."""
    if not is_object(raw):
        return raw
    match raw.get("type"):
        case "basic":
            return {**raw, "type": "http", "scheme": "basic"}
        case "oauth2":
            return _oauth2(raw)
        case _:
            return raw


def _oauth2(raw: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in raw.items() if key not in ("flow", *_OF_FLOW)}
    flow: dict[str, Any] = {key: raw[key] for key in _OF_FLOW if key in raw}
    flow.setdefault("scopes", {})
    given = raw.get("flow")
    name = _FLOWS.get(given) if isinstance(given, str) else None
    return {**kept, "flows": {name: flow} if name else {}}
