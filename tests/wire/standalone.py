"""One operation as a small OpenAPI 3.0 document of its own, for readers and builders of others.

Made from the raw document without Callwright: references are followed here, and what Swagger 2.0
says in its own words is said in those of 3.0, so that two readings meet. Only which headers are no
parameters is asked of it, since there are no arguments for them to compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.corpus.raw import RawDocument, as_mapping, as_sequence

from callwright.openapi.operation import is_own_header

__all__ = ["SERVER", "standalone", "without_fragment"]

SERVER = "https://server.example/base"

_DEPTH = 7
_ROOM = 1_500
# They say nothing of how a value is written, and make a reader refuse or convert it.
_UNREAD = {"discriminator", "example", "examples", "xml", "externalDocs", "pattern", "default"}
_UNREAD |= {"deprecated", "description", "title", "readOnly", "writeOnly", "required", "enum"}
_UNREAD |= {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"}
_UNREAD |= {"exclusiveMinimum", "exclusiveMaximum", "multipleOf", "not", "nullable", "const"}
_UNREAD |= {"minProperties", "maxProperties", "contentEncoding", "contentMediaType"}


def standalone(
    document: Mapping[str, Any], method: str, path: str, media_type: str
) -> dict[str, Any]:
    """The document of one operation that writes its body in the media type."""
    return _Writer(RawDocument(document)).document(method, path, media_type)


class _Writer:
    def __init__(self, document: RawDocument) -> None:
        self._document = document
        self._is_old = "swagger" in document.root
        self._room = _ROOM

    def document(self, method: str, path: str, media_type: str) -> dict[str, Any]:
        """The whole of it."""
        node = self._document.root["paths"][path]
        item = {**as_mapping(self._document.resolved(node)), **as_mapping(node)}
        raw = as_mapping(item.get(method.lower()) or item["additionalOperations"][method])
        parameters = list(self._parameters(item, raw, path))
        operation: dict[str, Any] = {
            "operationId": "operation",
            "parameters": [one for one in parameters if one["in"] in _PLACES],
            "responses": {"default": {"description": ""}},
        }
        body = self._body(raw, parameters, media_type)
        if body:
            operation["requestBody"] = body
        return {
            "openapi": "3.0.3",
            "info": {"title": "One operation", "version": "1"},
            "servers": [{"url": SERVER}],
            "paths": {without_fragment(path): {method.lower(): operation}},
        }

    def _parameters(
        self, item: Mapping[str, Any], raw: Mapping[str, Any], path: str
    ) -> Iterator[dict[str, Any]]:
        found: dict[tuple[str, str], Mapping[str, Any]] = {}
        for node in (*as_sequence(item.get("parameters")), *as_sequence(raw.get("parameters"))):
            one = as_mapping(self._document.resolved(node))
            found[one.get("in", ""), one.get("name", "")] = one
        templated = re.findall(r"\{([^{}]+)\}", path)
        for name in templated:
            found.setdefault(("path", name), {"in": "path", "name": name, "type": "string"})
        for (location, name), one in found.items():
            is_ignored = location == "header" and is_own_header(name)
            if not (is_ignored or (location == "path" and name not in templated)):
                yield self._parameter(one) if location in _PLACES else dict(one)

    def _parameter(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        said: dict[str, Any] = {"name": raw["name"], "in": raw["in"]}
        said["required"] = raw["in"] == "path" or raw.get("required") is True
        if raw.get("content"):
            name, media = next(iter(raw["content"].items()))
            return {**said, "content": {name: {"schema": self._schema(as_mapping(media))}}}
        said |= _style_of(raw, is_old=self._is_old and "schema" not in raw)
        return {**said, "schema": self._schema(raw)}

    def _schema(self, holder: Mapping[str, Any]) -> Any:
        is_inline = self._is_old and "schema" not in holder
        self._room = _ROOM
        return self._inlined(holder if is_inline else holder.get("schema", {}), 0)

    def _inlined(self, node: Any, depth: int) -> dict[str, Any]:
        """A schema with what it refers to in it, to a depth at which it allows anything."""
        self._room -= 1
        schema = self._document.resolved(node)
        if not isinstance(schema, dict) or depth > _DEPTH or self._room < 0:
            return {}
        kept = _plain({key: value for key, value in schema.items() if _is_read(key)})
        if "items" in kept:
            kept["items"] = self._inlined(kept["items"], depth + 1)
        if isinstance(kept.get("additionalProperties"), dict):
            kept["additionalProperties"] = self._inlined(kept["additionalProperties"], depth + 1)
        if isinstance(kept.get("properties"), dict):
            named = kept["properties"].items()
            kept["properties"] = {name: self._inlined(one, depth + 1) for name, one in named}
        for keyword in ("allOf", "anyOf", "oneOf"):
            if isinstance(kept.get(keyword), list):
                kept[keyword] = [self._inlined(one, depth + 1) for one in kept[keyword]]
        if "oneOf" in kept:
            # Without their bounds and required names more than one of them may fit.
            kept["anyOf"] = [*kept.get("anyOf", ()), *kept.pop("oneOf")]
        return kept

    def _body(
        self, raw: Mapping[str, Any], parameters: list[dict[str, Any]], media_type: str
    ) -> dict[str, Any]:
        if self._is_old:
            media = self._old_body(parameters)
            return {"content": {media_type: media}} if media_type and media else {}
        body = as_mapping(self._document.resolved(raw.get("requestBody")))
        content = as_mapping(body.get("content"))
        # Fields are sent as JSON although the document says that they are bytes.
        is_listed = any("json" in name or name == "*/*" for name in content)
        sent = ("application/octet-stream",) * (media_type == "application/json" and not is_listed)
        for name, media in content.items():
            if name.partition(";")[0].strip() in (media_type, "*/*", *sent) and media_type:
                media = as_mapping(media)
                said = {"encoding": media["encoding"]} if media.get("encoding") else {}
                return {"content": {media_type: {"schema": self._schema(media), **said}}}
        return {}

    def _old_body(self, parameters: list[dict[str, Any]]) -> dict[str, Any]:
        """The body of Swagger 2.0: one parameter, or a form of several."""
        whole = [one for one in parameters if one.get("in") == "body"]
        if whole:
            return {"schema": self._schema(whole[0])}
        fields = [one for one in parameters if one.get("in") == "formData"]
        schemas = {one["name"]: self._schema(one) for one in fields}
        encoding = {one["name"]: _style_of(one, is_old=True) for one in fields if "items" in one}
        schema = {"type": "object", "properties": schemas}
        return {"schema": schema, "encoding": encoding} if fields else {}


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema's type and format in the words of 3.0; only `binary` changes how one writes."""
    kept, kind = dict(schema), schema.get("type")
    if isinstance(kind, list):
        kinds = [name for name in kind if name != "null"]
        kind = kinds[0] if len(kinds) == 1 else None
    if kind == "file":
        return {"type": "string", "format": "binary"}
    kept.pop("type", None)
    if kept.get("format") != "binary":
        kept.pop("format", None)
    return kept if kind in (None, "any", "null", "") else {**kept, "type": kind}


def without_fragment(path: str) -> str:
    """A path key as it can be sent: some have a fragment, to tell two operations apart."""
    return path.partition("#")[0]


_PLACES = ("path", "query", "header", "cookie")


def _is_read(keyword: str) -> bool:
    return keyword not in _UNREAD and not keyword.startswith(("x-", "$"))


def _style_of(raw: Mapping[str, Any], *, is_old: bool) -> dict[str, Any]:
    if not is_old:
        said = {key: raw[key] for key in ("style", "explode", "allowReserved") if key in raw}
        return {key: value for key, value in said.items() if value is not None}
    # Swagger 2.0, Parameter Object: `csv` unless it says something else.
    given = raw.get("collectionFormat") if raw.get("type") == "array" else None
    is_form = raw["in"] in ("query", "cookie", "formData")
    if given == "multi":
        return {"style": "form", "explode": True}
    if given == "tsv":
        return {"style": "x-tsv", "explode": False}
    if given in ("ssv", "pipes") and raw["in"] in ("query", "formData"):
        style = "spaceDelimited" if given == "ssv" else "pipeDelimited"
        return {"style": style, "explode": False}
    if given in ("ssv", "pipes"):
        return {"style": f"x-{given}", "explode": False}
    return {"style": "form", "explode": False} if is_form else {}
