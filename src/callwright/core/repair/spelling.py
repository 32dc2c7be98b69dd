"""Names that differ only in how they are spelled: in case, in `-` and `_`, by a location."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from callwright.core.repair.change import Mended, Path, Repair, pointer, quoted
from callwright.core.repair.form import Form

__all__ = ["MANY_NAMES", "alike", "respelled"]

MANY_NAMES = 500
"""Of more names in one object none is compared with those that are known."""

_LOCATIONS = ("path", "query", "header", "cookie", "body")


def alike(name: str, known: Collection[str]) -> str | None:
    """The known name that a name is, or the one that differs from it only in spelling.

    >>> alike("userId", ["user_id", "user"])
    'user_id'
    """
    if name in known:
        return name
    folded = _folded(name)
    found = [each for each in known if _folded(each) == folded]
    return found[0] if len(found) == 1 else None


def _folded(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")


def _without_location(name: str, known: Collection[str]) -> str | None:
    """The argument that a name such as `id_path` means, where no other could be meant.

    Where two locations share a name, one of the arguments has such a suffix itself.
    """
    for location in _LOCATIONS:
        bare = name.removesuffix(f"_{location}")
        suffixed = {f"{bare}_{each}" for each in _LOCATIONS}
        if bare != name and bare in known and suffixed.isdisjoint(known):
            return bare
    return None


def respelled(
    value: Mapping[str, Any],
    form: Form,
    path: Path,
    *,
    without: Collection[str] = (),
    has_locations: bool = False,
) -> Mended:
    """An object with the names that its form knows, where each can only be one of them.

    Names change where one of them is refused, or one that is required is missing; never those in
    `without`.
    """
    known = form.properties
    meant: dict[str, list[str]] = {}
    for name in value:
        if name in known or name in without:
            continue
        target = alike(name, known)
        if target is None and has_locations:
            target = _without_location(name, known)
        if target is not None and target not in value:
            meant.setdefault(target, []).append(name)
    names = {given[0]: target for target, given in meant.items() if len(given) == 1}
    if not form.is_closed and not set(form.required) & {*names.values()}:
        return Mended(value)
    changed = {names.get(name, name): item for name, item in value.items()}
    return Mended(changed, tuple(_told(name, target, path) for name, target in names.items()))


def _told(name: str, target: str, path: Path) -> Repair:
    what = f"the name {quoted(name)} was read as {quoted(target)}"
    return Repair(path=pointer((*path, target)), what=what)
