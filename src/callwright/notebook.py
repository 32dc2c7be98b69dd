"""How tools and runs look in a notebook: plain HTML, every text escaped, no script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from callwright.core.event import Outcome
from callwright.core.tool import Tool

__all__ = ["run_card", "tools_table"]


def tools_table(tools: Sequence[Tool]) -> str:
    """Tools as a table."""
    return f"<p>{len(tools)} tools</p>"


def run_card(outcome: Outcome) -> str:
    """A run as a card."""
    return f"<p>{escape(outcome.text)}</p>"
