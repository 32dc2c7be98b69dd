"""Where a provider's key comes from. The environment is read when the key is used; none is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from callwright.core.errors import CredentialError
from callwright.models.profile import ModelProfile

__all__ = ["EnvironmentKey", "GivenKey", "KeySource"]

KeySource: TypeAlias = "Callable[[], str | None]"
"""Gives the key when it is needed; None where there is none and none is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentKey:
    """Reads the key of a provider from the first of its environment variables that is set."""

    profile: ModelProfile
    environ: Mapping[str, str] = field(repr=False)

    def __call__(self) -> str | None:
        """The key, or None where none is set and none is needed.

        Raises:
            CredentialError: none is set where one is needed, or it is no key.
        """
        for variable in self.profile.key_variables:
            key = self.environ.get(variable, "").strip()
            if key:
                return _checked(key, f"The environment variable {variable}")
        if self.profile.needs_key:
            raise CredentialError(
                f"There is no key for {self.profile.name}.",
                remedy=f"Set the environment variable {' or '.join(self.profile.key_variables)}.",
            )
        return None


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key that the caller has given, or what gives it each time that it is used."""

    source: str | Callable[[], str] = field(repr=False)

    def __call__(self) -> str:
        """The key.

        Raises:
            CredentialError: there is none, or it is no key.
        """
        key = _text(self.source if isinstance(self.source, str) else self.source())
        if not key:
            raise CredentialError(
                "What was given as the model's key is empty.",
                remedy="Give a text, or a plain function that returns one; or leave `key` out.",
            )
        return _checked(key, "What was given as the model's key")


def _text(key: object) -> str:
    """The key without the line end that files leave behind it; empty if it is none."""
    return key.strip() if isinstance(key, str) else ""


def _checked(key: str, where: str) -> str:
    if key.isascii() and key.isprintable() and " " not in key:
        return key
    raise CredentialError(f"{where} holds no key: it has characters that no key has.")
