"""What a request must be on each wire: by the types of the official SDKs, and by rules of ours.

The types do not know how many tools there may be, what their names must look like, or that each
call has one result: the rules do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from callwright.models.profile import Wire

__all__ = ["check"]

Body = Mapping[str, Any]


def check(wire: Wire, body: Body) -> None:
    """Assert that a body is what the wire wants; it is seen through JSON, as a provider sees it."""
    _CHECKS[wire](json.loads(json.dumps(body)))


def _drain(value: object) -> None:
    """Go through everything: iterables are validated only where they are drained."""
    if isinstance(value, Mapping):
        for item in value.values():
            _drain(item)
    elif not isinstance(value, (str, bytes, int, float, bool, type(None))):
        for item in value:  # type: ignore[attr-defined]
            _drain(item)


@cache
def _adapter(name: str) -> Any:
    from pydantic import TypeAdapter

    if name == "chat":
        from openai.types.chat.completion_create_params import (
            CompletionCreateParamsNonStreaming,
            CompletionCreateParamsStreaming,
        )

        return TypeAdapter(CompletionCreateParamsNonStreaming | CompletionCreateParamsStreaming)
    if name == "responses":
        from openai.types.responses import response_create_params as params

        return TypeAdapter(
            params.ResponseCreateParamsNonStreaming | params.ResponseCreateParamsStreaming
        )
    from anthropic.types import message_create_params as messages

    return TypeAdapter(
        messages.MessageCreateParamsNonStreaming | messages.MessageCreateParamsStreaming
    )


def _validate(name: str, body: Body) -> None:
    _drain(_adapter(name).validate_python(body, extra="forbid"))


def _check_functions(functions: list[Body], key: str = "parameters") -> list[str]:
    names = [function["name"] for function in functions]
    assert len(names) <= 128
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in names)
    for function in functions:
        # Without parameters a function has no arguments.
        assert (function.get(key) or {"type": "object"})["type"] == "object"
        if function.get("strict"):
            _check_strict(function[key])
    return names


def _check_strict(schema: Any) -> None:
    """What OpenAI's strict mode asks of every object."""
    if isinstance(schema, list):
        for item in schema:
            _check_strict(item)
    if isinstance(schema, Mapping):
        if "properties" in schema:
            assert schema["additionalProperties"] is False
            assert set(schema["required"]) == set(schema["properties"])
        assert not {"allOf", "not", "if", "dependentRequired", "dependentSchemas"} & set(schema)
        for item in schema.values():
            _check_strict(item)


def _check_pairs(steps: Iterable[tuple[str, list[str]]]) -> None:
    """Each call is answered once, right behind the message that makes it."""
    waiting: set[str] = set()
    for kind, ids in steps:
        if kind == "results":
            for id_ in ids:
                waiting.remove(id_)
            continue
        assert not waiting, f"unanswered: {waiting}"
        assert all(ids)
        waiting = set(ids)
        assert len(waiting) == len(ids)
    assert not waiting, f"unanswered: {waiting}"


def _without_googles(message: Body) -> Body:
    """A message without the one thing that Google has put into OpenAI's form: its signature."""
    calls = [
        {key: value for key, value in call.items() if key != "extra_content"}
        if set(call.get("extra_content", {}).get("google", {})) == {"thought_signature"}
        else call
        for call in message.get("tool_calls", [])
    ]
    return {**message, "tool_calls": calls} if calls else message


def _check_chat(body: Body) -> None:
    _validate("chat", {**body, "messages": [*map(_without_googles, body["messages"])]})
    names = _check_functions([tool["function"] for tool in body.get("tools", [])])
    if not names:
        assert not {"tools", "tool_choice", "parallel_tool_calls"} & set(body)
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        assert choice["function"]["name"] in names
    for message in body["messages"]:
        for call in message.get("tool_calls", []):
            assert isinstance(json.loads(call["function"]["arguments"]), dict)
    _check_pairs(
        ("results", [message["tool_call_id"]])
        if message["role"] == "tool"
        else ("calls", [call["id"] for call in message.get("tool_calls", [])])
        for message in body["messages"]
    )


def _check_responses(body: Body) -> None:
    _validate("responses", body)
    _check_functions(body.get("tools", []))
    assert isinstance(body["stream"], bool)
    assert body["store"] is False
    _check_items(body["input"])


def _check_items(items: list[Body]) -> None:
    """Each call is answered once, behind it, and before anybody else speaks."""
    waiting: set[str] = set()
    for item in items:
        if item.get("type") == "function_call":
            assert item["call_id"]
            assert item["call_id"] not in waiting
            waiting.add(item["call_id"])
        elif item.get("type") == "function_call_output":
            waiting.remove(item["call_id"])
        elif item.get("role") != "assistant" and item.get("type") != "reasoning":
            assert not waiting, f"unanswered: {waiting}"
    assert not waiting, f"unanswered: {waiting}"


def _check_anthropic(body: Body) -> None:
    _validate("anthropic", body)
    called = {p["name"] for m in body["messages"] for p in m["content"] if p["type"] == "tool_use"}
    assert "tools" in body or not called
    assert all("type" in tool["input_schema"] for tool in body.get("tools", []))
    _check_functions(body.get("tools", []), "input_schema")
    roles = [message["role"] for message in body["messages"]]
    assert roles[0] == "user"
    assert all(one != other for one, other in pairwise(roles))
    for message in body["messages"]:
        kinds = [part["type"] for part in message["content"]]
        assert kinds, "empty content"
        results = kinds.count("tool_result")
        assert kinds[:results] == ["tool_result"] * results
        assert all(part["text"] for part in message["content"] if part["type"] == "text")
    _check_pairs(step for message in body["messages"] for step in _anthropic_steps(message))


def _anthropic_steps(message: Body) -> list[tuple[str, list[str]]]:
    parts = message["content"]
    results = [part["tool_use_id"] for part in parts if part["type"] == "tool_result"]
    calls = [part["id"] for part in parts if part["type"] == "tool_use"]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", id_) for id_ in (*results, *calls))
    return [("results", results), ("calls", calls)]


_GEMINI_KEYS = {
    "contents",
    "systemInstruction",
    "tools",
    "toolConfig",
    "generationConfig",
    "safetySettings",
}


def _check_gemini(body: Body) -> None:
    from google.genai import types

    assert set(body) <= _GEMINI_KEYS
    for content in body["contents"]:
        types.Content.model_validate(content)
        assert content["parts"]
    for tool in body.get("tools", []):
        types.Tool.model_validate(tool)
        _check_functions(tool["functionDeclarations"])
    if "systemInstruction" in body:
        types.Content.model_validate(body["systemInstruction"])
    types.ToolConfig.model_validate(body.get("toolConfig", {}))
    types.GenerationConfig.model_validate(body.get("generationConfig", {}))
    _check_pairs(_gemini_steps(body["contents"]))


def _gemini_steps(contents: list[Body]) -> Iterable[tuple[str, list[str]]]:
    for content in contents:
        parts = content["parts"]
        results = [p["functionResponse"] for p in parts if "functionResponse" in p]
        calls = [p["functionCall"] for p in parts if "functionCall" in p]
        assert all(isinstance(result["response"], dict) for result in results)
        yield "results", [result["id"] for result in results]
        yield "calls", [call["id"] for call in calls]


def _check_ollama(body: Body) -> None:
    from ollama._types import ChatRequest

    ChatRequest.model_validate(_narrowed(body), extra="forbid")
    _check_functions([tool["function"] for tool in body.get("tools", [])])
    assert isinstance(body["stream"], bool)
    names: list[str] = []
    for message in body["messages"]:
        if message["role"] == "tool":
            names.remove(message["tool_name"])
        else:
            assert not names, f"unanswered: {names}"
            names = [call["function"]["name"] for call in message.get("tool_calls", [])]
    assert not names, f"unanswered: {names}"


def _narrowed(body: Body) -> Body:
    """The body with tools as narrow as the SDK makes them; the server takes whole schemas."""
    narrow = [
        {**tool, "function": {**tool["function"], "parameters": {"type": "object"}}}
        for tool in body.get("tools", [])
    ]
    return {**body, "tools": narrow}


_WORKERS_KEYS = {"messages", "tools", "tool_choice", "response_format", "stream", "max_tokens"}
_WORKERS_KEYS |= {"temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty"}


def _check_workers_ai(body: Body) -> None:
    """By Cloudflare's documents: there is no package with types as narrow as what it takes."""
    assert set(body) <= _WORKERS_KEYS
    for tool in body.get("tools", []):
        assert set(tool) == {"name", "description", "parameters"}
        assert isinstance(tool["description"], str)
    _check_functions(body.get("tools", []))
    assert body.get("tool_choice") != "any"
    assert all(isinstance(message["content"], str) for message in body["messages"])
    schema = body.get("response_format", {}).get("json_schema", {})
    assert not {"name", "schema", "strict"} & set(schema)
    _check_pairs(
        ("results", [message["tool_call_id"]])
        if message["role"] == "tool"
        else ("calls", [call["id"] for call in message.get("tool_calls", [])])
        for message in body["messages"]
    )


_CHECKS: Mapping[Wire, Callable[[Body], None]] = {
    "chat": _check_chat,
    "responses": _check_responses,
    "anthropic": _check_anthropic,
    "gemini": _check_gemini,
    "ollama": _check_ollama,
    "workers-ai": _check_workers_ai,
}
