"""An answer in a shape together with tools, and a last answer without them, on every wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from tests.fault.script import answer, in_turn
from tests.fault.server import Behaviour, FaultServer
from tests.models.contract import check

import callwright
from callwright import run_with_tools, tool
from callwright.models.remote import RemoteModel


@dataclass
class Stock:
    """What is asked for."""

    units: int
    note: str | None = None


@tool(effect="read")
def get_stock(sku: int) -> int:
    """Units on hand."""
    return 12


Form = Callable[[str, Any], Mapping[str, Any]]
CALLS: dict[str, Form] = {
    "openai": lambda name, given: {"choices": [{"message": {"content": None, "tool_calls": [
        {"id": "c1", "type": "function",
         "function": {"name": name, "arguments": json.dumps(given)}}]}}]},
    "openai-responses": lambda name, given: {"status": "completed", "output": [
        {"type": "function_call", "id": "fc", "call_id": "c1", "name": name,
         "arguments": json.dumps(given)}]},
    "anthropic": lambda name, given: {"stop_reason": "tool_use", "content": [
        {"type": "tool_use", "id": "c1", "name": name, "input": given}]},
    "google": lambda name, given: {"candidates": [{"finishReason": "STOP", "content": {
        "role": "model", "parts": [{"functionCall": {"name": name, "args": given}}]}}]},
    "ollama-native": lambda name, given: {"done": True, "message": {
        "content": "", "tool_calls": [{"function": {"name": name, "arguments": given}}]}},
    "workers-ai-native": lambda name, given: {"success": True, "result": {
        "response": None, "tool_calls": [{"name": name, "arguments": given}]}},
}  # fmt: skip
TEXTS: dict[str, Callable[[str], Mapping[str, Any]]] = {
    "openai": lambda text: {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]},
    "openai-responses": lambda text: {"status": "completed", "output": [
        {"type": "message", "role": "assistant",
         "content": [{"type": "output_text", "text": text, "annotations": []}]}]},
    "anthropic": lambda text: {"stop_reason": "end_turn",
                               "content": [{"type": "text", "text": text}]},
    "google": lambda text: {"candidates": [{"finishReason": "STOP", "content": {
        "role": "model", "parts": [{"text": text}]}}]},
    "ollama-native": lambda text: {"done": True, "message": {"content": text}},
    "workers-ai-native": lambda text: {"success": True, "result": {"response": text}},
}  # fmt: skip
NATIVE = ["openai", "openai-responses"]


def told(body: Mapping[str, Any]) -> Behaviour:
    """An answer with this body."""
    return answer(json.dumps(body).encode(), "Content-Type: application/json")


def model_of(name: str, server: FaultServer) -> RemoteModel:
    """The model of a provider at a server's address, as it is at the provider's own."""
    own: dict[str, Any] = (
        {"dialect": "openai-strict", "supports_schema_with_tools": True} if name in NATIVE else {}
    )
    model = callwright.model(f"{name}:m1", base_url=server.url, key="hush-hush", **own)
    assert isinstance(model, RemoteModel)
    return model


def bodies(model: RemoteModel, server: FaultServer) -> list[dict[str, Any]]:
    """What was asked, each as the wire takes it."""
    sent = [json.loads(request.body) for request in server.requests]
    for body in sent:
        check(model.profile.wire, body)
    return sent


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account that Workers AI's address needs."""
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", "acc")


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_in_a_shape_beside_tools(name: str) -> None:
    """Calls first; an answer of another shape is told so, and the next one counts."""
    given = {"units": 12, "note": None}
    last = TEXTS[name](json.dumps(given)) if name in NATIVE else CALLS[name]("final_answer", given)
    script = in_turn(told(CALLS[name]("get_stock", {"sku": 7})), told(TEXTS[name]("Twelve.")),
                     told(last))  # fmt: skip
    with FaultServer(script) as server:
        model = model_of(name, server)
        done = run_with_tools(model, "How many of sku 7?", [get_stock], response_schema=Stock)
        first, _, third = bodies(model, server)
    assert done.output == Stock(units=12)
    assert [(call.name, call.result.value) for call in done.calls if call.name == "get_stock"] == [
        ("get_stock", 12)
    ]
    assert ("final_answer" in json.dumps(first["tools"])) == (name not in NATIVE)
    assert ("json_schema" in json.dumps(first)) == (name in NATIVE)
    assert "does not satisfy the response schema" in json.dumps(third)


@pytest.mark.parametrize("name", CALLS)
def test_the_last_answer_is_given_without_tools(name: str) -> None:
    """Where no more rounds are allowed, none may be called, and the history stays whole."""
    script = in_turn(told(CALLS[name]("get_stock", {"sku": 7})), told(TEXTS[name]("Twelve.")))
    with FaultServer(script) as server:
        model = model_of(name, server)
        done = run_with_tools(model, "How many?", [get_stock], max_recursive_tool_runs=0)
        _, second = bodies(model, server)
    assert (done.text, done.stop_reason) == ("Twelve.", "rounds")
    choice = second.get("tool_choice") or second.get("toolConfig")
    forbidden = "none" in json.dumps(choice).lower()
    assert forbidden or "tools" not in second
