"""How tools and runs look in a notebook: plain HTML, every text escaped, no script."""

from callwright.notebook.card import run_card
from callwright.notebook.table import tools_table
from callwright.notebook.trim import trim_table

__all__ = ["run_card", "tools_table", "trim_table"]
