"""A body as it goes over the wire, and the type of the functions that write one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from callwright.core.json import Json
from callwright.openapi.media import MediaType

__all__ = ["Write", "WrittenBody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBody:
    """A body as it goes over the wire."""

    content_type: str
    content: bytes


Write: TypeAlias = Callable[[MediaType, Json], WrittenBody]
"""Writes a value in a media type; parts of a body are bodies themselves."""
