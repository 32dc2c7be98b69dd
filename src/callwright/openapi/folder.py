"""Folders whose files a model may name in its arguments, and the reading of such files.

Reads local files, when a request is built. Nothing outside of an offered folder is ever opened, and
what is refused is not looked at: a refusal does not tell whether there is such a file.
"""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, cast

from callwright.core.errors import ArgumentsInvalid, ConfigurationError
from callwright.openapi.real_path import real_path

__all__ = [
    "MAX_FILE_BYTES",
    "FileFolders",
    "FileReading",
    "Folders",
    "LocalFile",
    "split_files",
    "without_base64",
]

Folders: TypeAlias = "str | Path | Iterable[str | Path]"
"""One folder, or several."""

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Of all the files in one request: they are held in memory, as the request is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A file that was read: where it lies, how it may be called, and what it holds."""

    path: Path
    name: str
    """Its path, from the offered folder's name on."""
    content: bytes = field(repr=False)

    @property
    def mark(self) -> str:
        """What stands for it where a request is shown."""
        return f"<{len(self.content):,} bytes of {self.name}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFolders:
    """The folders that a caller offers, as they really are: symbolic links are followed once."""

    folders: tuple[Path, ...] = ()
    max_bytes: int = MAX_FILE_BYTES

    @classmethod
    def of(cls, given: Folders) -> FileFolders:
        """Read what a caller gave.

        Raises:
            ConfigurationError: one of them is no folder.
        """
        return cls(folders=tuple(dict.fromkeys(map(_folder, _listed(given)))))

    @property
    def description(self) -> str:
        """What a model is told of a path; nothing where no folder is offered."""
        names = ", ".join(repr(folder.name or str(folder)) for folder in self.folders)
        return f"A file by its path within one of these folders: {names}." if names else ""

    def read(self, path: str, left: int) -> LocalFile:
        """The file at a path that a model gave: absolute, or from a folder or its name on.

        Raises:
            ArgumentsInvalid: it is in no offered folder, is no file, or has more bytes than `left`.
        """
        if not self.folders:
            raise ArgumentsInvalid(
                [f"The file {path!r} cannot be read: no folder is offered. Give it as `base64`."]
            )
        known = list(self._candidates(path))
        if not known:
            raise ArgumentsInvalid([f"The file {path!r} is in no folder that is offered."])
        folder, real = next((place for place in known if _exists(place[1])), known[0])
        within = real.relative_to(folder)
        if any(part.startswith(".") for part in within.parts):
            raise ArgumentsInvalid([f"The file {path!r} is a hidden one, and is not offered."])
        content = _content(real, path, left)
        return LocalFile(path=real, name=str(Path(folder.name, within)), content=content)

    def _candidates(self, path: str) -> Iterator[tuple[Path, Path]]:
        """Each folder in which the path really lies, and where it is there."""
        for folder in self.folders:
            # A model often says the folder's name as well, as the person did who asked it.
            for start in (folder, folder.parent):
                real = _resolved(start / path)
                if real is not None and real.is_relative_to(folder):
                    yield folder, real


def _listed(given: Any) -> Iterable[Any]:
    is_one = isinstance(given, (str, bytes, Path)) or not isinstance(given, Iterable)
    return [given] if is_one else cast("Iterable[Any]", given)


def _folder(given: Any) -> Path:
    if not isinstance(given, (str, Path)):
        raise ConfigurationError(f"The folder {given!r} is no path.")
    name: str = os.path.expanduser(str(given))  # noqa: PTH111  # never raises
    path = _resolved(Path(name))
    if path is None or not path.is_dir():
        raise ConfigurationError(
            f"There is no folder {name!r}.",
            remedy="Offer the files of a folder that is there.",
        )
    return path


def _resolved(path: Path) -> Path | None:
    """A path without symbolic links; None for what can be no path."""
    try:
        return real_path(path)
    except (OSError, RuntimeError, ValueError):  # links in a circle, too long, NUL, a surrogate
        return None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # too long
        return False


def _content(real: Path, told: str, left: int) -> bytes:
    """The bytes of a regular file; what only looks like one, as a pipe, is never waited for."""
    try:
        descriptor = os.open(real, _FLAGS)
    except FileNotFoundError:
        raise ArgumentsInvalid([f"There is no file {told!r}."]) from None
    except OSError as error:
        raise ArgumentsInvalid([f"The file {told!r} cannot be read: {error.strerror}."]) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ArgumentsInvalid([f"{told!r} is no file."])
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(left + 1)
    if len(content) > left:
        raise ArgumentsInvalid([f"The file {told!r} has more bytes than a request may hold."])
    return content


# Links were resolved before; the last step is not followed again, should it have become one since.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(slots=True, kw_only=True)
class FileReading:
    """The reading of one request's files, which share its room."""

    folders: FileFolders
    files: list[LocalFile] = field(default_factory=list[LocalFile])

    def file(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """A file in the form that holds its bytes, of one that names its path.

        Raises:
            ArgumentsInvalid: it cannot be had.
        """
        left = self.folders.max_bytes - sum(len(file.content) for file in self.files)
        read = self.folders.read(value["path"], left)
        self.files.append(read)
        others = {key: item for key, item in value.items() if key != "path"}
        return {"base64": b64encode(read.content).decode(), "filename": read.path.name, **others}


def split_files(content: bytes, files: Sequence[LocalFile]) -> list[bytes | LocalFile]:
    """A body in pieces: the files in it, where they stand as they are, and what is between them.

    Short ones are as well shown as they are.
    """
    pieces: list[bytes | LocalFile] = [content]
    for file in files:
        if len(file.content) >= _SHOWN_BYTES:
            pieces = [part for piece in pieces for part in _split(piece, file)]
    return [piece for piece in pieces if piece]


def without_base64(content: bytes, files: Sequence[LocalFile]) -> bytes:
    """A body as it may be shown, with the names of the files that JSON holds as base64."""
    for file in files:
        if len(file.content) >= _SHOWN_BYTES:
            content = content.replace(b64encode(file.content), file.mark.encode())
    return content


def _split(piece: bytes | LocalFile, file: LocalFile) -> Iterator[bytes | LocalFile]:
    if isinstance(piece, LocalFile):
        yield piece
        return
    first, *rest = piece.split(file.content)
    yield first
    for part in rest:
        yield from (file, part)


_SHOWN_BYTES = 256
