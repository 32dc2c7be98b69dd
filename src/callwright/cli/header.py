"""Fixed headers and credentials as they are written: a secret by the name of its variable only."""

from __future__ import annotations

import re

from callwright.core.errors import ConfigurationError
from callwright.openapi.secret import EnvironmentVariable, Value, env

__all__ = ["check_header", "read_environment_name", "read_header"]

_SECRET = re.compile(r"auth|cookie|key|token|secret|password|session|credential", re.IGNORECASE)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2: token
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_header(text: str) -> tuple[str, Value]:
    """Read `Name: value` or `Name: env:VARIABLE`.

    Raises:
        ConfigurationError: it is no header, or a secret stands in it.
    """
    name, colon, value = (part.strip() for part in text.partition(":"))
    if not colon:
        raise ConfigurationError("A header has no colon.", remedy='Write it as "Name: value".')
    given: Value = read_environment_name(value) if value.startswith("env:") else value
    check_header(name, given)
    return name, given


def check_header(name: str, value: Value) -> None:
    """Refuse what is no header and what should not be written down.

    Raises:
        ConfigurationError: the name is none, or the value is a secret or has a line break.
    """
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} is no name of a header.")
    if isinstance(value, str) and _SECRET.search(name):
        # The value itself is told nowhere: it may be a real secret.
        raise ConfigurationError(
            f"The header {name!r} holds a secret, which must not be written here.",
            remedy=f'Export it and name the variable: --header "{name}: env:NAME".',
        )
    if isinstance(value, str) and not value.isprintable():
        raise ConfigurationError(f"The header {name!r} has a value that cannot be sent.")


def read_environment_name(text: str) -> EnvironmentVariable:
    """Read `env:NAME`.

    Raises:
        ConfigurationError: it is something else, perhaps the secret itself.
    """
    form, _, name = text.partition(":")
    if form != "env" or not _VARIABLE.fullmatch(name):
        raise ConfigurationError(
            "A credential is given by the name of an environment variable.",
            remedy="Export it and write env:NAME.",
        )
    return env(name)
