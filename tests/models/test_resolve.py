"""From names to models."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from callwright.core.errors import ConfigurationError, UnknownModel
from callwright.core.model import Model
from callwright.models.offline.model import OfflineModel
from callwright.models.providers import PROFILES
from callwright.models.remote import RemoteModel
from callwright.models.resolve import resolve
from callwright.models.wire import ProviderAnswer, ProviderRequest

ACCOUNT = {
    "CLOUDFLARE_ACCOUNT_ID": "acc/1",
    "CLOUDFLARE_GATEWAY_ID": "gate",
    "AZURE_OPENAI_ENDPOINT": "https://me.openai.azure.com/",
    "OPENAI_API_VERSION": "2024-10-21",
}


async def post(request: ProviderRequest) -> ProviderAnswer:
    """Fail: a name is resolved without asking anyone."""
    raise AssertionError("Nothing is sent to resolve a name.")


def chat(name: str, environ: Mapping[str, str] | None = None) -> RemoteModel:
    """The chat model that the name stands for."""
    model = resolve(name, post=post, environ=environ or {})
    assert isinstance(model, RemoteModel)
    return model


@pytest.mark.parametrize(
    ("name", "base_url", "model"),
    [
        ("openai:gpt-x", "https://api.openai.com/v1", "gpt-x"),
        ("ollama:qwen3:8b", "http://localhost:11434/v1", "qwen3:8b"),
        ("openrouter:a/b:free", "https://openrouter.ai/api/v1", "a/b:free"),
        ("groq:llama", "https://api.groq.com/openai/v1", "llama"),
        ("mistral:small", "https://api.mistral.ai/v1", "small"),
        ("deepseek:v4", "https://api.deepseek.com", "v4"),
        ("together:openai/oss", "https://api.together.ai/v1", "openai/oss"),
        ("gemini:flash", "https://generativelanguage.googleapis.com/v1beta/openai", "flash"),
        ("crazyrouter:any", "https://crazyrouter.com/v1", "any"),
        (
            "workers-ai:@cf/meta/llama",
            "https://api.cloudflare.com/client/v4/accounts/acc%2F1/ai/v1",
            "@cf/meta/llama",
        ),
        ("anthropic:claude-x", "https://api.anthropic.com", "claude-x"),
        ("google:flash", "https://generativelanguage.googleapis.com/v1beta", "flash"),
        ("openai-responses:gpt-x", "https://api.openai.com/v1", "gpt-x"),
        ("ollama-native:qwen3:8b", "http://localhost:11434", "qwen3:8b"),
        (
            "workers-ai-native:@hf/a/b",
            "https://api.cloudflare.com/client/v4/accounts/acc%2F1",
            "@hf/a/b",
        ),
        (
            "ai-gateway:openai/gpt-x",
            "https://gateway.ai.cloudflare.com/v1/acc%2F1/gate/compat",
            "openai/gpt-x",
        ),
        (
            "azure:mine",
            "https://me.openai.azure.com/openai/deployments/{model}?api-version=2024-10-21",
            "mine",
        ),
        ("vllm:m", "http://localhost:8000/v1", "m"),
        ("sglang:m", "http://localhost:30000/v1", "m"),
        ("llama.cpp:m", "http://localhost:8080/v1", "m"),
        ("lm-studio:m", "http://localhost:1234/v1", "m"),
    ],
)
def test_a_provider_and_a_name_make_a_model(name: str, base_url: str, model: str) -> None:
    """What stands behind the first colon is the model's name as its provider has it."""
    found = chat(name, ACCOUNT)
    assert (found.base_url, found.model) == (base_url, model)
    assert found.profile is PROFILES[name.partition(":")[0]]


def test_every_profile_can_be_named() -> None:
    """Each row of the table makes a model, and says where its key is unless it needs none."""
    for name, profile in PROFILES.items():
        assert chat(f"{name}:x", ACCOUNT).profile is profile
        assert profile.key_variables or not profile.needs_key


def test_openais_address_can_be_replaced() -> None:
    """`OPENAI_BASE_URL` counts as it does for OpenAI's client; each local server has its own."""
    environ = {"OPENAI_BASE_URL": "http://127.0.0.1:4010/v1"}
    assert chat("openai:x", environ).base_url == "http://127.0.0.1:4010/v1"
    assert chat("openai:x", {"OPENAI_BASE_URL": " "}).base_url == "https://api.openai.com/v1"
    assert chat("groq:x", environ).base_url == "https://api.groq.com/openai/v1"
    local = {"LLAMA_CPP_BASE_URL": "http://127.0.0.1:9/v1"}
    assert chat("llama.cpp:x", local).base_url == "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    ("name", "base_url", "model", "called"),
    [
        ("http://127.0.0.1:8000/v1#m1", "http://127.0.0.1:8000/v1", "m1", "127.0.0.1:8000"),
        ("https://h.example/v1#a/b:c", "https://h.example/v1", "a/b:c", "h.example"),
        ("http://[::1]:80/v1#m", "http://[::1]:80/v1", "m", "::1:80"),
    ],
)
def test_any_server_can_be_named_by_its_address(
    name: str, base_url: str, model: str, called: str
) -> None:
    """An address and a name behind `#` make a model; the key is optional."""
    found = chat(name, {"OPENAI_API_KEY": "not-for-you"})
    assert (found.base_url, found.model, found.profile.name) == (base_url, model, called)
    assert found.key() is None
    assert chat(name, {"CALLWRIGHT_API_KEY": "for-you"}).key() == "for-you"


def test_the_environment_is_that_of_the_process_unless_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without `environ` the variables of the process count, as they are when used."""
    model = resolve("openai:x", post=post)
    monkeypatch.setenv("OPENAI_API_KEY", "set-later")
    assert isinstance(model, RemoteModel)
    assert model.key() == "set-later"


def test_the_dialect_can_be_chosen() -> None:
    """`CALLWRIGHT_DIALECT` replaces that of any provider; a dialect that is none is refused."""
    flat = {"CALLWRIGHT_DIALECT": "flat"}
    assert chat("openai:x", {}).profile.dialect == "openai-strict"
    assert chat("gemini:x", {}).profile.dialect == "gemini"
    assert chat("http://127.0.0.1:8000/v1#m", {}).profile.dialect == "json-schema"
    elsewhere = {"OPENAI_BASE_URL": "http://127.0.0.1:4010/v1"}
    assert chat("openai:x", elsewhere).profile.dialect == "json-schema"
    assert chat("openai:x", {**elsewhere, **flat}).profile.dialect == "flat"
    assert chat("openai:x", flat).profile.dialect == "flat"
    assert chat("http://127.0.0.1:8000/v1#m", flat).profile.dialect == "flat"
    with pytest.raises(ConfigurationError, match="json-schema, openai-strict, gemini, flat"):
        chat("openai:x", {"CALLWRIGHT_DIALECT": "strict"})


def test_a_server_in_openais_place_gets_its_reasoning_back() -> None:
    """It may be litellm's proxy with Claude behind it, which wants its signed thinking."""
    elsewhere = {"OPENAI_BASE_URL": "http://127.0.0.1:4000/v1"}
    assert chat("openai:x", {}).profile.reasoning_keys == frozenset()
    assert chat("openai:x", elsewhere).profile.reasoning_keys == {"thinking_blocks"}


def test_offline_is_a_model() -> None:
    """The model that needs no network goes by a name of its own."""
    model = resolve("offline", post=post, environ={})
    assert isinstance(model, OfflineModel)
    assert isinstance(model, Model)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gpt-x", "Did you mean 'openai:gpt-x'?"),
        ("opnai:gpt-x", "Did you mean 'openai:gpt-x'?"),
        ("OpenAI:gpt-x", "Did you mean 'openai:gpt-x'?"),
        ("ofline", "Did you mean 'offline'?"),
        ("openai:", "ends before the model"),
        ("nobody:x", "names no known provider"),
        ("", "names no provider"),
        ("antropic:claude-x", "Did you mean 'anthropic:claude-x'?"),
        ("http://127.0.0.1:8000/v1", "names no model"),
        ("http:///v1#m", "names no host"),
        ("http://[::1/v1#m", "is no URL"),
        ("http://h:port/v1#m", "is no URL"),
    ],
)
def test_a_name_that_is_none_is_told_what_would_be(name: str, says: str) -> None:
    """Near matches and the ways to choose a model are in the error."""
    with pytest.raises(UnknownModel) as caught:
        resolve(name, post=post, environ={})
    assert says in str(caught.value)


def test_the_ways_to_choose_a_model_are_named() -> None:
    """Every provider, an address, and `offline`, which always works."""
    with pytest.raises(UnknownModel) as caught:
        resolve("nobody:x", post=post, environ={})
    for way in (*PROFILES, '"http://HOST:PORT/v1#NAME"', '"offline"'):
        assert way in str(caught.value)


def test_an_address_with_a_password_is_refused_unseen() -> None:
    """A password in an address would be shown wherever the address is."""
    with pytest.raises(UnknownModel, match="CALLWRIGHT_API_KEY") as caught:
        resolve("http://me:hush@h/v1#m", post=post, environ={})
    assert "hush" not in str(caught.value)


def test_a_missing_account_names_its_variable() -> None:
    """Workers AI's address needs the account before anything is asked."""
    with pytest.raises(ConfigurationError, match="CLOUDFLARE_ACCOUNT_ID"):
        resolve("workers-ai:@cf/x", post=post, environ={})


@pytest.mark.parametrize(
    "address", ["localhost:9/v1", "ftp://h/v1", "http://", "127.0.0.1:9", "h", "http://[::1/v1"]
)
def test_an_address_that_is_none_is_told_before_anything_is_asked(address: str) -> None:
    """With where it came from, and how one is written."""
    with pytest.raises(ConfigurationError, match=r'is no URL\. Write it as "http'):
        resolve("openai:x", post=post, environ={}, base_url=address)
    with pytest.raises(ConfigurationError, match=r"is no URL\. \(OPENAI_BASE_URL\) Write it"):
        resolve("openai:x", post=post, environ={"OPENAI_BASE_URL": address})


def test_an_address_with_a_password_is_refused_wherever_it_stands() -> None:
    """It would be shown wherever the address is."""
    address = "http://me:hush@h/v1"
    for given in ({"base_url": address, "environ": {}}, {"environ": {"OPENAI_BASE_URL": address}}):
        with pytest.raises(ConfigurationError, match="a user name or a password") as caught:
            resolve("openai:x", post=post, **given)  # type: ignore[arg-type]
        assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("claude-x", "anthropic:claude-x"),
        ("gemini-x", "google:gemini-x"),
        ("@cf/meta/llama", "workers-ai:@cf/meta/llama"),
        ("localhost:8000", "http://localhost:8000/v1#NAME"),
        ("127.0.0.1:8000/v1#m", "http://127.0.0.1:8000/v1#m"),
        ("  openai:gpt-x", "openai:gpt-x"),
    ],
)
def test_what_was_likely_meant_is_told(name: str, meant: str) -> None:
    """By the family of the model, or as an address."""
    with pytest.raises(UnknownModel, match="Did you mean") as caught:
        resolve(name, post=post, environ={})
    assert f"Did you mean {meant!r}?" in str(caught.value)


def test_an_addresss_scheme_may_be_written_large() -> None:
    """As RFC 3986 has it."""
    assert chat("HTTP://127.0.0.1:8000/v1#m").model == "m"
