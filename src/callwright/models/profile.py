"""What is particular to a provider: which wire it speaks, what it wants, allows and refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from callwright.models.dialect.limits import STRICT_LIMITS, StrictLimits
from callwright.models.dialect.lowered import Dialect

__all__ = ["REASONING_KEYS", "Header", "ModelProfile", "ToolCalling", "Wire"]

Wire: TypeAlias = Literal["chat", "responses", "anthropic", "gemini", "ollama", "workers-ai"]
"""OpenAI's chat completions and Responses, Anthropic's Messages, and what Gemini, Ollama and
Workers AI (`ai/run`) speak natively."""

ToolCalling: TypeAlias = Literal["native", "prompted"]
"""Whether a model takes tools, or is told of them in words and answers with JSON."""

Header: TypeAlias = "str | Callable[[], str]"

REASONING_KEYS = frozenset(
    {"reasoning", "reasoning_content", "reasoning_details", "thinking_blocks"}
)
"""The keys under which providers tell a model's reasoning beside its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelProfile:
    """What a provider speaks, wants, allows and refuses.

    >>> from dataclasses import replace
    >>> from callwright.models import PROFILES
    >>> replace(PROFILES["vllm"], dialect="flat", tool_calling="prompted").wire
    'chat'
    """

    name: str
    wire: Wire = "chat"
    base_url: str = ""
    """What the wire's own path is appended to. `{VARIABLE}` is read from the environment (as the
    first thing an address, else a part of one), and `{model}` is the model's name."""
    base_url_variable: str = ""
    """The environment variable that replaces the base URL where it is set."""
    key_variables: tuple[str, ...] = ()
    """The environment variables that may hold the key, the first one before the others."""
    needs_key: bool = True
    key_header: str = "authorization"
    """The header that holds the key: one whose name ends in `authorization` after `Bearer `."""
    headers: Mapping[str, Header] = field(default_factory=dict[str, Header], repr=False)
    """Headers that go with every request: texts, or what gives one when it is sent."""
    max_tools: int = 128
    max_description: int | None = None
    """Characters of a tool's description; what is beyond is cut."""
    tool_name: re.Pattern[str] = re.compile(r"[A-Za-z0-9_-]{1,64}")
    call_id: re.Pattern[str] = re.compile(r".+")
    """The ids of calls that may be sent back; others, of other providers, are replaced."""
    reasoning_keys: frozenset[str] = frozenset()
    """Which of `REASONING_KEYS` must come back with the assistant's message."""
    taken_call_keys: frozenset[str] | None = None
    """Which keys beside OpenAI's own may come back with a call; None where any may."""
    signs_calls: bool = False
    """Whether calls carry Google's signatures, and those of other models one that stands for it."""
    tells_dollars: bool = False
    """Whether the `cost` in a usage is what was paid, in dollars."""
    refused_message_keys: frozenset[str] = frozenset()
    """Keys of messages that the provider answers with an error."""
    instructs_anywhere: bool = False
    """Whether system messages may be several, and stand anywhere. Else those that come first are
    one, and later ones a person's: the templates of many open models refuse all others."""
    knows_developer: bool = False
    """Whether there is a role `developer`; else such messages are the system's."""
    person_after_results: bool = True
    """Whether a person may speak right behind the results of calls; else the assistant says a word
    before."""
    calls_in_parallel_unasked: bool = False
    """Whether `parallel_tool_calls: true` goes without saying, and must not be said."""
    knows_json_schema: bool = True
    """Whether an answer's schema can be sent; else the model is told, and held to JSON."""
    supports_schema_with_tools: bool = False
    """Whether it can be sent beside tools; else it is not, so that calls remain possible."""
    option_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Options that the provider has under another name."""
    max_tokens: int | None = None
    """The length of a reply where the wire wants one and the options give none."""
    streams_usage: bool = True
    """Whether `stream_options` may ask for the usage of a stream."""
    tool_calling: ToolCalling = "native"
    salvages_calls: bool = False
    """Whether calls that come as text, as servers without the right parser let them through, are
    taken for calls. Only where no other call came, only of tools that exist."""
    dialect: Dialect = "json-schema"
    """What the parameters of tools are written in."""
    strict_limits: StrictLimits = STRICT_LIMITS
    """How much "openai-strict" may hold; a tool that holds more goes as it is, unenforced."""

    @property
    def takes_schema_with_tools(self) -> bool:
        """Whether an answer can be held to a schema in a turn that has tools."""
        is_native = self.tool_calling == "native"
        return is_native and self.knows_json_schema and self.supports_schema_with_tools
