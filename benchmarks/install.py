"""Install the peers where nothing else is: each in an environment of its own, once.

The environments lie in the user's cache folder, under `callwright-benchmarks`, named by library
and version; removing that folder removes all there is. Package registries are reached through pip
and npm as they are set up; nothing that a package brings is run while it is installed by npm.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CannotInstall", "Peer", "cache_folder", "installed"]

DONE = "installed"
"""A file that is written last, so that half an environment is made anew."""


class CannotInstall(Exception):
    """A peer cannot be installed here; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A library that also makes tools of a spec, in the version that is compared."""

    name: str
    version: str
    library: str
    """What `worker.py` calls it; nothing for an npm package."""
    packages: Sequence[str]
    """What pip or npm is asked for."""


def cache_folder() -> Path:
    """Where the environments lie."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "callwright-benchmarks"


def installed(peer: Peer) -> list[str]:
    """The command that measures a peer, which is installed first if it is not yet.

    Raises:
        CannotInstall: pip or npm could not.
    """
    folder = cache_folder() / f"{peer.name.replace('/', '+')}-{peer.version}"
    if not (folder / DONE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (with_pip if peer.library else with_npm)(folder, peer.packages)
        (folder / DONE).touch()
    here = Path(__file__).parent
    if peer.library:
        return [str(folder / "bin/python"), "-Es", str(here / "worker.py"), peer.library]
    module = folder / "node_modules" / peer.name / "dist/index.js"
    return [found("node"), "--expose-gc", str(here / "worker.mjs"), str(module)]


def with_pip(folder: Path, packages: Sequence[str]) -> None:
    """Make a virtual environment and install into it."""
    run([sys.executable, "-m", "venv", str(folder)])
    run([str(folder / "bin/python"), "-m", "pip", "install", "--quiet", *packages])


def with_npm(folder: Path, packages: Sequence[str]) -> None:
    """Install into a folder, without the packages' own scripts."""
    quiet = ("--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts")
    run([found("npm"), "install", "--prefix", str(folder), *quiet, *packages])


def found(program: str) -> str:
    """Where a program is."""
    path = shutil.which(program)
    if path is None:
        raise CannotInstall(f"there is no {program}")
    return path


def run(command: Sequence[str]) -> None:
    """Run a command that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no word"]
        raise CannotInstall(said[-1])
