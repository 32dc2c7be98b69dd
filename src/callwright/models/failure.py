"""The error that an unsuccessful answer of a provider stands for, in one line."""

from __future__ import annotations

from callwright.core.errors import CredentialError, ModelError, ModelUnavailable
from callwright.models.fault import Fault, read_fault
from callwright.models.profile import ModelProfile
from callwright.models.providers import SERVER
from callwright.models.wire import ProviderAnswer

__all__ = ["failure"]


def failure(
    answer: ProviderAnswer, *, profile: ModelProfile = SERVER, model: str = ""
) -> ModelError | CredentialError:
    """What the provider says, and what to do about it."""
    fault = read_fault(answer.content)
    what = f"{profile.name} answered with status {answer.status}: {fault}"
    if answer.status == 401 or _says(fault, _NO_KEY):
        variables = " or ".join(profile.key_variables)
        remedy = f"Check the environment variable {variables}." if variables else ""
        return CredentialError(what, remedy=remedy, status=answer.status)
    return ModelUnavailable(what, remedy=_remedy(answer, fault, model), status=answer.status)


_NO_KEY = ("api key not valid",)
"""What Google says of a key with status 400."""
_LATER = "Ask again later, or less often."
_NO_TOOLS = (
    "does not support tools",
    "enable-auto-tool-choice",
    "requires --jinja",
    "tools is not supported",
    "does not support function",
)
"""How servers say that a model takes no tools: Ollama, vLLM, llama-server, routers."""

_NO_MODEL = ("invalid model name", "no such model")
"""How servers say with status 400 that they have no such model: litellm's proxy, Workers AI."""

_TOO_LONG = (
    "prompt is too long",
    "input token count",
    "maximum context length",
    "available context size",
)
"""How they say that it was too much: Anthropic, Google, OpenAI and vLLM, llama-server."""

_NO_CREDIT = ("credit balance is too low",)
"""What Anthropic says with status 400."""


def _remedy(answer: ProviderAnswer, fault: Fault, model: str) -> str:
    names, status = (fault.code, fault.type), answer.status
    if _says(fault, _NO_TOOLS):
        return 'Tell the model of its tools in words: model(NAME, tool_calling="prompted").'
    if status == 404 or "model_not_found" in names or _says(fault, _NO_MODEL):
        return f"Check the model's name, {model!r}, and its address."
    if "no_db_connection" in names:
        return "Check the key: a litellm proxy that has no database knows only its own."
    if "insufficient_quota" in names or status == 402 or _says(fault, _NO_CREDIT):
        return "The account has no credit left."
    if "3036" in names:
        return "The free requests of this day are used up."
    if "context_length_exceeded" in names or status == 413 or _says(fault, _TOO_LONG):
        return "Send less: fewer tools (trim_function=auto_trim_tools) or shorter messages."
    if status == 429:
        wait = answer.headers.get("retry-after", "")
        return f"Ask again after {wait}{' s' if wait.isdigit() else ''}." if wait else _LATER
    if status in (400, 422):
        return "Check the model's options, and whether it takes tools."
    return ""


def _says(fault: Fault, phrases: tuple[str, ...]) -> bool:
    return any(words in fault.message.lower() for words in phrases)
