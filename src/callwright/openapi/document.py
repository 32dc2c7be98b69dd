"""An OpenAPI document as the raw mapping it is, untouched, and how to find one's way in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.core.signature import Signature
from callwright.openapi.audit import audit
from callwright.openapi.bundle.document import Bundle
from callwright.openapi.bundle.dynamic import SchemaResources
from callwright.openapi.head import PathHead, read_heads
from callwright.openapi.report import Finding
from callwright.openapi.signature import read_signatures
from callwright.openapi.text.lazy import has_object
from callwright.openapi.text.repeated import repeated_keys

__all__ = ["Document"]

_MAX_REFERENCES = 100
_VERSION = re.compile(r"3\.(\d+)(\.\d+.*)?")


class Document:
    """One document: its mapping, where it came from, and the version of OpenAPI it follows.

    `base_url` is the URL it was fetched from, against which relative servers are resolved;
    `content` is its JSON text, if it came as bytes, `findings` what was mended to read it, and
    `bundle` the several documents that it was made of.
    """

    def __init__(
        self,
        raw: Mapping[str, Any],
        *,
        place: str,
        base_url: str = "",
        content: bytes = b"",
        findings: tuple[Finding, ...] = (),
        bundle: Bundle | None = None,
    ) -> None:
        self.raw = raw
        self.place = place
        self.base_url = base_url
        self.content = content
        self.findings = findings
        self.resources = SchemaResources() if bundle is None else bundle.resources
        self._places: Mapping[str, str] = {} if bundle is None else bundle.places
        self._refused: Mapping[str, str] = {} if bundle is None else bundle.refused
        self.minor_version = _minor_version(raw, place)
        if self.minor_version == 0 and not has_object(raw, "paths"):
            raise SpecInvalid("The document has no paths.", place=place)

    def __repr__(self) -> str:
        return f"<Document {self.title!r} from {self.place}>"

    @property
    def title(self) -> str:
        """The API's title, or where the document came from."""
        info = self.raw.get("info")
        title = info.get("title") if is_object(info) else None
        return title if isinstance(title, str) and title else self.place

    def heads(self) -> Iterator[tuple[str, PathHead | None]]:
        """Every path with what its path item says at a glance, in the document's order."""
        for path, head in read_heads(self.raw):
            if not path.startswith("x-"):
                yield path, head

    @cached_property
    def signatures(self) -> Mapping[tuple[str, str], Signature]:
        """What the operations take and give, by path and method; read for all at once."""
        return read_signatures(self.raw)

    def path_item(self, path: str) -> Mapping[str, Any]:
        """The path item of a path, with what its reference leads to below its own fields.

        Raises:
            SpecInvalid: it is no object, or its reference leads nowhere.
        """
        own = self.raw["paths"][path]
        pointed = self.resolve(own)
        return pointed if pointed is own else {**pointed, **_without_reference(own)}

    def shown(self, pointer: str) -> str:
        """A pointer as it may be shown: of what came from another document, with its place."""
        parts = pointer.split("/", 3)
        place = self._places.get("/".join(parts[:3]))
        return pointer if place is None else "/".join([f"{place}#", *parts[3:]])

    def find_repeated_keys(self) -> tuple[Finding, ...]:
        """The keys that the document's text repeats; the whole of it is read for them."""
        return repeated_keys(self.content)

    def find_doubtful_texts(self) -> Iterator[Finding]:
        """The texts that hide something or speak to a model; the whole document is read."""
        for finding in audit(self.raw):
            yield replace(finding, pointer=self.shown(finding.pointer))

    def resolve(self, node: object) -> Mapping[str, Any]:
        """Follow a Reference Object, and those it leads to, to the object that is meant.

        Raises:
            SpecInvalid: a reference leads nowhere, in a circle, or out of the document.
        """
        return self.follow(node, "")[0]

    def follow(self, node: object, pointer: str) -> tuple[Mapping[str, Any], str]:
        """The same, and where the object stands; `pointer` is where the node does.

        Raises:
            SpecInvalid: a reference leads nowhere, in a circle, or out of the document.
        """
        for _ in range(_MAX_REFERENCES):
            if not is_object(node):
                kind = type(node).__name__
                raise SpecInvalid(f"An object was expected, not {kind}.", pointer=pointer)
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node, pointer
            node, pointer = self.find(reference), reference
        raise SpecInvalid("The references lead in a circle.", pointer=pointer)

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
        if reference == "#":
            return self.raw
        if not reference.startswith("#") or reference in self._refused:
            why = self._refused.get(reference, "")
            because = f" and could not be followed: {why}" if why else ""
            what = f"The reference {reference!r} leads out of the document{because}."
            raise SpecInvalid(what)
        if not reference.startswith("#/"):
            raise SpecInvalid(f"The reference {reference!r} is no JSON Pointer.")
        value: Any = self.raw
        for part in reference[1:].split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if is_object(value) and key in value:
                value = value[key]
            elif is_array(value) and key.isdecimal() and len(key) < 10 and int(key) < len(value):
                value = value[int(key)]
            else:
                raise SpecInvalid(f"The reference {reference!r} leads nowhere.", pointer=reference)
        return value


def _without_reference(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in node.items() if key != "$ref"}


_GIVE_THE_SPEC = "Give the API's description itself, often /openapi.json."


def _minor_version(raw: Mapping[str, Any], place: str) -> int:
    if "swagger" in raw:
        raise SpecInvalid(
            f"The spec is a Swagger {raw['swagger']} document, which is older than 2.0.",
            place=place,
            remedy="Convert it to OpenAPI 3.",
        )
    version = raw.get("openapi")
    match = _VERSION.fullmatch(str(version)) if version is not None else None
    if match is None:
        what = (
            "The spec has no `openapi` field"
            if version is None
            else f"OpenAPI {version} is unknown"
        )
        raise SpecInvalid(f"{what}: no OpenAPI 3 document.", place=place, remedy=_GIVE_THE_SPEC)
    return int(match[1])
