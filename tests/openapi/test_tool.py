"""A tool of an operation: what it needs before a run, and how its request is shown."""

from __future__ import annotations

import pytest

import callwright
from callwright import Basic, Bearer, Override, env
from callwright.errors import CredentialError, ServerMissing

SPEC = {
    "openapi": "3.1.0",
    "paths": {
        "/things/{id}": {
            "post": {
                "operationId": "change_thing",
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
            }
        }
    },
}
SERVER = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    "options",
    [
        {"auth": env("UNSET_TOKEN")},
        {"auth": Bearer(env("UNSET_TOKEN"))},
        {"auth": Basic("me", env("UNSET_TOKEN"))},
        {"overrides": [Override("*", headers={"X-Key": env("UNSET_TOKEN")})]},
        {"overrides": [Override("*", body={"deep": {"key": env("UNSET_TOKEN")}})]},
        {"overrides": [Override("*", auth=env("UNSET_TOKEN"))]},
    ],
    ids=["auth", "bearer", "basic", "header", "body", "rule's auth"],
)
def test_a_missing_credential_is_said_before_the_model_is_asked(scripted, monkeypatch, options):
    """A variable that is not set is named, and the run does not begin."""
    monkeypatch.delenv("UNSET_TOKEN", raising=False)
    model = scripted()
    tools = callwright.create_tools_from_openapi_spec(SPEC, server=SERVER, **options)
    with pytest.raises(CredentialError, match="UNSET_TOKEN is not set"):
        callwright.run_with_tools(model, "go", tools)
    assert model.turns == []


def test_a_missing_server_is_said_before_the_model_is_asked(scripted):
    """A document without a server can be listed, not run."""
    tools = callwright.create_tools_from_openapi_spec(SPEC)
    assert [tool.name for tool in tools] == ["change_thing"]
    model = scripted()
    with pytest.raises(ServerMissing, match=r"POST /things/\{id\}.*server="):
        callwright.run_with_tools(model, "go", tools)
    assert model.turns == []


def test_calls_that_are_not_executed_need_neither(scripted, monkeypatch):
    """Traditional calling sends nothing, so nothing has to be there for it."""
    monkeypatch.delenv("UNSET_TOKEN", raising=False)
    tools = callwright.create_tools_from_openapi_spec(SPEC, auth=env("UNSET_TOKEN"))
    model = scripted([("1", "change_thing", {"id": "7"})])
    answer = callwright.run_with_tools(model, "go", tools, execute=False)
    assert [call.name for call in answer.tool_calls] == ["change_thing"]


def test_a_callable_is_not_called_before_a_request_is_made(scripted):
    """What gives a token may cost something: it waits until it is needed."""
    asked = []
    tools = callwright.create_tools_from_openapi_spec(
        SPEC, server=SERVER, auth=lambda: asked.append(1) or "token"
    )
    callwright.run_with_tools(scripted("nothing to do"), "go", tools)
    assert asked == []


def test_a_request_is_shown_without_its_secrets(monkeypatch):
    """Method, URL and body as they would be sent; secrets by their names."""
    monkeypatch.setenv("TOKEN", "very-secret-token")
    rule = Override("*", query={"key": env("TOKEN")}, body={"token": env("TOKEN")})
    tools = callwright.create_tools_from_openapi_spec(SPEC, server=SERVER, overrides=[rule])
    shown = tools["change_thing"].show_request({"id": "7", "body": {"a": 1}})
    assert (shown.method, shown.url) == ("POST", f"{SERVER}/things/7?key=$TOKEN")
    assert shown.request_body == '{"a":1,"token":"$TOKEN"}'
    assert shown.status is None
