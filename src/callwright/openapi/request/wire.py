"""The names that a request's values have on the wire, of which a value may itself say some.

An exploded object writes its keys as names (OAS 3.1.1, Style Values): `{"tenant": "b"}` becomes
`tenant=b`. What the caller has fixed under that name must not be said a second time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from callwright.core.errors import ArgumentsInvalid

__all__ = ["Written", "names_in", "refuse_fixed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One pair as it is sent, and where it came from."""

    argument: str
    names: Sequence[str]
    """The names in it as a server reads them, its own first."""
    own_name: str = ""
    """The parameter's name in the document; empty where a model chose it."""
    text: str = ""
    is_fixed: bool = False


def names_in(text: str, separators: str) -> list[str]:
    """The names in encoded text, as a server reads them that splits at any of the separators.

    >>> names_in("a%5Bb%5D=1;c=2", "&;")
    ['a[b]', 'c']
    """
    pairs = re.split(f"[{separators}]", text)
    return [unquote(pair.partition("=")[0]).strip() for pair in pairs]


def refuse_fixed(written: Collection[Written], fixed: Collection[str]) -> None:
    """Refuse a pair that is not fixed and has a name that is.

    Raises:
        ArgumentsInvalid: there is one; its argument and the name are told.
    """
    taken = {*fixed, *(piece.names[0] for piece in written if piece.is_fixed)}
    if not taken:
        return
    for piece in written:
        for name in () if piece.is_fixed else piece.names:
            if _is_taken(name, piece, taken):
                raise ArgumentsInvalid(
                    [f"{piece.argument} must not set {name!r}: the caller has fixed it."]
                )


def _is_taken(name: str, piece: Written, taken: Collection[str]) -> bool:
    if name == piece.own_name:
        # Two parameters that the document tells apart are two, however alike their names are.
        return name in taken
    return any(_are_one(name, other) for other in taken)


def _are_one(name: str, other: str) -> bool:
    """Whether a server may take two names for one: some ignore case, and `a[b]` is part of `a`."""
    first, second = name.casefold(), other.casefold()
    return first == second or first.startswith(f"{second}[") or second.startswith(f"{first}[")
