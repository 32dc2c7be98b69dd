"""The header `Accept`: what the operation's own answers say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ANY = "application/json, text/*;q=0.9, */*;q=0.8"
REST = "application/json;q=0.9, text/*;q=0.8, */*;q=0.7"
OWN = "application/vnd.api-v1+json"


def answer(*names: str) -> dict[str, Any]:
    """A Response Object of these media types."""
    return {"description": "", "content": {name: {} for name in names}}


@pytest.mark.parametrize(
    ("responses", "accept"),
    [
        pytest.param({}, ANY, id="nothing is said"),
        pytest.param({"200": answer("application/json", OWN)}, ANY, id="JSON as well"),
        pytest.param({"200": answer("text/xml")}, ANY, id="XML"),
        pytest.param({"200": answer(OWN)}, f"{OWN}, {REST}", id="JSON of its own"),
        pytest.param(
            {"2XX": answer("a/b+json; version=3")}, f"a/b+json; version=3, {REST}", id="2XX"
        ),
        pytest.param({"404": answer(OWN)}, ANY, id="an error"),
        pytest.param({"200": answer("a/b\r\nX: 1+json")}, ANY, id="no media type"),
        pytest.param(
            {"200": {"$ref": "#/components/responses/R"}}, f"{OWN}, {REST}", id="elsewhere"
        ),
        pytest.param({"200": {"$ref": "#/nowhere"}, "201": 5, "204": None}, ANY, id="garbage"),
        pytest.param([], ANY, id="more garbage"),
    ],
)
def test_accept(make_tools: Callable[..., Any], responses: Any, accept: str) -> None:
    """JSON is asked for by the name that the document has for it, if it has only that."""
    components = {"responses": {"R": answer(OWN)}}
    (tool,) = make_tools({"/v": {"get": {"responses": responses}}}, components=components)
    assert tool.build_request().headers["accept"] == accept
