"""Messages in the roles and the order that a provider of chat completions takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from callwright.core.message import Message, assistant, system
from callwright.models.parts import split_system
from callwright.models.profile import ModelProfile

__all__ = ["ordered"]

_MISTRALS = re.compile(r"(mis|minis|magis|devs|codes)tral|pixtral", re.IGNORECASE)
"""Mistral's models, whose templates are as strict with any server."""
_BETWEEN = "I have the results."


def ordered(messages: Sequence[Message], profile: ModelProfile, model: str) -> list[Message]:
    """The messages as the provider takes them; what is taken anyway stays as it is.

    >>> from callwright.core.message import conversation
    >>> from callwright.models import PROFILES
    >>> given = conversation(
    ...     [
    ...         {"role": "developer", "content": "Be short."},
    ...         {"role": "user", "content": "How many?"},
    ...         {"role": "system", "content": "It is Sunday."},
    ...     ]
    ... )
    >>> [message.role for message in ordered(given, PROFILES["vllm"], "m1")]
    ['system', 'user', 'user']
    """
    result = list(messages)
    if not profile.instructs_anywhere:
        result = _instructed_once(result)
    if not profile.knows_developer:
        result = [_as_system(message) for message in result]
    if not profile.person_after_results or _MISTRALS.search(model):
        result = list(_with_words_between(result))
    return result


def _instructed_once(messages: list[Message]) -> list[Message]:
    """All instructions that stand first in one message, and those behind it as a person's."""
    if not any(message.role in ("system", "developer") for message in messages[1:]):
        return messages
    first, rest = split_system(messages)
    return [system(first), *rest] if first else rest


def _as_system(message: Message) -> Message:
    return replace(message, role="system") if message.role == "developer" else message


def _with_words_between(messages: list[Message]) -> Iterator[Message]:
    """The messages with a word behind results, and without those of an assistant that says none."""
    told = [message for message in messages if not _is_silent(message)]
    for before, message in zip([None, *told], told, strict=False):
        if before is not None and before.role == "tool" and message.role == "user":
            yield assistant(_BETWEEN)
        yield message


def _is_silent(message: Message) -> bool:
    return message.role == "assistant" and not message.content and not message.tool_calls
