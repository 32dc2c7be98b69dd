"""Words in a frame and a colour."""

from __future__ import annotations

from callwright.core.tool import Effect
from callwright.notebook.markup import Markup, element

__all__ = ["effect_badge"]


def effect_badge(effect: Effect) -> Markup:
    """What a call can do, in a word and a colour."""
    return element("span", effect, class_=f"cw-badge cw-{effect}")
