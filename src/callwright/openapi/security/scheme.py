"""The security schemes that a document declares, and the sets of them that operations need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.document import Document
from callwright.openapi.operation import Operation

__all__ = ["Scheme", "SchemeSet", "declared", "sets_of"]


class Scheme(NamedTuple):
    """One security scheme as an operation needs it."""

    raw: Mapping[str, Any]
    scopes: Sequence[str]

    @property
    def kind(self) -> str:
        """Its type, and for HTTP the scheme of the header: `apiKey`, `http basic`, `oauth2`."""
        kind = str(self.raw.get("type"))
        return f"http {str(self.raw.get('scheme')).lower()}" if kind == "http" else kind

    @property
    def place(self) -> tuple[str, str]:
        """Where a key stands, by location and name; everything else is a header."""
        if self.kind != "apiKey":
            return "header", "authorization"
        location, name = str(self.raw.get("in")), str(self.raw.get("name"))
        return (location, name) if location in ("query", "cookie") else ("header", name.lower())


SchemeSet: TypeAlias = "Mapping[str, Scheme]"
"""Schemes by their names, all of which are needed together."""


def declared(document: Document) -> Mapping[str, Any]:
    """The document's schemes by their names, as they stand there."""
    components = document.raw.get("components")
    schemes = components.get("securitySchemes") if is_object(components) else None
    return schemes if is_object(schemes) else {}


def sets_of(operation: Operation) -> Iterator[SchemeSet]:
    """The sets of which one is enough, without those that are empty or cannot be read."""
    known, document = declared(operation.document), operation.document
    for requirement in filter(None, operation.security):
        try:
            schemes = {
                name: Scheme(document.resolve(known.get(name)), _scopes(scopes))
                for name, scopes in requirement.items()
            }
        except SpecInvalid:
            continue
        if all(map(_is_whole, schemes.values())):
            yield schemes


def _is_whole(scheme: Scheme) -> bool:
    """A key without a name has no place to stand in."""
    return scheme.kind != "apiKey" or isinstance(scheme.raw.get("name"), str)


def _scopes(given: object) -> Sequence[str]:
    return tuple(item for item in given if isinstance(item, str)) if is_array(given) else ()
