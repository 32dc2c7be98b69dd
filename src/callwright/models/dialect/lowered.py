"""A schema in the words of a dialect, and arguments on their way to it and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from callwright.core.json import JsonObject, is_object
from callwright.models.dialect.form import ANYTHING, Effort, Form, TooHard

__all__ = ["Dialect", "Inexpressible", "Lowered"]

Dialect: TypeAlias = Literal["json-schema", "openai-strict", "gemini", "flat"]
"""What a provider takes as the parameters of a tool: all of JSON Schema, or a part of it."""


class Inexpressible(Exception):
    """Carries why a dialect has no words for a schema to where it is decided what to do then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """The parameters of a tool as a provider takes them.

    A conversation holds arguments as the tool's own schema has them. `lower` makes of them what
    the provider's schema has, for calls that are shown to the model again; `restore` makes them of
    what the model wrote. Neither ever raises: what does not fit stays as it is, for the check of
    the arguments to tell.
    """

    schema: JsonObject
    is_strict: bool = False
    """Whether the schema obeys OpenAI's strict mode."""
    notes: tuple[str, ...] = ()
    """What was changed, or why it could not be, by the path of the place."""
    form: Form = ANYTHING

    def lower(self, arguments: JsonObject) -> JsonObject:
        """Arguments of the tool as the model would have written them."""
        try:
            lowered = self.form.lower(arguments, Effort())
        except (TooHard, RecursionError, TypeError, ValueError):  # nested too deeply, or no JSON
            return arguments
        return lowered if is_object(lowered) else arguments

    def restore(self, arguments: JsonObject) -> JsonObject:
        """What the model wrote as arguments of the tool."""
        try:
            restored = self.form.restore(arguments, Effort())
        except (TooHard, RecursionError):
            return arguments
        return restored if is_object(restored) else arguments
