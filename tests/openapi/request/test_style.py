"""How the value of a parameter is written on the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callwright.core.errors import ArgumentsInvalid
from callwright.openapi.parameter import Parameter
from callwright.openapi.request.style import (
    cookie_pairs,
    is_json,
    plain_pairs,
    query_pairs,
    write_header,
    write_path,
)

MakeTool = Callable[..., Any]

WORD = "so"
LIST = ["a b", "c,d", "é"]
MAP = {"k 1": "x/y", "n": 0}


def parameter(location: str, **fields: Any) -> Parameter:
    """A parameter called `p q` in a place."""
    return Parameter.read({"name": "p q", "in": location, **fields}, "")


@pytest.mark.parametrize(
    ("style", "explode", "word", "array", "mapping"),
    [
        ("simple", False, "so", "a%20b,c%2Cd,%C3%A9", "k%201,x%2Fy,n,0"),
        ("simple", True, "so", "a%20b,c%2Cd,%C3%A9", "k%201=x%2Fy,n=0"),
        ("label", False, ".so", ".a%20b,c%2Cd,%C3%A9", ".k%201,x%2Fy,n,0"),
        ("label", True, ".so", ".a%20b.c%2Cd.%C3%A9", ".k%201=x%2Fy.n=0"),
        ("matrix", False, ";p%20q=so", ";p%20q=a%20b,c%2Cd,%C3%A9", ";p%20q=k%201,x%2Fy,n,0"),
        ("matrix", True, ";p%20q=so", ";p%20q=a%20b;p%20q=c%2Cd;p%20q=%C3%A9", ";k%201=x%2Fy;n=0"),
    ],
)
def test_path_styles(style: str, explode: bool, word: str, array: str, mapping: str) -> None:
    """A path parameter is written by its style; the parts are encoded, the delimiters are not."""
    given = parameter("path", style=style, explode=explode)
    assert [write_path(given, value) for value in (WORD, LIST, MAP)] == [word, array, mapping]


@pytest.mark.parametrize(
    ("style", "explode", "word", "array", "mapping"),
    [
        ("form", True, "p%20q=so", "p%20q=a%20b&p%20q=c%2Cd&p%20q=%C3%A9", "k%201=x%2Fy&n=0"),
        ("form", False, "p%20q=so", "p%20q=a%20b,c%2Cd,%C3%A9", "p%20q=k%201,x%2Fy,n,0"),
        (
            "spaceDelimited",
            False,
            "p%20q=so",
            "p%20q=a%20b%20c%2Cd%20%C3%A9",
            "p%20q=k%201%20x%2Fy%20n%200",
        ),
        (
            "pipeDelimited",
            False,
            "p%20q=so",
            "p%20q=a%20b%7Cc%2Cd%7C%C3%A9",
            "p%20q=k%201%7Cx%2Fy%7Cn%7C0",
        ),
        (
            "deepObject",
            True,
            "p%20q=so",
            "p%20q%5B0%5D=a%20b&p%20q%5B1%5D=c%2Cd&p%20q%5B2%5D=%C3%A9",
            "p%20q%5Bk%201%5D=x%2Fy&p%20q%5Bn%5D=0",
        ),
    ],
)
def test_query_styles(style: str, explode: bool, word: str, array: str, mapping: str) -> None:
    """A query parameter is written by its style, names encoded like values."""
    given = parameter("query", style=style, explode=explode)

    def written(value: Any) -> str:
        return "&".join(f"{name}={text}" for name, text in query_pairs(given, value))

    assert [written(value) for value in (WORD, LIST, MAP)] == [word, array, mapping]


@pytest.mark.parametrize(
    ("value", "pairs"),
    [
        pytest.param(True, [("q", "true")], id="true"),
        pytest.param(False, [("q", "false")], id="false"),
        pytest.param(0, [("q", "0")], id="zero"),
        pytest.param("", [("q", "")], id="empty text"),
        pytest.param("0", [("q", "0")], id="text of a number"),
        pytest.param(5.0, [("q", "5")], id="whole fraction"),
        pytest.param(0.1, [("q", "0.1")], id="fraction"),
        pytest.param(1e20, [("q", "100000000000000000000")], id="large"),
        pytest.param(1e-7, [("q", "0.0000001")], id="small"),
        pytest.param(1.5e-20, [("q", "0.000000000000000000015")], id="smaller"),
        pytest.param(1e23, [("q", "100000000000000000000000")], id="larger than it is exact"),
        pytest.param(2**70, [("q", "1180591620717411303424")], id="larger than 64 bits"),
        pytest.param(None, [], id="null"),
        pytest.param([], [], id="empty array"),
        pytest.param({}, [], id="empty object"),
        pytest.param("50%25", [("q", "50%2525")], id="percent"),
        pytest.param("a+b c&d=e#f", [("q", "a%2Bb%20c%26d%3De%23f")], id="delimiters"),
        pytest.param("-._~", [("q", "-._~")], id="unreserved"),
        pytest.param(["", None, [1]], [("q", ""), ("q", ""), ("q", "%5B1%5D")], id="odd items"),
    ],
)
def test_query_values(value: Any, pairs: list[tuple[str, str]]) -> None:
    """A value is sent as JSON means it, and encoded exactly once."""
    assert list(query_pairs(Parameter.plain("q", "query"), value)) == pairs


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("$filter", "%24filter"),
        ("filter[x]", "filter%5Bx%5D"),
        ("ids[]", "ids%5B%5D"),
        ("🎈", "%F0%9F%8E%88"),
    ],
)
def test_query_names(name: str, encoded: str) -> None:
    """A name is encoded like a value."""
    assert list(query_pairs(Parameter.plain(name, "query"), 1)) == [(encoded, "1")]


def test_deep_object() -> None:
    """deepObject goes to any depth, in brackets, and leaves null out."""
    value = {"a": {"b": [{"c": True}, "x"]}, "n": None, "e": {}}
    assert list(query_pairs(parameter("query", style="deepObject"), value)) == [
        ("p%20q%5Ba%5D%5Bb%5D%5B0%5D%5Bc%5D", "true"),
        ("p%20q%5Ba%5D%5Bb%5D%5B1%5D", "x"),
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("a:b/c?d@e$f", "a:b/c?d@e$f", id="reserved"),
        pytest.param("a%2Fb%zz", "a%2Fb%25zz", id="triples"),
        pytest.param("a&b#c+d [e]", "a%26b%23c%2Bd%20%5Be%5D", id="what would break the query"),
    ],
)
def test_allow_reserved(value: str, written: str) -> None:
    """allowReserved keeps what a query may hold, but nothing that would begin something else."""
    given = parameter("query", allowReserved=True)
    assert list(query_pairs(given, value)) == [("p%20q", written)]


@pytest.mark.parametrize(
    ("content", "value", "written"),
    [
        ("application/json", {"a": 1}, "%7B%22a%22%3A1%7D"),
        ("application/json", "x", "%22x%22"),
        ("application/json", None, "null"),
        ("application/vnd.a+json; v=1", [], "%5B%5D"),
        ("text/plain", "a b", "a%20b"),
    ],
)
def test_content(content: str, value: Any, written: str) -> None:
    """A parameter that `content` describes is text of that media type, encoded once."""
    given = parameter("query", content={content: {"schema": {"type": "object"}}})
    assert given.schema == {"type": "object"}
    assert list(query_pairs(given, value)) == [("p%20q", written)]
    assert write_path(parameter("path", content={content: {}}), value) == written


@pytest.mark.parametrize("location", ["path", "query", "header"])
def test_json_text_keeps_its_quotes(location: str) -> None:
    """A text in a JSON parameter is JSON text: without its quotes, "5" would be read as 5."""
    given = parameter(location, content={"application/json": {"schema": {"type": "string"}}})
    if location == "header":
        assert write_header(given, "5") == '"5"'
    elif location == "path":
        assert write_path(given, "5") == "%225%22"
    else:
        assert list(query_pairs(given, "5")) == [("p%20q", "%225%22")]


@pytest.mark.parametrize("content", [{}, None, "x", {"application/json": None}], ids=str)
def test_odd_content(content: object) -> None:
    """Content that says nothing leaves the value as it is."""
    assert list(query_pairs(parameter("query", content=content), 5)) == [("p%20q", "5")]


@pytest.mark.parametrize(
    ("explode", "value", "written"),
    [
        (False, "a b,c", "a b,c"),
        (False, ["a", "b c"], "a,b c"),
        (False, {"a": 1, "b": True}, "a,1,b,true"),
        (True, {"a": 1, "b": True}, "a=1,b=true"),
        (True, ["a", 0], "a,0"),
        (False, "Zoë", "Zoë"),
        (False, "", ""),
        (False, [], None),
        (False, {}, None),
        (False, False, "false"),
        (False, "a%20b", "a%20b"),
    ],
)
def test_headers(explode: bool, value: Any, written: str | None) -> None:
    """A header is never percent-encoded; an empty array is not sent."""
    assert write_header(parameter("header", explode=explode), value) == written


@pytest.mark.parametrize(
    ("fields", "value", "cookies"),
    [
        pytest.param({}, "a b;c", ["p%20q=a%20b%3Bc"], id="form"),
        pytest.param({}, "YWI=/+", ["p%20q=YWI=/+"], id="form, base64"),
        pytest.param({}, ["a", "b"], ["p%20q=a", "p%20q=b"], id="form, array"),
        pytest.param({"explode": False}, ["a", "b"], ["p%20q=a,b"], id="form, array in one"),
        pytest.param({"style": "cookie"}, "a%20b=", ["p q=a%20b="], id="cookie"),
        pytest.param({"style": "cookie"}, "a;b", ["p q=a%3Bb"], id="cookie with a semicolon"),
        pytest.param({"style": "cookie"}, {"R": 1, "G": 2}, ["R=1", "G=2"], id="cookie, object"),
        pytest.param(
            {"content": {"application/json": {}}}, {"a": 1}, ["p%20q=%7B%22a%22%3A1%7D"], id="JSON"
        ),
    ],
)
def test_cookies(fields: dict[str, Any], value: Any, cookies: list[str]) -> None:
    """A cookie is written by its style; nothing in it can begin another one."""
    pairs = cookie_pairs(parameter("cookie", **fields), value)
    assert [f"{name}={text}" for name, text in pairs] == cookies


def test_plain_pairs() -> None:
    """A field of a multipart body is written by its style without any encoding."""
    deep = parameter("query", style="deepObject")
    assert list(plain_pairs(deep, {"a": "x&y"})) == [("p q[a]", "x&y")]
    piped = parameter("query", style="pipeDelimited")
    assert list(plain_pairs(piped, ["a b", "c"])) == [("p q", "a b|c")]


@pytest.mark.parametrize(
    ("media_type", "json"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/a+json", True),
        ("text/json5", False),
        ("application/jsonl", False),
        ("*/*", False),
    ],
)
def test_is_json(media_type: str, json: bool) -> None:
    """JSON is known by its name, or by the suffix of those built on it."""
    assert is_json(media_type) is json


SEGMENTS = [
    "",
    ".",
    "..",
    "%2e%2e",
    "%2E",
    "a/b",
    "/",
    "?x",
    "#f",
    "\\",
    "..\\..",
    "\0",
    "{b}",
    "a%2Fb",
    "..;",
    "é/🎈",
    "a/../..",
    "%252e%252e%252f",
    "..%5cadmin",
]


@pytest.mark.parametrize("style", ["simple", "label", "matrix"])
@pytest.mark.parametrize("allow_reserved", [False, True], ids=["encoded", "allowReserved"])
@pytest.mark.parametrize("value", SEGMENTS)
def test_path_values_stay_in_their_segment(
    parameters_tool: MakeTool, value: str, style: str, allow_reserved: bool
) -> None:
    """Whatever a model says, a path value is one whole segment, or refused."""
    declared = {"name": "a", "in": "path", "style": style, "allowReserved": allow_reserved}
    stays_in_its_segment(parameters_tool(declared, path="/v/{a}/{b}/end"), value)


def stays_in_its_segment(tool: Any, value: str) -> None:
    """Two parsers see the same number of segments as the template has."""
    try:
        url = tool.build_request({"a": value, "b": "x"}).url
    except ArgumentsInvalid:
        return
    parts = urlsplit(str(url))
    segments = parts.path.split("/")
    assert httpx2.URL(str(url)).raw_path.decode() == parts.path
    assert (len(segments), parts.query, parts.fragment, url.host) == (5, "", "", "api.test")
    assert [segments[1], segments[3], segments[4]] == ["v", "x", "end"]
    assert unquote(segments[2]) not in ("", ".", "..")


@given(value=st.text())
@example(value="../../admin")
@pytest.mark.parametrize("style", ["simple", "label", "matrix"])
def test_any_path_value(style: str, value: str) -> None:
    """No text leaves its segment, and every one that is sent can be read back."""
    try:
        written = write_path(parameter("path", style=style), value)
    except ArgumentsInvalid:
        return
    assert not set(written) & set("/?#\\") and written.isascii()
    assert unquote(written).endswith(value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_any_query_value(value: Any) -> None:
    """No value of any kind begins another parameter or a fragment."""
    for name, text in query_pairs(parameter("query", explode=False), value):
        assert name == "p%20q"
        assert not set(text) & set("&#=+ ") and text.isascii()
