"""What stands where in an OpenAPI document: of which kind each object is, and what its keys hold.

Knows no document and no reference; whoever walks one asks here which way leads on.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["KINDS", "UNFOLDED", "kind_below"]


def _each(kind: str, keys: str) -> dict[str, str]:
    return dict.fromkeys(keys.split(), kind)


_EVERY = "*"
"""Stands for every key: those of the object are names, not words of the specification."""

_CONTENT = {"content": "media types", "examples": "examples"}
_ENCODING = _each("encoding", "prefixEncoding itemEncoding") | {"encoding": "encodings"}

KINDS: Mapping[str, Mapping[str, str]] = {
    "document": {
        "paths": "paths",
        "webhooks": "path items",
        "components": "components",
        **_each("leaf", "info servers tags externalDocs"),
    },
    "components": {
        "schemas": "schemas",
        "responses": "response map",
        "parameters": "parameters",
        "examples": "examples",
        "requestBodies": "bodies",
        "headers": "parameters",
        "securitySchemes": "leaves",
        "links": "leaves",
        "callbacks": "callbacks",
        "pathItems": "path items",
        "mediaTypes": "media types",
    },
    "path item": {
        **_each("operation", "get put post delete options head patch trace query"),
        "additionalOperations": "operations",
        "parameters": "parameter",
    },
    "operation": {
        "parameters": "parameter",
        "requestBody": "body",
        "responses": "responses",
        "callbacks": "callbacks",
    },
    "parameter": {**_CONTENT, "schema": "schema"},
    "body": {"content": "media types"},
    "response": {**_CONTENT, "headers": "parameters", "links": "leaves"},
    "media type": {**_each("schema", "schema itemSchema"), **_ENCODING, "examples": "examples"},
    "encoding": {**_ENCODING, "headers": "parameters"},
    "schema": {
        **_each("schema", "items additionalItems additionalProperties not if then else contains"),
        **_each("schema", "propertyNames unevaluatedItems unevaluatedProperties contentSchema"),
        **_each("schema", "allOf anyOf oneOf prefixItems itemSchema"),
        **_each("schemas", "properties patternProperties $defs definitions"),
        **_each("schemas", "dependentSchemas dependencies"),
        "discriminator": "discriminator",
    },
    "discriminator": {"mapping": "mapping"},
    "mapping": {},
    # An example, a link, a security scheme: a reference may stand in its place, but none in it.
    "leaf": {},
    "callback": {_EVERY: "path item"},
    "paths": {_EVERY: "path item"},
    "path items": {_EVERY: "path item"},
    "operations": {_EVERY: "operation"},
    "parameters": {_EVERY: "parameter"},
    "bodies": {_EVERY: "body"},
    "responses": {_EVERY: "response"},
    "response map": {_EVERY: "response"},
    "media types": {_EVERY: "media type"},
    "encodings": {_EVERY: "encoding"},
    "schemas": {_EVERY: "schema"},
    "callbacks": {_EVERY: "callback"},
    "examples": {_EVERY: "leaf"},
    "leaves": {_EVERY: "leaf"},
}
"""The kind below each key of each kind; an array has the kind of its items. What has no kind
(`example`, `default`, `enum`, extensions, …) is data, in which `$ref` is a key like any other."""

UNFOLDED = frozenset(
    {
        *("components", "paths", "path items", "parameters", "bodies", "responses"),
        *("response map", "schemas", "callbacks", "examples", "leaves"),
    }
)
"""Maps that the specification lets no reference stand for, though files are often split there
(`paths: {$ref: paths.yaml}`), and whose entries may be references."""

_EXTENSIBLE = frozenset({"paths", "responses", "callback"})


def kind_below(kind: str, key: str) -> str | None:
    """The kind of what stands below a key, or None where it is data.

    >>> kind_below("schema", "items"), kind_below("schemas", "default")
    ('schema', 'schema')
    """
    keys = KINDS[kind]
    if key in keys:
        return keys[key]
    if key.startswith("x-") and kind in _EXTENSIBLE:
        return None
    return keys.get(_EVERY)
