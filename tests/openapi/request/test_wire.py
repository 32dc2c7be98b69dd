"""What the caller has fixed, beside values that name the pairs they become themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from callwright.core.errors import ArgumentsInvalid
from callwright.openapi.override import Override

MakeTool = Callable[..., Any]

ANY = {"type": "object"}
EXPLODED = {"name": "o", "in": "query", "schema": ANY}
DEEP = {"name": "filter", "in": "query", "style": "deepObject", "schema": ANY}
COOKIE = {"name": "o", "in": "cookie", "schema": ANY}
RAW_COOKIE = {**COOKIE, "style": "cookie"}
FORM = {"application/x-www-form-urlencoded": {"schema": ANY}}
RESERVED = {"name": "o", "in": "query", "allowReserved": True, "schema": {"type": "string"}}

REFUSED: dict[str, tuple[Mapping[str, Any], Mapping[str, Any], Any, str]] = {
    "exploded": (EXPLODED, {"query": {"tenant": "mine"}}, {"tenant": "evil"}, "tenant"),
    "another case": (EXPLODED, {"query": {"tenant": "mine"}}, {"Tenant": "evil"}, "Tenant"),
    "as an array": (EXPLODED, {"query": {"tenant": "mine"}}, {"tenant[]": "evil"}, "tenant[]"),
    "the whole": (EXPLODED, {"query": {"f[owner]": "mine"}}, {"f": "evil"}, "f"),
    "deep": (DEEP, {"query": {"filter[owner]": "me"}}, {"owner": "evil"}, "filter[owner]"),
    "deeper": (
        DEEP,
        {"query": {"filter[owner]": "me"}},
        {"owner": {"id": "evil"}},
        "filter[owner][id]",
    ),
    "by a fixed object": (EXPLODED, {"query": {"p": {"tenant": "a"}}}, {"tenant": "b"}, "tenant"),
    "reserved": (RESERVED, {"query": {"tenant": "mine"}}, "x;tenant=evil", "tenant"),
    "cookie": (COOKIE, {"cookies": {"sid": "mine"}}, {"sid": "evil"}, "sid"),
    "cookie in a name": (COOKIE, {"cookies": {"sid": "mine"}}, {"sid=evil": "x"}, "sid"),
    "cookie with a space": (RAW_COOKIE, {"cookies": {"sid": "mine"}}, {" sid": "evil"}, "sid"),
    "whole query": (
        {"name": "o", "in": "querystring", "content": FORM},
        {"query": {"tenant": "mine"}},
        {"tenant": "evil"},
        "tenant",
    ),
    "whole query as text": (
        {"name": "o", "in": "querystring", "content": {"text/plain": {}}},
        {"query": {"tenant": "mine"}},
        "tenant",
        "tenant",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_parameters(parameters_tool: MakeTool, unchecked: Any, case: str) -> None:
    """No value of a parameter becomes a pair whose name the caller has fixed."""
    parameter, fixed, value, name = REFUSED[case]
    tool = parameters_tool(parameter, options={"overrides": [Override("*", **fixed)]})
    argument = parameter["name"]
    with pytest.raises(ArgumentsInvalid) as caught:
        tool.build_request({argument: value})
    assert caught.value.faults == (f"{argument} must not set {name!r}: the caller has fixed it.",)
    assert unchecked(tool, {argument: value}).is_error


@pytest.mark.parametrize(("location", "parameter"), [("query", EXPLODED), ("cookie", COOKIE)])
def test_credentials(parameters_tool: MakeTool, location: str, parameter: Any) -> None:
    """No value of a parameter stands in for a credential."""
    scheme = {"type": "apiKey", "in": location, "name": "api_key"}
    tool = parameters_tool(
        parameter,
        options={"auth": "s3cr3t"},
        security=[{"key": []}],
        components={"securitySchemes": {"key": scheme}},
    )
    with pytest.raises(ArgumentsInvalid, match="o must not set 'api_key'"):
        tool.build_request({"o": {"api_key": "evil"}})
    assert "evil" in tool.to_curl({"o": {"page": "evil"}})


def test_other_names(parameters_tool: MakeTool) -> None:
    """Names that are not fixed are sent as ever, those of declared parameters in any case."""
    plain = {"name": "Tenant", "in": "query"}
    rule = Override("*", query={"tenant": "mine", "filter[owner]": "me"}, cookies={"sid": "s"})
    tool = parameters_tool(EXPLODED, DEEP, plain, options={"overrides": [rule]})
    request = tool.build_request({"o": {"page": "1"}, "filter": {"state": "open"}, "Tenant": "x"})
    assert request.url.query == (
        b"page=1&filter%5Bstate%5D=open&Tenant=x&tenant=mine&filter%5Bowner%5D=me"
    )


def test_rule_of_one_request(parameters_tool: MakeTool) -> None:
    """A rule that admits only some requests fixes names in those alone."""
    rule = Override("https://api.test/v/special", query={"tenant": "mine"})
    tool = parameters_tool(EXPLODED, path="/v/{id}", options={"overrides": [rule]})
    assert tool.build_request({"id": "1", "o": {"tenant": "a"}}).url.query == b"tenant=a"
    with pytest.raises(ArgumentsInvalid):
        tool.build_request({"id": "special", "o": {"tenant": "a"}})


def test_headers(parameters_tool: MakeTool) -> None:
    """An object in a header stays within the value of that header."""
    parameter = {"name": "X-O", "in": "header", "explode": True, "schema": ANY}
    rule = Override("*", headers={"X-Tenant": "mine"})
    tool = parameters_tool(parameter, options={"overrides": [rule]})
    headers = tool.build_request({"X-O": {"X-Tenant": "evil"}}).headers
    assert (headers["x-tenant"], headers["x-o"]) == ("mine", "X-Tenant=evil")


@pytest.mark.parametrize("path", ["/v?a=1&b={id}", "/v?{id}"])
def test_query_of_the_path(parameters_tool: MakeTool, path: str) -> None:
    """A value in a query that the path itself has cannot say a fixed name."""
    parameter = {"name": "id", "in": "path", "required": True, "allowReserved": True}
    rule = Override("*", query={"tenant": "mine"})
    tool = parameters_tool(parameter, path=path, options={"overrides": [rule]})
    assert tool.build_request({"id": "x=1"}).url.query.endswith(b"x=1&tenant=mine")
    with pytest.raises(ArgumentsInvalid, match="must not set 'tenant'"):
        tool.build_request({"id": "tenant=evil&tenant=evil"})


def test_names_of_raw_cookies(parameters_tool: MakeTool) -> None:
    """A key that becomes a cookie's name cannot begin another cookie."""
    tool = parameters_tool(RAW_COOKIE)
    assert tool.build_request({"o": {"a=1; b": "2"}}).headers["cookie"] == "a=1%3B b=2"


STYLED = {"meta": {"style": "form", "explode": True}}
DEEP_META = {"meta": {"style": "deepObject", "explode": True}}
MEDIA = ["application/x-www-form-urlencoded", "multipart/form-data"]

REFUSED_FIELDS: dict[str, tuple[Mapping[str, Any], Mapping[str, Any], Any]] = {
    "exploded": (STYLED, {"tenant": "mine"}, {"meta": {"tenant": "evil"}}),
    "deep": (DEEP_META, {"meta[tenant]": "mine"}, {"meta": {"tenant": "evil"}}),
    "by its wire name": (DEEP_META, {"meta": {"tenant": "mine"}}, {"meta[tenant]": "evil"}),
    "beside a part": (STYLED, {"meta": {"tenant": "mine"}}, {"tenant": "evil"}),
    "in the same field": (
        STYLED,
        {"tenant": "mine", "meta": {"a": "1"}},
        {"meta": {"tenant": "evil"}},
    ),
}


@pytest.mark.parametrize("media_type", MEDIA)
@pytest.mark.parametrize("case", REFUSED_FIELDS)
def test_forms(body_tool: MakeTool, unchecked: Any, media_type: str, case: str) -> None:
    """No field of a form becomes a pair whose name the caller has fixed."""
    encoding, fixed, body = REFUSED_FIELDS[case]
    options = {"overrides": [Override("*", form=fixed)]}
    tool = body_tool(media_type, ANY, encoding=encoding, options=options)
    with pytest.raises(ArgumentsInvalid, match=r"body must not set '.*tenant.*'"):
        tool.build_request({"body": body})
    assert unchecked(tool, {"body": body}).is_error


@pytest.mark.parametrize("encoding", [{}, STYLED, DEEP_META], ids=["JSON", "exploded", "deep"])
@pytest.mark.parametrize("media_type", MEDIA)
def test_partly_fixed_field(
    body_tool: MakeTool, media_type: str, encoding: Mapping[str, Any]
) -> None:
    """What is not fixed of a field goes out with the part that is."""
    options = {"overrides": [Override("*", body={"meta": {"tenant": "mine"}})]}
    tool = body_tool(media_type, ANY, encoding=encoding, options=options)
    content = tool.build_request({"body": {"meta": {"page": "7", "tenant": "evil"}}}).content
    assert b"page" in content
    assert b"mine" in content
    assert b"evil" not in content


@pytest.mark.parametrize("given", [["a"], "a", 1, False], ids=str)
def test_body_that_is_no_object(body_tool: MakeTool, given: Any) -> None:
    """A body without fields is refused where fields are fixed, and sent where none are."""
    options = {"overrides": [Override("*", body={"tenant": "mine"})]}
    tool = body_tool("application/json", {}, options=options)
    with pytest.raises(ArgumentsInvalid, match="must be an object"):
        tool.build_request({"body": given})
    assert body_tool("application/json", {}).build_request({"body": given}).content


def test_demands_on_a_fixed_body(body_tool: MakeTool) -> None:
    """What a body must have is asked without the fields that it has in any case."""
    schema = {
        "type": "object",
        "properties": {"tenant": {"type": "string"}, "a": {}, "b": {}},
        "minProperties": 2,
    }
    options = {"overrides": [Override("*", body={"tenant": "mine"})]}
    body = body_tool("application/json", schema, options=options).parameters["properties"]["body"]
    assert body == {
        "type": "object",
        "properties": {"a": {}, "b": {}},
        "minProperties": 1,
    }
    optional = body_tool("application/json", {**schema, "minProperties": 1}, options=options)
    assert optional.build_request({"body": {}}).content == b'{"tenant":"mine"}'
