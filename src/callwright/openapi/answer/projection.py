"""The parts of an answer that a model is given: paths into JSON, `*` for every item or key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from callwright.core.errors import InvalidOverride
from callwright.core.json import Json, is_array, is_object

__all__ = ["Projection", "project", "read_paths"]

Projection: TypeAlias = "Mapping[str, Projection | None]"
"""The steps that may be taken; None where everything below is kept."""

_EVERY = "*"


def read_paths(paths: object) -> Projection:
    """Read paths such as `id` or `items/*/name`; `~1` stands for a slash in a key, `~0` for `~`.

    >>> read_paths(["id", "items/*/name"])
    {'id': None, 'items': {'*': {'name': None}}}

    Raises:
        InvalidOverride: they are no sequence of such paths.
    """
    if isinstance(paths, str) or not is_array(paths) or not paths:
        raise InvalidOverride(
            f"The fields of an override are {paths!r}.",
            remedy='Give a list of paths, such as fields=["id", "items/*/name"].',
        )
    result: dict[str, Projection | None] = {}
    for path in paths:
        _add(result, _steps(path))
    return result


def _steps(path: object) -> list[str]:
    steps = path.removeprefix("/").split("/") if isinstance(path, str) else []
    if not steps or not all(steps) or any(_is_badly_escaped(step) for step in steps):
        raise InvalidOverride(
            f"The field {path!r} of an override is no path.",
            remedy='Write it as "id" or "items/*/name"; "~1" is a slash in a key, "~0" a tilde.',
        )
    return [step.replace("~1", "/").replace("~0", "~") for step in steps]


def _is_badly_escaped(step: str) -> bool:
    return "~" in step.replace("~0", "").replace("~1", "")


def _add(tree: dict[str, Projection | None], steps: Sequence[str]) -> None:
    """Add a path; what is kept whole by one path stays whole, whatever others say."""
    first, *rest = steps
    if not rest:
        tree[first] = None
        return
    below = tree.setdefault(first, {})
    if isinstance(below, dict):
        _add(below, rest)


def project(value: Json, kept: Projection) -> Json:
    """Only those parts of a value that a projection keeps; a plain value has no parts.

    >>> project({"id": 7, "items": [{"name": "a", "x": 1}]}, read_paths(["items/*/name"]))
    {'items': [{'name': 'a'}]}
    """
    if is_object(value):
        found = {key: list(_belows(kept, key)) for key in value}
        return {key: _projected(value[key], belows) for key, belows in found.items() if belows}
    if is_array(value):
        picked = ((item, list(_belows(kept, str(index)))) for index, item in enumerate(value))
        return [_projected(item, belows) for item, belows in picked if belows]
    return None


def _belows(kept: Projection, key: str) -> Iterable[Projection | None]:
    """What is kept below a key, by its own name and by `*`."""
    return (kept[step] for step in dict.fromkeys((key, _EVERY)) if step in kept)


def _projected(value: Json, belows: Sequence[Projection | None]) -> Json:
    parts = [below for below in belows if below is not None]
    if len(parts) < len(belows):
        return value
    return project(value, parts[0] if len(parts) == 1 else _merged(*parts))


def _merged(first: Projection, second: Projection) -> Projection:
    result: dict[str, Projection | None] = dict(first)
    for key, below in second.items():
        mine = result.get(key, {})
        result[key] = None if below is None or mine is None else _merged(mine, below)
    return result
