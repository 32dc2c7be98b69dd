"""The providers that can be named: a row for each, with its sources in the comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from callwright.models.dialect.limits import StrictLimits
from callwright.models.profile import ModelProfile

__all__ = ["PROFILES", "SERVER", "is_openais"]

_OPENAI_IDS = re.compile(r".{1,40}")
_OPENAI_OPTIONS: Mapping[str, str] = {"max_tokens": "max_completion_tokens"}
_CLOUDFLARE = "https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}"
_GOOGLE = "https://generativelanguage.googleapis.com/v1beta"
_GOOGLE_KEYS = ("GEMINI_API_KEY", "GOOGLE_API_KEY")

_OPENAI = (
    ModelProfile(
        name="openai",
        base_url="https://api.openai.com/v1",
        base_url_variable="OPENAI_BASE_URL",
        key_variables=("OPENAI_API_KEY",),
        taken_call_keys=frozenset(),
        call_id=_OPENAI_IDS,
        # o3-mini, o3 and o4-mini answer 400 to the parameter; the others call in parallel anyway.
        calls_in_parallel_unasked=True,
        instructs_anywhere=True,
        knows_developer=True,
        supports_schema_with_tools=True,
        option_names=_OPENAI_OPTIONS,
        dialect="openai-strict",
    ),
    ModelProfile(
        name="openai-responses",
        wire="responses",
        base_url="https://api.openai.com/v1",
        base_url_variable="OPENAI_BASE_URL",
        key_variables=("OPENAI_API_KEY",),
        call_id=re.compile(r".{1,64}"),
        calls_in_parallel_unasked=True,
        supports_schema_with_tools=True,
        option_names={
            "max_tokens": "max_output_tokens",
            "max_completion_tokens": "max_output_tokens",
        },
        dialect="openai-strict",
    ),
    ModelProfile(
        name="azure",
        base_url="{AZURE_OPENAI_ENDPOINT}/openai/deployments/{model}"
        "?api-version={OPENAI_API_VERSION}",
        base_url_variable="AZURE_OPENAI_BASE_URL",
        key_variables=("AZURE_OPENAI_API_KEY",),
        taken_call_keys=frozenset(),
        key_header="api-key",
        max_description=1024,
        call_id=_OPENAI_IDS,
        calls_in_parallel_unasked=True,
        instructs_anywhere=True,
        knows_developer=True,
        supports_schema_with_tools=True,
        option_names=_OPENAI_OPTIONS,
        dialect="openai-strict",
        # Deployments of older versions answer 400 above these.
        strict_limits=StrictLimits(properties=100, levels=5, values=500),
    ),
)

_NATIVE = (
    ModelProfile(
        name="anthropic",
        wire="anthropic",
        base_url="https://api.anthropic.com",
        base_url_variable="ANTHROPIC_BASE_URL",
        key_variables=("ANTHROPIC_API_KEY",),
        key_header="x-api-key",
        headers={"anthropic-version": "2023-06-01"},
        call_id=re.compile(r"[A-Za-z0-9_-]{1,64}"),
        # Only its newer models take one; `knows_json_schema=True` sends it to them.
        knows_json_schema=False,
        option_names={"max_completion_tokens": "max_tokens", "stop": "stop_sequences"},
        max_tokens=8192,
    ),
    ModelProfile(
        name="google",
        wire="gemini",
        base_url=_GOOGLE,
        base_url_variable="GOOGLE_GEMINI_BASE_URL",
        key_variables=_GOOGLE_KEYS,
        key_header="x-goog-api-key",
        tool_name=re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}"),
        dialect="gemini",
    ),
    ModelProfile(
        name="ollama-native",
        wire="ollama",
        base_url="http://localhost:11434",
        base_url_variable="OLLAMA_BASE_URL",
        key_variables=("OLLAMA_API_KEY",),
        needs_key=False,
        salvages_calls=True,
    ),
    ModelProfile(
        name="workers-ai-native",
        wire="workers-ai",
        base_url=_CLOUDFLARE,
        base_url_variable="CLOUDFLARE_BASE_URL",
        key_variables=("CLOUDFLARE_API_TOKEN",),
        taken_call_keys=frozenset(),
        reasoning_keys=frozenset({"reasoning"}),
        salvages_calls=True,
    ),
)

_COMPATIBLE = (
    ModelProfile(
        name="workers-ai",
        base_url=f"{_CLOUDFLARE}/ai/v1",
        key_variables=("CLOUDFLARE_API_TOKEN",),
        taken_call_keys=frozenset(),
        reasoning_keys=frozenset({"reasoning"}),
        salvages_calls=True,
    ),
    ModelProfile(
        name="ai-gateway",
        base_url="https://gateway.ai.cloudflare.com/v1/{CLOUDFLARE_ACCOUNT_ID}/"
        "{CLOUDFLARE_GATEWAY_ID}/compat",
        key_variables=("CF_AIG_TOKEN", "CLOUDFLARE_API_TOKEN"),
        # The key of the provider behind it is kept there, or given as the header authorization.
        key_header="cf-aig-authorization",
    ),
    ModelProfile(
        name="openrouter",
        base_url="https://openrouter.ai/api/v1",
        key_variables=("OPENROUTER_API_KEY",),
        tells_dollars=True,
        reasoning_keys=frozenset({"reasoning_details"}),
    ),
    ModelProfile(
        name="crazyrouter",
        base_url="https://crazyrouter.com/v1",
        key_variables=("CRAZYROUTER_API_KEY",),
    ),
    ModelProfile(
        name="groq",
        base_url="https://api.groq.com/openai/v1",
        key_variables=("GROQ_API_KEY",),
        taken_call_keys=frozenset(),
        refused_message_keys=frozenset({"name"}),
        instructs_anywhere=True,
    ),
    ModelProfile(
        name="mistral",
        base_url="https://api.mistral.ai/v1",
        key_variables=("MISTRAL_API_KEY",),
        taken_call_keys=frozenset(),
        # Its validation wants exactly these, and answers 422 to keys that it does not know.
        call_id=re.compile(r"[A-Za-z0-9]{9}"),
        # "Unexpected role 'user' after role 'tool'", and the same of 'system' after 'user'.
        person_after_results=False,
        streams_usage=False,
    ),
    ModelProfile(
        name="deepseek",
        base_url="https://api.deepseek.com",
        key_variables=("DEEPSEEK_API_KEY",),
        taken_call_keys=frozenset(),
        # Without it, thinking models answer 400 to the results of their own calls.
        reasoning_keys=frozenset({"reasoning_content"}),
        instructs_anywhere=True,
        knows_json_schema=False,
    ),
    ModelProfile(
        name="together",
        base_url="https://api.together.ai/v1",
        key_variables=("TOGETHER_API_KEY",),
        taken_call_keys=frozenset(),
    ),
    ModelProfile(
        name="gemini",
        base_url=f"{_GOOGLE}/openai",
        key_variables=_GOOGLE_KEYS,
        taken_call_keys=frozenset({"extra_content"}),
        signs_calls=True,
        # Has answered 400 to the parameter, both as unknown and as unsupported.
        calls_in_parallel_unasked=True,
        dialect="gemini",
    ),
)


def _local(name: str, port: int) -> ModelProfile:
    """A server of one's own: its parser of calls may be missing or the wrong one."""
    variable = name.upper().replace("-", "_").replace(".", "_")
    return ModelProfile(
        name=name,
        base_url=f"http://localhost:{port}/v1",
        base_url_variable=f"{variable}_BASE_URL",
        key_variables=(f"{variable}_API_KEY",),
        needs_key=False,
        salvages_calls=True,
    )


_LOCAL = (
    _local("ollama", 11434),
    _local("vllm", 8000),
    _local("sglang", 30000),
    _local("llama.cpp", 8080),
    _local("lm-studio", 1234),
)

_ROWS = (*_OPENAI, *_NATIVE, *_COMPATIBLE, *_LOCAL)

PROFILES: Mapping[str, ModelProfile] = MappingProxyType({row.name: row for row in _ROWS})
"""The providers by the names that begin a model's name."""

SERVER = ModelProfile(
    name="server",
    key_variables=("CALLWRIGHT_API_KEY",),
    needs_key=False,
    # Claude's thinking, through litellm; without it Claude takes no results of its calls.
    reasoning_keys=frozenset({"thinking_blocks"}),
    salvages_calls=True,
)
"""Any other server that speaks OpenAI's chat completions."""


def is_openais(address: str) -> bool:
    """Whether OpenAI itself answers at an address, or Azure for it."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return host.endswith((".openai.com", ".azure.com"))
