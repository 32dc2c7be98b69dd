"""Keep bytes in files of one directory, under names that are hashes; the least used go first.

This room reads and writes files, and several processes may do so at once. Keeping is a favour:
what cannot be kept is not, and what is damaged, foreign or unreadable is not there.
"""

from __future__ import annotations

import os
import re
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedWriter, FileIO
from pathlib import Path
from struct import Struct
from typing import TypeAlias

__all__ = ["Cleared", "Entry", "Store", "entry_name"]

MAX_BYTES = 512 * 1024 * 1024
_LARGEST_SHARE = 8
"""An entry may fill an eighth: of 512 MB that is 64, and the largest known public spec has 47."""
_FORSAKEN_SECONDS = 3600.0
"""A file that is still half written after so long belongs to a process that was killed."""

_FORMAT = 1
_MAGIC = b"callwright-cache"
_HEADER = Struct(">16s32sI")
"""The magic, the checksum of all that follows, and how long the label is."""

_HALF_WRITTEN = ".tmp"
_NAME = re.compile(rf"[0-9a-f]{{64}}\.callwright(\.[0-9a-f]{{16}}\{_HALF_WRITTEN})?")

_Found: TypeAlias = "tuple[Path, os.stat_result]"


def entry_name(kind: str, key: bytes) -> str:
    """The file's name of an entry: a hash, so that it tells nothing of the key.

    >>> entry_name("page", b"https://example.com/openapi.json")[:12]
    '5c0830f21f55'
    """
    digest = sha256(f"{_FORMAT} {kind}\0".encode())
    digest.update(key)
    return f"{digest.hexdigest()}.callwright"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is kept: the content, and a few words on it that its writer chose."""

    content: bytes
    label: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """How much was removed."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Entries in a directory, `max_bytes` in all. To make one opens nothing."""

    directory: Path
    max_bytes: int = MAX_BYTES

    def read(self, name: str) -> Entry | None:
        """The entry, if it is there and whole; it is the last used one from now on."""
        try:
            with _open(self.directory / name) as file:
                entry = self._read(file, name)
                if entry is not None:
                    _mark_used(file, self.directory / name)
                return entry
        except OSError:
            return None

    def _read(self, file: FileIO, name: str) -> Entry | None:
        found = os.fstat(file.fileno())
        if not _is_ours(found) or found.st_size > self._max_entry_bytes:
            return None
        head = file.read(_HEADER.size)
        if len(head) < _HEADER.size:
            return None
        magic, checksum, length = _HEADER.unpack(head)
        label = file.read(min(length, found.st_size))
        entry = Entry(label=label, content=file.readall())
        is_whole = magic == _MAGIC and len(label) == length and checksum == _checksum(name, entry)
        return entry if is_whole else None

    def write(self, name: str, entry: Entry) -> None:
        """Keep an entry, if that is possible; the least used ones make room for it."""
        if _HEADER.size + len(entry.label) + len(entry.content) > self._max_entry_bytes:
            return
        with suppress(OSError):
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._put(name, entry)
            self._make_room()

    @property
    def _max_entry_bytes(self) -> int:
        return self.max_bytes // _LARGEST_SHARE

    def _put(self, name: str, entry: Entry) -> None:
        """Write beside the entry's place and move it there, so that nobody reads half of it."""
        path = self.directory / name
        beside = self.directory / f"{name}.{os.urandom(8).hex()}{_HALF_WRITTEN}"
        try:
            with _create(beside) as file:
                file.write(_HEADER.pack(_MAGIC, _checksum(name, entry), len(entry.label)))
                file.write(entry.label)
                file.write(entry.content)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    def _make_room(self) -> None:
        """Remove the least used entries above the size, and what was never written to its end."""
        files = sorted(self._files(), key=lambda found: found[1].st_mtime_ns)
        excess = sum(found.st_size for _, found in files) - self.max_bytes
        forsaken = time.time() - _FORSAKEN_SECONDS
        for path, found in files:
            is_half = path.suffix == _HALF_WRITTEN
            if found.st_mtime < forsaken if is_half else excess > 0:
                path.unlink(missing_ok=True)
                excess -= found.st_size

    def forget(self, name: str) -> None:
        """Remove an entry, if it is there."""
        with suppress(OSError):
            (self.directory / name).unlink(missing_ok=True)

    def clear(self) -> Cleared:
        """Remove all that was ever kept here; other files stay, and so does the directory.

        Raises:
            OSError: something could not be removed.
        """
        sizes: list[int] = []
        for path, found in self._files():
            with suppress(FileNotFoundError):  # another process was faster
                path.unlink()
                sizes.append(found.st_size)
        return Cleared(files=len(sizes), bytes=sum(sizes))

    def _files(self) -> list[_Found]:
        """The files that have our names; links and directories are none of ours."""
        try:
            paths = [path for path in self.directory.iterdir() if _NAME.fullmatch(path.name)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [found for path in paths for found in _regular(path)]


def _regular(path: Path) -> list[_Found]:
    try:
        state = path.lstat()
    except FileNotFoundError:  # removed since the directory was read
        return []
    return [(path, state)] if stat.S_ISREG(state.st_mode) else []


def _open(path: Path) -> FileIO:
    """Open a file that is no link; one that is a pipe is not waited for."""
    safely = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return FileIO(path, "rb", opener=lambda name, flags: os.open(name, flags | safely))


def _create(path: Path) -> BufferedWriter:
    """Create a file that nobody else may read."""
    return BufferedWriter(
        FileIO(path, "xb", opener=lambda name, flags: os.open(name, flags, mode=0o600))
    )


def _is_ours(found: os.stat_result) -> bool:
    """Whether it is a file that only this user can have written.

    The directory may lie where others write too. What they put there must not become our spec,
    since a spec says where credentials are sent.
    """
    if not stat.S_ISREG(found.st_mode):
        return False
    user = getattr(os, "geteuid", None)  # which Windows lacks
    return user is None or (found.st_uid == user() and not found.st_mode & 0o022)


def _mark_used(file: FileIO, path: Path) -> None:
    with suppress(OSError):  # such as a disk that can only be read
        os.utime(file.fileno() if os.utime in os.supports_fd else path)


def _checksum(name: str, entry: Entry) -> bytes:
    """Against damage. With the name, so that a file moved to another name is none of its kind.

    SHA-256 takes 7 ms for 12 MB, by the processor's own instructions; BLAKE2b 17 ms.
    """
    digest = sha256(name.encode())
    digest.update(entry.label)
    digest.update(entry.content)
    return digest.digest()
