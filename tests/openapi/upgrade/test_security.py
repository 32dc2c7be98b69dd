"""Security definitions of a Swagger 2.0 document as security schemes of OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

import pytest

from callwright.openapi.upgrade.security import upgrade_security_scheme

ASK = {"authorizationUrl": "https://login.test/ask"}
TOKEN = {"tokenUrl": "https://login.test/token"}
SCOPES = {"scopes": {"read": "Read."}}


@pytest.mark.parametrize(
    ("raw", "upgraded"),
    [
        pytest.param(
            {"type": "basic", "description": "Staff."},
            {"type": "http", "scheme": "basic", "description": "Staff."},
            id="basic",
        ),
        pytest.param(
            {"type": "apiKey", "in": "query", "name": "k", "x-a": 1},
            {"type": "apiKey", "in": "query", "name": "k", "x-a": 1},
            id="apiKey",
        ),
        pytest.param({"type": "other"}, {"type": "other"}, id="unknown"),
        pytest.param({}, {}, id="nothing"),
        pytest.param([], [], id="no scheme"),
    ],
)
def test_schemes(raw: Any, upgraded: Any) -> None:
    """Basic authentication is an HTTP scheme; what needs no change has none."""
    assert upgrade_security_scheme(raw) == upgraded


@pytest.mark.parametrize(
    ("flow", "fields", "flows"),
    [
        pytest.param("implicit", {**ASK, **SCOPES}, {"implicit": {**ASK, **SCOPES}}, id="implicit"),
        pytest.param("password", TOKEN, {"password": {**TOKEN, "scopes": {}}}, id="password"),
        pytest.param(
            "application", {**TOKEN, **SCOPES}, {"clientCredentials": {**TOKEN, **SCOPES}}, id="app"
        ),
        pytest.param(
            "accessCode",
            {**ASK, **TOKEN, **SCOPES},
            {"authorizationCode": {**ASK, **TOKEN, **SCOPES}},
            id="code",
        ),
        pytest.param("other", TOKEN, {}, id="unknown"),
        pytest.param(["implicit"], ASK, {}, id="garbage"),
    ],
)
def test_flows(flow: Any, fields: dict[str, Any], flows: dict[str, Any]) -> None:
    """The flow of OAuth 2 stands under its name of OpenAPI 3.0, with what belongs to it."""
    raw = {"type": "oauth2", "flow": flow, "x-a": 1, **fields}
    assert upgrade_security_scheme(raw) == {"type": "oauth2", "x-a": 1, "flows": flows}
