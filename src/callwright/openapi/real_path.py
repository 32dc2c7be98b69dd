"""Where a path truly leads, told alike by every Python."""

from __future__ import annotations

import errno
from pathlib import Path

__all__ = ["real_path"]


def real_path(path: Path) -> Path:
    """A path without symbolic links; what is not there may be meant too.

    Since Python 3.13 it takes a strict look to be told that links lead in a circle.

    Raises:
        OSError, RuntimeError: they do.
        ValueError: it can be no path.
    """
    try:
        return path.resolve(strict=True)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise
        return path.resolve()
