"""Schemas of a document as JSON Schema 2020-12 for a model.

`$ref`s stay references, into definitions that are read once for all tools; nothing is inlined, so
cycles stay cycles. What only the server fills in (readOnly) is left out. What cannot be read means
"anything", and a finding says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.bundle.dynamic import DynamicScope
from callwright.openapi.document import Document
from callwright.openapi.file import describes_file, with_file_form
from callwright.openapi.pointer import escape_pointer
from callwright.openapi.report import Finding
from callwright.openapi.schema.closed import Closings, Shut
from callwright.openapi.schema.definition import PLAIN, Place, View, definition_name
from callwright.openapi.schema.discriminator import Discriminator, kinds_of_base
from callwright.openapi.schema.keyword import KEYWORDS, MAY_BE_NULL, Schema
from callwright.openapi.schema.lineage import CONDITIONS, IN_PLACE, Kinship, Lineage
from callwright.openapi.schema.meaning import described, is_short, untitled, with_3_0_meaning
from callwright.openapi.schema.read_only import ReadOnly, without_names
from callwright.openapi.schema.read_schema import ReadSchema

__all__ = ["SchemaReader"]

_MAX_SCHEMAS = 10_000
_MAX_DEPTH = 64
"""Levels of nesting without a reference between them; Python's own stack ends soon after."""
_TOO_DEEP = f"The schema is nested more than {_MAX_DEPTH} levels deep."
_SHUT = "It forbids what a part of it describes; what none of them describes is forbidden instead."
_TOO_MUCH = f"It has more than {_MAX_SCHEMAS:,} schemas within it."


class SchemaReader:
    """Reads the schemas of a document; what is referred to is read once, and when it is needed.

    `of_path` is what a model is told of a file that it may name by its path; by default it may not.
    """

    def __init__(self, document: Document, of_path: str = "") -> None:
        self.document = document
        self.of_path = of_path
        self.read_only = ReadOnly(document)
        self.lineage = Lineage(document)
        self.closings = Closings(document)
        self.scope = DynamicScope(resources=document.resources)
        self._places: dict[str, Place] = {}
        self._names: dict[Place, str] = {}
        self._definitions: dict[str, ReadSchema] = {}

    def read(self, raw: object, pointer: str) -> ReadSchema:
        """Read one schema, which stands at `pointer`."""
        return _Walk(self, pointer).read(raw)

    def definition(self, name: str) -> ReadSchema:
        """Read what a reference of a schema that was read leads to."""
        if name not in self._definitions:
            place = self._places[name]
            walk = _Walk(self, place.reference, place)
            self._definitions[name] = walk.read(self.document.find(place.reference))
        return self._definitions[name]

    def place(self, reference: str) -> Place:
        """The place in the document of what a reference of a schema that was read leads to."""
        return self._places[reference.removeprefix("#/$defs/")]

    def name(self, reference: str, view: View) -> str:
        """The definition that a reference leads to.

        Raises:
            SpecInvalid: it leads nowhere, or in a circle.
        """
        end, target = self.end(reference)
        hidden = self.read_only.leaks(target, view.hidden)
        scope = view.scope.entered(end)
        is_open = view.is_open and self.closings.is_closed(end)
        seen = View(hidden=hidden, is_base=view.is_base, is_open=is_open, scope=scope)
        place = Place(end, seen)
        if place not in self._names:
            name = definition_name(place, self._places)
            self._names[place], self._places[name] = name, place
        return self._names[place]

    def resolved(self, node: object) -> Mapping[str, Any]:
        """What a schema is or leads to; an empty one where it leads nowhere."""
        try:
            return self.document.resolve(node) if is_object(node) else {}
        except SpecInvalid:
            return {}

    def end(self, reference: str) -> tuple[str, object]:
        """Where a chain of bare references ends, and what stands there.

        Raises:
            SpecInvalid: it ends nowhere.
        """
        seen: set[str] = set()
        while reference not in seen:
            seen.add(reference)
            if reference == "#":
                raise SpecInvalid("The reference '#' leads to the document, which is no schema.")
            target = self.document.find(reference)
            following = target.get("$ref") if is_object(target) else None
            is_bare = self.document.minor_version == 0 or (is_object(target) and len(target) == 1)
            # On the way there may be a resource that says what a `$dynamicRef` means.
            is_bare = is_bare and not self.document.resources.contested
            if not isinstance(following, str) or not is_bare:
                return reference, target
            reference = following
        raise SpecInvalid("The references lead in a circle.")

    def end_of(self, reference: str) -> str:
        """The same end as a reference; the one given where there is none."""
        try:
            return self.end(reference)[0]
        except SpecInvalid:
            return reference

    def ends_at(self, reference: str, end: str) -> bool:
        """Whether a chain of bare references ends at a place."""
        return self.end_of(reference) == end


class _Walk:
    """Reads one schema with all that stands within it."""

    def __init__(self, reader: SchemaReader, pointer: str, own: Place | None = None) -> None:
        self._reader = reader
        self._own = own
        self._is_3_0 = reader.document.minor_version == 0
        self._place: list[str | int] = [pointer]
        self._references: dict[str, None] = {}
        self._findings: list[Finding] = []
        self._left = _MAX_SCHEMAS

    def read(self, raw: object) -> ReadSchema:
        """Read the schema."""
        view = self._own.view if self._own else PLAIN
        schema = self._read(raw, View(hidden=view.hidden, is_open=view.is_open))
        return ReadSchema(schema, tuple(self._references), tuple(self._findings))

    def at(self, place: str | int, raw: object) -> Schema:
        """Read a schema within the one that is being read."""
        return self._read_at(place, raw, PLAIN)

    def _read_at(self, place: str | int, raw: object, view: View) -> Schema:
        # No `finally`: a walk that fails is not gone on with.
        self._place.append(place)
        schema = self._read(raw, view)
        self._place.pop()
        return schema

    def _pointer(self, length: int | None = None) -> str:
        first, *rest = (part for part in self._place[:length] if part != "")
        return "/".join([str(first), *(escape_pointer(str(part)) for part in rest)])

    def _find(self, kind: Any, reason: str) -> None:
        pointer = self._reader.document.shown(self._pointer())
        self._findings.append(Finding(kind=kind, reason=reason, pointer=pointer))

    @property
    def _scope(self) -> DynamicScope:
        """The schema resources on the way to what is being read."""
        scope = self._own.view.scope if self._own else self._reader.scope
        if scope.resources.contested:
            for length in range(1, len(self._place) + 1):
                scope = scope.entered(self._pointer(length))
        return scope

    def _read(self, raw: object, view: View) -> Schema:
        if isinstance(raw, bool):
            return raw
        if not is_object(raw):
            self._find("repaired", "It is no schema; it was taken to mean anything.")
            return True
        self._left -= 1
        if len(self._place) > 2 * _MAX_DEPTH or self._left < 0:
            if self._left >= -1:  # of too many it is told once
                self._find("cut", _TOO_MUCH if self._left < 0 else _TOO_DEEP)
            return {"description": "Deeper levels are not described."}
        reference = raw.get("$ref", raw.get("$dynamicRef"))
        if isinstance(reference, str):
            return self._referring(raw, reference, view)
        schema = self._keywords(raw, view)
        return with_3_0_meaning(schema, raw) if self._is_3_0 else schema

    def _referring(self, raw: Mapping[str, Any], reference: str, view: View) -> Schema:
        # OAS 3.0 ignores every sibling of `$ref` (Reference Object); a 3.1 schema does not.
        siblings = self._keywords(described(raw) if self._is_3_0 else raw, view)
        scope = self._scope
        if "$ref" not in raw:
            reference = scope.resolve(reference)
        if not self._is_3_0:
            # What stands beside it may call readOnly what it leads to, or describe more.
            hidden = view.hidden | self._reader.read_only.names(raw)
            is_open = view.is_open or ("$ref", 0) in self._reader.closings.shut(raw).parts
            view = replace(view, hidden=hidden, is_open=is_open)
        if len(self._place) == 1:
            # What a definition refers to beside its own words is a part of it like any other.
            part = self._view_of_part(raw, view.hidden, is_all=True)
            if part is None:
                return siblings or True
            view = replace(part, is_open=view.is_open)
        try:
            name = self._reader.name(reference, replace(view, scope=scope))
        except SpecInvalid as error:
            self._find("repaired", f"{error.what} It was taken to mean anything.")
            return siblings or True
        self._references[name] = None
        return {"$ref": f"#/$defs/{name}", **siblings}

    def _keywords(self, raw: Mapping[str, Any], view: View) -> dict[str, Any]:
        hidden = view.hidden | self._reader.read_only.names(raw)
        view = View(hidden=hidden, is_open=view.is_open)
        shut = self._reader.closings.shut(raw)
        schema: dict[str, Any] = {}
        for keyword, value in without_names(raw, hidden).items():
            read = self._keyword(keyword, value, view, shut)
            if read is not None or (keyword in MAY_BE_NULL and keyword in KEYWORDS):
                schema[keyword] = read
        if "itemSchema" in raw and "items" not in schema:
            schema |= {"type": "array", "items": self.at("itemSchema", raw["itemSchema"])}
        example = raw.get("example")
        if "examples" not in schema and is_short(example):
            schema["examples"] = [example]
        if "discriminator" in raw:
            schema = self._with_kinds(schema, raw, view, shut)
        schema = self._let_in(schema, view, shut)
        return with_file_form(schema, self._reader.of_path) if describes_file(raw) else schema

    def _let_in(self, schema: dict[str, Any], view: View, shut: Shut) -> dict[str, Any]:
        """The schema open to what the whole describes; closed to all else where it is the whole."""
        if shut.is_whole or shut.parts:
            self._find("repaired", _SHUT)
        if not (shut.is_whole or view.is_open) or schema.get("additionalProperties") is not False:
            return schema
        kept = {key: value for key, value in schema.items() if key != "additionalProperties"}
        return kept if view.is_open else {**kept, "unevaluatedProperties": False}

    def _keyword(self, keyword: str, value: Any, view: View, shut: Shut) -> Any:
        reader = KEYWORDS.get(keyword)
        if reader is None:
            return None
        self._place.append(keyword)
        if keyword in IN_PLACE and is_array(value):
            read: Any = self._parts(keyword, value, view, shut)
        elif keyword in CONDITIONS and self._kinship(value, is_all=False) != "none":
            self._find("repaired", "The schema is a part of itself; the part was left out.")
            read = None
        else:
            read = reader(self, value)
        self._place.pop()
        return untitled(read) if keyword == "properties" and read else read

    def _parts(self, keyword: str, raw: Any, view: View, shut: Shut) -> list[Schema] | None:
        """Schemas that hold for the same value as the one that they stand in."""
        parts: list[Schema] = []
        for index, part in enumerate(raw):
            seen = self._view_of_part(part, view.hidden, is_all=keyword == "allOf")
            if seen is not None:
                is_open = view.is_open or (keyword, index) in shut.parts
                parts.append(self._read_at(index, part, replace(seen, is_open=is_open)))
        return parts or None

    def _view_of_part(self, part: object, hidden: frozenset[str], *, is_all: bool) -> View | None:
        """How a part of the schema is seen; None where it must be left out."""
        kinship = self._kinship(part, is_all=is_all)
        if kinship == "itself":
            self._find("repaired", "The schema is a part of itself; the part was left out.")
            return None
        if kinship == "none" or not self._is_base or (is_all and kinship == "kind"):
            is_base = kinship != "none" and (is_all or kinship == "mutual")
            return View(hidden=hidden if is_all else frozenset(), is_base=is_base)
        return None

    @property
    def _is_base(self) -> bool:
        return self._own is not None and self._own.view.is_base

    def _with_kinds(
        self, schema: dict[str, Any], raw: Mapping[str, Any], view: View, shut: Shut
    ) -> dict[str, Any]:
        """The schema with the kinds that its discriminator tells apart."""
        discriminator = Discriminator.read(raw)
        if discriminator is None:
            return schema
        discriminator = discriminator.leading_to(self._reader.end_of)
        references = () if self._is_base else kinds_of_base(raw)
        kinds = [
            self._kind(
                reference, discriminator, view.is_open or ("discriminator", index) in shut.parts
            )
            for index, reference in enumerate(references)
        ]
        if any("$ref" in kind for kind in kinds):
            schema["anyOf"] = kinds
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                schema[keyword] = [self._decided(part, discriminator) for part in schema[keyword]]
        return schema

    def _kind(self, reference: str, discriminator: Discriminator, is_open: bool) -> dict[str, Any]:
        """A kind of the base that is being read, which may be one of its own kinds."""
        if self._own is not None and self._reader.ends_at(reference, self._own.reference):
            return discriminator.condition(discriminator.values_of(self._own.reference))
        kind = self._read_at("discriminator", {"$ref": reference}, View(is_open=is_open))
        return {} if isinstance(kind, bool) else kind

    def _decided(self, part: Schema, discriminator: Discriminator) -> Schema:
        """A kind with the value that means it, unless its own schema says which."""
        if isinstance(part, bool) or "$ref" not in part:
            return part
        place = self._reader.place(part["$ref"])
        base = self._own.reference if self._own else ""
        lineage, name = self._reader.lineage, discriminator.property_name
        values = discriminator.values_of(place.reference)
        if not values or lineage.decides(place.reference, name, base):
            return part
        condition = discriminator.condition(values)
        # Beside a reference of 3.1 there may be properties already.
        return {"allOf": [part, condition]} if "properties" in part else {**part, **condition}

    def _kinship(self, part: object, *, is_all: bool) -> Kinship | Literal["itself"]:
        """Whether a part leads back to the definition that it stands in: no check would end."""
        own = self._own
        reference = part.get("$ref") if is_object(part) else None
        if own is None or not isinstance(reference, str) or not self._is_in_place:
            return "none"
        if self._reader.ends_at(reference, own.reference):
            return "itself"
        return self._reader.lineage.kinship(reference, own.reference, is_all=is_all)

    @property
    def _is_in_place(self) -> bool:
        """Whether what is being read holds for the same value as the definition."""
        return all(part in _IN_PLACE or isinstance(part, int) for part in self._place[1:])


_IN_PLACE = frozenset({*IN_PLACE, *CONDITIONS, ""})
