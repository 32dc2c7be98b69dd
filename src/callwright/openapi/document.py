"""An OpenAPI document as the raw mapping it is, untouched, and how to find one's way in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object

__all__ = ["METHODS", "Document", "escape_pointer", "methods_of"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_MAX_REFERENCES = 100
_VERSION = re.compile(r"3\.(\d+)(\.\d+.*)?")


class Document:
    """One document: its mapping, where it came from, and the version of OpenAPI it follows.

    `base_url` is the URL it was fetched from, against which relative servers are resolved.
    """

    def __init__(self, raw: Mapping[str, Any], *, place: str, base_url: str = "") -> None:
        self.raw = raw
        self.place = place
        self.base_url = base_url
        self.minor_version = _minor_version(raw, place)
        if not is_object(raw.get("paths")) and self.minor_version == 0:
            raise SpecInvalid("The document has no paths.", place=place)

    def __repr__(self) -> str:
        return f"<Document {self.title!r} from {self.place}>"

    @property
    def title(self) -> str:
        """The API's title, or where the document came from."""
        info = self.raw.get("info")
        title = info.get("title") if is_object(info) else None
        return title if isinstance(title, str) and title else self.place

    def paths(self) -> Iterator[tuple[str, object]]:
        """Every path with its raw path item, in the document's order."""
        paths = self.raw.get("paths")
        for path, item in paths.items() if is_object(paths) else ():
            if not path.startswith("x-"):
                yield path, item

    def path_item(self, raw: object) -> Mapping[str, Any]:
        """A path item, with what its reference leads to below its own fields.

        Raises:
            SpecInvalid: it is no object, or its reference leads nowhere.
        """
        pointed = self.resolve(raw)
        own: Mapping[str, Any] = raw if is_object(raw) else {}
        return {**pointed, **{key: value for key, value in own.items() if key != "$ref"}}

    def resolve(self, node: object) -> Mapping[str, Any]:
        """Follow a Reference Object, and those it leads to, to the object that is meant.

        Raises:
            SpecInvalid: a reference leads nowhere, in a circle, or out of the document.
        """
        for _ in range(_MAX_REFERENCES):
            if not is_object(node):
                raise SpecInvalid(f"An object was expected, not {type(node).__name__}.")
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node
            node = self.find(reference)
        raise SpecInvalid("The references lead in a circle.")

    def find(self, reference: str) -> Any:
        """The value that a `$ref` within the document points at.

        Raises:
            SpecInvalid: it points nowhere, or out of the document.
        """
        if reference not in self._found:
            self._found[reference] = self._find(reference)
        return self._found[reference]

    @cached_property
    def _found(self) -> dict[str, Any]:
        return {}

    def _find(self, reference: str) -> Any:
        if not reference.startswith("#"):
            raise SpecInvalid(f"The reference {reference!r} leads out of the document.")
        if not reference.startswith("#/"):
            raise SpecInvalid(f"The reference {reference!r} is no JSON Pointer.")
        value: Any = self.raw
        for part in reference[1:].split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if is_object(value) and key in value:
                value = value[key]
            elif is_array(value) and key.isdecimal() and int(key) < len(value):
                value = value[int(key)]
            else:
                raise SpecInvalid(f"The reference {reference!r} leads nowhere.", pointer=reference)
        return value


def methods_of(item: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    """The operations of a path item: method as it is sent, place in the item, raw operation."""
    for method in METHODS:
        if method in item:
            yield method.upper(), method, item[method]
    more = item.get("additionalOperations")
    # OAS 3.2, Path Item Object: methods that have no field of their own, their case kept.
    for method, raw in more.items() if is_object(more) else ():
        if method.lower() not in METHODS:
            yield method, f"additionalOperations/{escape_pointer(method)}", raw


def escape_pointer(part: str) -> str:
    """One part of a JSON Pointer, escaped as RFC 6901 says."""
    return part.replace("~", "~0").replace("/", "~1")


def _minor_version(raw: Mapping[str, Any], place: str) -> int:
    if "swagger" in raw:
        raise SpecInvalid(
            f"It is a Swagger {raw['swagger']} document, which cannot be read yet.",
            place=place,
            remedy="Convert it to OpenAPI 3, for example at converter.swagger.io.",
        )
    version = raw.get("openapi")
    match = _VERSION.fullmatch(str(version)) if version is not None else None
    if match is None:
        what = "It has no `openapi` field" if version is None else f"OpenAPI {version} is unknown"
        raise SpecInvalid(f"{what}: no OpenAPI 3 document.", place=place)
    return int(match[1])
