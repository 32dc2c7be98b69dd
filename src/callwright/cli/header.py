"""Fixed headers and credentials as they are written: a secret by the name of its variable only."""

from __future__ import annotations

import re

from callwright.cli.credential import read_source
from callwright.core.errors import ConfigurationError
from callwright.core.redaction import is_secret
from callwright.openapi.secret import Value

__all__ = ["check_header", "read_header"]

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2: token


def read_header(text: str) -> tuple[str, Value]:
    """Read `Name: value`, or `Name: env:VARIABLE` and its like.

    Raises:
        ConfigurationError: it is no header.
    """
    name, colon, value = (part.strip() for part in text.partition(":"))
    if not colon:
        raise ConfigurationError("A header has no colon.", remedy='Write it as "Name: value".')
    given = read_source(value)
    _check_form(name, given)
    return name, given


def check_header(name: str, value: Value) -> None:
    """Refuse what is no header and what should not be written down.

    Raises:
        ConfigurationError: the name is none, or the value is a secret or has a line break.
    """
    _check_form(name, value)
    if isinstance(value, str) and is_secret(value, name):
        # The value itself is told nowhere: it may be a real secret.
        raise ConfigurationError(
            f"The header {name!r} holds a secret, which must not be written here.",
            remedy=f'Export it and name the variable: --header "{name}: env:NAME".',
        )


def _check_form(name: str, value: Value) -> None:
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} is no name of a header.")
    if isinstance(value, str) and not value.isprintable():
        raise ConfigurationError(f"The header {name!r} has a value that cannot be sent.")
