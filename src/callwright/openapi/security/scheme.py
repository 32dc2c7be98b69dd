"""The security schemes that a document declares, and the sets of them that operations need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

from callwright.core.errors import ConfigurationError, SpecInvalid
from callwright.core.json import is_object
from callwright.openapi.document import Document
from callwright.openapi.operation import Operation
from callwright.openapi.security.credential import Auth

__all__ = ["SchemeSet", "check_scheme_names", "sets_of"]

SchemeSet: TypeAlias = "Mapping[str, Mapping[str, Any]]"
"""Schemes by their names, all of which are needed together."""


def sets_of(operation: Operation) -> Iterator[SchemeSet]:
    """The sets of which one is enough, without those that are empty or cannot be read."""
    known = _declared(operation.document)
    for requirement in filter(None, operation.security):
        try:
            schemes = {name: operation.document.resolve(known.get(name)) for name in requirement}
        except SpecInvalid:
            continue
        if all(map(_is_whole, schemes.values())):
            yield schemes


def _is_whole(scheme: Mapping[str, Any]) -> bool:
    """A key without a name has no place to stand in."""
    return scheme.get("type") != "apiKey" or isinstance(scheme.get("name"), str)


def check_scheme_names(auth: Auth, document: Document) -> None:
    """Check that credentials by name are for schemes that the document declares.

    Raises:
        ConfigurationError: one is not.
    """
    known = _declared(document)
    for name in auth if is_object(auth) else ():
        if name not in known:
            raise ConfigurationError(
                f"The document declares no security scheme {name!r} for `auth`.",
                place=document.place,
                remedy=_suggestion(name, list(known)),
            )


def _suggestion(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known)
    if near:
        return f"Did you mean {' or '.join(map(repr, near))}?"
    return f"It declares {', '.join(map(repr, known)) or 'none'}."


def _declared(document: Document) -> Mapping[str, Any]:
    components = document.raw.get("components")
    schemes = components.get("securitySchemes") if is_object(components) else None
    return schemes if is_object(schemes) else {}
