"""What Cloudflare shows of function calling on Workers AI, in shape, against a double of `ai/run`.

Embedded: functions run here, and their results go back. Traditional: the calls come back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.fault.script import answer, in_turn
from tests.fault.server import Behaviour, FaultServer
from tests.models.contract import check

import callwright
from callwright import Override, create_tools_from_openapi_spec, run_with_tools, tool

HERMES = "@hf/nousresearch/hermes-2-pro-mistral-7b"
KEY = "cf-hush-0123456789"
STREAMED = pytest.mark.parametrize("is_streamed", [False, True], ids=["whole", "streamed"])
PLACE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "latitude": {"type": "string", "description": "Degrees north"},
        "longitude": {"type": "string", "description": "Degrees east"},
    },
    "required": ["latitude", "longitude"],
}
WEATHER = {"name": "getWeather", "description": "The weather at a place", "parameters": PLACE}
LONDON = {"latitude": "51.5074", "longitude": "-0.1278"}


def result(**inner: Any) -> Behaviour:
    """An answer in Cloudflare's envelope."""
    body = {"result": inner, "success": True, "errors": [], "messages": []}
    return answer(json.dumps(body).encode(), "Content-Type: application/json")


def calling(name: str, arguments: object) -> Behaviour:
    """The flat form: no id, no type, the arguments as an object, and no text."""
    return result(response=None, tool_calls=[{"name": name, "arguments": arguments}])


def model_of(server: FaultServer) -> callwright.Model:
    """The model that Cloudflare's examples name."""
    return callwright.model(f"workers-ai-native:{HERMES}", base_url=server.url, key=KEY)


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account that the address needs."""
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", "acc")


@pytest.fixture
def github() -> Iterator[FaultServer]:
    """An API that knows one user."""
    user = {"login": "cloudflare", "public_repos": 500}
    with FaultServer(answer(json.dumps(user).encode(), "Content-Type: application/json")) as server:
        yield server


def bodies(server: FaultServer) -> list[dict[str, Any]]:
    """What the model was asked: each at its path, with the key, and as Cloudflare takes it."""
    sent: list[dict[str, Any]] = []
    for request in server.requests:
        assert (request.method, request.target) == ("POST", f"/ai/run/{HERMES}")
        assert request.headers["authorization"] == f"Bearer {KEY}"
        body = json.loads(request.body)
        check("workers-ai", body)
        sent.append(body)
    return sent


@STREAMED
def test_embedded_calling_of_a_function(is_streamed: bool) -> None:
    """A function beside its definition runs, and the answer knows its result."""

    @tool(name="getWeather", description="The weather at a place", parameters=PLACE)
    async def get_weather(latitude: str, longitude: str) -> dict[str, str]:
        return {"at": f"{latitude},{longitude}", "sky": "rain"}

    script = in_turn(calling("getWeather", LONDON), result(response="It rains in London."))
    with FaultServer(script) as server:
        done = run_with_tools(
            model_of(server),
            [{"role": "user", "content": "What is the weather in London?"}],
            [get_weather],
            stream=is_streamed,
        )
        first, second = bodies(server)
    assert done.text == "It rains in London."
    assert [(call.name, dict(call.arguments)) for call in done.calls] == [("getWeather", LONDON)]
    assert first["tools"] == [WEATHER]
    assert first["stream"] is is_streamed
    asked, told = second["messages"][1:]
    assert (asked["role"], asked["content"]) == ("assistant", "")
    assert (told["role"], told["name"]) == ("tool", "getWeather")
    assert json.loads(told["content"]) == {"at": "51.5074,-0.1278", "sky": "rain"}


@STREAMED
def test_embedded_calling_of_an_api(github: FaultServer, is_streamed: bool) -> None:
    """A tool of an OpenAPI document is called, with the header that the override adds."""
    username = {"name": "username", "in": "path", "required": True, "schema": {"type": "string"}}
    operation = {
        "operationId": "getGithubUser",
        "summary": "Tell who a user is.",
        "parameters": [username],
        "responses": {"200": {"description": "The user"}},
    }
    spec = {
        "openapi": "3.0.3",
        "info": {"title": "GitHub", "version": "1"},
        "servers": [{"url": github.url}],
        "paths": {"/users/{username}": {"get": operation}},
    }
    tools = create_tools_from_openapi_spec(
        spec,
        match_patterns=[r"/users/\{username\}$"],
        overrides=[
            Override(
                lambda request: request.url.host == "127.0.0.1" and request.method == "GET",
                headers={"User-Agent": "lantern"},
            )
        ],
        server=github.url,
    )
    script = in_turn(
        calling("getGithubUser", {"username": "cloudflare"}), result(response="It has 500.")
    )
    with FaultServer(script) as server:
        done = run_with_tools(
            model_of(server), "Who is cloudflare on GitHub?", tools, stream=is_streamed
        )
        bodies(server)
    (request,) = github.requests
    assert (request.target, request.headers["user-agent"]) == ("/users/cloudflare", "lantern")
    assert KEY not in str(request.headers)
    assert done.text == "It has 500."
    assert done.calls[0].result.value == {"login": "cloudflare", "public_repos": 500}


@pytest.mark.parametrize("form", ["a definition", "execute=False"])
def test_traditional_calling(form: str) -> None:
    """The calls come back unexecuted; their results go back by hand, and are answered."""

    @tool(name="getWeather", description="The weather at a place", parameters=PLACE)
    def never(latitude: str, longitude: str) -> str:
        raise AssertionError("It is not executed.")

    given: dict[str, Any] = (
        {"tools": [WEATHER]} if form == "a definition" else {"tools": [never], "execute": False}
    )
    question = [{"role": "user", "content": "What is the weather in London?"}]
    script = in_turn(calling("getWeather", LONDON), result(response="It rains."))
    with FaultServer(script) as server:
        asked = run_with_tools(model_of(server), question, **given)
        assert [(call.name, call.arguments) for call in asked.tool_calls] == [
            ("getWeather", LONDON)
        ]
        assert asked.calls == ()
        rain = {
            "role": "tool",
            "tool_call_id": asked.tool_calls[0].id,
            "name": "getWeather",
            "content": "rain",
        }
        done = run_with_tools(model_of(server), [*asked.messages.to_dicts(), rain], **given)
        first, second = bodies(server)
    assert first["tools"] == second["tools"] == [WEATHER]
    assert done.text == "It rains."
    assert [message["role"] for message in second["messages"]] == ["user", "assistant", "tool"]
    assert second["messages"][2]["content"] == "rain"


def test_a_newer_models_form_is_read_too() -> None:
    """The same run with chat completions in the envelope, as newer models answer."""

    def choice(**message: Any) -> Behaviour:
        return result(choices=[{"message": {"role": "assistant", **message}}])

    function = {"name": "getWeather", "arguments": json.dumps(LONDON)}
    call = {"id": "chatcmpl-tool-1", "type": "function", "function": function}

    @tool(name="getWeather", description="The weather at a place", parameters=PLACE)
    def get_weather(latitude: str, longitude: str) -> str:
        return "rain"

    script = in_turn(choice(content=None, tool_calls=[call]), choice(content="It rains."))
    with FaultServer(script) as server:
        done = run_with_tools(model_of(server), "The weather in London?", [get_weather])
        _, second = bodies(server)
    assert done.text == "It rains."
    assert second["messages"][2]["tool_call_id"] == "chatcmpl-tool-1"
