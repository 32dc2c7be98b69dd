"""What a caller writes by mistake: one sentence that names the thing, and says what to write."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

import callwright
from callwright import (
    Basic,
    Bearer,
    FetchPolicy,
    Limits,
    Message,
    Reply,
    ScriptedModel,
    Tool,
    ask,
    auto_trim_tools,
    create_tools_from_openapi_spec,
    env,
    run_with_tools,
    stream_with_tools,
    tool,
)
from callwright.core.errors import CallwrightError

SPEC: Any = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://pets.test"}],
    "paths": {
        "/pets/{id}": {
            "get": {
                "operationId": "get_pet",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
                ],
            }
        }
    },
}


@tool
def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


def run(**options: Any) -> Any:
    """A run of one call."""
    steps = [{"name": "add", "arguments": {"a": 1, "b": 2}}]
    return run_with_tools(ScriptedModel(steps, "3"), "1 + 2?", [add], **options)


def make(**options: Any) -> Any:
    """Tools of the spec."""
    return create_tools_from_openapi_spec(SPEC, **options)


async def listen(_event: Any) -> None:
    """A hook that nobody would await."""


async def approve(_request: Any) -> bool:
    """A hook that is awaited."""
    return True


class Model:
    """A model, if one were made of it."""

    async def reply(self, turn: Any) -> Reply:
        """Answer a turn."""
        raise NotImplementedError


ANY: Any = None

MISUSES: dict[str, tuple[Callable[[], Any], str]] = {
    "tools None": (lambda: run_with_tools("offline", "x", ANY), "tools=None is no set of tools"),
    "tools a URL": (
        lambda: run_with_tools("offline", "x", "https://x.test/spec"),  # type: ignore[arg-type]
        "tools='https://x.test/spec' is no set of tools. Make tools of a spec: create_tools_from",
    ),
    "model a class": (
        lambda: run_with_tools(Model, "x"),  # type: ignore[arg-type]
        r"Model'> is a class and no model. Make one of it: Model\(\)",
    ),
    "trim_function a text": (lambda: run(trim_function="auto"), "trim_function='auto' cannot be"),
    "trim_function gives None": (
        lambda: run(trim_function=lambda *_: None),
        "trim_function returned None, which is no set of tools",
    ),
    "trim_function gives text": (
        lambda: run(trim_function=lambda *_: "add"),
        "trim_function returned 'add', which is no set of tools",
    ),
    "trim_function gives names": (
        lambda: run(trim_function=lambda *_: ["add"]),
        "'add' is no tool. Give a Tool",
    ),
    "approve a boolean": (
        lambda: run(approve=True),
        'approve=True cannot be called. .*; to let calls go unasked, give allow="all"',
    ),
    "on_event a number": (lambda: run(on_event=3), "on_event=3 cannot be called"),
    "on_event awaiting": (
        lambda: run(on_event=listen),
        "on_event=<function listen at .*> is `async`, and events are not awaited. Give a plain",
    ),
    "seam a number": (lambda: run(seam=3), "seam=3 is no seam"),
    "limits a dict": (lambda: run(limits={"calls": 3}), r"limits=.* Write Limits\(calls=3\)"),
    "limit a text": (lambda: Limits(seconds=ANY or "3"), "The limit seconds='3' must be a number"),
    "rounds a text": (
        lambda: run(max_recursive_tool_runs="3"),
        "max_recursive_tool_runs='3' must be a whole number",
    ),
    "response_schema a text": (
        lambda: run(response_schema="Sum"),
        "The response schema 'Sum' is none. Give a JSON Schema, a pydantic model or a dataclass",
    ),
    "response_schema a list": (lambda: run(response_schema=[1]), r"The response schema \[1\] is"),
    "response_schema a slip": (
        lambda: run(response_schema={"type": "strng"}),
        "The response schema cannot be used: 'strng'",
    ),
    "an option misspelt": (lambda: run(aprove=approve), "no option 'aprove'. Did you mean approve"),
    "an option in another case": (
        lambda: run(maxRecursiveToolRuns=3),
        "no option 'maxRecursiveToolRuns'. Did you mean max_recursive_tool_runs",
    ),
    "an option of another verb": (
        lambda: run(overrides=[]),
        "'overrides' is an option of create_tools_from_openapi_spec",
    ),
    "an option of ask misspelt": (
        lambda: ask("x", SPEC, model="offline", overides=[]),
        "no option 'overides'. Did you mean overrides",
    ),
    "where a text": (lambda: make(where="/pets"), "where='/pets' cannot be called"),
    "server a number": (lambda: make(server=3), "The server 3 cannot be used"),
    "match_patterns a number": (lambda: make(match_patterns=[3]), "The match pattern 3 is neither"),
    "fetch_policy a dict": (
        lambda: make(fetch_policy={"retries": 1}),
        r"fetch_policy=.* Write FetchPolicy\(retries=1\)",
    ),
    "auth a number": (lambda: make(auth=3), "auth= was given an int, which is no credential"),
    "auth a list": (lambda: make(auth=["x"]), "auth= was given a list, which is no credential"),
    "a scheme's auth a number": (
        lambda: make(auth={"https://pets.test": 3}),
        "auth= was given an int, which is no credential",
    ),
    "a policy's number a text": (
        lambda: FetchPolicy(retries="x"),  # type: ignore[arg-type]
        "The policy retries='x' must be a number",
    ),
    "a policy's references": (
        lambda: FetchPolicy(references="all"),  # type: ignore[arg-type]
        "references='all' is unknown. Use one of 'none', 'folder', 'origin', 'any'",
    ),
    "a policy's addresses": (
        lambda: FetchPolicy(addresses=3),  # type: ignore[arg-type]
        "addresses=3",
    ),
    "a bearer's token": (
        lambda: Bearer(3),  # type: ignore[arg-type]
        r"The token of Bearer\(\) is an int; it must be text, or a callable that gives it",
    ),
    "a password": (
        lambda: Basic("me", ANY),
        r"The password of Basic\(username='me'\) is a NoneType; it must be text",
    ),
    "a variable's name": (lambda: env(ANY), "None is no name of an environment variable"),
    "a variable without a name": (lambda: env(""), "'' is no name of an environment variable"),
    "a model's name": (lambda: callwright.model(ANY), "None is no name of a model"),
    "a model's address": (
        lambda: callwright.model("openai:x", base_url="models.test"),
        "The base_url 'models.test' is no address. Begin it with http:// or https://",
    ),
    "how a model calls": (
        lambda: callwright.model("openai:x", tool_calling="promted"),
        "tool_calling='promted' is unknown. Use one of 'native', 'prompted'",
    ),
    "a model's dialect": (
        lambda: callwright.model("openai:x", dialect="strict"),
        "dialect='strict' is unknown. Use one of 'json-schema'",
    ),
    "a message's role": (
        lambda: run_with_tools("offline", [Message(role="usr", content="x")]),  # type: ignore[arg-type]
        "A message has the role 'usr'",
    ),
    "one message": (
        lambda: run_with_tools("offline", Message(role="user", content="x")),  # type: ignore[arg-type]
        r"Messages came as Message. Give a prompt or a list of messages: \[message\]",
    ),
    "one message as a dict": (
        lambda: run_with_tools("offline", {"role": "user", "content": "x"}),  # type: ignore[arg-type]
        r"Messages came as dict. Give a prompt or a list of messages: \[message\]",
    ),
    "messages that are texts": (
        lambda: run_with_tools("offline", ["x"]),  # type: ignore[list-item]
        r"A message came as str; it must be a dict such as \{'role': 'user', 'content': '...'\}",
    ),
    "a reply with a text": (
        lambda: run_with_tools(Talker(), "x"),
        "The model's reply holds a str as its message. A Reply holds a Message",
    ),
    "an effect": (
        lambda: tool(effect="delete")(lambda: None),  # type: ignore[arg-type]
        "The effect 'delete' of the tool '<lambda>' is unknown. Use one of 'read', 'write'",
    ),
    "no function": (lambda: tool(ANY or 3), "3 is no function"),
    "positional arguments alone": (
        lambda: tool(lambda *numbers: numbers, name="total").parameters,
        r"The tool 'total' takes \*numbers",
    ),
    "a type that has no schema": (
        lambda: tool(shown, name="show").parameters,
        "The parameters of the tool 'show' cannot be read off its type hints: `model` is a Model",
    ),
    "arguments' names": (
        lambda: add.check({1: 2}),  # type: ignore[dict-item]
        "The arguments have the name 1, which is no text",
    ),
    "arguments of no JSON": (
        lambda: add.check({"a": object()}),  # type: ignore[dict-item]
        "a is an object, which is no JSON value",
    ),
    "arguments in a text": (
        lambda: make()[0].build_request('{"id": 1}'),
        "The arguments are a str, and must be a mapping of names",
    ),
    "arguments in a list": (
        lambda: make()[0].repair([1]),
        "The arguments are a list, and must be a mapping of names",
    ),
    "no number of found tools": (lambda: make().search("x", limit=0), "limit=0 must be above"),
    "no text to search for": (lambda: make().search(3), "A search is for a text, not for an int"),
    "a key that is no name": (lambda: make()[None], "A tool is named by text, or by its number"),
    "a script of numbers": (
        lambda: run_with_tools(ScriptedModel(3), "x"),  # type: ignore[arg-type]
        "The step 3 of the script is none",
    ),
    "too few for a trim": (
        lambda: auto_trim_tools([add], "offline", "x", limit="3"),  # type: ignore[arg-type]
        "limit='3' must be a whole number",
    ),
}


class Talker:
    """A model whose replies hold text."""

    async def reply(self, turn: Any) -> Reply:
        """Answer a turn."""
        return Reply(message="Hello.")  # type: ignore[arg-type]


def shown(model: Model) -> None:
    """Take what has no schema."""


@pytest.mark.parametrize("case", MISUSES)
def test_misuse(case: str) -> None:
    """Each mistake is told by an error of ours, in words of the caller and with a remedy."""
    misuse, told = MISUSES[case]
    with pytest.raises((CallwrightError, TypeError, ValueError)) as caught:
        misuse()
    assert re.search(told, str(caught.value)), str(caught.value)
    assert "pydantic.dev" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_call_of_no_arguments_by_mistake() -> None:
    """What a call was given instead of arguments is told in its result, as to a model."""
    result = add.call("1 + 2")  # type: ignore[arg-type]
    assert result.is_error
    assert "The arguments are a str, and must be a mapping of names to values." in result.content


def test_options_of_a_provider_pass() -> None:
    """Options that only look a little like ours go to the provider."""
    model = ScriptedModel("3")
    run_with_tools(model, "x", temperature=0, verbosity="low", stream_options={}, tool_config={})
    assert set(model.turns[0].options) == {
        "temperature",
        "verbosity",
        "stream_options",
        "tool_config",
    }


def test_a_stream_is_checked_when_it_is_read() -> None:
    """A streamed run tells a misspelt option as a whole one does."""
    events = stream_with_tools("offline", "x", [], limit=Limits())
    with pytest.raises(CallwrightError, match=r"no option 'limit'\. Did you mean limits"):
        list(events)


def test_a_tool_of_a_model_definition() -> None:
    """A definition that cannot be called says where its calls are."""
    with pytest.raises(CallwrightError, match="is a definition without a function"):
        Tool("look_up").call({})


def test_names_of_ai_utils() -> None:
    """Who writes a name as ai-utils has it is told ours."""
    with pytest.raises(AttributeError, match="Did you mean: 'run_with_tools'"):
        callwright.runWithTools  # noqa: B018
    with pytest.raises(AttributeError, match="Did you mean: 'create_tools_from_openapi_spec'"):
        callwright.createToolsFromOpenAPISpec  # noqa: B018
    with pytest.raises(AttributeError) as caught:
        callwright.nothing_like_it  # noqa: B018
    assert "Did you mean" not in str(caught.value)
