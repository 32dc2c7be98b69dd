"""`run-with-tools config`: says where each file lies, and what holds in the end."""

from __future__ import annotations

import os
from typing import Any

import click

from callwright.cli.configuration import (
    Configuration,
    NamedSpec,
    read_configuration,
    read_file,
    where_files_are,
)
from callwright.cli.error import OK
from callwright.cli.option import loudness_options
from callwright.cli.screen import Screen, output, visible
from callwright.core.json import is_object
from callwright.openapi.secret import EnvironmentVariable

__all__ = ["config_command"]


@click.command("config", short_help="Show the configuration that holds.")
@loudness_options
def config_command(**_given: Any) -> int:
    """Show where the configuration lies, and what holds; secrets by their variables' names."""
    screen = output()
    for origin, path in where_files_are().items():
        state = "" if path.is_file() else "  (not there)"
        screen.line(f"{origin + ' file':<13} {visible(str(path))}{state}")
    configuration = read_configuration()
    for key in ("model", "spec", "allow"):
        screen.line(visible(f"{key:<13} {_effective(key, configuration)}"))
    for name, spec in configuration.specs.items():
        _show_spec(name, spec, screen)
    return OK


def _effective(key: str, configuration: Configuration) -> str:
    variable = f"RUN_WITH_TOOLS_{key.upper()}"
    if os.environ.get(variable):
        return f"{os.environ[variable]}  (from {variable})"
    value = getattr(configuration, key)
    if value is None:
        return "read  (by default)" if key == "allow" else "(not set)"
    project, user = (
        getattr(read_file(path, origin), key) for origin, path in where_files_are().items()
    )
    return f"{value}  (from the {'user' if project is None and user else 'project'} file)"


def _show_spec(name: str, spec: NamedSpec, screen: Screen) -> None:
    screen.line(visible(f"{f'spec.{name}':<13} {spec.source}  (from {spec.file})"))
    shown = {
        "server": spec.server or "",
        "match": " ".join(spec.match),
        **{f"header {key}": _shown(value) for key, value in spec.headers.items()},
        "auth": _shown(spec.auth),
        "files": " ".join(spec.files),
    }
    for label, value in shown.items():
        if value:
            screen.line(visible(f"{'':<13} {label}: {value}"))


def _shown(value: object) -> str:
    if isinstance(value, EnvironmentVariable):
        state = "set" if os.environ.get(value.name) else "not set"
        return f"${value.name} ({state})"
    if is_object(value):
        return ", ".join(f"{name}: {_shown(item)}" for name, item in value.items())
    return str(value or "")
