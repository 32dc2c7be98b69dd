"""An API's errors in words."""

from __future__ import annotations

from typing import Any

import pytest

from callwright.core.json import dump_json
from callwright.openapi.answer.problem import explain

FIX = "Correct the arguments and call again."


def told(status: int, body: Any = None, **headers: str) -> str:
    """What is told of an error; `_` in the names of headers stands for `-`."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    text = "" if body is None else body if isinstance(body, str) else dump_json(body)
    return explain(status, given, body, text)


PROBLEM = {
    "type": "https://errors.test/credit",
    "status": 403,
    "title": "Out of credit",
    "detail": "30 are needed.",
    "instance": "/accounts/7",
    "balance": 5,
}


def test_problem() -> None:
    """A problem (RFC 9457) is told member by member, and by what would help."""
    assert told(403, PROBLEM).split("\n") == [
        "HTTP 403 Forbidden.",
        "Out of credit",
        "30 are needed.",
        "instance: /accounts/7",
        '{"type":"https://errors.test/credit","balance":5}',
        "The credential does not allow this; other arguments do not help. Tell the user.",
    ]


def test_nothing_is_told_twice() -> None:
    """What the status line says is not said again."""
    body = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "No book 7."}
    assert told(404, body).split("\n")[:2] == ["HTTP 404 Not Found.", "No book 7."]
    assert "{" not in told(404, body)


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        pytest.param(
            {"errors": [{"pointer": "#/age", "detail": "must be positive"}]},
            ["- #/age: must be positive"],
            id="RFC 9457",
        ),
        pytest.param(
            {"detail": [{"loc": ["query", "n"], "msg": "not a number", "type": "int", "input": 1}]},
            ["- query.n: not a number"],
            id="FastAPI",
        ),
        pytest.param(
            {"errors": {"name": ["is blank", "is short"], "age": "is odd"}},
            ["- name: is blank", "- name: is short", "- age: is odd"],
            id="Rails",
        ),
        pytest.param(
            {"errors": [{"source": {"pointer": "/data/x"}, "title": "Bad", "detail": "too long"}]},
            ["- /data/x: too long"],
            id="JSON:API",
        ),
        pytest.param(
            {"message": "Validation Failed", "errors": [{"field": "title", "code": "missing"}]},
            ["Validation Failed", "- title: missing"],
            id="GitHub",
        ),
        pytest.param(
            {"errors": [{"field": "a", "detail": "b"}, "odd"]},
            ['{"errors":[{"field":"a","detail":"b"},"odd"]}'],
            id="not understood",
        ),
        pytest.param({"error": {"code": 3}}, ['{"error":{"code":3}}'], id="own form"),
        pytest.param({"title": 5, "detail": None}, ['{"title":5,"detail":null}'], id="odd members"),
        pytest.param(["a"], ['["a"]'], id="array"),
        pytest.param({}, [], id="nothing"),
    ],
)
def test_fields_at_fault(body: Any, lines: list[str]) -> None:
    """The fields at fault are named in the forms that APIs use; what is not understood stays."""
    assert told(422, body).split("\n") == ["HTTP 422 Unprocessable Content.", *lines, FIX]


@pytest.mark.parametrize(
    ("status", "headers", "lines"),
    [
        (
            429,
            {"retry_after": "30", "x_ratelimit_remaining": "0", "set_cookie": "a"},
            [
                "Retry after: 30.",
                "x-ratelimit-remaining: 0",
                "These are too many calls: wait, or make do without.",
            ],
        ),
        (
            302,
            {"location": "https://b.test/"},
            ["The API redirects to https://b.test/, which is not followed."],
        ),
        (304, {}, []),
        (
            404,
            {},
            ["Check the identifiers among the arguments; look up those that you guessed."],
        ),
        (599, {}, []),
    ],
)
def test_what_would_help(status: int, headers: dict[str, str], lines: list[str]) -> None:
    """Redirects, waiting times and the likely remedy are told in a line each."""
    assert told(status, **headers).split("\n")[1:] == lines


def test_long_error() -> None:
    """Of a long page the beginning is told, and how much more there is."""
    assert told(599, "x" * 10_000) == f"HTTP 599.\n{'x' * 4_000}… (6,000 more characters)"
