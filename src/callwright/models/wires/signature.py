"""Google's signatures of thoughts, which Gemini wants back with the calls that they led to."""

from __future__ import annotations

import re

__all__ = ["FOREIGN_SIGNATURE", "wants_signatures"]

FOREIGN_SIGNATURE = "skip_thought_signature_validator"
"""What Google has for calls that another model made: Gemini 3 refuses those without a signature."""

_BEFORE_SIGNATURES = re.compile(r"gemini-[12][.-]")


def wants_signatures(model: str) -> bool:
    """Whether a model refuses calls without a signature."""
    return _BEFORE_SIGNATURES.search(model) is None
