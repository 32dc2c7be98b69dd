"""Credentials as they are written at the terminal and in the files: by where they are kept.

Reads files and runs commands, when a request is made and not before.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from callwright.core.errors import ConfigurationError, CredentialError
from callwright.core.json import is_array, is_object
from callwright.openapi.secret import EnvironmentVariable, Value, env

__all__ = [
    "ANYWHERE",
    "Command",
    "Home",
    "Keyring",
    "SecretFile",
    "is_literal",
    "is_source",
    "read_auth",
    "read_flag",
    "read_source",
    "read_value",
    "remedy_for",
]

_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The file in which a credential is named: where it lies, and what it may do."""

    folder: Path = Path()
    """Relative paths are meant from here."""
    may_reach_out: bool = True
    """Whether it may have files read and commands run."""

    def located(self, path: str) -> str:
        """A path that is meant from where the file lies."""
        return str(self.folder / Path(path).expanduser())


ANYWHERE = Home()
"""What is written at the terminal: paths are meant from where the command is run."""


@dataclass(frozen=True, slots=True)
class SecretFile:
    """The text of a file, without the line break at its end."""

    path: str

    def __str__(self) -> str:
        return f"file {self.path}"

    def __call__(self) -> str:
        """Read it.

        Raises:
            CredentialError: it cannot be read.
        """
        try:
            return Path(self.path).expanduser().read_text("utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise CredentialError(
                f"The credential cannot be read from {self.path!r}: {reason}."
            ) from None


@dataclass(frozen=True, slots=True)
class Command:
    """What a command writes to standard output, without the line break at its end."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"command {shlex.join(self.words)}"

    def __call__(self) -> str:
        """Run it; it may ask the person at the terminal.

        Raises:
            CredentialError: it cannot be run, fails, or takes more than a minute.
        """
        import subprocess

        try:
            ran = subprocess.run(  # noqa: S603  # the user's own command, without a shell
                self.words, stdout=subprocess.PIPE, check=True, timeout=_SECONDS, text=True
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise CredentialError(
                f"The command {self.words[0]!r} gave no credential: {_reason(error)}.",
                remedy=f"Try it: {shlex.join(self.words)}",
            ) from None
        return ran.stdout.rstrip("\r\n")


def _reason(error: Exception) -> str:
    """Why a command gave nothing; its own words, which may hold a secret, are not told."""
    from subprocess import CalledProcessError, TimeoutExpired

    match error:
        case CalledProcessError():
            return f"exit code {error.returncode}"
        case TimeoutExpired():
            return f"it took more than {_SECONDS} seconds"
        case OSError():
            return error.strerror or type(error).__name__
        case _:
            return "what it wrote is no text"


@dataclass(frozen=True, slots=True)
class Keyring:
    """An entry of the system's keyring."""

    service: str
    user: str

    def __str__(self) -> str:
        return f"keyring {self.service}/{self.user}"

    def __call__(self) -> str:
        """Look it up.

        Raises:
            CredentialError: it is not there, or there is no keyring.
        """
        try:
            keyring: Any = import_module("keyring")
        except ImportError:
            raise CredentialError(
                "The keyring cannot be used.", remedy="Install it: pip install callwright[keyring]"
            ) from None
        try:
            value = keyring.get_password(self.service, self.user)
        except keyring.errors.KeyringError as error:
            raise CredentialError(f"The keyring cannot be read: {type(error).__name__}.") from None
        if not value:
            raise CredentialError(
                f"The keyring has no entry for {self.user!r} of {self.service!r}.",
                remedy=f"Set it: keyring set {shlex.join([self.service, self.user])}",
            )
        return str(value)


def _keyring(text: str) -> Keyring:
    service, _, user = text.rpartition("/")
    if not (service and user):
        raise ConfigurationError(
            "A keyring's entry has no user.", remedy="Write it as keyring:SERVICE/USER."
        )
    return Keyring(service, user)


def _file(text: str) -> SecretFile:
    return SecretFile(text)


def _command(given: str | Sequence[str]) -> Command:
    words: list[Any] = shlex.split(given) if isinstance(given, str) else list(given)
    if not (words and all(isinstance(word, str) for word in words)):
        raise ConfigurationError("A credential's command has no words.")
    return Command(tuple(words))


def _variable(name: str) -> EnvironmentVariable:
    """Read the name of an environment variable.

    Raises:
        ConfigurationError: it is something else, perhaps the secret itself.
    """
    if not _VARIABLE.fullmatch(name):
        raise ConfigurationError(
            "A credential is given by the name of an environment variable.",
            remedy="Export it and write env:NAME.",
        )
    return env(name)


_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SOURCES: Mapping[str, Callable[[Any], Value]] = {
    "env": _variable,
    "keyring": _keyring,
    "file": _file,
    "command": _command,
}
"""Where a secret may be kept: a name, and what reads it."""
_LOCAL = ("file", "command")
_FORMS = '{ env = "NAME" }, { keyring = "service/user" }, { file = "path" }, { command = [..] }'


def is_source(given: object) -> bool:
    """Whether a table says where a secret is kept: it has that one key."""
    if not is_object(given) or len(given) != 1:
        return False
    ((form, value),) = given.items()
    is_words = form == "command" and is_array(value)
    return form in SOURCES and (isinstance(value, str) or is_words)


def read_value(given: object, home: Home = ANYWHERE) -> Value:
    """Read `{ env = "NAME" }` and its like.

    Raises:
        ConfigurationError: it is none, or reads a file or runs a command and must not.
    """
    if not is_source(given):
        raise _no_source(given)
    assert is_object(given)  # noqa: S101  # for the type checkers
    ((form, value),) = given.items()
    if form in _LOCAL and not home.may_reach_out:
        raise ConfigurationError(
            f"A project's own file may not read a credential by {form!r} before it is trusted.",
            remedy="Read the file, then: run-with-tools trust",
        )
    return SOURCES[form](home.located(value) if form == "file" else value)


def _no_source(given: object) -> ConfigurationError:
    """What is wrong with what should say where a secret is kept; its text is not repeated."""
    form = next(iter(given)) if is_object(given) and len(given) == 1 else None
    if form in SOURCES:
        what = "text or a list of words" if form == "command" else "text"
        return ConfigurationError(f"{form!r} must be {what}.", remedy=f"Write one of {_FORMS}.")
    return ConfigurationError(
        "A secret is not written here, but where it is kept.", remedy=remedy_for(given)
    )


def remedy_for(given: object) -> str:
    """How to write in a file where a secret is kept, after it was written otherwise."""
    form = given.partition(":")[0] if isinstance(given, str) else ""
    if form in SOURCES:
        return f'Here it is a table: {{ {form} = "..." }}.'
    return f"Write one of {_FORMS}."


def read_auth(given: object, home: Home = ANYWHERE) -> Any:
    """Read a credential of the configuration: one for all, or by schemes and origins.

    Raises:
        ConfigurationError: it is none.
    """
    if not is_object(given) or is_source(given) or set(given) <= set(SOURCES):
        return read_value(given, home)
    read = {
        key: read_auth(value, home) if is_object(value) else value for key, value in given.items()
    }
    for required, make in _KINDS.items():
        if required in given:
            return _made(make, read)
    for key, value in given.items():
        if not is_object(value):
            raise ConfigurationError(
                f"{key!r} says nothing of where a secret is kept.",
                remedy=remedy_for(value),
            )
    return read


def _made(make: str, fields: dict[str, Any]) -> Any:
    from callwright.openapi.security import credential

    for secret in ("password", "client_secret", "refresh_token"):
        if isinstance(fields.get(secret), str):
            raise ConfigurationError(
                f"The {secret} is not written here, but where it is kept.",
                remedy=remedy_for(fields[secret]),
            )
    kind = "Digest" if make == "Basic" and fields.pop("digest", False) is True else make
    try:
        return getattr(credential, kind)(**fields)
    except TypeError:
        known = ", ".join(fields)
        raise ConfigurationError(
            f"These are not the fields of {kind}: {known}.", remedy="See docs/credentials.md."
        ) from None


_KINDS = {
    "refresh_token": "RefreshToken",
    "client_id": "ClientCredentials",
    "username": "Basic",
}
"""The field that tells a kind of credential."""


def read_flag(text: str) -> Value | Mapping[str, Any]:
    """Read `env:NAME`, `keyring:SERVICE/USER`, `file:PATH`, `command:WORDS`, `none`, or a secret.

    Raises:
        ConfigurationError: the form is known, and what follows it cannot be used.
    """
    return {} if text == "none" else read_source(text)


def read_source(text: str) -> Value:
    """Read `env:NAME` and its like; every other text is meant as it stands.

    Raises:
        ConfigurationError: the form is known, and what follows it cannot be used.
    """
    form, colon, rest = text.partition(":")
    return SOURCES[form](rest) if colon and form in SOURCES else text


def is_literal(value: object) -> bool:
    """Whether a secret itself was written, and not where it is kept."""
    return isinstance(value, str)
