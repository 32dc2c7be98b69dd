"""What may have been meant by a name that is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from callwright.core.errors import ConfigurationError

__all__ = ["unknown_key"]


def unknown_key(
    key: str, known: Iterable[str], place: str, *, hint: str = ""
) -> ConfigurationError:
    """The error for a key of a file that is unknown: what it may be a slip of, or what is known.

    >>> print(unknown_key("modle", ("model", "allow"), "x.toml"))
    The key 'modle' is unknown. (x.toml) Did you mean model?
    """
    names = tuple(known)
    near = get_close_matches(key, names, n=1)
    remedy = hint or (f"Did you mean {near[0]}?" if near else f"Known: {', '.join(names)}.")
    return ConfigurationError(f"The key {key!r} is unknown.", place=place, remedy=remedy)
