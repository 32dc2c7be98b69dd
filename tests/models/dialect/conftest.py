"""The rules of the dialects, checked without a word of the code that obeys them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

Check = Callable[[Any], None]

_STRICT_KEYS = {
    "object": {"properties", "required", "additionalProperties", "$defs"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"pattern", "format", "enum"},
    "number": {"multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum"},
    "boolean": {"enum"},
    "null": set(),
}
_STRICT_KEYS["integer"] = _STRICT_KEYS["number"]
_STRICT_FORMATS = "date-time time date duration email hostname ipv4 ipv6 uuid".split()

_GEMINI_KEYS = {
    "object": {"properties", "required"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"enum", "format", "pattern", "minLength", "maxLength"},
    "number": {"format", "minimum", "maximum"},
    "integer": {"format", "minimum", "maximum"},
    "boolean": set(),
}
_GEMINI_FORMATS = {
    "string": {"date-time"},
    "number": {"float", "double"},
    "integer": {"int32", "int64"},
}


def below(node: Mapping[str, Any]) -> Iterator[Any]:
    """The schemas right below one."""
    yield from node.get("properties", {}).values()
    yield from node.get("$defs", {}).values()
    yield from node.get("anyOf", [])
    if "items" in node:
        yield node["items"]


def everywhere(node: Any) -> Iterator[Any]:
    """A schema and all below it."""
    yield node
    for inner in below(node):
        yield from everywhere(inner)


def check_strict(schema: Any) -> None:
    """Fail unless OpenAI's strict mode takes the schema."""
    assert schema["type"] == "object"
    definitions = schema.get("$defs", {})
    nodes = list(everywhere(schema))
    for node in nodes:
        _check_strict_node(node, definitions, is_root=node is schema)
    names = [name for node in nodes for name in node.get("properties", {})]
    values = [value for node in nodes for value in node.get("enum", [])]
    assert len(names) <= 5000
    assert len(values) <= 1000
    assert sum(len(str(text)) for text in [*names, *definitions, *values]) <= 120_000
    for node in nodes:
        if len(node.get("enum", [])) > 250:
            assert sum(len(str(value)) for value in node["enum"]) <= 15_000
    assert _levels(schema, definitions, ()) <= 10


def _check_strict_node(node: Any, definitions: Mapping[str, Any], *, is_root: bool) -> None:
    assert is_root or "$defs" not in node
    about = {"description"} & set(node)
    assert all(isinstance(node[key], str) and node[key] for key in about)
    keys = set(node) - about
    if "$ref" in keys:
        assert set(node) == {"$ref"}
        assert node["$ref"].removeprefix("#/$defs/") in definitions
        return
    if "anyOf" in keys:
        assert keys == {"anyOf"}
        assert node["anyOf"]
        return
    types = [node["type"]] if isinstance(node["type"], str) else node["type"]
    assert len(types) == 1 or not {"object", "array"} & set(types)
    assert keys - {"type"} <= set().union(*(_STRICT_KEYS[name] for name in types))
    if types == ["object"]:
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])
    if types == ["array"]:
        assert isinstance(node["items"], dict)
    if "enum" in node:
        assert isinstance(node["type"], str)
        assert node["enum"]
        assert len({json.dumps(value) for value in node["enum"]}) == len(node["enum"])
    assert node.get("format", "date") in _STRICT_FORMATS
    assert not re.search(r"\(\?[=!<P]", node.get("pattern", ""))


def _levels(node: Any, definitions: Mapping[str, Any], via: tuple[str, ...]) -> int:
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        return 0 if name in via else _levels(definitions[name], definitions, (*via, name))
    inner = [*node.get("properties", {}).values(), *node.get("anyOf", [])]
    inner += [node["items"]] if "items" in node else []
    own = 1 if node.get("type") in ("object", "array") else 0
    return own + max((_levels(one, definitions, via) for one in inner), default=0)


def check_gemini(schema: Any) -> None:
    """Fail unless Gemini's function declarations take the schema."""
    assert schema["type"] == "object"
    assert len(json.dumps(schema)) < 200_000
    for node in everywhere(schema):
        _check_gemini_node(node, is_root=node is schema)


def _check_gemini_node(node: Any, *, is_root: bool) -> None:
    if "anyOf" in node:
        assert set(node) == {"anyOf"}
        assert len(node["anyOf"]) > 1
        return
    kind = node["type"]
    assert isinstance(kind, str)
    assert set(node) - {"type", "description", "nullable"} <= _GEMINI_KEYS[kind]
    assert isinstance(node.get("description", "text"), str)
    assert node.get("nullable", True) is True
    assert "format" not in node or node["format"] in _GEMINI_FORMATS[kind]
    if kind == "object":
        assert node["properties"] or is_root
        assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", n) for n in node["properties"])
        assert set(node.get("required", [])) <= set(node["properties"])
    if kind == "array":
        assert isinstance(node["items"], dict)
    if "enum" in node:
        assert node["enum"]
        assert all(isinstance(value, str) and value for value in node["enum"])


def check_flat(schema: Any) -> None:
    """Fail unless the schema has one level of plain properties."""
    assert set(schema) <= {"type", "properties", "required", "description"}
    assert schema["type"] == "object"
    assert set(schema.get("required", [])) <= set(schema["properties"])
    for node in schema["properties"].values():
        assert set(node) <= {"type", "description", "enum"}
        assert node["type"] in ("string", "number", "integer", "boolean")


_CHECKS: Mapping[str, Check] = {
    "openai-strict": check_strict,
    "gemini": check_gemini,
    "flat": check_flat,
}


@pytest.fixture(scope="session")
def check_dialect() -> Callable[[str], Check]:
    """The check of a dialect's rules."""
    return _CHECKS.__getitem__
