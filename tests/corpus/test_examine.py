"""What is seen in one document and the tools made of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.corpus.examine import examine, turned_round
from tests.corpus.reading import Reader, is_compilable
from tests.corpus.tally import KINDS

PETS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "https://pets.example"}],
    "paths": {
        "/pets": {
            "get": {"operationId": "list", "summary": "List."},
            "post": {
                "operationId": "list",
                "summary": "Add.",
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "required": ["photo"],
                                "properties": {
                                    "photo": {"type": "string", "format": "binary"},
                                    "kind": {"enum": ["cat", "dog"]},
                                },
                            }
                        }
                    }
                },
            },
        }
    },
}


def test_a_good_document():
    """Every operation has a tool that holds what the document says, a file among it."""
    examined = examine("pets", json.dumps(PETS).encode())
    held = {kind: count for kind, count in examined.totals["held"].items() if count}
    assert examined.lines == ()
    assert not any(examined.totals["lost"].values())
    assert held == {
        "arguments": 1,
        "required": 1,
        "properties": 2,
        "enums": 1,
        "enum_values": 2,
        "formats": 1,
    }
    assert examined.totals["operations"] == {
        "agreeing": 2,
        "counted": 2,
        "cut": 0,
        "differing": 0,
        "refused": 0,
        "tools": 2,
    }


def test_what_cannot_be_loaded():
    """A document that is none is counted, with the reason."""
    examined = examine("nothing", b'{"swagger": "1.0"}')
    assert examined.totals["documents"] == {"all": 1}
    assert len(examined.totals["not loaded"]) == 1


def test_a_document_turned_round():
    """Its paths, and what stands in them, come in reverse."""
    turned = turned_round({"paths": {"/a": {"get": 1, "put": 2}, "/b": None}, "info": {}})
    assert list(turned) == ["paths", "info"]
    assert list(turned["paths"]) == ["/b", "/a"]
    assert list(turned["paths"]["/a"]) == ["put", "get"]


@pytest.mark.parametrize(
    ("parameters", "faults"),
    [
        ({"type": "object"}, ()),
        ({}, ("the parameters are no object",)),
        ({"type": "object", "required": "a"}, ("no valid JSON Schema 2020-12",)),
        (
            {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}},
            ("a reference that leads nowhere: #/$defs/A",),
        ),
        (
            {"type": "object", "$defs": {"A": {"items": {"$ref": "#/$defs/A"}}}},
            ("definitions that nothing refers to",),
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"$ref": "#/$defs/A~1B"}, "$ref": {"type": "string"}},
                "$defs": {"A/B": {"items": {"$ref": "#/$defs/A%2FB"}}},
            },
            ("a reference that leads nowhere: #/$defs/A%2FB",),
        ),
    ],
)
def test_faults_of_parameters(parameters, faults):
    """A schema is an object, valid, whole, and holds nothing that it does not use."""
    assert Reader().read(parameters).faults == faults


def test_definitions_count_once():
    """A definition counts once, and the arguments are told from other properties."""
    text = {"type": "string", "description": "a text"}
    inner = {"properties": {"a": {"$ref": "#/$defs/Text"}}, "required": ["a"]}
    properties = {"a": {"$ref": "#/$defs/Text"}, "b": {"anyOf": [inner, {"type": "null"}]}}
    parameters = {
        "type": "object",
        "properties": properties,
        "required": ["b"],
        "$defs": {"Text": text},
    }
    held = dict(zip(KINDS, Reader().read(parameters).tally, strict=True))
    assert {kind: count for kind, count in held.items() if count} == {
        "arguments": 2,
        "required_arguments": 1,
        "required": 1,
        "properties": 1,
        "descriptions": 1,
    }


def test_the_value_of_a_kind_is_no_property():
    """What a discriminator says beside a reference does not count; a like property does."""
    told = {"$ref": "#/$defs/Cat", "properties": {"kind": {"const": "cat"}}}
    plain = {"properties": {"kind": {"const": "cat"}}}
    parameters = {
        "type": "object",
        "properties": {"a": {"anyOf": [told, plain]}},
        "$defs": {"Cat": {}},
    }
    held = dict(zip(KINDS, Reader().read(parameters).tally, strict=True))
    assert (held["arguments"], held["properties"]) == (1, 1)


def test_patterns_that_cannot_be_compiled():
    """Patterns are tried one by one."""
    assert [is_compilable(pattern) for pattern in ("^a(?!b)$", "[")] == [True, False]
