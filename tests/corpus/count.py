"""What the tools of a document must hold, counted from the document alone.

Written from the OpenAPI Specification (3.0.4 and 3.1.1) without a look at how Callwright reads a
schema, so that two readings meet. Nothing of Callwright is imported here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from tests.corpus.raw import Json, RawDocument, as_mapping, as_sequence
from tests.corpus.schema_count import SchemaCounter
from tests.corpus.tally import Tally, added, tally

__all__ = ["Count", "OperationCounter", "Place"]

Place: TypeAlias = "tuple[str, str]"
"""Method and path of an operation."""

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
# Parameter Object, `name`: definitions of these headers shall be ignored.
_IGNORED = {"accept", "content-type", "authorization"}
# Callwright's own rule: these belong to the connection, and no argument may set them.
_OF_THE_CONNECTION = {"host", "cookie", "content-length", "transfer-encoding", "connection", "via"}
_OF_PROXIES = ("x-forwarded-", "x-http-method")
_OF_THE_CONNECTION |= {"upgrade", "te"}
_LOCATIONS = ("path", "query", "header", "cookie")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one operation takes: its arguments by location and name, and what their schemas say."""

    arguments: frozenset[tuple[str, str]]
    tally: Tally


class OperationCounter:
    """Counts the operations of one document. Schemas that many operations share are read once."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = RawDocument(document)
        self._schemas = SchemaCounter(self._document)

    @cached_property
    def operations(self) -> Mapping[Place, Mapping[str, Json]]:
        """Every operation object under `paths`, by method and path."""
        paths = self._document.root.get("paths")
        found: dict[Place, Mapping[str, Json]] = {}
        for path, node in paths.items() if isinstance(paths, dict) else ():
            for method, raw in self._methods(self._item(node)):
                if isinstance(raw, dict):
                    found[method, path] = raw
        return found

    def _item(self, node: Json) -> Mapping[str, Json]:
        """A Path Item Object, what it refers to together with what stands beside the `$ref`."""
        return {**as_mapping(self._document.resolved(node)), **as_mapping(node)}

    def _methods(self, item: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
        yield from ((method.upper(), item[method]) for method in _METHODS if method in item)
        yield from as_mapping(item.get("additionalOperations")).items()

    def count(self, place: Place) -> Count:
        """What the arguments of one operation are, and what their schemas say."""
        path, raw = place[1], self.operations[place]
        parameters = self._parameters(self._item(self._document.root["paths"][path]), raw, path)
        body = as_mapping(self._document.resolved(raw.get("requestBody")))
        content = as_mapping(body.get("content"))
        arguments = set(parameters) | ({("body", "")} if content else set())
        required = sum(map(_is_required, parameters.values()))
        required += bool(content) and body.get("required") is True
        schemas = [(_schema_of(one), one.get("description")) for one in parameters.values()]
        if content:
            schemas.append((self._schema_of_body(content), body.get("description")))
        own = tally(arguments=len(arguments), required_arguments=required)
        return Count(
            arguments=frozenset(arguments),
            tally=added([own, self._schemas.count(schemas)]),
        )

    def _schema_of_body(self, content: Mapping[str, Json]) -> Json:
        """The schema of the body, with what Callwright says of files where the document does not.

        OAS 3.1.1, Considerations for File Uploads: bytes need no schema. A text `file` in a
        multipart form that has no other file is one as well.
        """
        chosen = _chosen(content)
        essence = chosen.partition(";")[0].strip().lower()
        schema = as_mapping(content[chosen]).get("schema")
        if essence.startswith(_BYTES) and not as_mapping(schema).keys() - {"description"}:
            return {**as_mapping(schema), "type": "string", "format": "binary"}
        known = as_mapping(self._document.resolved(schema))
        fields = as_mapping(known.get("properties"))
        file = as_mapping(self._document.resolved(fields.get("file")))
        others = [as_mapping(self._document.resolved(field)) for field in fields.values()]
        is_plain = file.get("type") == "string" and not file.keys() & _CONSTRAINTS
        if essence == "multipart/form-data" and is_plain and not any(map(_is_file, others)):
            return {**known, "properties": {**fields, "file": {**file, "format": "binary"}}}
        return schema

    def _parameters(
        self, item: Mapping[str, Json], raw: Mapping[str, Json], path: str
    ) -> dict[tuple[str, str], Mapping[str, Json]]:
        """Parameter Objects by location and name; an operation's replace those of its path."""
        templated = re.findall(r"\{([^{}]+)\}", path)
        found: dict[tuple[str, str], Mapping[str, Json]] = {}
        for node in (*as_sequence(item.get("parameters")), *as_sequence(raw.get("parameters"))):
            parameter = self._parameter(node)
            location, name = parameter.get("in"), parameter.get("name")
            if location in _LOCATIONS and isinstance(name, str):
                found[location, name] = parameter
        for name in templated:
            found.setdefault(("path", name), {"in": "path", "name": name})
        return {key: value for key, value in found.items() if _is_argument(*key, templated)}

    def _parameter(self, node: Json) -> Mapping[str, Json]:
        parameter = as_mapping(self._document.resolved(node))
        beside = as_mapping(node).get("description")
        # OAS 3.1, Reference Object: a description beside the `$ref` overrides.
        return (
            parameter
            if self._document.is_30 or not beside
            else {**parameter, "description": beside}
        )


def _schema_of(parameter: Mapping[str, Json]) -> Json:
    content = as_mapping(parameter.get("content"))
    if "schema" in parameter or not content:
        return parameter.get("schema")
    return as_mapping(next(iter(content.values()))).get("schema")


def _is_file(schema: Mapping[str, Json]) -> bool:
    return schema.get("format") in ("binary", "file") or schema.get("type") == "file"


_CONSTRAINTS = frozenset({"format", "enum", "const", "pattern", "default", "contentMediaType"})
_BYTES = ("application/octet-stream", "application/pdf", "application/zip", "image/", "message/")
_BYTES += ("audio/", "video/", "application/tar", "application/x-tar", "application/gzip")


def _is_argument(location: str, name: str, templated: Sequence[str]) -> bool:
    if location == "header":
        known = _IGNORED | _OF_THE_CONNECTION
        return name.lower() not in known and not name.lower().startswith(_OF_PROXIES)
    return location != "path" or name in templated


def _is_required(parameter: Mapping[str, Json]) -> bool:
    return parameter.get("in") == "path" or parameter.get("required") is True


def _chosen(content: Mapping[str, Json]) -> str:
    """The media type that a tool writes: Callwright prefers JSON, then forms, then the rest."""
    return min(content, key=lambda name: (_rank(name), not name.startswith("application/json")))


def _rank(media_type: str) -> int:
    name = media_type.partition(";")[0].strip().lower()
    is_json = name in _LIKE_JSON or name.endswith("+json")
    is_xml = name == "application/xml" or ("+xml" in name and not name.startswith("message/"))
    is_text = name.startswith("text/") or is_xml
    ranks = (
        is_json,
        name == "application/x-www-form-urlencoded",
        name.startswith("multipart/") or name in ("application/form-data", "form-data"),
        name in ("application/jsonl", "application/x-ndjson"),
        name == "application/json-seq",
        is_text,
        True,
    )
    return ranks.index(True)


_LIKE_JSON = ("application/json", "*/*", "application/*", "", "text/json")
