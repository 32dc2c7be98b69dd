"""Values that the caller fixes: text, or what an environment variable or a callable gives.

Reads the environment. A value can be read or shown: shown, a secret is a variable's name. A
callable other than `env(...)` is never called from here: whoever builds with it gets it first.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from callwright.core.errors import ConfigurationError, CredentialError, InvalidOverride
from callwright.core.redaction import is_secret

__all__ = [
    "EnvironmentVariable",
    "Reading",
    "Unread",
    "Value",
    "env",
    "show_secrets",
    "split_secrets",
]


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """The value of an environment variable, read when it is needed."""

    name: str

    def __call__(self) -> str:
        """Read it.

        Raises:
            CredentialError: it is not set, or empty.
        """
        value = os.environ.get(self.name, "")
        if not value:
            raise CredentialError(
                f"The environment variable {self.name} is not set.",
                remedy=f"Set it: export {self.name}=...",
            )
        return value


def env(name: str) -> EnvironmentVariable:
    """Name an environment variable as a value: it is read when a request is made, never stored.

    >>> env("GITHUB_TOKEN")
    EnvironmentVariable(name='GITHUB_TOKEN')

    Raises:
        ConfigurationError: it is no name; perhaps the value itself.
    """
    given = cast("object", name)
    if not isinstance(given, str) or not given:
        raise ConfigurationError(f"{given!r} is no name of an environment variable.")
    if _NO_NAME.search(given):
        # It is not repeated: it may be the secret.
        raise ConfigurationError(
            "What env() was given is no name of an environment variable.",
            remedy="Give the variable's name, not its value.",
        )
    return EnvironmentVariable(name)


_NO_NAME = re.compile(r"[=\x00]")  # what no environment can hold


Value: TypeAlias = "str | Callable[[], str] | Callable[[], Awaitable[str]]"
"""Text, or a zero-argument callable such as `env("NAME")`, which may be `async def`."""


class Unread(Exception):
    """No fault: a sign that a callable's value must be had before the reading can go on."""

    def __init__(self, source: Callable[[], Any]) -> None:
        super().__init__("a value has not been read yet")
        self.source = source


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How fixed values are read: `revealed` for the wire, or as they may be shown to anyone."""

    revealed: bool
    looks_up: bool = False
    """Environment variables are read even to be shown by their names, so that none is missing."""
    secrets: set[str] = field(default_factory=set[str], repr=False)
    """The credentials that were revealed."""
    _held: dict[int, tuple[object, object]] = field(
        default_factory=dict[int, tuple[object, object]], repr=False
    )
    """What callables gave, by their identity: not every callable can be a key."""

    def hold(self, source: Callable[[], Any], value: object) -> None:
        """Keep what a callable gave, for this reading alone."""
        self._held[id(source)] = (source, value)

    def held(self) -> Iterable[tuple[object, object]]:
        """The callables whose values were held, and the values."""
        return self._held.values()

    def read(self, value: object, name: str) -> str:
        """A fixed value as text; `name` is the header or field that it stands in.

        Raises:
            CredentialError: it comes from an environment variable that is not set.
            InvalidOverride: it is neither text nor a callable that gives text.
            Unread: it comes from a callable whose value is not held yet.
        """
        if not self.revealed and is_secret(value, name):
            return self.secret(value, name)
        text = _text(self._given(value) if callable(value) else value, name)
        if is_secret(value, name):
            self.secrets.add(text)
        return text

    def _given(self, source: Callable[[], Any]) -> object:
        if isinstance(source, EnvironmentVariable):
            return source()
        if id(source) not in self._held:
            raise Unread(source)
        return self._held[id(source)][1]

    def secret(self, value: object, name: str) -> str:
        """A credential: revealed, or as the name of a variable.

        Raises:
            CredentialError: it is empty, or cannot be read.
        """
        if self.revealed:
            text = self.read(value, name)
            if not text:
                raise CredentialError(f"The credential for {name!r} is empty.")
            self.secrets.add(text)
            return text
        if self.looks_up and isinstance(value, EnvironmentVariable):
            value()
        if isinstance(value, EnvironmentVariable) and _VARIABLE.fullmatch(value.name):
            return _MARK.format(value.name)
        label = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
        return _MARK.format(label if _VARIABLE.fullmatch(label) else f"SECRET_{label}")


def _text(given: object, name: str) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, (str, int, float)):
        return str(given)
    raise InvalidOverride(
        f"The value of {name!r} is {type(given).__name__}; it must be text or give text."
    )


_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Made of unreserved characters alone, so that percent-encoding leaves it as it is; and of chance,
# so that no argument of a model can be taken for a secret and become a variable of someone's shell.
_CHANCE = secrets.token_hex(8)
_MARK = f"~~{_CHANCE}.{{}}~~"
_MARKED = re.compile(rf"~~{_CHANCE}\.([A-Za-z0-9_]+)~~")


def split_secrets(text: str) -> list[tuple[str, bool]]:
    """Split a shown text into (text, False) and (variable name, True) pieces."""
    pieces = _MARKED.split(text)
    return [(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]


def show_secrets(text: str) -> str:
    """A shown text for people to read, secrets as `$NAME`."""
    return _MARKED.sub(r"$\1", text)
