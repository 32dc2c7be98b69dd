"""The prompt that a command is given: its words, and what stands on standard input."""

from __future__ import annotations

from collections.abc import Sequence

import click

from callwright.cli.standard_input import is_terminal, read_standard_input
from callwright.core.errors import ConfigurationError

__all__ = ["read_prompt"]


def read_prompt(words: Sequence[str], *, joins_input: bool) -> str:
    """The prompt, with what stands on standard input added unless the spec is read from there.

    Raises:
        ConfigurationError: both are to be read from there.
        click.UsageError: there is no prompt.
    """
    is_input = list(words) == ["-"]
    if is_input and not joins_input:
        raise ConfigurationError("Both --spec and the prompt want standard input.")
    parts = [] if is_input else [" ".join(words)]
    if joins_input and (is_input or not is_terminal()):
        parts.append(read_standard_input().decode(errors="replace"))
    prompt = "\n\n".join(part for part in map(str.strip, parts) if part)
    if not prompt:
        raise click.UsageError("There is no prompt.", click.get_current_context())
    return prompt
