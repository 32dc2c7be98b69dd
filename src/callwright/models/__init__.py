"""What providers speak. Here is what a user makes models of; names are imported when used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from callwright.models.bridge.anthropic_client import from_anthropic
    from callwright.models.bridge.litellm_call import from_litellm
    from callwright.models.bridge.openai_client import from_openai
    from callwright.models.profile import ModelProfile
    from callwright.models.providers import PROFILES

__all__ = ["PROFILES", "ModelProfile", "from_anthropic", "from_litellm", "from_openai"]

_ROOMS = {
    "PROFILES": "providers",
    "ModelProfile": "profile",
    "from_anthropic": "bridge.anthropic_client",
    "from_litellm": "bridge.litellm_call",
    "from_openai": "bridge.openai_client",
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(import_module(f"callwright.models.{_ROOMS[name]}"), name)
    raise AttributeError(f"module 'callwright.models' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
