"""What the path items of a document say at a glance: enough to list and choose operations.

Where the document is JSON text, it is skimmed: nothing but these few fields is decoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from callwright.core.json import is_array, is_object
from callwright.openapi.text.lazy import LazyObject

__all__ = ["METHODS", "OperationHead", "PathHead", "path_head", "read_heads"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


class ParameterHead(msgspec.Struct, frozen=True, gc=False):
    """Where a parameter stands, or where its description does."""

    reference: str | None = msgspec.field(name="$ref", default=None)
    name: str | None = None
    location: str | None = msgspec.field(name="in", default=None)


class BodyHead(msgspec.Struct, frozen=True, gc=False):
    """Where the description of a request body stands, if elsewhere."""

    reference: str | None = msgspec.field(name="$ref", default=None)


class OperationHead(msgspec.Struct, frozen=True, gc=False):
    """What an operation says of itself."""

    operation_id: str | None = msgspec.field(name="operationId", default=None)
    summary: str | None = None
    description: str | None = None
    deprecated: bool | None = None
    tags: tuple[str, ...] | None = None
    parameters: tuple[ParameterHead, ...] | None = None
    body: BodyHead | None = msgspec.field(name="requestBody", default=None)
    servers: Any = None
    consequential: Any = msgspec.field(name="x-openai-isConsequential", default=None)
    mcp: Any = msgspec.field(name="x-speakeasy-mcp", default=None)
    is_regular: bool = msgspec.field(name="", default=True)
    """Whether these were read by their types; else the operation wants a closer look."""

    @property
    def is_marked_destructive(self) -> bool:
        """Whether the document says that a call wants a person's consent.

        By OpenAI's `x-openai-isConsequential`, or by the hint of the Model Context Protocol.
        """
        hints = self.mcp.get("annotations") if is_object(self.mcp) else None
        return self.consequential is True or (
            is_object(hints) and hints.get("destructiveHint") is True
        )


class PathHead(msgspec.Struct, frozen=True, gc=False):
    """What a path item says of itself, and the heads of its operations; None is no object."""

    reference: str | None = msgspec.field(name="$ref", default=None)
    summary: str | None = None
    description: str | None = None
    parameters: tuple[ParameterHead, ...] | None = None
    servers: Any = None
    get: OperationHead | UnsetType | None = UNSET
    put: OperationHead | UnsetType | None = UNSET
    post: OperationHead | UnsetType | None = UNSET
    delete: OperationHead | UnsetType | None = UNSET
    options: OperationHead | UnsetType | None = UNSET
    head: OperationHead | UnsetType | None = UNSET
    patch: OperationHead | UnsetType | None = UNSET
    trace: OperationHead | UnsetType | None = UNSET
    query: OperationHead | UnsetType | None = UNSET
    # OAS 3.2, Path Item Object: methods that have no field of their own, their case kept.
    more: dict[str, OperationHead | None] | None = msgspec.field(
        name="additionalOperations", default=None
    )

    def operations(self) -> Iterator[tuple[str, OperationHead | None]]:
        """Every operation: its method as it is sent, and its head."""
        for method, field in _FIELDS:
            head = field(self)
            if head is not UNSET:
                yield method, head
        for method, head in (self.more or {}).items():
            if method.lower() not in METHODS:
                yield method, head


_FIELDS = tuple((method.upper(), attrgetter(method)) for method in METHODS)
_decode_paths = msgspec.json.Decoder(dict[str, PathHead]).decode
_decode_path = msgspec.json.Decoder(PathHead).decode


def read_heads(document: Mapping[str, Any]) -> Iterator[tuple[str, PathHead | None]]:
    """The head of every path item of a document in its order; None is no object."""
    text = document.text("paths") if isinstance(document, LazyObject) else None
    try:
        yield from (_decode_paths(text) if text is not None else {}).items()
    except msgspec.ValidationError:
        text = None
    if text is None:
        paths = document.get("paths")
        if is_object(paths):
            yield from ((path, _read_head(paths, path)) for path in paths)


def _read_head(paths: Mapping[str, Any], path: str) -> PathHead | None:
    text = paths.text(path) if isinstance(paths, LazyObject) else None
    try:
        if text is not None:
            return _decode_path(text)
        return msgspec.convert(paths[path], PathHead)
    except (msgspec.ValidationError, UnicodeEncodeError):  # for one, half a surrogate pair
        return path_head(paths[path])


def path_head(item: object) -> PathHead | None:
    """The head of a path item that may hold anything."""
    if not is_object(item):
        return None
    more = item.get("additionalOperations")
    methods = more.items() if is_object(more) else ()
    operations: Any = {m: _operation_head(item[m]) for m in METHODS if m in item}
    return PathHead(
        reference=_text(item.get("$ref")),
        summary=_text(item.get("summary")),
        description=_text(item.get("description")),
        servers=item.get("servers"),
        more={method: _operation_head(raw) for method, raw in methods} or None,
        **operations,
    )


def _operation_head(raw: object) -> OperationHead | None:
    if not is_object(raw):
        return None
    tags = raw.get("tags")
    return OperationHead(
        operation_id=_text(raw.get("operationId")),
        summary=_text(raw.get("summary")),
        description=_text(raw.get("description")),
        deprecated=raw.get("deprecated") is True,
        tags=tuple(filter(None, map(_text, tags))) if is_array(tags) else None,
        servers=raw.get("servers"),
        consequential=raw.get("x-openai-isConsequential"),
        mcp=raw.get("x-speakeasy-mcp"),
        is_regular=False,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
