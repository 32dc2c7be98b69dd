"""A model that litellm asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from callwright.core.errors import ConfigurationError
from callwright.models.bridge.client import ClientModel
from callwright.models.providers import SERVER

__all__ = ["from_litellm"]


class _Everything(frozenset[str]):
    """Every name: litellm takes what it knows of a body by name, and passes on the rest."""

    def __contains__(self, item: object) -> bool:
        return True


def _completion(litellm: Any) -> Callable[..., Any]:
    return litellm.acompletion  # type: ignore[no-any-return]


def from_litellm(model: str, **quirks: Any) -> ClientModel:
    """Make a model that litellm asks: any name that `litellm.completion` knows.

    litellm is imported when the model is made, which takes it some seconds.

    Args:
        model: the name of the model as litellm has it: `"bedrock/anthropic.claude-x"`.
        quirks: fields of `ModelProfile`.

    Raises:
        ConfigurationError: litellm is not installed.

    >>> from callwright.models import from_litellm
    >>> model = from_litellm("ollama/qwen3")  # doctest: +SKIP
    """
    try:
        import litellm  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise ConfigurationError(
            "litellm is not installed.", remedy="pip install litellm"
        ) from None
    return ClientModel(
        profile=replace(replace(SERVER, name="litellm"), **quirks),
        model=model,
        create=_completion(litellm),
        is_async=True,
        own=_Everything(),
    )
