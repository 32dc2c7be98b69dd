"""References between schemas: kept as `$defs`, finite whatever they form, reported when broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.schema_check import ArgumentCheck
from callwright.openapi.report import Finding

SchemaOf = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("version", "property_schema"),
    [
        pytest.param("3.0.4", {"$ref": "#/$defs/A", "description": "Near."}, id="3.0"),
        pytest.param(
            "3.1.1", {"$ref": "#/$defs/A", "description": "Near.", "minLength": 1}, id="3.1"
        ),
    ],
)
def test_siblings_of_a_reference(
    schema_of: SchemaOf, version: str, property_schema: dict[str, Any]
) -> None:
    """What stands beside a reference counts in 3.1; in 3.0 it is ignored, but for its words."""
    node = {"$ref": "#/components/schemas/A", "description": "Near.", "minLength": 1}
    read = schema_of({"properties": {"a": node}}, {"A": {"type": "string"}}, version=version)
    assert read == {"properties": {"a": property_schema}, "$defs": {"A": {"type": "string"}}}


NODE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "children": {"items": {"$ref": "#/components/schemas/Node"}},
    },
    "required": ["name"],
}


def test_recursion(schema_of: SchemaOf) -> None:
    """A schema that names itself stays finite and checks at every level."""
    read = schema_of({"$ref": "#/components/schemas/Node"}, {"Node": NODE})
    assert list(read["$defs"]) == ["Node"]
    check = ArgumentCheck(read)
    assert (
        check.faults({"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}]}) == ()
    )
    assert check.faults({"name": "a", "children": [{"name": "b", "children": [{"name": 3}]}]})


def test_mutual_recursion(schema_of: SchemaOf) -> None:
    """Schemas that name each other stay finite."""
    schemas = {
        "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"properties": {"a": {"$ref": "#/components/schemas/A"}}},
    }
    assert schema_of({"$ref": "#/components/schemas/A"}, schemas) == {
        "$ref": "#/$defs/A",
        "$defs": {
            "A": {"properties": {"b": {"$ref": "#/$defs/B"}}},
            "B": {"properties": {"a": {"$ref": "#/$defs/A"}}},
        },
    }


@pytest.mark.parametrize("length", [1, 2, 5])
def test_circles_of_bare_references(schema_of: SchemaOf, length: int) -> None:
    """References that lead nowhere but in a circle mean anything at all."""
    schemas = {
        f"S{n}": {"$ref": f"#/components/schemas/S{(n + 1) % length}"} for n in range(length)
    }
    read = schema_of({"$ref": "#/components/schemas/S0"}, schemas)
    assert read == {}
    assert ArgumentCheck(read).faults({"any": 1}) == ()


@pytest.mark.parametrize("version", ["3.0.4", "3.1.1"])
def test_long_chain(schema_of: SchemaOf, version: str) -> None:
    """A chain of five thousand references ends where it ends."""
    schemas: dict[str, Any] = {
        f"S{n}": {"$ref": f"#/components/schemas/S{n + 1}"} for n in range(5_000)
    }
    schemas["S5000"] = {"type": "string"}
    read = schema_of({"$ref": "#/components/schemas/S0"}, schemas, version=version)
    assert read == {"$ref": "#/$defs/S5000", "$defs": {"S5000": {"type": "string"}}}
    assert len(ArgumentCheck(read).faults(5)) == 1


def test_fan_out(schema_of: SchemaOf) -> None:
    """Eight million ways through twenty-three schemas are twenty-three definitions."""
    schemas: dict[str, Any] = {"S0": {"type": "string"}}
    for n in range(1, 24):
        node = {"$ref": f"#/components/schemas/S{n - 1}"}
        schemas[f"S{n}"] = {"properties": {"l": node, "r": node}}
    read = schema_of({"$ref": "#/components/schemas/S23"}, schemas)
    assert len(read["$defs"]) == 24


def test_same_last_part(schema_of: SchemaOf) -> None:
    """References whose last parts are alike become definitions of different names."""
    nodes = [{"$ref": "#/components/schemas/A"}, {"$ref": "#/more/A"}]
    read = schema_of({"anyOf": nodes}, {"A": {"type": "string"}}, more={"A": {"type": "integer"}})
    assert read["anyOf"] == [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/A_6f5c23"}]


def _nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def test_depth(make_tools: Callable[..., Any]) -> None:
    """What is nested too deeply is cut off there, and the report says where."""

    def operation(levels: int) -> dict[str, Any]:
        media = {"application/json": {"schema": _nested(levels)}}
        return {"post": {"requestBody": {"content": media}}}

    tools = make_tools({"/deep": operation(300), "/shallow": operation(60)})
    body = "#/paths/~1deep/post/requestBody/content/application~1json/schema"
    assert tools.report == (
        Finding(
            kind="cut",
            reason="The schema is nested more than 64 levels deep.",
            pointer=body + "/properties/a" * 64,
        ),
    )
    assert ArgumentCheck(tools[0].parameters).faults({"body": {"a": {"a": 1}}}) != ()


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        pytest.param("#/components/schemas/Nope", "leads nowhere", id="nowhere"),
        pytest.param("file:///etc/passwd", "leads out of the document", id="file"),
        pytest.param("http://127.0.0.1:1/s.json", "leads out of the document", id="URL"),
        pytest.param("../s.json", "leads out of the document", id="relative"),
    ],
)
def test_dangling_reference(make_tools: Callable[..., Any], reference: str, reason: str) -> None:
    """A reference that cannot be followed means anything, and the report says where it stands."""
    schema = {"properties": {"a": {"$ref": reference}, "b": {"type": "string"}}}
    operation = {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}
    tools = make_tools({"/a": operation})
    assert tools[0].parameters["properties"]["body"] == {
        "properties": {"a": True, "b": {"type": "string"}}
    }
    body = "#/paths/~1a/post/requestBody/content/application~1json/schema"
    (finding,) = tools.report
    assert (finding.kind, finding.pointer) == ("repaired", f"{body}/properties/a")
    assert reason in finding.reason


KINDS: dict[str, Any] = {
    "Pet": {
        "type": "object",
        "properties": {"name": {"type": "string"}},
        "required": ["name"],
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
    },
    "Cat": {
        "allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"lives": {"minimum": 1}}}],
        "required": ["lives"],
    },
    "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"required": ["tail"]}]},
}


def test_a_base_that_lists_its_kinds(schema_of: SchemaOf) -> None:
    """A kind has its base without the base's list of kinds; so a check comes to an end."""
    read = schema_of({"$ref": "#/components/schemas/Pet"}, KINDS)
    base = next(name for name in read["$defs"] if name.startswith("Pet_"))
    assert read["$defs"]["Cat"]["allOf"][0] == {"$ref": f"#/$defs/{base}"}
    assert read["$defs"][base] == {
        "type": "object",
        "properties": {"name": {"type": "string"}},
        "required": ["name"],
    }
    check = ArgumentCheck(read)
    assert check.faults({"name": "Tom", "lives": 9}) == ()
    assert check.faults({"lives": 9}) != ()
    assert check.faults({"name": "Tom"}) != ()


def test_names_do_not_depend_on_what_is_read_first(make_tools: Callable[..., Any]) -> None:
    """A tool has the same schema whichever tools were read before it."""
    component = {"Pet": {"properties": {"x": {"$ref": "#/more/Pet"}}}}

    def operation(reference: str) -> dict[str, Any]:
        media = {"application/json": {"schema": {"$ref": reference}}}
        return {"post": {"requestBody": {"content": media}}}

    paths = {"/a": operation("#/components/schemas/Pet"), "/b": operation("#/more/Pet")}
    fields = {"components": {"schemas": component}, "more": {"Pet": {"type": "string"}}}
    forward = {tool.name: tool.parameters for tool in make_tools(paths, **fields)}
    backward = {tool.name: tool.parameters for tool in reversed(make_tools(paths, **fields))}
    assert forward == backward


def test_read_only_elsewhere(schema_of: SchemaOf) -> None:
    """A part does not ask for what the whole calls readOnly, also where the part stands apart."""
    schemas = {
        "Whole": {
            "allOf": [
                {"$ref": "#/components/schemas/Part"},
                {"properties": {"id": {"readOnly": True}}},
            ]
        },
        "Part": {
            "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
            "required": ["id", "name"],
        },
    }
    read = schema_of({"$ref": "#/components/schemas/Whole"}, schemas)
    part = read["$defs"]["Whole"]["allOf"][0]["$ref"].removeprefix("#/$defs/")
    assert read["$defs"][part] == {
        "properties": {"name": {"type": "string"}},
        "required": ["name"],
    }
