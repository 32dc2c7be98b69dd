"""The configuration files: a project's own, over the user's. Reads them; a flag is over both."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from callwright.cli.credential import Home
from callwright.cli.mistyped import unknown_key
from callwright.cli.secret import SecretReader
from callwright.cli.trust import is_trusted
from callwright.core.errors import ConfigurationError
from callwright.core.json import is_array, is_object
from callwright.openapi.secret import Value

__all__ = [
    "Configuration",
    "NamedSpec",
    "Origin",
    "read_configuration",
    "read_file",
    "where_files_are",
]

Origin: TypeAlias = Literal["project", "user"]

_TOP = ("model", "spec", "default_spec", "allow")
_SPEC_TEXT = re.compile(r"^\s*spec\s*=", re.MULTILINE)
_SPEC_TABLE = re.compile(r"^\s*\[\s*spec\s*\.", re.MULTILINE)
_SPEC = ("source", "server", "match", "headers", "auth", "override", "files", "allow_address")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSpec:
    """One `[spec.NAME]` table."""

    source: str
    server: str | None = None
    match: tuple[str, ...] = ()
    headers: Mapping[str, Value] = field(default_factory=dict[str, Value])
    auth: Any = field(default=None, repr=False)
    overrides: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """The rules, each by the arguments of an `Override`."""
    files: tuple[str, ...] = ()
    """The folders whose files may be sent."""
    addresses: tuple[str, ...] = ()
    """What calls may go to besides public addresses."""
    file: Path | None = None
    """Where it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the files say; None is what they leave open."""

    model: str | None = None
    spec: str | None = None
    allow: str | None = None
    specs: Mapping[str, NamedSpec] = field(default_factory=dict[str, NamedSpec])

    def over(self, other: Configuration) -> Configuration:
        """This one, and what it leaves open from the other.

        A named spec is taken whole from one of them: a project's server never meets a credential
        of the user's file.
        """
        return Configuration(
            model=self.model or other.model,
            spec=self.spec or other.spec,
            allow=self.allow or other.allow,
            specs={**other.specs, **self.specs},
        )


def where_files_are() -> Mapping[Origin, Path]:
    """The places of the two files, whether they exist or not."""
    import click

    user = Path(click.get_app_dir("run-with-tools")) / "config.toml"
    return {"project": Path("run-with-tools.toml").absolute(), "user": user}


def read_configuration() -> Configuration:
    """What both files say, the project's over the user's.

    Raises:
        ConfigurationError: one of them cannot be used.
    """
    project, user = (read_file(path, origin) for origin, path in where_files_are().items())
    return project.over(user)


def read_file(path: Path, origin: Origin) -> Configuration:
    """Read one file; a missing one says nothing.

    Raises:
        ConfigurationError: it cannot be read, or holds what is not known.
    """
    text = ""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")  # editors of Windows put a byte order mark before it
        given = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        return Configuration()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(
            f"The configuration cannot be read: {reason}.", place=str(path), remedy=_remedy(text)
        ) from None
    table = _Table(given, str(path))
    table.check(_TOP)
    spec = given.get("spec")
    named: Mapping[str, Any] = spec if is_object(spec) else {}
    _check_allow(table, origin)
    # What comes with a checkout runs nothing and reads nothing before a person has said so.
    may_reach_out = origin == "user" or is_trusted(path, content)
    reader = SecretReader(home=Home(folder=path.parent, may_reach_out=may_reach_out))
    return Configuration(
        model=table.text("model"),
        spec=table.text("default_spec") or (None if is_object(spec) else table.text("spec")),
        allow=table.text("allow"),
        specs={
            name: _named_spec(name, value, path, origin, reader) for name, value in named.items()
        },
    )


def _remedy(text: str) -> str:
    """TOML has one `spec`: it is a text, or the tables [spec.NAME] are in it."""
    clashes = all(pattern.search(text) for pattern in (_SPEC_TEXT, _SPEC_TABLE))
    return 'Beside [spec.NAME] tables write default_spec = "..." for spec.' if clashes else ""


def _check_allow(table: _Table, origin: Origin) -> None:
    allow = table.text("allow")
    if allow not in (None, "read", "write", "all"):
        raise table.fault(f"allow is {allow!r}.", 'Write "read", "write" or "all".')
    # It comes with a checkout: whoever wrote it must not decide what goes unasked here.
    if origin == "project" and allow in ("write", "all"):
        raise table.fault(
            f"A project's own file cannot allow {allow!r}.",
            f"Use --allow {allow}, RUN_WITH_TOOLS_ALLOW, or your own configuration file.",
        )


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a file, and where it stands."""

    given: Mapping[str, Any]
    place: str

    def fault(self, what: str, remedy: str = "") -> ConfigurationError:
        return ConfigurationError(what, place=self.place, remedy=remedy)

    def check(self, known: Iterable[str]) -> None:
        for key, value in self.given.items():
            if key not in known:
                is_spec = is_object(value) and "source" in value
                hint = f"Write [spec.{key}]." if is_spec else ""
                raise unknown_key(key, known, self.place, hint=hint)

    def text(self, key: str) -> str | None:
        value = self.given.get(key)
        if value is None or (isinstance(value, str) and value):
            return value
        raise self.fault(f"{key} must be text.")

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.given.get(key, ())
        listed = [value] if isinstance(value, str) else value
        if not is_array(listed) or not all(isinstance(item, str) for item in listed):
            raise self.fault(f"{key} must be a list of texts.")
        return tuple(listed)


def _named_spec(
    name: str, given: object, path: Path, origin: Origin, reader: SecretReader
) -> NamedSpec:
    place = f"{path} [spec.{name}]"
    if not is_object(given):
        raise ConfigurationError("A spec must be a table.", place=place)
    table = _Table(given, place)
    table.check(_SPEC)
    source = table.text("source")
    if source is None:
        raise table.fault("The source is missing.", 'Write source = "URL or path".')
    return NamedSpec(
        source=_located(source, path),
        server=table.text("server"),
        match=table.texts("match"),
        headers=reader.headers(given.get("headers", {}), f"{place} headers"),
        auth=reader.auth(given.get("auth"), f"{place} auth"),
        overrides=reader.overrides(given.get("override", ()), f"{place} override"),
        files=_folders(table, path, origin),
        addresses=_addresses(table, origin),
        file=path,
    )


def _located(source: str, path: Path) -> str:
    """A relative path is meant from where the file lies."""
    if "://" in source:
        return source
    return str(path.parent / Path(source).expanduser())


def _addresses(table: _Table, origin: Origin) -> tuple[str, ...]:
    """What is admitted besides public addresses; a project's file admits nothing."""
    addresses = table.texts("allow_address")
    if addresses and origin == "project":
        raise table.fault(
            "A project's own file cannot allow an address.",
            f"Use --allow-address {addresses[0]}, RUN_WITH_TOOLS_ALLOW_ADDRESS, or your own "
            "configuration file.",
        )
    return addresses


def _folders(table: _Table, path: Path, origin: Origin) -> tuple[str, ...]:
    """The folders that are offered; a project's file offers none but those below its own."""
    folders = [_located(text, path) for text in table.texts("files")]
    home = path.parent.resolve()
    for folder in folders if origin == "project" else ():
        real = Path(folder).resolve()
        if real == home or not real.is_relative_to(home):
            raise table.fault(
                f"A project's own file cannot offer the files of {folder!r}.",
                "Name a folder below the project's, use --files, or your own configuration file.",
            )
    return tuple(folders)
