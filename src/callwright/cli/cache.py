"""`run-with-tools cache`: says where specs are kept between runs, and removes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from callwright.cache.place import cache_directory, is_switched_off
from callwright.cache.store import Store
from callwright.cli.error import OK
from callwright.cli.option import loudness_options
from callwright.cli.progress import counted
from callwright.cli.screen import errors, output
from callwright.core.errors import ConfigurationError

__all__ = ["cache_command"]


def _tell_path(directory: Path) -> str:
    return str(directory)


def _clear(directory: Path) -> str:
    try:
        cleared = Store(directory=directory).clear()
    except OSError as error:
        raise ConfigurationError(
            f"The cache {str(directory)!r} cannot be cleared: {error.strerror}.",
            remedy="Look who may write there.",
        ) from None
    return f"removed {counted(cleared.files, 'file')}, {counted(cleared.bytes, 'byte')}"


_ACTIONS: Mapping[str, Callable[[Path], str]] = {"path": _tell_path, "clear": _clear}


@click.command("cache", short_help="Say where specs are kept, or remove them.")
@click.argument("action", type=click.Choice(tuple(_ACTIONS)), default="path")
@loudness_options
def cache_command(action: str, quiet: bool, **_given: Any) -> int:
    """Say where specs are kept between runs, or remove them.

    \b
    path   prints the directory: CALLWRIGHT_CACHE_DIR, or one of the user's own
    clear  removes what was kept there, and nothing else

    With CALLWRIGHT_CACHE=off nothing is kept, and nothing that was kept is used.
    """
    directory = cache_directory()
    if directory is None:
        raise ConfigurationError(
            "There is no directory to keep specs in.", remedy="Name one in CALLWRIGHT_CACHE_DIR."
        )
    output().answer(_ACTIONS[action](directory))
    if is_switched_off():
        errors(is_silent=quiet).line("the cache is switched off by CALLWRIGHT_CACHE", "faint")
    return OK
