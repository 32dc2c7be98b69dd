"""The tools that a run has, and that its model was not given: what the loop asks about them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from callwright.core.tool import Tool

__all__ = ["Withheld"]


class Withheld(Protocol):
    """Tools that were not selected for a run."""

    def refusal(self, name: str) -> str | None:
        """What a model reads that calls one of them; None where the name is none of theirs."""
        ...

    def take(self) -> tuple[Collection[str], Collection[Tool]]:
        """What is to be withdrawn and what to be offered from now on; told once."""
        ...
