"""Files that came from calls, put where the person wants them.

Writes files. What a server calls a file never chooses a folder, and never replaces what is there.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from callwright.cli.progress import size
from callwright.cli.screen import Screen, Unwritable, visible
from callwright.core.errors import ConfigurationError
from callwright.core.json import dump_json

if TYPE_CHECKING:
    from callwright.core.events.event import CallFinished
    from callwright.core.file import BinaryFile
    from callwright.core.tool import ToolResult

__all__ = ["SavedFiles", "Target", "bytes_of", "safe_name"]

_MAX_NAME_BYTES = 200
_MAX_ATTEMPTS = 10_000
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
# Names that Windows takes for devices, with whatever suffix.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_SUFFIX = re.compile(r"[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Target:
    """Where `--output` wants an answer: a file, or standard output as it is."""

    path: Path | None

    @classmethod
    def of(cls, given: str | None) -> Target | None:
        """Read the option, before anything is sent.

        Raises:
            ConfigurationError: no file can be written there.
        """
        if given is None:
            return None
        path = None if given == "-" else Path(given).expanduser()
        if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
            raise ConfigurationError(
                f"{given!r} cannot be written.",
                remedy="Name a file in a folder that is there, or - for standard output.",
            )
        return cls(path)

    def write(self, result: ToolResult, screen: Screen) -> None:
        """Put an answer into the file, in place of what is there.

        Raises:
            Unwritable: it cannot be written.
        """
        assert self.path is not None  # noqa: S101  # for the type checkers
        content = bytes_of(result)
        try:
            self.path.write_bytes(content)
        except OSError as error:
            raise Unwritable(error.strerror) from None
        screen.line(f"   saved {visible(str(self.path))} ({size(len(content))})", "faint")


def bytes_of(result: ToolResult) -> bytes:
    """An answer as it is put into a file: a file's own bytes, text, or JSON."""
    if result.file is not None:
        return result.file.content
    if result.value is None or isinstance(result.value, str):
        return (result.value or "").encode(errors="surrogatepass")
    return f"{dump_json(result.value)}\n".encode(errors="surrogatepass")


@dataclass(slots=True)
class SavedFiles:
    """Saves the files that the calls of a run give, each under a new name in one folder."""

    folder: Path
    screen: Screen
    places: dict[str, Path] = field(default_factory=dict[str, Path])
    """Where the file of a call is, by the call's id."""

    @classmethod
    def of(cls, given: str | None, screen: Screen) -> SavedFiles | None:
        """Read the option; the folder is made.

        Raises:
            ConfigurationError: it cannot be made.
        """
        if given is None:
            return None
        folder = Path(given).expanduser()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"The folder {given!r} cannot be made: {error.strerror}."
            ) from None
        return cls(folder, screen)

    def keep(self, finished: CallFinished) -> None:
        """Save the file of a call that succeeded; what stands in the way is told."""
        file = finished.result.file
        if file is None or finished.result.is_error:
            return
        try:
            path = self._written(file, safe_name(file, finished.name))
        except OSError as error:
            self.screen.line(f"        not saved: {visible(str(error.strerror))}", "warning")
            return
        self.places[finished.call.id] = path
        told = f"        saved {visible(str(path))} ({size(len(file.content))})"
        self.screen.line(told, "faint")

    def _written(self, file: BinaryFile, name: str) -> Path:
        stem, dot, suffix = name.rpartition(".") if "." in name else (name, "", "")
        for number in range(1, _MAX_ATTEMPTS):
            path = self.folder / (name if number == 1 else f"{stem}-{number}{dot}{suffix}")
            try:
                # "x" neither follows a link nor replaces what is there.
                stream = path.open("xb")
            except FileExistsError:
                continue
            _fill(path, stream, file.content)
            return path
        raise FileExistsError(17, "too many files have its name")


def _fill(path: Path, stream: BinaryIO, content: bytes) -> None:
    """Write a new file; one that cannot be written whole is taken away again."""
    try:
        with stream:
            stream.write(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def safe_name(file: BinaryFile, tool: str) -> str:
    """A name for a file: what the server calls it, as far as that is a plain name.

    >>> from callwright.core.file import BinaryFile
    >>> safe_name(BinaryFile(content=b"", filename="../../.ssh/config"), "get")
    'config'
    >>> safe_name(BinaryFile(content=b"", media_type="image/png"), "get_cover")
    'get_cover.png'
    """
    last = re.split(r"[/\\]", file.filename)[-1]
    name = _UNSAFE.sub("_", "".join(letter for letter in last if letter.isprintable()))
    name = name.strip(" .").lstrip("-~ .")
    if not name:
        suffix = file.media_type.rpartition("/")[2].rpartition("+")[2]
        name = f"{_UNSAFE.sub('_', tool)}.{suffix if _SUFFIX.fullmatch(suffix) else 'bin'}"
    return _within(f"_{name}" if _DEVICE.match(name) else name)


def _within(name: str) -> str:
    """The name in as many bytes as file systems take, its suffix kept."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122  # `Path` would read a folder off a name
    room = _MAX_NAME_BYTES - len(os.fsencode(suffix[:20]))
    return stem.encode(errors="replace")[:room].decode(errors="ignore") + suffix[:20]
