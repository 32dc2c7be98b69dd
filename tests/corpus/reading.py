"""What the parameters of a tool hold, read as JSON Schema 2020-12 and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import msgspec
from tests.corpus.tally import Tally, added, keywords_of, names_of, tally

from callwright import create_tools_from_openapi_spec

__all__ = ["Reader", "Reading", "is_compilable"]

_ONE = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else")
_ONE += ("contentSchema", "unevaluatedItems", "unevaluatedProperties")
_MANY = ("allOf", "oneOf", "anyOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependentSchemas")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the parameters of one tool say, and what is wrong with them."""

    tally: Tally
    faults: tuple[str, ...]
    patterns: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One schema with all that is written inside it."""

    says: Tally
    references: frozenset[str]
    patterns: frozenset[str]


class Reader:
    """Reads the tools of one document; definitions that they have in common are read once."""

    def __init__(self) -> None:
        self._parts: dict[bytes, _Part] = {}

    def read(self, parameters: Mapping[str, Any]) -> Reading:
        """Read what the parameters of one tool say, each definition once."""
        root = {key: value for key, value in parameters.items() if key != "$defs"}
        definitions = parameters.get("$defs", {})
        outer = _part(root)
        parts = {name: self._part(schema) for name, schema in definitions.items()}
        arguments, required = len(root.get("properties", {})), len(names_of(root))
        moved = tally(
            arguments=arguments,
            properties=-arguments,
            required_arguments=required,
            required=-required,
        )
        return Reading(
            tally=added([outer.says, moved, *(part.says for part in parts.values())]),
            faults=tuple(sorted(_faults(parameters, outer, parts))),
            patterns=outer.patterns.union(*(part.patterns for part in parts.values())),
        )

    def _part(self, schema: object) -> _Part:
        written = msgspec.json.encode(schema)
        if written not in self._parts:
            self._parts[written] = _part(schema)
        return self._parts[written]


def _part(schema: object) -> _Part:
    nodes = list(_nodes(schema))
    return _Part(
        says=added(_says(node) for node in nodes),
        references=frozenset(node["$ref"] for node in nodes if "$ref" in node),
        patterns=frozenset(node["pattern"] for node in nodes if "pattern" in node),
    )


def _nodes(schema: object) -> Iterator[Mapping[str, Any]]:
    """A schema and all those inside it, files and kinds as they were in the document."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if node == _file_object():
            yield {"format": "binary"}
        elif _is_kind(node):
            yield {"$ref": node["$ref"]}
        elif isinstance(node, dict):
            yield node
            waiting += [node[keyword] for keyword in _ONE if keyword in node]
            waiting += [part for keyword in _MANY for part in node.get(keyword, ())]
            waiting += [part for keyword in _NAMED for part in node.get(keyword, {}).values()]


def _is_kind(node: Any) -> bool:
    """Whether a schema is a reference and the value by which a discriminator knows it."""
    if not isinstance(node, dict) or node.keys() != {"$ref", "properties"}:
        return False
    decisive = list(node["properties"].values())
    return len(decisive) == 1 and decisive[0].keys() in ({"const"}, {"enum"})


def _says(node: Mapping[str, Any]) -> Tally:
    own = tally(properties=len(node.get("properties", ())), required=len(names_of(node)))
    return added([own, keywords_of(node)])


def _faults(
    parameters: Mapping[str, Any], outer: _Part, parts: Mapping[str, _Part]
) -> Iterator[str]:
    if parameters.get("type") != "object":
        yield "the parameters are no object"
    if not jsonschema_rs.meta.is_valid({**parameters, "$schema": _DIALECT}):
        yield "no valid JSON Schema 2020-12"
    names = {f"#/$defs/{_escaped(name)}": name for name in parts}
    reached, waiting = set[str](), [outer]
    while waiting:
        for reference in waiting.pop().references:
            name = names.get(unquote(reference))
            if name is None:
                yield f"a reference that leads nowhere: {reference}"
            elif name not in reached:
                reached.add(name)
                waiting.append(parts[name])
    if len(reached) < len(parts):
        yield "definitions that nothing refers to"


_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


@cache
def _file_object() -> Mapping[str, Any]:
    """The schema by which a tool offers a file, learned from the smallest document that has one."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    body = {"content": {"application/octet-stream": binary}}
    paths = {"/": {"put": {"operationId": "put", "requestBody": body}}}
    document = {"openapi": "3.0.3", "servers": [{"url": "https://files.example"}], "paths": paths}
    parameters = create_tools_from_openapi_spec(document)["put"].parameters
    branches: Sequence[Any] = parameters["properties"]["body"]["anyOf"]
    return next(branch for branch in branches if branch.get("type") == "object")


@cache
def is_compilable(pattern: str) -> bool:
    """Whether the regular expressions of jsonschema_rs know every word of a pattern."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return False
    return True
