"""The kinds of credentials that a caller gives. Nothing is read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from callwright.openapi.secret import Value

__all__ = ["Auth", "Basic", "Bearer", "Credential"]


@dataclass(frozen=True, slots=True)
class Bearer:
    """A bearer token (RFC 6750): text, or a callable such as `env("GITHUB_TOKEN")`."""

    token: Value = field(repr=False)


@dataclass(frozen=True, slots=True)
class Basic:
    """A user name and a password (RFC 7617)."""

    username: Value
    password: Value = field(repr=False)


Credential: TypeAlias = "Value | Bearer | Basic"
Auth: TypeAlias = "Credential | Mapping[str, Credential] | None"
"""One credential for all, or one for each security scheme by its name."""
