"""What a call gave that is no text: its bytes, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["BinaryFile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryFile:
    """A file that came back from a call."""

    content: bytes = field(repr=False)
    media_type: str = "application/octet-stream"
    filename: str = ""
    """As the API names it, without any folder; empty where it names none."""
