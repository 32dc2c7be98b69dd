"""Names that are still to be had."""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["free_name"]


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The wanted name, or with a number behind it where others have it already.

    >>> free_name("read_result", ["read_result"])
    'read_result_2'
    """
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name
