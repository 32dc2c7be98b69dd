"""The names in what operations take and give, skimmed from a document without resolving schemas.

Where the document is JSON text nothing but these names is decoded; what cannot be read so has no
names, and is ranked by its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

import msgspec

from callwright.core.json import is_object
from callwright.core.signature import NO_SIGNATURE, Shape, Signature
from callwright.openapi.head import METHODS
from callwright.openapi.text.lazy import LazyObject

__all__ = ["read_signatures"]

_MAX_LISTS = 5
_MAX_REFERENCES = 8
_MAX_SHAPES = 8
_MAX_DESCRIPTION = 300
_MAX_PROPERTIES = 200
_MAX_WRAPPER = 8
"""An object with more properties than these is what is meant, not what it is wrapped in."""

T = TypeVar("T")


class _Schema(msgspec.Struct, frozen=True, gc=False):
    reference: str | None = msgspec.field(name="$ref", default=None)
    description: Any = None
    properties: dict[str, _Schema | bool] | None = None
    items: _Schema | bool | None = None
    all_of: tuple[_Schema | bool, ...] = msgspec.field(name="allOf", default=())
    any_of: tuple[_Schema | bool, ...] = msgspec.field(name="anyOf", default=())
    one_of: tuple[_Schema | bool, ...] = msgspec.field(name="oneOf", default=())


class _Media(msgspec.Struct, frozen=True, gc=False):
    schema: _Schema | bool | None = None


class _Link(msgspec.Struct, frozen=True, gc=False):
    operation_id: str | None = msgspec.field(name="operationId", default=None)


class _Content(msgspec.Struct, frozen=True, gc=False):
    """A response or a request body."""

    reference: str | None = msgspec.field(name="$ref", default=None)
    content: dict[str, _Media] | None = None
    links: dict[str, _Link] | None = None


class _Parameter(msgspec.Struct, frozen=True, gc=False):
    reference: str | None = msgspec.field(name="$ref", default=None)
    name: str | None = None


class _Operation(msgspec.Struct, frozen=True, gc=False):
    parameters: tuple[_Parameter, ...] = ()
    body: _Content | None = msgspec.field(name="requestBody", default=None)
    responses: dict[str, _Content] | None = None


class _Path(msgspec.Struct, frozen=True, gc=False):
    parameters: tuple[_Parameter, ...] = ()
    get: _Operation | None = None
    put: _Operation | None = None
    post: _Operation | None = None
    delete: _Operation | None = None
    options: _Operation | None = None
    head: _Operation | None = None
    patch: _Operation | None = None
    trace: _Operation | None = None
    query: _Operation | None = None


def read_signatures(document: Mapping[str, Any]) -> dict[tuple[str, str], Signature]:
    """The signatures of a document's operations by path and method; odd ones are not there."""
    reader = _Reader(document)
    return {
        (path, method.upper()): reader.signature(item, operation)
        for path, item in _paths(document)
        for method in METHODS
        if (operation := getattr(item, method)) is not None
    }


def _paths(document: Mapping[str, Any]) -> Iterator[tuple[str, _Path]]:
    paths = document.get("paths")
    text = document.text("paths") if isinstance(document, LazyObject) else None
    whole = None if text is None else _decoded(text, dict[str, _Path])
    if whole is not None:
        yield from whole.items()
    elif is_object(paths):
        for path in paths:
            item = _read(paths, path, _Path)
            if item is not None:
                yield path, item


def _read(holder: Mapping[str, Any], key: str, kind: type[T]) -> T | None:
    """The value at a key as a kind, if it is one."""
    text = holder.text(key) if isinstance(holder, LazyObject) else None
    if text is not None:
        return _decoded(text, kind)
    try:
        return msgspec.convert(holder.get(key), kind)
    except (msgspec.ValidationError, UnicodeEncodeError, RecursionError):
        return None


def _decoded(text: msgspec.Raw, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, RecursionError):
        return None


@dataclass(slots=True)
class _Object:
    """What was found behind a schema so far."""

    name: str
    properties: dict[str, _Schema | bool] = field(default_factory=dict[str, "_Schema | bool"])
    description: Any = None
    items: _Schema | None = None

    def shape(self) -> Shape:
        said = self.description
        description = said[:_MAX_DESCRIPTION] if isinstance(said, str) else ""
        return Shape(_plain(self.name), tuple(self.properties), description)


class _Reader:
    """Reads signatures, and every component that they refer to once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        components = document.get("components")
        self._components: Mapping[str, Any] = components if is_object(components) else {}
        self._found: dict[str, Any] = {}
        self._shapes: dict[str, tuple[Shape, ...]] = {}

    def signature(self, item: _Path, operation: _Operation) -> Signature:
        takes = self._contents(operation.body)
        gives: tuple[Shape, ...] = ()
        links: tuple[str, ...] = ()
        for status, response in (operation.responses or {}).items():
            if status.startswith("2"):
                found = self._component(response, "responses", _Content)
                gives = gives or self._contents(found)
                named = found.links if found is not None else None
                links += tuple(link.operation_id or "" for link in (named or {}).values())
        listed = (*item.parameters, *operation.parameters)
        names = tuple(dict.fromkeys(name for each in listed if (name := _parameter_name(each))))
        if not (takes or gives or links or names):
            return NO_SIGNATURE
        return Signature(parameters=names, takes=takes, gives=gives, links=links)

    def _contents(self, body: _Content | None) -> tuple[Shape, ...]:
        """The objects in the first content that has some."""
        found = self._component(body, "requestBodies", _Content)
        for media in ((found and found.content) or {}).values():
            shapes = self._outer(media.schema)
            if shapes:
                return shapes
        return ()

    def _outer(self, schema: _Schema | bool | None, lists: int = _MAX_LISTS) -> tuple[Shape, ...]:
        """The objects in a schema, kept by its reference where it has one."""
        if not isinstance(schema, _Schema):
            return ()
        if schema.reference is None:
            return self._read_shapes(schema, lists)
        if schema.reference not in self._shapes:
            self._shapes[schema.reference] = self._read_shapes(schema, lists)
        return self._shapes[schema.reference]

    def _read_shapes(self, schema: _Schema, lists: int) -> tuple[Shape, ...]:
        outer = self._object(schema, "")
        if outer.items is not None:
            # A list may be of lists without end, as deep as it is written or by its own reference.
            return self._outer(outer.items, lists - 1) if lists else ()
        inner = [*islice(self._inner(outer), _MAX_SHAPES)]
        if inner and len(outer.properties) <= _MAX_WRAPPER and "id" not in outer.properties:
            return tuple(inner)
        return (outer.shape(), *inner) if outer.properties else ()

    def _inner(self, outer: _Object) -> Iterator[Shape]:
        """The objects that the properties of one hold."""
        for key, value in outer.properties.items():
            node = self._held(value)
            if node is None:
                continue
            held = self._object(node, key)
            if held.items is None and held.properties:
                yield held.shape()

    def _object(self, schema: _Schema, name: str) -> _Object:
        """An object with the properties of all its parts; or what a list is of."""
        found = _Object(name)
        waiting, seen = [schema], set[str]()
        while waiting:
            part = waiting.pop(0)
            if part.reference is not None:
                if part.reference in seen or len(seen) > _MAX_REFERENCES:
                    continue
                seen.add(part.reference)
                if not found.properties and len(seen) == 1:
                    found.name = part.reference.rpartition("/")[2]
                target = self._component(part, "schemas", _Schema)
                waiting += [target] if target is not None else []
                continue
            if isinstance(part.items, _Schema) and not part.properties:
                found.items = part.items
                return found
            room = _MAX_PROPERTIES - len(found.properties)
            found.properties.update(islice((part.properties or {}).items(), max(0, room)))
            found.description = found.description or part.description
            parts = (*part.all_of, *part.any_of, *part.one_of)
            waiting += [each for each in parts if isinstance(each, _Schema)]
        return found

    def _held(self, value: _Schema | bool) -> _Schema | None:
        """What a property holds, if that is an object, or a list of some."""
        if not isinstance(value, _Schema):
            return None
        if isinstance(value.items, _Schema):
            return value.items
        is_plain = not (value.reference or value.properties or value.all_of or value.any_of)
        return None if is_plain and not value.one_of else value

    def _component(self, node: Any, kind: str, wanted: type[T]) -> T | None:
        """The node, or what its reference leads to."""
        for _ in range(_MAX_REFERENCES):
            reference = None if node is None else node.reference
            if reference is None:
                found: T | None = node
                return found
            if reference not in self._found:
                self._found[reference] = self._find(reference, kind, wanted)
            node = self._found[reference]
        return None

    def _find(self, reference: str, kind: str, wanted: type[T]) -> T | None:
        start = f"#/components/{kind}/"
        holder = self._components.get(kind)
        if not reference.startswith(start) or not is_object(holder):
            return None
        key = reference[len(start) :].replace("~1", "/").replace("~0", "~")
        return _read(holder, key, wanted) if key in holder else None


def _plain(name: str) -> str:
    return name.replace("~1", "/").replace("~0", "~")


def _parameter_name(parameter: _Parameter) -> str:
    """The name of a parameter; of one that is described elsewhere, the last word of where."""
    return parameter.name or (parameter.reference or "").rpartition("/")[2]
