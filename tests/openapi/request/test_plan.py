"""One request of an operation and its arguments: what is built is what is sent and shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.errors import ArgumentsInvalid
from callwright.openapi.override import Override

MakeTool = Callable[..., Any]
ACCEPT = "application/json, text/*;q=0.9, */*;q=0.8"


def body(media_type: str, schema: Any, **fields: Any) -> dict[str, Any]:
    """An operation with a required body of one media type."""
    return {
        "requestBody": {"required": True, "content": {media_type: {"schema": schema, **fields}}}
    }


MAP = {"type": "object", "additionalProperties": True}
JSON_TYPE = {"content-type": "application/json"}


def test_no_body_no_content_type(
    own_headers: Callable[..., dict[str, str]], make_tool: MakeTool
) -> None:
    """Without a body there is no Content-Type, even where one could be given."""
    optional = {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {}}}}}
    request = make_tool(optional).build_request({})
    assert (own_headers(request), request.content) == ({}, b"")
    assert request.headers["accept"] == ACCEPT


@pytest.mark.parametrize("method", ["get", "delete"])
def test_body_of_any_method(
    own_headers: Callable[..., dict[str, str]], make_tool: MakeTool, method: str
) -> None:
    """A body goes with GET and DELETE as well, where the document says so."""
    request = make_tool(body("application/json", MAP), method=method).build_request({"body": {}})
    assert (request.content, own_headers(request)) == (b"{}", JSON_TYPE)


def test_null_body(body_tool: MakeTool) -> None:
    """A body may be null; a parameter that is null is left out."""
    assert body_tool("application/json").build_request({"body": None}).content == b"null"


def test_null_parameter(
    own_headers: Callable[..., dict[str, str]], parameters_tool: MakeTool
) -> None:
    """A parameter that is null is left out."""
    tool = parameters_tool({"name": "q", "in": "query"}, {"name": "X-H", "in": "header"})
    request = tool.build_request({"q": None, "X-H": None})
    assert (str(request.url), own_headers(request)) == ("https://api.test/v", {})


def test_querystring(parameters_tool: MakeTool) -> None:
    """A parameter in `querystring` (OAS 3.2) is the whole query."""
    form = {"name": "w", "in": "querystring", "content": {"application/x-www-form-urlencoded": {}}}
    text = {"name": "w", "in": "querystring", "content": {"text/plain": {}}}
    url = parameters_tool(form).build_request({"w": {"a": ["x y", 1], "b": True}}).url
    assert url.query == b"a=x%20y&a=1&b=true"
    assert parameters_tool(text).build_request({"w": "$.a[1]&b"}).url.query == b"%24.a%5B1%5D%26b"


def test_fields_of_a_querystring(parameters_tool: MakeTool) -> None:
    """Its fields are written as their Encoding Objects say."""
    media = {"encoding": {"f": {"style": "deepObject"}, "l": {"explode": False}}}
    content = {"application/x-www-form-urlencoded": media}
    tool = parameters_tool({"name": "w", "in": "querystring", "content": content})
    url = tool.build_request({"w": {"f": {"a": 1}, "l": ["x", "y"]}}).url
    assert url.query == b"f%5Ba%5D=1&l=x,y"


@pytest.mark.parametrize(
    "value", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\x1bb", "\x7f"], ids=ascii
)
@pytest.mark.parametrize("place", ["header", "cookie of style cookie"])
def test_line_breaks(parameters_tool: MakeTool, place: str, value: str) -> None:
    """What could end a header is refused, and the model reads why."""
    style = {"style": "cookie"} if "style" in place else {}
    tool = parameters_tool({"name": "X", "in": place.split()[0], **style})
    with pytest.raises(ArgumentsInvalid, match="must not hold a line break"):
        tool.build_request({"X": value})
    assert tool.call({"X": value}).is_error


@pytest.mark.parametrize("name", ["X Evil", "X:Evil", "X\r\nY", "", "Zoë"])
def test_header_names(parameters_tool: MakeTool, name: str) -> None:
    """A name that no header can have is refused."""
    with pytest.raises(ArgumentsInvalid, match="no name that a header can have"):
        parameters_tool({"name": name, "in": "header"}).build_request({name: "x"})


def test_media_type_with_a_line_break(body_tool: MakeTool) -> None:
    """A media type of the document cannot bring in a header."""
    with pytest.raises(ArgumentsInvalid):
        body_tool("text/plain\r\nX-Evil: 1").build_request({"body": "x"})


@pytest.mark.parametrize("value", ["Zoë", "ключ", "🎈"])
def test_header_beyond_ascii(parameters_tool: MakeTool, value: str) -> None:
    """A header beyond ASCII is sent as UTF-8 and raises nothing."""
    request = parameters_tool({"name": "X", "in": "header"}).build_request({"X": value})
    assert dict(request.headers.raw)[b"X"] == value.encode()


@pytest.mark.parametrize("location", ["query", "header", "cookie", "path"])
def test_half_a_surrogate_pair(parameters_tool: MakeTool, location: str) -> None:
    """JSON may hold half of a surrogate pair; it is refused, not raised."""
    tool = parameters_tool(
        {"name": "q", "in": location}, path="/v/{q}" if location == "path" else "/v"
    )
    assert "surrogate" in tool.call({"q": "\ud800"}).content


def test_half_a_surrogate_pair_in_a_body(body_tool: MakeTool) -> None:
    """The same in a body."""
    assert "surrogate" in body_tool("application/json").call({"body": ["\ud800"]}).content


def test_address_that_is_too_long(parameters_tool: MakeTool) -> None:
    """An address longer than any client sends is the model's to mend."""
    result = parameters_tool({"name": "q", "in": "query"}).call({"q": "x" * 100_000})
    assert result.is_error
    assert "URL too long" in result.content


def test_unknown_arguments(parameters_tool: MakeTool) -> None:
    """An argument that there is none of is refused, checked or not."""
    tool = parameters_tool({"name": "q", "in": "query"})
    with pytest.raises(ArgumentsInvalid):
        tool.build_request({"x": 1})


def test_missing_path_argument(make_tool: MakeTool, unchecked: Callable[..., Any]) -> None:
    """A path cannot be written without its values, checked or not."""
    result = unchecked(make_tool({}, path="/v/{id}"), {})
    assert (result.is_error, result.content) == (True, "The arguments do not fit: id is required.")


def test_arguments_are_left_alone(body_tool: MakeTool) -> None:
    """Building a request changes nothing of what was given."""
    tool = body_tool(
        "application/json", options={"overrides": [Override("*", body={"a": {"b": 1}})]}
    )
    arguments = {"body": {"a": {"c": 2}}}
    before = json.dumps(arguments)
    assert tool.build_request(arguments).content == b'{"a":{"c":2,"b":1}}'
    assert json.dumps(arguments) == before


@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        ("/v/.{a}", {"a": "./admin"}),
        ("/v/.{a}", {"a": "/../admin"}),
        ("/v/.{a}/more?x={b}", {"a": ".\\admin", "b": "c"}),
        ("/v/.{a}{b}", {"a": "./x", "b": "y"}),
        ("/v/{a}.{b}", {"a": "../x", "b": "y"}),
    ],
)
def test_a_dot_before_a_value(
    parameters_tool: MakeTool, path: str, arguments: dict[str, str]
) -> None:
    """A value cannot make a way out of the dot that the path has before it."""
    tool = parameters_tool(*({"name": name, "in": "path"} for name in arguments), path=path)
    with pytest.raises(ArgumentsInvalid, match="no path segment"):
        tool.build_request(arguments)


@pytest.mark.parametrize(
    ("path", "arguments", "sent"),
    [
        ("/v/.{a}", {"a": "json"}, "/v/.json"),
        ("/v/{a}.{b}/w", {"a": "a/b", "b": "json"}, "/v/a%2Fb.json/w"),
        ("/v/{a}..{b}", {"a": "1", "b": "2"}, "/v/1..2"),
    ],
)
def test_dots_that_stay(
    parameters_tool: MakeTool, path: str, arguments: dict[str, str], sent: str
) -> None:
    """Dots between values are left as they are."""
    tool = parameters_tool(*({"name": name, "in": "path"} for name in arguments), path=path)
    assert tool.build_request(arguments).url.raw_path.decode() == sent


@pytest.mark.parametrize("explode", [False, True])
def test_empty_label(parameters_tool: MakeTool, explode: bool) -> None:
    """An empty label is refused: RFC 6570 makes it `.`, and `/v/.` means `/v/` to every server."""
    label = {"name": "a", "in": "path", "style": "label", "explode": explode}
    tool = parameters_tool(label, path="/v/{a}")
    with pytest.raises(ArgumentsInvalid, match="no path segment"):
        tool.build_request({"a": ""})


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/xml", "multipart/form-data"]
)
def test_deep_arguments(
    body_tool: MakeTool, unchecked: Callable[..., Any], media_type: str
) -> None:
    """Arguments deeper than can be written are refused; they never end the run that made them."""
    value: Any = "x"
    for _ in range(100_000):
        value = {"a": value}
    tool = body_tool(media_type)
    for result in (unchecked(tool, {"body": value}), tool.call({"body": value})):
        assert result.is_error and "nested too deeply" in result.content
