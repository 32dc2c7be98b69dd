"""Official clients against the same doubles as our own models: both ask alike and read alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.fault.script import answer
from tests.fault.server import FaultServer
from tests.models.wires.test_streams import STREAMS, written

import callwright
from callwright import run_with_tools
from callwright.models import from_openai
from callwright.models.profile import Wire

KEY = "a-key-of-its-own"
Read = tuple[str, list[tuple[str, dict[str, Any]]]]
"""A text, and the calls with their arguments."""


def of_google(url: str) -> Read:
    """What `google-genai` reads of a streamed answer."""
    from google import genai
    from google.genai import types

    options = types.HttpOptions(base_url=url, api_version="v1beta")
    client = genai.Client(api_key=KEY, http_options=options)
    parts = [
        part
        for chunk in client.models.generate_content_stream(model="m1", contents="How many?")
        for candidate in chunk.candidates or ()
        for part in (candidate.content and candidate.content.parts) or ()
    ]
    client.close()
    text = "".join(part.text for part in parts if part.text and not part.thought)
    calls = [part.function_call for part in parts if part.function_call]
    return text, [(call.name or "", call.args or {}) for call in calls]


def of_ollama(url: str) -> Read:
    """What `ollama` reads of a streamed answer."""
    import ollama

    client = ollama.Client(host=url, headers={"Authorization": f"Bearer {KEY}"})
    asked = [{"role": "user", "content": "How many?"}]
    messages = [chunk.message for chunk in client.chat("m1", asked, stream=True)]
    client._client.close()
    calls = [call.function for message in messages for call in message.tool_calls or ()]
    text = "".join(message.content or "" for message in messages)
    return text, [(call.name, dict(call.arguments)) for call in calls]


def azure_client(url: str) -> Any:
    """OpenAI's client for Azure."""
    import openai

    return openai.AzureOpenAI(
        azure_endpoint=url, api_key=KEY, api_version="2024-10-21", max_retries=0
    )


def of_azure(url: str) -> Read:
    """What `openai` reads of Azure's streamed answer."""
    made: dict[int, list[str]] = {}
    text = ""
    with azure_client(url) as client:
        asked = [{"role": "user", "content": "How many?"}]
        chunks = client.chat.completions.create(model="m1", messages=asked, stream=True)
        for delta in (choice.delta for chunk in chunks for choice in chunk.choices):
            text += delta.content or ""
            for call in delta.tool_calls or ():
                slot = made.setdefault(call.index, ["", ""])
                slot[0] += call.function.name or ""
                slot[1] += call.function.arguments or ""
    return text, [(name, json.loads(arguments)) for name, arguments in made.values()]


CLIENTS: dict[str, tuple[Wire, Callable[[str], Read], str, str]] = {
    "google": ("gemini", of_google, "/v1beta", "x-goog-api-key"),
    "ollama-native": ("ollama", of_ollama, "", "authorization"),
    "azure": (
        "chat",
        of_azure,
        "/openai/deployments/{model}?api-version=2024-10-21",
        "api-key",
    ),
}


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_client_and_a_model_of_ours_ask_and_read_alike(name: str) -> None:
    """One address, one header with the key, one text and the same calls."""
    wire, read, base, header = CLIENTS[name]
    with FaultServer(answer(written(wire, STREAMS[wire]))) as server:
        theirs = read(server.url)
        model = callwright.model(f"{name}:m1", base_url=server.url + base, key=KEY)
        tools = [{"name": tool, "parameters": {}} for tool in ("get_stock", "get_price")]
        ours = run_with_tools(model, "How many?", tools, stream=True)
        client, own = server.requests
    assert client.target == own.target
    assert client.headers[header] == own.headers[header]
    message = ours.messages[-1]
    assert message.text == theirs[0] == "Let me see."
    assert [(call.name, call.arguments) for call in ours.tool_calls] == theirs[1]


def test_a_client_for_azure_is_a_model() -> None:
    """The client finds the deployment's address by itself."""
    with (
        FaultServer(answer(written("chat", STREAMS["chat"]))) as server,
        azure_client(server.url) as client,
    ):
        model = from_openai(client, "m1")
        tools = [{"name": tool, "parameters": {}} for tool in ("get_stock", "get_price")]
        asked = run_with_tools(model, "How many?", tools, stream=True)
        (request,) = server.requests
    assert request.target == "/openai/deployments/m1/chat/completions?api-version=2024-10-21"
    assert [call.name for call in asked.tool_calls] == ["get_stock", "get_price"]
    # What is known of Azure's models holds, whatever stands before them.
    assert (model.profile.name, model.profile.dialect) == ("azure", "openai-strict")
