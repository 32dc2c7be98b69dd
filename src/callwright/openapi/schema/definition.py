"""What the schemas that others refer to are called in `$defs`.

A name depends on nothing but the place of the schema, so that it is the same in every tool, in
whatever order they are read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain
from urllib.parse import unquote

from callwright.openapi.bundle.dynamic import DynamicScope, SchemaResources

__all__ = ["PLAIN", "Place", "View", "definition_name"]

_ILLEGAL = re.compile(r"[^A-Za-z0-9_.-]+")
_MAX_LENGTH = 64
_HASH_LENGTH = 6
_USUAL = re.compile(r"#/(?:components/schemas|definitions)/([A-Za-z0-9_.-]{1,128})")


_NO_SCOPE = DynamicScope(resources=SchemaResources())


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a schema is seen from where it is used."""

    hidden: frozenset[str] = frozenset()
    """Properties that are readOnly there, though the schema itself does not say so."""
    is_base: bool = False
    """Whether it is the base of a schema that is one of its own kinds; these are left out."""
    is_open: bool = False
    """Whether it must let in what it does not describe: the whole that it is a part of does."""
    scope: DynamicScope = _NO_SCOPE
    """The way to it, where that says what a `$dynamicRef` means."""


PLAIN = View()


@dataclass(frozen=True, slots=True)
class Place:
    """A schema of the document, and how it is seen."""

    reference: str
    view: View = PLAIN


def definition_name(place: Place, taken: Collection[str]) -> str:
    """The name of a schema: that of its component, or its last word and a hash of its place.

    >>> definition_name(Place("#/components/schemas/Pet"), ())
    'Pet'
    >>> definition_name(Place("#/paths/~1pets/get/schema"), ())
    'schema_c87ebf'
    """
    usual = _USUAL.fullmatch(place.reference)
    if usual is not None and place.view == PLAIN and usual[1] not in taken:
        return usual[1]
    last = unquote(place.reference).rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")
    stem = _ILLEGAL.sub("_", last).strip("_") or "schema"
    view = place.view
    marks = ["base"] * view.is_base + ["open"] * view.is_open
    said = (*sorted(view.hidden), *marks, *chain(*view.scope.winners))
    whole = "\n".join((place.reference, *said))
    digest = hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()
    length = _HASH_LENGTH
    while (name := f"{stem[: _MAX_LENGTH - length - 1]}_{digest[:length]}") in taken:
        length += 1
    return name
