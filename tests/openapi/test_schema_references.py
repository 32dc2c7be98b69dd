"""References between schemas: kept as `$defs`, finite whatever they form, reported when broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.errors import SpecInvalid
from callwright.core.schema_check import ArgumentCheck

SchemaOf = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("version", "property_schema"),
    [
        pytest.param("3.0.4", {"$ref": "#/$defs/A"}, id="3.0"),
        pytest.param("3.1.1", {"$ref": "#/$defs/A", "description": "Near."}, id="3.1"),
    ],
)
def test_siblings_of_a_reference(
    schema_of: SchemaOf, version: str, property_schema: dict[str, Any]
) -> None:
    """What stands beside a reference counts in 3.1 and is ignored in 3.0."""
    node = {"$ref": "#/components/schemas/A", "description": "Near."}
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
    assert read == {"$ref": "#/$defs/S0", "$defs": {"S0": True}}
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
    assert read["anyOf"] == [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/A_2"}]


def _nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def test_depth(make_tools: Callable[..., Any]) -> None:
    """A schema that is nested too deeply costs its own operation, and no other."""

    def operation(levels: int) -> dict[str, Any]:
        media = {"application/json": {"schema": _nested(levels)}}
        return {"post": {"requestBody": {"content": media}}}

    tools = make_tools({"/deep": operation(300), "/shallow": operation(60)})
    assert [tool.operation.path for tool in tools.readable()] == ["/shallow"]
    assert [finding.reason for finding in tools.report] == [
        "A schema is nested more than 100 levels deep."
    ]


def test_dangling_reference(make_tools: Callable[..., Any]) -> None:
    """A reference that leads nowhere costs its own operation, which the report names."""
    schema = {"$ref": "#/components/schemas/Nope"}
    broken = {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}
    tools = make_tools({"/a": broken, "/b": {"get": {}}})
    assert [tool.operation.path for tool in tools.readable()] == ["/b"]
    (finding,) = tools.report
    assert (finding.kind, finding.operation, finding.pointer) == (
        "refused",
        "POST /a",
        "#/components/schemas/Nope",
    )
    with pytest.raises(SpecInvalid):
        _ = tools[0].parameters


@pytest.mark.parametrize(
    "reference", ["file:///etc/passwd", "http://127.0.0.1:1/s.json", "../s.json"]
)
def test_reference_out_of_the_document(make_tools: Callable[..., Any], reference: str) -> None:
    """A reference out of the document opens nothing and is reported."""
    schema = {"properties": {"a": {"$ref": reference}}}
    broken = {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}
    tools = make_tools({"/a": broken})
    assert list(tools.readable()) == []
    assert "leads out of the document" in tools.report[0].reason
