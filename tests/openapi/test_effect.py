"""What a call can do, by its method and by the document's word; and its request under approval."""

from __future__ import annotations

import json

import pytest

import callwright
from callwright import Override, create_tools_from_openapi_spec


@pytest.mark.parametrize(
    ("method", "marks", "effect"),
    [
        ("get", {}, "read"),
        ("head", {}, "read"),
        ("query", {}, "read"),
        ("post", {}, "write"),
        ("patch", {}, "write"),
        ("delete", {}, "destructive"),
        ("post", {"x-openai-isConsequential": True}, "destructive"),
        ("get", {"x-openai-isConsequential": True}, "destructive"),
        ("post", {"x-speakeasy-mcp": {"annotations": {"destructiveHint": True}}}, "destructive"),
        # A document makes nothing harmless.
        ("delete", {"x-openai-isConsequential": False}, "destructive"),
        ("post", {"x-speakeasy-mcp": {"annotations": {"readOnlyHint": True}}}, "write"),
        # What is no boolean says nothing, and breaks nothing.
        ("post", {"x-openai-isConsequential": "yes", "x-speakeasy-mcp": [1]}, "write"),
        ("post", {"x-speakeasy-mcp": {"annotations": 7}}, "write"),
    ],
)
def test_a_document_can_make_a_call_more_dangerous_and_never_less(
    make_document, method, marks, effect
):
    """The same by whatever way the document is read."""
    raw = {"openapi": "3.2.0", "servers": [{"url": "https://api.test"}]}
    raw["paths"] = {"/v": {method: {"operationId": "act", **marks}}}
    for spec in (raw, json.dumps(raw), {**raw, "paths": {"/v": {method: {**marks, "tags": 1}}}}):
        (tool,) = create_tools_from_openapi_spec(spec)
        assert tool.effect == effect


SPEC = {
    "openapi": "3.1.0",
    "paths": {
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}],
            "delete": {
                "operationId": "delete_thing",
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
            },
            "get": {"operationId": "get_thing"},
        }
    },
}
DELETE = [("1", "delete_thing", {"id": "7", "body": {"why": "old"}})]
KEY = [Override("*", headers={"X-Key": "s3cret-s3cret"})]


@pytest.fixture
def tools(raw_server):
    """The tools of two operations on a server that keeps its requests."""
    return create_tools_from_openapi_spec(SPEC, server=raw_server.url, overrides=KEY)


def test_a_delete_is_not_sent_unless_it_is_allowed(scripted, raw_server, tools, tool_results):
    """The model reads method, URL and body of what was not sent; the caller has them as values."""
    answer = callwright.run_with_tools(scripted(DELETE, "ok"), "go", tools)
    assert raw_server.requests == []
    told = tool_results(answer.messages)["1"]
    assert f'nobody has approved it: DELETE {raw_server.url}/things/7 {{"why":"old"}}.' in told
    exchange = answer.calls[0].result.exchange
    assert (exchange.method, exchange.status) == ("DELETE", None)
    callwright.run_with_tools(scripted(DELETE, "ok"), "go", tools, allow="all")
    assert raw_server.requests[0].startswith(b"DELETE /things/7 HTTP/1.1\r\n")


def test_what_was_approved_is_what_is_sent(scripted, raw_server, tools):
    """The hook sees the very request; its hash is that of the one that goes."""
    seen = []

    def approve(request):
        seen.append(request)
        return True

    callwright.run_with_tools(scripted(DELETE, "ok"), "go", tools, approve=approve)
    (request,) = seen
    built = request.build_request()
    head, _, body = raw_server.requests[0].partition(b"\r\n\r\n")
    assert head.split(b" ")[:2] == [built.method.encode(), built.url.raw_path]
    assert body == built.content == b'{"why":"old"}'
    assert request.hash == tools["delete_thing"].digest({"body": {"why": "old"}, "id": "7"})
    assert "s3cret" not in repr(request) + str(request.show_request()) + request.to_curl()


@pytest.mark.parametrize(
    "other", [{"id": "8", "body": {}}, {"id": "7"}, {"id": "7", "body": {"a": 1}}]
)
def test_every_part_of_a_request_is_in_its_hash(tools, other):
    """Another path, and another body, make another hash."""
    tool = tools["delete_thing"]
    assert tool.digest({"id": "7", "body": {}}) != tool.digest(other)
    assert tool.digest(other) != tools["get_thing"].digest({"id": other["id"]})


def test_a_secret_counts_by_its_name_and_is_not_in_the_hash(raw_server):
    """The same request with another key has the same hash; a text like the name has not."""
    kept = [
        create_tools_from_openapi_spec(
            SPEC, server=raw_server.url, overrides=[Override("*", headers={"X-Key": value})]
        )["get_thing"].digest({"id": "7"})
        for value in ("one-key", "another-key")
    ]
    plain = create_tools_from_openapi_spec(
        SPEC, server=raw_server.url, overrides=[Override("*", headers={"X-Ke": "$X_KEY"})]
    )["get_thing"].digest({"id": "7"})
    assert kept[0] == kept[1] != plain


def test_a_call_that_is_no_longer_the_approved_one_is_not_sent(scripted, raw_server, tool_results):
    """A rule that holds only since the request was shown makes another one."""
    holds: list[bool] = []
    rule = Override(lambda request: bool(holds), query={"force": "true"})
    tools = create_tools_from_openapi_spec(SPEC, server=raw_server.url, overrides=[rule])

    def approve(request):
        holds.append(True)
        return True

    answer = callwright.run_with_tools(scripted(DELETE, "ok"), "go", tools, approve=approve)
    assert raw_server.requests == []
    assert "no longer the one that was approved" in tool_results(answer.messages)["1"]


def test_a_dry_run_sends_nothing_and_shows_the_request(scripted, raw_server, tools, tool_results):
    """Reads are not sent either."""
    calls = [*DELETE, ("2", "get_thing", {"id": "7"})]
    answer = callwright.run_with_tools(scripted(calls, "ok"), "go", tools, dry_run=True)
    assert raw_server.requests == []
    told = tool_results(answer.messages)
    note = "This is a dry run: nothing was sent."
    url = f"{raw_server.url}/things/7"
    deletion = {"dry_run": note, "method": "DELETE", "url": url, "body": '{"why":"old"}'}
    assert json.loads(told["1"]) == deletion
    assert json.loads(told["2"]) == {"dry_run": note, "method": "GET", "url": url}
