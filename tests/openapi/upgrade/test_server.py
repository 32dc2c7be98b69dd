"""The servers that `host`, `basePath` and `schemes` of a Swagger 2.0 document name."""

from __future__ import annotations

from typing import Any

import pytest

from callwright.openapi.upgrade.server import operation_servers, root_servers

HOST = {"host": "api.test", "schemes": ["https"]}


def urls(servers: list[dict[str, str]]) -> list[str]:
    """The URLs of servers."""
    return [server["url"] for server in servers]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param({"schemes": ["https"]}, ["https://api.test/"], id="one"),
        pytest.param(
            {"schemes": ["http", "https"]}, ["https://api.test/", "http://api.test/"], id="safer"
        ),
        pytest.param({"schemes": ["WSS", "ws", "HTTP"]}, ["http://api.test/"], id="web only"),
        pytest.param({"schemes": ["ws"]}, ["https://api.test/"], id="none for the web"),
        pytest.param({"schemes": []}, ["https://api.test/"], id="empty"),
        pytest.param({"schemes": "http"}, ["https://api.test/"], id="no list"),
        pytest.param({"schemes": [7, None, "http"]}, ["http://api.test/"], id="garbage"),
        pytest.param({}, ["https://api.test/"], id="not said"),
        pytest.param({"host": "localhost:8080"}, ["http://localhost:8080/"], id="own machine"),
        pytest.param(
            {"host": "127.0.0.1", "schemes": ["https", "http"]},
            ["http://127.0.0.1/", "https://127.0.0.1/"],
            id="both on the own machine",
        ),
        pytest.param(
            {"host": "[::1]:80", "schemes": ["https"]}, ["https://[::1]:80/"], id="said so"
        ),
        pytest.param({"host": "localhost.test"}, ["https://localhost.test/"], id="another name"),
        pytest.param(
            {"host": "api.test:80", "schemes": ["https", "http"]},
            ["http://api.test:80/", "https://api.test:80/"],
            id="port of http",
        ),
    ],
)
def test_schemes(raw: dict[str, Any], expected: list[str]) -> None:
    """There is a server for each scheme of the web, the first of them the one to use."""
    assert urls(root_servers({"host": "api.test", **raw}, "")) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param({"basePath": "/v1"}, "https://api.test/v1", id="path"),
        pytest.param({"basePath": "/v1/"}, "https://api.test/v1", id="slash behind"),
        pytest.param({"basePath": "v1"}, "https://api.test/v1", id="no slash before"),
        pytest.param({"basePath": "//v1"}, "https://api.test/v1", id="two slashes"),
        pytest.param({"basePath": 7}, "https://api.test/", id="garbage"),
        pytest.param({"host": " api.test:8443 "}, "https://api.test:8443/", id="port"),
        pytest.param({"host": "api.test/"}, "https://api.test/", id="slash"),
        pytest.param(
            {"host": "api.test/x", "basePath": "/v1"}, "https://api.test/x/v1", id="path in host"
        ),
        pytest.param(
            {"host": "api.test/v1", "basePath": "/v1"}, "https://api.test/v1", id="path twice"
        ),
        pytest.param({"host": "http://api.test/"}, "https://api.test/", id="other scheme in host"),
        pytest.param({"host": "//api.test"}, "https://api.test/", id="slashes before host"),
        pytest.param(
            {"basePath": "https://other.test/v2"}, "https://other.test/v2", id="URL as path"
        ),
    ],
)
def test_stray_parts(raw: dict[str, Any], expected: str) -> None:
    """Host and path make one URL, with whatever stands in the wrong one of them."""
    assert urls(root_servers({**HOST, **raw}, "")) == [expected]


def test_scheme_in_host() -> None:
    """A scheme that stands in the host counts where no other is named."""
    assert urls(root_servers({"host": "http://api.test"}, "https://docs.test")) == [
        "http://api.test/"
    ]


@pytest.mark.parametrize(
    ("raw", "base_url", "expected"),
    [
        pytest.param({"basePath": "/v1"}, "http://own.test/x/y.json", "/v1", id="no host"),
        pytest.param({}, "https://own.test/x/y.json", "/", id="nothing"),
        pytest.param({"host": "", "basePath": "v1"}, "", "/v1", id="empty host"),
        pytest.param({"host": 7, "schemes": ["https"]}, "", "/", id="garbage"),
        pytest.param({"host": "api.test"}, "http://own.test/y", "http://api.test/", id="scheme"),
        pytest.param({"host": "api.test"}, "file:///y.json", "https://api.test/", id="a file"),
        pytest.param(HOST, "http://own.test/y.json", "https://api.test/", id="said so"),
    ],
)
def test_where_the_document_is(raw: dict[str, Any], base_url: str, expected: str) -> None:
    """What the document does not say of its server is left to its own URL, or taken from it."""
    assert urls(root_servers(raw, base_url)) == [expected]


def test_parameterized_host() -> None:
    """Where Azure's documents leave the host to the caller, the URL is left open."""
    raw = {"x-ms-parameterized-host": {"hostTemplate": "{endpoint}/text"}, "basePath": "/v1"}
    assert urls(root_servers(raw, "https://docs.test/x.json")) == ["https://{endpoint}/text/v1"]


@pytest.mark.parametrize(
    ("operation", "raw", "expected"),
    [
        pytest.param({}, HOST, [], id="none"),
        pytest.param({"schemes": ["http"]}, HOST, ["http://api.test/"], id="own"),
        pytest.param({"schemes": ["ws"]}, HOST, [], id="not of the web"),
        pytest.param({"schemes": []}, HOST, [], id="empty"),
        pytest.param({"schemes": ["http"]}, {"basePath": "/v1"}, [], id="no host"),
    ],
)
def test_operation(operation: dict[str, Any], raw: dict[str, Any], expected: list[str]) -> None:
    """An operation with schemes of its own has servers of its own."""
    assert urls(operation_servers(operation, raw)) == expected
