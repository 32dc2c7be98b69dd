"""The numbers of a trim where nobody says otherwise; importing them costs nothing."""

from __future__ import annotations

__all__ = ["DEFAULT_LIMIT", "DEFAULT_TOKEN_BUDGET", "LINES_BUDGET", "MANY_TOOLS"]

DEFAULT_LIMIT = 10
"""How many tools are kept at most."""
DEFAULT_TOKEN_BUDGET = 8_000
"""How many tokens the kept definitions may have together."""
LINES_BUDGET = 30_000
"""How many tokens the prompts of one pass may have together."""
MANY_TOOLS = 20
"""With more tools than these a run is better trimmed."""
