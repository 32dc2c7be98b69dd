"""How far the references of a document may lead.

Nothing is fetched; only `local_path` looks at the file system, to see through symbolic links.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

from callwright.core.errors import SpecUnavailable
from callwright.openapi.real_path import real_path

__all__ = ["Reach", "file_path", "local_path", "may_follow"]

Reach: TypeAlias = Literal["none", "folder", "origin", "any"]
"""`none` leads nowhere; `folder` to what lies beside the document or below it; `origin` to its
scheme, host and port (a file has none, so to its folder); `any` wherever addresses of its own kind
lead, and from a file to the web too."""

_PORTS = {"http": 80, "https": 443}
_DRIVE = re.compile(r"/[A-Za-z]:")


def may_follow(target: str, *, base_url: str, reach: Reach) -> str:
    """Why a document at `base_url` may not lead to an address; empty where it may.

    >>> may_follow("file:///etc/passwd", base_url="https://api.test/openapi.json", reach="any")
    'what comes from elsewhere may not lead to a file'
    """
    try:
        there, here = urlsplit(target), urlsplit(base_url)
        return _objection(there, here, reach)
    except ValueError:
        return "it is no URL"


def _objection(there: SplitResult, here: SplitResult, reach: Reach) -> str:
    if there.scheme not in ("http", "https", "file"):
        return "only http, https and file addresses are followed"
    if there.username is not None or there.password is not None:
        return "its address holds a user or a password"
    if there.scheme == "file":
        return _objection_to_file(there, here, reach)
    if not there.hostname:
        return "its address names no host"
    is_same = _origin(there) == _origin(here)
    if reach == "any":
        return ""
    if reach == "none":
        return "references to other documents are not followed"
    if not is_same:
        return "it leads to another origin"
    if reach == "folder" and not _is_below(there.path, here.path):
        return "it leads out of the document's folder"
    return ""


def _objection_to_file(there: SplitResult, here: SplitResult, reach: Reach) -> str:
    if here.scheme != "file":
        return "what comes from elsewhere may not lead to a file"
    if there.netloc not in ("", "localhost"):
        return "it leads to a file of another machine"
    if "\0" in unquote(there.path):
        return "it is no path"
    if reach == "none":
        return "references to other documents are not followed"
    if reach != "any" and not _is_below(there.path, here.path):
        return "it leads out of the document's folder"
    return ""


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """RFC 6454, section 4."""
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _is_below(path: str, document: str) -> bool:
    """Whether a path lies in a document's folder, however it is escaped."""
    folder = posixpath.dirname(_plain(document)).rstrip("/")
    return _plain(path).startswith(f"{folder}/")


def _plain(path: str) -> str:
    return posixpath.normpath("/" + unquote(path).replace("\\", "/").lstrip("/"))


def local_path(url: str, base_url: str, *, reach: Reach = "folder") -> Path:
    """The file that a `file:` address means, once symbolic links are seen through.

    The folder of a document is that where it is named and that where it truly lies.

    Raises:
        SpecUnavailable: it may not be read, or is no file.
    """
    objection = may_follow(url, base_url=base_url, reach=reach)
    if objection:
        raise SpecUnavailable(f"The file {url!r} may not be read: {objection}.")
    try:
        path, document = real_path(file_path(url)), file_path(base_url)
        folders = (document.parent.resolve(), document.resolve().parent)
        is_irregular = path.exists() and not path.is_file()
    except (OSError, RuntimeError, ValueError):
        raise SpecUnavailable(f"The file {url!r} cannot be found.") from None
    if reach != "any" and not any(path.is_relative_to(folder) for folder in folders):
        raise SpecUnavailable(f"The file {url!r} may not be read: a link leads out of the folder.")
    if is_irregular:
        raise SpecUnavailable(f"{url!r} is no file.")
    return path


def file_path(url: str) -> Path:
    """The path that a `file:` URL names."""
    path = unquote(urlsplit(url).path)
    return Path(path[1:] if os.name == "nt" and _DRIVE.match(path) else path)
