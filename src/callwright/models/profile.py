"""What is particular to each provider of OpenAI's chat completions: a row for each of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from callwright.models.dialect.limits import STRICT_LIMITS, StrictLimits
from callwright.models.dialect.lowered import Dialect

__all__ = ["PROFILES", "REASONING_KEYS", "SERVER", "Profile"]

REASONING_KEYS = frozenset({"reasoning", "reasoning_content", "reasoning_details"})
"""The keys under which providers tell a model's reasoning beside its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a provider wants, allows and refuses."""

    name: str
    base_url: str = ""
    """What `/chat/completions` is appended to; a `{VARIABLE}` is read from the environment."""
    base_url_variable: str = ""
    """The environment variable that replaces the base URL where it is set."""
    key_variables: tuple[str, ...] = ()
    """The environment variables that may hold the key, the first one before the others."""
    needs_key: bool = True
    max_tools: int = 128
    tool_name: re.Pattern[str] = re.compile(r"[A-Za-z0-9_-]{1,64}")
    reasoning_keys: frozenset[str] = frozenset()
    """Which of `REASONING_KEYS` must come back with the assistant's message."""
    refused_message_keys: frozenset[str] = frozenset()
    """Keys of messages that the provider answers with an error."""
    calls_in_parallel_unasked: bool = False
    """Whether `parallel_tool_calls: true` goes without saying, and must not be said."""
    knows_json_schema: bool = True
    """Whether an answer's schema can be sent; else the model is told, and held to JSON."""
    dialect: Dialect = "json-schema"
    """What the parameters of tools are written in. For a server that takes less than it should:

        replace(model, profile=replace(model.profile, dialect="flat"))

    or the environment variable CALLWRIGHT_DIALECT, wherever a model is given by its name."""
    strict_limits: StrictLimits = STRICT_LIMITS
    """How much "openai-strict" may hold; a tool that holds more goes as it is, unenforced."""


_ROWS = (
    Profile(
        name="openai",
        base_url="https://api.openai.com/v1",
        base_url_variable="OPENAI_BASE_URL",
        key_variables=("OPENAI_API_KEY",),
        # o3-mini, o3 and o4-mini answer 400 to the parameter; the others call in parallel anyway.
        calls_in_parallel_unasked=True,
        dialect="openai-strict",
    ),
    Profile(
        name="openrouter",
        base_url="https://openrouter.ai/api/v1",
        key_variables=("OPENROUTER_API_KEY",),
        reasoning_keys=frozenset({"reasoning_details"}),
    ),
    Profile(
        name="groq",
        base_url="https://api.groq.com/openai/v1",
        key_variables=("GROQ_API_KEY",),
        refused_message_keys=frozenset({"name"}),
    ),
    Profile(
        name="mistral",
        base_url="https://api.mistral.ai/v1",
        key_variables=("MISTRAL_API_KEY",),
    ),
    Profile(
        name="deepseek",
        base_url="https://api.deepseek.com",
        key_variables=("DEEPSEEK_API_KEY",),
        # Without it, thinking models answer 400 to the results of their own calls.
        reasoning_keys=frozenset({"reasoning_content"}),
        knows_json_schema=False,
    ),
    Profile(
        name="together",
        base_url="https://api.together.ai/v1",
        key_variables=("TOGETHER_API_KEY",),
    ),
    Profile(
        name="gemini",
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        key_variables=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        # Has answered 400 to the parameter, both as unknown and as unsupported.
        calls_in_parallel_unasked=True,
        dialect="gemini",
    ),
    Profile(
        name="crazyrouter",
        base_url="https://crazyrouter.com/v1",
        key_variables=("CRAZYROUTER_API_KEY",),
    ),
    Profile(
        name="workers-ai",
        base_url="https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}/ai/v1",
        key_variables=("CLOUDFLARE_API_TOKEN",),
    ),
    Profile(name="ollama", base_url="http://localhost:11434/v1", needs_key=False),
)

PROFILES: Mapping[str, Profile] = MappingProxyType({profile.name: profile for profile in _ROWS})
"""The providers by the names that begin a model's name."""

SERVER = Profile(name="server", key_variables=("CALLWRIGHT_API_KEY",), needs_key=False)
"""Any other server that speaks OpenAI's chat completions."""
