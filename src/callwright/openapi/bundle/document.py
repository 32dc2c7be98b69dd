"""Make one document of one whose references lead to other documents, or to schemas by their names.

In the bundle every reference that can be followed is a JSON Pointer into itself, so that whoever
reads it needs to know nothing else. Other documents are had from whoever is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import anyio

from callwright.core.errors import SpecError
from callwright.core.json import is_array, is_object
from callwright.openapi.bundle.dynamic import SchemaResources
from callwright.openapi.bundle.place import MAX_LENGTH, Place, Reference
from callwright.openapi.bundle.reference import fragment_of, pointer_of, relative_place, steps_of
from callwright.openapi.bundle.survey import Survey
from callwright.openapi.bundle.unfold import unfold
from callwright.openapi.report import Finding

__all__ = ["Bundle", "Retrieve", "Retrieved", "bundle", "leads_out", "needs_bundling"]

_KEY = "x-bundled"
_AT_ONCE = 8

# PHP writes every slash of a string as `\/`.
_TELLING = re.compile(
    rb'\$(?:ref"\s*:\s*"(?!#\\?/|#")|(?:id|anchor|dynamicRef|dynamicAnchor|self)"\s*:\s*")'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """The JSON value of another document, and the address at which it was finally found."""

    url: str
    value: object


class Retrieve(Protocol):
    """Gets another document; raises `SpecError` when it may not be had or cannot."""

    async def __call__(self, url: str) -> Retrieved: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One document of several, and what is to be known about it."""

    raw: Mapping[str, Any] = field(repr=False)
    places: Mapping[str, str]
    """Where each other document came from, as it may be shown, by its pointer in the bundle."""
    refused: Mapping[str, str]
    """Why a reference could not be followed, by the reference as it is written."""
    findings: Sequence[Finding]
    resources: SchemaResources
    """What a `$dynamicRef` needs."""


def needs_bundling(content: bytes) -> bool:
    """Whether JSON text may hold references that are no JSON Pointers into itself.

    >>> needs_bundling(b'{"$ref": "#/components/schemas/Pet"}')
    False
    """
    return _TELLING.search(content) is not None


def leads_out(raw: Mapping[str, Any]) -> bool:
    """Whether a mapping may hold such references; what is shared in it is looked at once."""
    seen: set[int] = set()
    waiting: list[Any] = [raw]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if is_object(node):
            if _is_telling(node):
                return True
            waiting.extend(value for value in node.values() if type(value) not in _LEAVES)
        elif is_array(node):
            waiting.extend(value for value in node if type(value) not in _LEAVES)
    return False


_LEAVES = frozenset({str, int, float, bool, type(None)})
_NAMES = ("$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$self")


def _is_telling(node: Mapping[str, Any]) -> bool:
    reference = node.get("$ref")
    if isinstance(reference, str) and reference != "#" and not reference.startswith("#/"):
        return True
    return any(isinstance(node.get(name), str) for name in _NAMES)


async def bundle(raw: Mapping[str, Any], *, base_url: str, retrieve: Retrieve) -> Bundle:
    """Make one document of `raw` and all that it refers to; nothing given is changed.

    `base_url` is the address that references in it start from: of a file, too, or empty.

    Raises:
        SpecInvalid: it is nested too deeply.
    """
    survey = Survey()
    survey.add(base_url, base_url, raw)
    while urls := survey.wanted():
        # Taken in by their addresses, whichever came first: the bundle is the same each time.
        for url, found in sorted((await _retrieved(urls, retrieve)).items()):
            _take_in(survey, url, found)
    return _written(survey)


async def _retrieved(urls: Sequence[str], retrieve: Retrieve) -> dict[str, Retrieved | SpecError]:
    """Get documents, a few at a time."""
    found: dict[str, Retrieved | SpecError] = {}
    limiter = anyio.CapacityLimiter(_AT_ONCE)

    async def ask(url: str) -> None:
        async with limiter:
            try:
                found[url] = await retrieve(url)
            except SpecError as error:
                found[url] = error

    async with anyio.create_task_group() as group:
        for url in urls:
            group.start_soon(ask, url)
    return found


def _take_in(survey: Survey, url: str, found: Retrieved | SpecError) -> None:
    try:
        if isinstance(found, SpecError):
            raise found
        survey.add(url, found.url, found.value)
    except SpecError as error:
        survey.refuse(url, error.what.rstrip("."))


def _written(survey: Survey) -> Bundle:
    main, *others = survey.walk.parts
    root_key, shown = _room_in(main.node), _names(main.part.url, others)
    for name, place in shown.items():
        place.part.prefix = pointer_of("#", (root_key, name))
    # The references still say what they said, so the maps are gathered first.
    unfold(survey.unfolded)
    lost = [one for one in survey.references if not _rewrite(one, survey)]
    bundled = {root_key: {name: place.node for name, place in shown.items()}} if shown else {}
    return Bundle(
        raw={**main.node, **bundled},
        places={place.part.prefix: _shown(main.part.url, place) for place in shown.values()},
        refused={one.written: one.fault for one in reversed(lost)},
        findings=[_finding(one) for one in lost],
        resources=_resources(survey),
    )


def _room_in(raw: Mapping[str, Any]) -> str:
    """A key that the document does not use."""
    keys = (_KEY, *(f"{_KEY}-{number}" for number in range(2, len(raw) + 3)))
    return next(key for key in keys if key not in raw)


def _names(main_url: str, others: Sequence[Place]) -> dict[str, Place]:
    """A readable name for each document; addresses that differ in their query are numbered."""
    names: dict[str, Place] = {}
    for place in sorted(others, key=lambda place: (_shown(main_url, place), place.part.url)):
        shown = name = _shown(main_url, place)
        number = 1
        while name in names:
            number += 1
            name = f"{shown} ({number})"
        names[name] = place
    return names


def _shown(main_url: str, place: Place) -> str:
    return relative_place(place.part.url, main_url)


def _rewrite(reference: Reference, survey: Survey) -> bool:
    """Let a reference point at what it means, if that is known."""
    node, prefix = reference.place.node, reference.place.part.prefix
    if id(node) in survey.unfolded and reference.key == "$ref":
        return True
    if reference.target is None:
        steps = steps_of(fragment_of(reference.written))
        if steps is None or not reference.written.startswith("#"):
            return False
        # Whoever reads it says that it leads nowhere, and must not find what the first document
        # happens to have there.
        node[reference.key] = pointer_of(prefix, steps)
    elif reference.key == "$dynamicRef" and not reference.is_dynamic:
        _make_static(node, reference.target.pointer)
    else:
        node[reference.key] = reference.target.pointer
    return True


def _make_static(node: dict[str, Any], pointer: str) -> None:
    """To no dynamic anchor it is a `$ref` by another name (2020-12, section 8.2.3.2)."""
    del node["$dynamicRef"]
    if "$ref" not in node:
        node["$ref"] = pointer
    else:
        others = node.get("allOf")
        node["allOf"] = [*(others if is_array(others) else ()), {"$ref": pointer}]


def _finding(reference: Reference) -> Finding:
    reason = f"The reference {reference.written!r} cannot be followed: {reference.fault}."
    place = reference.place
    pointer = place.pointer if place.length <= MAX_LENGTH else place.part.prefix
    return Finding(kind="repaired", reason=reason, pointer=pointer)


def _resources(survey: Survey) -> SchemaResources:
    anchors: dict[str, dict[str, str]] = {}
    trees: dict[str, dict[str, str]] = {}
    for root in survey.walk.roots.values():
        row = anchors.setdefault(root.pointer, {})
        for name, found in root.resource.anchors.items():
            dynamic = [anchor.place for anchor in found.values() if anchor.is_dynamic]
            if len(dynamic) == 1:
                row[name] = dynamic[0].pointer
                continue
            for place in dynamic:
                tree = trees.setdefault((place.tree or place).pointer, {})
                tree.setdefault(name, place.pointer)
    return SchemaResources(anchors=anchors, trees=trees)
