"""Tools in groups, by the resources that their paths lead through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from callwright.core.tool import Tool
from callwright.trim.line import static_parts

__all__ = ["Group", "grouped"]

_LEAST = 5
"""Fewer tools than these make no group of their own, but stay in the one above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Tools of one resource, by their places among all tools."""

    label: str
    """The static parts of the paths that lead there; or nothing."""
    source: str
    """The API that they belong to; or nothing."""
    members: tuple[int, ...]


def grouped(tools: Sequence[Tool], most: int) -> list[Group]:
    """All tools in groups of at most about `most`, in the order of sources and of labels."""
    by_source: dict[str, list[tuple[int, list[str]]]] = {}
    for index, tool in enumerate(tools):
        by_source.setdefault(tool.source, []).append((index, static_parts(tool)))
    return [
        Group(label="/".join(label), source=source, members=tuple(members))
        for source in by_source
        for label, members in sorted(_split(_relative(by_source[source]), (), most).items())
    ]


def _relative(parts: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The paths without the beginning that all of them share, such as `api/v1`."""
    paths = [path for _, path in parts]
    columns = zip(*paths, strict=False)
    shared = len(list(takewhile(lambda column: len(set(column)) == 1, columns)))
    if len(parts) == 1:
        return list(parts)
    return [(index, path[shared:]) for index, path in parts]


def _split(
    parts: Sequence[tuple[int, list[str]]], prefix: tuple[str, ...], most: int
) -> Mapping[tuple[str, ...], list[int]]:
    if len(parts) <= most:
        return {prefix: [index for index, _ in parts]}
    depth = len(prefix)
    own: list[int] = []
    below: dict[str, list[tuple[int, list[str]]]] = {}
    for index, path in parts:
        if len(path) <= depth:
            own.append(index)
        else:
            below.setdefault(path[depth], []).append((index, path))
    groups: dict[tuple[str, ...], list[int]] = {}
    for part, inner in below.items():
        if len(inner) < _LEAST:
            own += [index for index, _ in inner]
        else:
            groups |= _split(inner, (*prefix, part), most)
    return {prefix: sorted(own), **groups} if own else groups
