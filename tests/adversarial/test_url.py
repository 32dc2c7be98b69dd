"""Path and query values that would lead elsewhere: one segment, one pair, or a refusal."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from tests.adversarial.conftest import path_id, spec, with_parameters
from tests.fault.script import answer

from callwright import create_tools_from_openapi_spec


@pytest.fixture
def sent(fault_server, act):
    """Calls `act` with a path value on a real server; gives the result and what the server saw."""

    def call(value, path="/users/{id}/posts", method="get", **more):
        server = fault_server(answer(b"{}", "Content-Type: application/json"))
        tool = act(path_id(**more), path=path, method=method, server=server.url)
        arguments = {} if value is None else {"id": value}
        result = tool.call(arguments)
        return result, [request.target for request in server.requests]

    return call


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("../../admin", id="u01"),
        pytest.param("%2e%2e%2fadmin", id="u02"),
        pytest.param("%252e%252e%252fadmin", id="u02-twice"),
        pytest.param("..", id="u04-two"),
        pytest.param(".", id="u04-one"),
        pytest.param("..\\..\\admin", id="u05"),
        pytest.param("..;/admin", id="u05-parameters"),
        pytest.param("", id="u11"),
        pytest.param("\ud800", id="u16"),
        pytest.param("x" * 1_000_000, id="u18"),
    ],
)
def test_u01_u02_u04_u05_u11_u16_u18_what_is_no_segment(sent, value):
    """The model is told which argument; nothing is sent."""
    result, targets = sent(value, method="delete")
    assert result.is_error
    assert targets == []
    assert len(result.content) < 10_000
    assert "id" in result.content or "surrogate" in result.content or "address" in result.content


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        pytest.param("5?admin=1", "5%3Fadmin%3D1", id="u06"),
        pytest.param("5#frag", "5%23frag", id="u07"),
        pytest.param("http://localhost:1/evil", "http%3A%2F%2Flocalhost%3A1%2Fevil", id="u08"),
        pytest.param("//localhost:1/evil", "%2F%2Flocalhost%3A1%2Fevil", id="u09"),
        pytest.param("@localhost:1/", "%40localhost%3A1%2F", id="u10"),
        pytest.param("a\x00b", "a%00b", id="u13-nul"),
        pytest.param("a\r\nX-Evil: 1", "a%0D%0AX-Evil%3A%201", id="u13-line"),
        pytest.param("5;admin=1", "5%3Badmin%3D1", id="u17"),
    ],
)
def test_u06_u07_u08_u09_u10_u13_u17_what_is_encoded(sent, value, segment):
    """One segment on the declared host, and the template's tail behind it."""
    result, targets = sent(value)
    assert not result.is_error
    assert targets == [f"/users/{segment}/posts"]


def test_u12_a_missing_path_value(sent):
    """The missing name is told; `{id}` never goes out."""
    result, targets = sent(None)
    assert result.is_error
    assert "id" in result.content
    assert targets == []


@pytest.mark.parametrize(
    ("value", "segment"), [({"a": 1}, "a,1"), ([1, 2], "1,2"), (True, "true"), (1.5, "1.5")]
)
def test_u15_an_object_in_the_path(sent, value, segment):
    """It is written in the declared style (simple, by default), as RFC 6570 has it."""
    result, targets = sent(value, schema={})
    assert not result.is_error
    assert targets == [f"/users/{segment}/posts"]


def query(*parameters, **values):
    """The request of `act` with these query parameters and values."""
    raw = with_parameters(*({"in": "query", **each} for each in parameters))
    return create_tools_from_openapi_spec(raw)["act"].build_request(values)


def test_u19_a_value_that_looks_like_pairs():
    """One pair at the server."""
    request = query({"name": "q"}, q="a&admin=1#z")
    assert request.url.raw_path == b"/v?q=a%26admin%3D1%23z"
    assert list(request.url.params.multi_items()) == [("q", "a&admin=1#z")]


def test_u20_a_name_that_is_not_declared(scripted, tool_results, fault_server):
    """It is refused, and the model is told."""
    import callwright

    server = fault_server(answer())
    tools = create_tools_from_openapi_spec(
        spec({"/v": {"get": {"operationId": "act"}}}), server=server.url
    )
    answered = callwright.run_with_tools(
        scripted([("1", "act", {"admin": "1"})], "ok"), "go", tools
    )
    assert "admin" in tool_results(answered.messages)["1"]
    assert server.requests == []


@pytest.mark.parametrize("value", ["a&b=c#d", "a+b", "x=1&admin=1", "%26admin=1"])
def test_u22_what_is_allowed_to_be_reserved(value):
    """Still one pair, and nothing is cut off; `+` stays a plus.

    What is percent-encoded already stays so, as RFC 6570 (3.2.3) has it: the server decodes it.
    """
    request = query({"name": "q", "allowReserved": True}, q=value)
    assert list(request.url.params.multi_items()) == [("q", unquote(value))]
    keyed = query(
        {"name": "o", "allowReserved": True, "schema": {"type": "object"}}, o={"a=b&c": "1"}
    )
    assert list(keyed.url.params.multi_items()) == [("a=b&c", "1")]


def test_u23_an_argument_in_the_wrong_place(sent, act):
    """Arguments stand side by side, each under its name; anything else is refused."""
    tool = act(path_id(), path="/users/{id}/posts")
    assert tool.call({"path": {"id": "1"}}).is_error
    assert tool.call({"query": {"id": "1"}, "id": "1"}).is_error
    assert tool.build_request({"id": "1"}).url.raw_path == b"/users/1/posts"
