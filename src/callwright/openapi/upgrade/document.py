"""A Swagger 2.0 document as the OpenAPI 3.0 document that means the same.

References are not rewritten: `definitions` and the like stay where they are, so that
`#/definitions/Pet` still leads there. Whatever is no Swagger stays as it is, to be refused by
itself where it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callwright.core.errors import SpecInvalid
from callwright.core.json import is_array, is_object
from callwright.openapi.document import Document
from callwright.openapi.upgrade.parameter import (
    is_in_body,
    request_body,
    upgrade_header,
    upgrade_parameter,
)
from callwright.openapi.upgrade.schema import MOVED, SchemaUpgrade
from callwright.openapi.upgrade.security import upgrade_security_scheme
from callwright.openapi.upgrade.server import operation_servers, root_servers

__all__ = ["upgrade"]

_VERSION = "3.0.4"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_REPLACED = frozenset({"swagger", "host", "basePath", "schemes", "consumes", "produces"})
"""What the upgraded document says in other words."""


def upgrade(raw: Mapping[str, Any], *, base_url: str = "") -> dict[str, Any]:
    """Make the OpenAPI 3.0 document that means the same as a Swagger 2.0 document.

    Nothing of the given mapping is changed; what needs no change is shared with it. `base_url` is
    the URL that it was fetched from: its scheme counts where the document names none.

    >>> upgrade({"swagger": "2.0", "host": "api.test", "basePath": "/v1", "paths": {}})
    {'openapi': '3.0.4', 'servers': [{'url': 'https://api.test/v1'}], 'paths': {}}
    """
    return _Upgrade(raw).document(base_url)


class _Upgrade:
    """One document on its way from 2.0 to 3.0."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self._source = _source(raw)
        self._schemas = SchemaUpgrade(self._source)

    def document(self, base_url: str) -> dict[str, Any]:
        upgraded = {
            "openapi": _VERSION,
            "servers": root_servers(self._raw, base_url),
            **_without(self._raw, _REPLACED | {"openapi", "servers", "securityDefinitions"}),
        }
        for field, upgrade_field in _FIELDS.items():
            if is_object(self._raw.get(field)):
                upgraded[field] = upgrade_field(self, self._raw[field])
        if is_object(schemes := self._raw.get("securityDefinitions")):
            named = {name: upgrade_security_scheme(scheme) for name, scheme in schemes.items()}
            upgraded["components"] = {"securitySchemes": named}
        if self._schemas.moved:
            upgraded[MOVED] = self._schemas.moved
        return upgraded

    def paths(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        return {
            path: item if str(path).startswith("x-") else self._path_item(item)
            for path, item in raw.items()
        }

    def _path_item(self, raw: object) -> object:
        try:
            pointed = self._source.resolve(raw)
        except SpecInvalid:
            return raw
        item = {**pointed, **_without(raw if is_object(raw) else {}, {"$ref"})}
        shared = item.get("parameters")
        for method in _METHODS:
            if is_object(item.get(method)):
                item[method] = self._operation(item[method], shared)
        if is_array(shared):
            item["parameters"] = self._outside_body(shared)
        return item

    def _operation(self, raw: Mapping[str, Any], shared: object) -> dict[str, Any]:
        operation = _without(raw, {"consumes", "produces", "schemes"})
        if is_array(own := raw.get("parameters")):
            operation["parameters"] = self._outside_body(own)
        if in_body := self._in_body(shared, own):
            consumed = self._media_types("consumes", raw)
            operation["requestBody"] = request_body(in_body, consumed, self._schemas)
        if is_object(responses := raw.get("responses")):
            produced = self._media_types("produces", raw)
            operation["responses"] = {
                status: self._response(response, produced) for status, response in responses.items()
            }
        if servers := operation_servers(raw, self._raw):
            operation["servers"] = servers
        return operation

    def _outside_body(self, listed: Sequence[object]) -> list[object]:
        """The parameters that stay parameters, and those that cannot be read."""
        return [
            node if raw is None else upgrade_parameter(raw, self._schemas)
            for node, raw in self._resolved(listed)
            if raw is None or not is_in_body(raw)
        ]

    def _in_body(self, *levels: object) -> Sequence[Mapping[str, Any]]:
        """The parameters that make the request body, the inner level's over the outer's."""
        found = {
            (raw["in"], str(raw.get("name"))): raw
            for listed in levels
            for _, raw in self._resolved(listed)
            if raw is not None and is_in_body(raw)
        }
        return list(found.values())

    def _resolved(self, listed: object) -> Iterator[tuple[object, Mapping[str, Any] | None]]:
        """Each entry of a list, and the object that it is or leads to."""
        for node in listed if is_array(listed) else ():
            try:
                yield node, self._source.resolve(node)
            except SpecInvalid:
                yield node, None

    def _media_types(self, field: str, operation: Mapping[str, Any]) -> list[str]:
        """What an operation consumes or produces; its own list counts even if it is empty."""
        own = operation.get(field)
        return _media_types(own if is_array(own) else self._raw.get(field))

    def _response(self, node: object, produced: Sequence[str]) -> object:
        """A response; one by reference is followed, for its media types are the operation's."""
        try:
            raw = self._source.resolve(node)
        except SpecInvalid:
            return node
        # The schema also stays where it was: bundlers make references that lead there.
        response = _without(raw, {"examples"})
        if "schema" in raw:
            response["schema"] = self._schemas.upgrade(raw["schema"])
        if content := _content(response, raw.get("examples"), produced):
            response["content"] = content
        if is_object(headers := raw.get("headers")):
            response["headers"] = {
                name: upgrade_header(header, self._schemas) if is_object(header) else header
                for name, header in headers.items()
            }
        return response

    def responses(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        produced = _media_types(self._raw.get("produces"))
        return {name: self._response(response, produced) for name, response in raw.items()}

    def definitions(self, raw: Mapping[str, Any]) -> Any:
        return self._schemas.schema_map(raw)

    def parameters(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._shared_parameter(parameter) for name, parameter in raw.items()}

    def _shared_parameter(self, raw: object) -> object:
        if not is_object(raw) or "$ref" in raw:
            return raw
        if is_in_body(raw):
            # Nothing but references to its schema leads here any more.
            return {**raw, "schema": self._schemas.upgrade(raw.get("schema"))}
        return upgrade_parameter(raw, self._schemas)


_FIELDS = {
    "paths": _Upgrade.paths,
    "definitions": _Upgrade.definitions,
    "parameters": _Upgrade.parameters,
    "responses": _Upgrade.responses,
}


def _source(raw: Mapping[str, Any]) -> Document:
    """The document as it came, in which references are followed."""
    paths = raw.get("paths")
    fields = _without(raw, {"swagger"})
    fields |= {"openapi": _VERSION, "paths": paths if is_object(paths) else {}}
    return Document(fields, place="")


def _without(raw: Mapping[str, Any], keys: frozenset[str] | set[str]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in keys}


def _media_types(listed: object) -> list[str]:
    """The names in a list of media types, of which some documents write several into one text."""
    texts = [text for text in listed if isinstance(text, str)] if is_array(listed) else []
    names = (name.strip() for text in texts for name in text.split(","))
    return list(dict.fromkeys(name for name in names if "/" in name))


def _content(
    response: Mapping[str, Any], examples: object, produced: Sequence[str]
) -> dict[str, Any]:
    """A response's media types, each with its schema and its example."""
    shown = dict(examples) if is_object(examples) else {}
    schema = {"schema": response["schema"]} if "schema" in response else {}
    types = dict.fromkeys([*(produced or ["application/json"]), *shown]) if schema else shown
    return {
        name: {**schema, **({"example": shown[name]} if name in shown else {})} for name in types
    }
