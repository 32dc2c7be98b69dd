"""What a document says of a body: its media types, which one is sent, and what its fields need.

How a value is written in one is the business of `body`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from callwright.core.errors import SpecInvalid
from callwright.core.json import Json, is_array, is_object
from callwright.openapi.answer.charset import essence_of
from callwright.openapi.document import Document
from callwright.openapi.file import describes_file, is_file, type_by_name
from callwright.openapi.kind import (
    ANYTHING,
    SEQUENCES,
    Kind,
    holds_bytes,
    is_form_data,
    is_within,
    kind_of,
    meant,
    rank,
)
from callwright.openapi.parameter import Parameter

__all__ = [
    "MediaType",
    "Resolve",
    "body_schema",
    "choose",
    "holds_file",
    "properties_of",
    "read_media_types",
]

Resolve: TypeAlias = Callable[[object], Mapping[str, Any]]
"""Follows a reference; gives an empty object where it leads nowhere."""


def _as_it_is(node: object) -> Mapping[str, Any]:
    return node if is_object(node) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """One way to write a body, or a part of one."""

    name: str
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The Media Type Object, or the Encoding Object that stands in for one in OAS 3.2."""
    schema: Any = True
    """The raw schema of the value."""
    resolve: Resolve = _as_it_is
    _properties: dict[str, Any] = field(
        init=False, repr=False, compare=False, default_factory=dict[str, Any]
    )
    """Those of its schema, once they were read: the fields of a body are many."""

    @classmethod
    def read(cls, name: str, raw: object, document: Document) -> MediaType:
        """Read a Media Type Object of the document."""

        def resolve(node: object) -> Mapping[str, Any]:
            try:
                return document.resolve(node) if is_object(node) else {}
            except SpecInvalid:
                return {}

        media = _as_it_is(raw)
        return cls(
            name=meant(name), raw=media, schema=body_schema(name, raw, resolve), resolve=resolve
        )

    @property
    def kind(self) -> Kind:
        """How values are written in it; one that means everything is sent as what it describes."""
        if essence_of(self.name) in ANYTHING and self.is_file():
            return "binary"
        return kind_of(self.name)

    def is_file(self) -> bool:
        """Whether the value as a whole is a file by its schema."""
        return describes_file(self.resolve(self.schema))

    def encoding_of(self, place: str | int) -> Mapping[str, Any]:
        """The Encoding Object of a field, or of an item by its position; empty if there is none."""
        if isinstance(place, str):
            return _as_it_is(_as_it_is(self.raw.get("encoding")).get(place))
        prefix = self.raw.get("prefixEncoding")
        if is_array(prefix) and place < len(prefix):
            return _as_it_is(prefix[place])
        return _as_it_is(self.raw.get("itemEncoding"))

    def schema_of(self, place: str | int) -> Any:
        """The raw schema of a field, or of an item by its position."""
        schema = self.resolve(self.schema)
        if isinstance(place, str):
            if not self._properties:
                self._properties.update(properties_of(self.schema, self.resolve))
            return self._properties.get(place, schema.get("additionalProperties", True))
        prefix = schema.get("prefixItems")
        if is_array(prefix) and place < len(prefix):
            return prefix[place]
        return schema.get("items", self.raw.get("itemSchema", True))

    def part(self, place: str | int) -> MediaType:
        """The same for a field, or for an item by its position, without what is said of a body."""
        return MediaType(name=self.name, schema=self.schema_of(place), resolve=self.resolve)

    def styled(self, field: str) -> Parameter | None:
        """The field as a query parameter, where its encoding makes it one (OAS 3.1.1, Encoding).

        Documents of ASP.NET give every field a style; a file is sent as one for all that.
        """
        encoding = self.encoding_of(field)
        is_styled = any(key in encoding for key in ("style", "explode", "allowReserved"))
        if not is_styled or self.is_file_field(field):
            return None
        described = {**encoding, "schema": self.schema_of(field)}
        return Parameter.read({**described, "name": field, "in": "query"}, "")

    def is_file_field(self, place: str | int) -> bool:
        """Whether a field, or an item by its position, is a file by its schema, or some files."""
        return self.part(place).may_be_file()

    def is_text_field(self, place: str | int) -> bool:
        """Whether a field, or an item by its position, may be a text that is no file's content.

        Bots and image services take the address or the id of a file instead of the file.
        """
        schema = self.resolve(self.schema_of(place))
        for keyword in ("anyOf", "oneOf"):
            parts = schema.get(keyword)
            for part in map(self.resolve, parts if is_array(parts) else ()):
                if "string" in _types_of(part) and not describes_file(part):
                    return True
        return False

    def may_be_file(self) -> bool:
        """Whether the value as a whole is a file by its schema, or some files, among others."""
        return any(map(describes_file, self._alternatives(self.schema)))

    def _alternatives(self, raw: object) -> Iterator[Mapping[str, Any]]:
        """A schema, what its items are, and what else it may be: FastAPI writes `file or null`."""
        schema = self.resolve(raw)
        yield from (schema, self.resolve(schema.get("items")))
        for keyword in ("anyOf", "oneOf"):
            parts = schema.get(keyword)
            for part in parts if is_array(parts) else ():
                known = self.resolve(part)
                yield from (known, self.resolve(known.get("items")))

    def holds(self, value: Json) -> bool:
        """Whether a value of this JSON type can be written."""
        if essence_of(self.name) == "application/json-patch+json":
            return is_array(value)  # RFC 6902, 3
        if self.kind == "form":
            return is_object(value)
        if self.kind == "multipart":
            return is_object(value) or (is_array(value) and not is_form_data(self.name))
        return self.kind not in SEQUENCES or is_array(value)

    def has_files(self, value: Json) -> bool:
        """Whether a field of the value is a file, by the schema and by what was given."""
        return is_object(value) and any(
            holds_file(item) and self.is_file_field(name) for name, item in value.items()
        )


def _types_of(schema: Mapping[str, Any]) -> Sequence[object]:
    given = schema.get("type")
    return given if is_array(given) else (given,)


def holds_file(value: Json) -> bool:
    """Whether a value is a file in its object form, or has one among its items."""
    return any(map(is_file, value)) if is_array(value) else is_file(value)


def body_schema(name: str, raw: object, resolve: Resolve) -> Any:
    """The raw schema of a body, said for its value as a whole.

    A sequence of items (OAS 3.2, `itemSchema`, or an object's schema) is an array, and bytes of
    which nothing is said are a file (OAS 3.1.1, Considerations for File Uploads).
    """
    media, kind = _as_it_is(raw), kind_of(name)
    if "schema" not in media and "itemSchema" in media:
        return {"type": "array", "items": media["itemSchema"]}
    schema = media.get("schema", True)
    known = resolve(schema)
    if kind in SEQUENCES and (known.get("type") == "object" or "properties" in known):
        return {"type": "array", "items": schema}
    # Xero's documents call octets base64, which its servers do not decode. An image of that format
    # stays text: Spotify takes base64 by the name of a JPEG.
    is_octets = essence_of(name) == "application/octet-stream" and known.get("format") == "byte"
    if is_octets or (holds_bytes(name) and not known.keys() - _REMARKS):
        return {**known, "type": "string", "format": "binary"}
    return _with_plain_file(known, resolve) or schema if is_form_data(meant(name)) else schema


def _with_plain_file(schema: Mapping[str, Any], resolve: Resolve) -> Mapping[str, Any] | None:
    """The schema of a form with its text `file` as a file, if it has one and no other file.

    A document that asks for multipart means an upload; Stripe's, Discourse's and Appwrite's call
    it a string.
    """
    properties = _as_it_is(schema.get("properties"))
    file = resolve(properties.get("file"))
    if file.get("type") != "string" or file.keys() & _TELLING:
        return None
    if any(describes_file(resolve(raw)) for raw in properties.values()):
        return None
    return {**schema, "properties": {**properties, "file": {**file, "format": "binary"}}}


_TELLING = frozenset({"format", "enum", "const", "pattern", "default", "contentMediaType"})
_REMARKS = frozenset({"title", "description", "example", "examples", "externalDocs"})


def properties_of(schema: object, resolve: Resolve) -> Mapping[str, Any]:
    """The raw schemas of an object's properties, those of its branches below its own."""
    found: dict[str, Any] = {}
    _gather_properties(schema, resolve, found, set())
    return found


def _gather_properties(
    node: object, resolve: Resolve, found: dict[str, Any], seen: set[str]
) -> None:
    reference = _as_it_is(node).get("$ref")
    if isinstance(reference, str):
        # Each only once: branches may lead in a circle.
        if reference in seen:
            return
        seen.add(reference)
    schema = resolve(node)
    for name, raw in _as_it_is(schema.get("properties")).items():
        found.setdefault(name, raw)
    for keyword in ("allOf", "anyOf", "oneOf"):
        parts = schema.get(keyword)
        for part in parts if is_array(parts) else ():
            _gather_properties(part, resolve, found, seen)


def read_media_types(content: Mapping[str, Any], document: Document) -> tuple[MediaType, ...]:
    """The media types that a body may have, the preferred one first."""
    names = sorted(content, key=rank)
    return tuple(MediaType.read(name, content[name], document) for name in names)


def choose(offered: Sequence[MediaType], value: Json) -> MediaType:
    """The media type to send a value in: the preferred one, if the value is as it describes.

    Files go where files can, and what the preferred one cannot hold at all goes into the next.
    """
    preferred = offered[0]
    if is_file(value) and "base64" not in properties_of(preferred.schema, preferred.resolve):
        taking = [media for media in offered if _takes_file(media, value)]
        fitting = sorted(taking, key=lambda media: not _is_told(media, value))
    elif preferred.has_files(value):
        fitting = [media for media in offered if media.kind == "multipart"]
    else:
        fitting = [media for media in offered if media.holds(value)]
    return (fitting or offered)[0]


def _takes_file(media: MediaType, value: Mapping[str, Any]) -> bool:
    told = _type_of(value)
    is_made_for = media.kind in ("text", "xml", "binary") or media.is_file()
    return is_made_for and (not told or is_within(told, media.name))


def _is_told(media: MediaType, value: Mapping[str, Any]) -> bool:
    """Whether a media type is the file's own, or any octets where the file has none."""
    return is_within(_type_of(value) or "application/octet-stream", media.name)


def _type_of(value: Mapping[str, Any]) -> str:
    """The media type that a file says of itself, or that its name tells."""
    given = value.get("content_type")
    return given if isinstance(given, str) and given else type_by_name(value)
