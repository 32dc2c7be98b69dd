"""A model by its name, with what its caller wants otherwise, asking a server on the loopback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.fault.script import answer
from tests.fault.server import FaultServer

import callwright
from callwright import errors, run_with_tools
from callwright.models.remote import RemoteModel

HI = {"choices": [{"message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}]}


def asked(server: FaultServer) -> tuple[dict[str, str], dict[str, Any]]:
    """The headers and the body of the one request."""
    (request,) = server.requests
    return dict(request.headers), json.loads(request.body)


def test_what_is_given_goes_with_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key and the headers are read when they are sent; quirks count."""
    with FaultServer(answer(json.dumps(HI).encode(), "Content-Type: application/json")) as server:
        model = callwright.model(
            "openai:m1",
            base_url=f"{server.url}/v1",
            key=callwright.env("MODELS_KEY"),
            headers={"X-Team": "lantern", "X-Trace": lambda: "trace-1"},
            option_names={"max_tokens": "most"},
        )
        monkeypatch.setenv("MODELS_KEY", " set-later \n")
        assert run_with_tools(model, "hello", max_tokens=7).text == "Hi."
        headers, body = asked(server)
    assert headers["authorization"] == "Bearer set-later"
    assert (headers["x-team"], headers["x-trace"]) == ("lantern", "trace-1")
    assert (body["model"], body["most"]) == ("m1", 7)
    assert "lantern" not in repr(model.profile)  # type: ignore[attr-defined]


def test_headers_stand_beside_the_providers_own_or_in_their_place() -> None:
    """A header of the caller replaces the provider's, however it is spelt; others stay."""
    model = callwright.model("anthropic:m1", headers={"Anthropic-Version": "2030-01-01"})
    assert isinstance(model, RemoteModel)
    assert model.profile.headers == {"anthropic-version": "2030-01-01"}
    model = callwright.model("anthropic:m1", headers={"anthropic-beta": "x"})
    assert isinstance(model, RemoteModel)
    assert model.profile.headers == {"anthropic-version": "2023-06-01", "anthropic-beta": "x"}
    model = callwright.model("http://h/v1#m", headers={"X-A": "1"})
    assert isinstance(model, RemoteModel)
    assert model.profile.headers == {"x-a": "1"}


def test_another_address_speaks_plain_json_schema() -> None:
    """What answers in OpenAI's place is not known to have its strict mode, unless it is said."""
    moved = callwright.model("openai:m1", base_url="http://127.0.0.1:9/v1")
    strict = callwright.model(
        "openai:m1", base_url="http://127.0.0.1:9/v1", dialect="openai-strict"
    )
    assert isinstance(moved, RemoteModel)
    assert isinstance(strict, RemoteModel)
    assert (moved.profile.dialect, strict.profile.dialect) == ("json-schema", "openai-strict")
    # Servers that constrain answers by a grammar refuse tools beside a schema.
    assert not moved.supports_schema_with_tools


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("openai", "https://eu.api.openai.com/v1"),
        ("openai-responses", "https://us.api.openai.com/v1"),
        ("azure", "https://me.openai.azure.com/openai/v1"),
        ("azure", "https://me.services.ai.azure.com/openai/v1"),
    ],
)
def test_other_addresses_of_openai_are_openais(name: str, address: str) -> None:
    """What is known of its models holds there too."""
    model = callwright.model(f"{name}:m1", base_url=address)
    assert isinstance(model, RemoteModel)
    assert model.profile.dialect == "openai-strict"
    assert model.supports_schema_with_tools


def test_a_quirk_that_is_none_is_refused() -> None:
    """What may have been meant is named."""
    with pytest.raises(errors.ConfigurationError, match="tool_calling"):
        callwright.model("openai:m1", toolcalling="prompted")


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        ({"key": ""}, errors.CredentialError, "key is empty"),
        ({"key": lambda: None}, errors.CredentialError, "key is empty"),
        ({"key": "hush-hush\r\nX-Evil: 1"}, errors.CredentialError, "characters that no key has"),
        ({"key": "hush-hush-é"}, errors.CredentialError, "characters that no key has"),
        ({"headers": {"X-A": "hush-hush\r\nB: 1"}}, errors.ConfigurationError, "'x-a'"),
        ({"headers": {"X-A": lambda: "hush-hush-é"}}, errors.ConfigurationError, "'x-a'"),
        ({"headers": {"X A": "hush-hush"}}, errors.ConfigurationError, "'X A'"),
    ],
)
def test_what_cannot_be_sent_is_refused_unseen(
    given: dict[str, Any], kind: type[errors.CallwrightError], says: str
) -> None:
    """A key or a header that HTTP cannot carry is told before anything is sent, without it."""
    with FaultServer(answer(b"{}")) as server:
        with pytest.raises(kind, match=says) as caught:
            run_with_tools(callwright.model(f"{server.url}/v1#m1", **given), "hello")
        assert "hush" not in str(caught.value)
        assert server.connections == 0


def test_a_prompted_model_is_not_held_to_a_schema_beside_tools() -> None:
    """Tools that are told in words leave no room for a schema of the provider's."""
    native = callwright.model("openai:m1")
    prompted = callwright.model("openai:m1", tool_calling="prompted")
    assert isinstance(native, RemoteModel)
    assert isinstance(prompted, RemoteModel)
    assert native.supports_schema_with_tools
    assert not prompted.supports_schema_with_tools


def test_the_key_stands_in_the_header_that_its_provider_reads() -> None:
    """With `Bearer` before it where that is an authorization."""
    headers = {
        "openai": ("authorization", "Bearer "),
        "azure": ("api-key", ""),
        "anthropic": ("x-api-key", ""),
        "google": ("x-goog-api-key", ""),
        "ai-gateway": ("cf-aig-authorization", "Bearer "),
        "workers-ai-native": ("authorization", "Bearer "),
    }
    for name, (header, scheme) in headers.items():
        with FaultServer(answer(b"{}")) as server:
            model = callwright.model(f"{name}:m1", base_url=server.url, key="hush-hush-hush")
            with pytest.raises(errors.ModelReplyInvalid):
                run_with_tools(model, "hello")
            sent, _ = asked(server)
        assert sent[header] == f"{scheme}hush-hush-hush"
        assert "hush" not in str({**sent, header: ""})
        assert sent.get("anthropic-version") == ("2023-06-01" if name == "anthropic" else None)


@pytest.mark.parametrize(
    ("name", "base", "target"),
    [
        ("anthropic:m1", "", "/v1/messages"),
        ("anthropic:m1", "/v1", "/v1/messages"),
        ("anthropic:m1", "/v1/messages", "/v1/messages"),
        ("anthropic:m1", "/proxy/", "/proxy/v1/messages"),
        ("google:models/m1", "/v1beta", "/v1beta/models/m1:generateContent"),
        ("google:m1", "/v1beta?key=no", "/v1beta/models/m1:generateContent?key=no"),
        ("ollama-native:m1:8b", "/v1", "/api/chat"),
        ("workers-ai-native:@cf/a/b-1.5", "/accounts/a", "/accounts/a/ai/run/@cf/a/b-1.5"),
        ("openai-responses:m1", "/v1/", "/v1/responses"),
        ("azure:my dep", "/openai/deployments/{model}?api-version=1",
         "/openai/deployments/my%20dep/chat/completions?api-version=1"),
    ],
)  # fmt: skip
def test_an_address_may_be_written_in_many_ways_on_every_wire(
    name: str, base: str, target: str
) -> None:
    """With the wire's own beginning or without, with a slash, a query, the whole endpoint."""
    with FaultServer(answer(b"{}")) as server:
        model = callwright.model(name, base_url=server.url + base, key="hush-hush-hush")
        with pytest.raises(errors.ModelReplyInvalid):
            run_with_tools(model, "hello")
        assert server.requests[0].target == target


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "größe", None, 7])
def test_a_header_that_is_none_is_refused(value: Any) -> None:
    """Before anything is sent, by its name, and without its value."""
    with FaultServer(answer(b"{}")) as server:
        model = callwright.model("vllm:m1", base_url=server.url, headers={"X-Team": lambda: value})
        with pytest.raises(errors.ConfigurationError, match="'x-team'") as caught:
            run_with_tools(model, "hello")
        assert not server.requests
    assert "Evil" not in str(caught.value)
