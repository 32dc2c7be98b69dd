"""`run-with-tools trust`: a person lets a project's file read files and run commands.

The record holds the path and a hash of the content, so that what was changed is asked for anew.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from callwright.cli.error import OK
from callwright.cli.option import loudness_options
from callwright.cli.screen import errors, visible
from callwright.core.errors import ConfigurationError
from callwright.core.json import is_object

__all__ = ["is_trusted", "trust_command"]


def _record() -> Path:
    return Path(click.get_app_dir("run-with-tools")) / "trusted.json"


def is_trusted(path: Path, content: bytes) -> bool:
    """Whether a person has said so of this file with this very content."""
    return _known().get(str(path.resolve())) == sha256(content).hexdigest()


def _known() -> dict[str, Any]:
    try:
        given: object = json.loads(_record().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(given) if is_object(given) else {}


@click.command("trust", short_help="Trust a project's configuration file.")
@click.argument("path", required=False, metavar="[FILE]")
@loudness_options
def trust_command(path: str | None, quiet: bool, **_given: Any) -> int:
    """Let a project's configuration read credentials from files and by commands.

    FILE is run-with-tools.toml in this folder, unless given. Read it first. When it changes, it is
    asked for again.
    """
    file = Path(path or "run-with-tools.toml")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{str(file)!r} cannot be read: {error.strerror}.") from None
    known = {**_known(), str(file.resolve()): sha256(content).hexdigest()}
    record = _record()
    try:
        record.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        record.write_text(json.dumps(known, indent=1), "utf-8")
        record.chmod(0o600)
    except OSError as error:
        raise ConfigurationError(f"{str(record)!r} cannot be written: {error.strerror}.") from None
    errors(is_silent=quiet).line(visible(f"trusted as it is now: {file.resolve()}"), "faint")
    return OK
