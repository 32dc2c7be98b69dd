"""An API's answer as the result that the model reads."""

from __future__ import annotations

from typing import Any

import pytest

from callwright.core.tool import Exchange, ToolResult
from callwright.openapi.response import Answer, shape

EXCHANGE = Exchange(method="GET", url="https://api.test/v")


def shaped(
    content: bytes = b"", content_type: str = "", status: int = 200, **headers: str
) -> ToolResult:
    """The result of an answer; `_` in the names of headers stands for `-`."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type:
        given["content-type"] = content_type
    result = shape(Answer(status=status, headers=given, content=content), EXCHANGE)
    assert result.exchange == EXCHANGE
    return result


@pytest.mark.parametrize(
    ("content", "content_type", "value", "text"),
    [
        pytest.param(
            b'{"a": [1, null]}', "application/json", {"a": [1, None]}, '{"a":[1,null]}', id="JSON"
        ),
        pytest.param(b'"a"', "application/json", "a", '"a"', id="JSON text"),
        pytest.param(b"null", "application/json", None, "null", id="null"),
        pytest.param(b"0", "application/json; charset=utf-8", 0, "0", id="zero"),
        pytest.param(b"[]", "application/vnd.api+json", [], "[]", id="built on JSON"),
        pytest.param(b'{"a":1}', "", {"a": 1}, '{"a":1}', id="JSON that nothing names"),
        pytest.param("é".encode(), "", "é", "é", id="text that nothing names"),
        pytest.param(
            b'\xef\xbb\xbf{"a":1}', "application/json", {"a": 1}, '{"a":1}', id="JSON with a mark"
        ),
        pytest.param(
            '"é"'.encode("latin-1"),
            "application/json; charset=iso-8859-1",
            "é",
            '"é"',
            id="JSON in Latin-1",
        ),
        pytest.param("é".encode(), "text/plain; charset=UTF-8", "é", "é", id="text"),
        pytest.param(
            "é".encode("latin-1"),
            'text/plain; charset="ISO-8859-1"',
            "é",
            "é",
            id="text in Latin-1",
        ),
        pytest.param(b"\xff\xfe", "text/plain", "\ufffd\ufffd", "\ufffd\ufffd", id="no UTF-8"),
        pytest.param(b"abc", "text/plain; charset=nonsense", "abc", "abc", id="unknown charset"),
        pytest.param(
            b"abc", "text/plain; charset=base64", "abc", "abc", id="codec that is no charset"
        ),
        pytest.param(
            b"\xff",
            "text/plain; charset=idna",
            "\ufffd",
            "\ufffd",
            id="codec that does not replace",
        ),
        pytest.param(
            b"abc", "text/plain; charset=undefined", "abc", "abc", id="codec that never reads"
        ),
        pytest.param(b"<a/>", "application/xml", "<a/>", "<a/>", id="XML"),
        pytest.param(b"<a/>", "image/svg+xml", "<a/>", "<a/>", id="built on XML"),
        pytest.param(b"a: 1", "application/yaml", "a: 1", "a: 1", id="YAML"),
        pytest.param(b"{}\n{}\n", "application/x-ndjson", "{}\n{}\n", "{}\n{}\n", id="JSON lines"),
        pytest.param(b"<html>", "application/json", "<html>", "<html>", id="JSON in name alone"),
        pytest.param(b'{"a":', "application/json", '{"a":', '{"a":', id="truncated JSON"),
        pytest.param(b"[NaN]", "application/json", "[NaN]", "[NaN]", id="NaN"),
        pytest.param(b"  ", "application/json", "  ", "  ", id="blank JSON"),
    ],
)
def test_content(content: bytes, content_type: str, value: Any, text: str) -> None:
    """JSON stays JSON, other text is text in its charset."""
    result = shaped(content, content_type)
    assert (result.value, result.content, result.is_error) == (value, text, False)


def test_deep_json() -> None:
    """JSON that is nested too deeply to be read is text."""
    content = b"[" * 100_000 + b"]" * 100_000
    assert shaped(content, "application/json").content == content.decode()


@pytest.mark.parametrize(
    "content_type", ["image/png", "application/octet-stream", "application/pdf"]
)
def test_binary(content_type: str) -> None:
    """What is no text is named by its size and kind."""
    result = shaped(bytes(1500), content_type)
    assert result.value is None
    assert (
        result.content
        == f"The answer is 1,500 bytes of {content_type}, which cannot be shown as text."
    )


@pytest.mark.parametrize(
    ("status", "headers", "text"),
    [
        (204, {}, "Done: HTTP 204 No Content, an empty answer."),
        (200, {}, "Done: HTTP 200 OK, an empty answer."),
        (201, {"location": "/v/7"}, "Done: HTTP 201 Created, an empty answer. It is at /v/7."),
        (299, {}, "Done: HTTP 299, an empty answer."),
    ],
)
def test_empty(status: int, headers: dict[str, str], text: str) -> None:
    """An empty answer says that the call was done."""
    result = shaped(b"", "application/json", status, **headers)
    assert (result.value, result.content, result.is_error) == (None, text, False)


PROBLEM = b'{"type":"about:blank","title":"Out of credit","detail":"30 are needed.","balance":5}'


def test_problem() -> None:
    """A problem (RFC 9457) is told by title and detail, and kept whole."""
    result = shaped(PROBLEM, "application/problem+json", 403)
    assert result.is_error
    assert result.value == {
        "type": "about:blank",
        "title": "Out of credit",
        "detail": "30 are needed.",
        "balance": 5,
    }
    assert result.content == "\n".join(
        ["HTTP 403 Forbidden.", "Out of credit", "30 are needed.", PROBLEM.decode()]
    )


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        pytest.param({"status": 404}, "HTTP 404 Not Found.", id="empty"),
        pytest.param(
            {"status": 500, "content": b"<h1>Oh</h1>", "content_type": "text/html"},
            "HTTP 500 Internal Server Error.\n<h1>Oh</h1>",
            id="page",
        ),
        pytest.param(
            {"status": 429, "retry_after": "30"},
            "HTTP 429 Too Many Requests.\nRetry after: 30.",
            id="Retry-After",
        ),
        pytest.param(
            {"status": 302, "location": "https://b.test/"},
            "HTTP 302 Found.\nThe API redirects to https://b.test/, which is not followed.",
            id="redirect",
        ),
        pytest.param({"status": 304}, "HTTP 304 Not Modified.", id="not modified"),
        pytest.param(
            {"status": 418, "content": b'{"title":5}', "content_type": "application/json"},
            'HTTP 418 I\'m a Teapot.\n{"title":5}',
            id="odd title",
        ),
        pytest.param({"status": 599}, "HTTP 599.", id="unknown status"),
    ],
)
def test_errors(answer: dict[str, Any], text: str) -> None:
    """Redirects and errors are told in a line each, with what the API says itself."""
    result = shaped(**answer)
    assert (result.is_error, result.content) == (True, text)


def test_long_error() -> None:
    """Of a long error the beginning is told, with a mark where it is cut."""
    result = shaped(b"x" * 10_000, "text/plain", 500)
    assert result.content == f"HTTP 500 Internal Server Error.\n{'x' * 4_000}…"
    assert result.value == "x" * 10_000
