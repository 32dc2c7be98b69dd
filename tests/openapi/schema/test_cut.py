"""Schemas that are larger than a tool may be: what is kept, and what is said of the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from callwright.core.schema_check import ArgumentCheck
from callwright.openapi.schema.cut import MAX_LENGTH

MakeTools = Callable[..., Any]
ENUM = [f"value {number}" for number in range(500)]


def tree(fields: int, levels: int, name: str = "root") -> dict[str, Any]:
    """Components that refer to others, `fields` from each, `levels` deep, with long words."""
    schemas: dict[str, Any] = {}
    words = f"What {name} is for. " * 20
    properties: dict[str, Any] = {"id": {"type": "string", "description": words}}
    if levels:
        for number in range(fields):
            child = f"{name}_{number}"
            schemas |= tree(fields, levels - 1, child)
            properties[child] = {"$ref": f"#/components/schemas/{child}"}
    schemas[name] = {"type": "object", "properties": properties, "required": ["id"]}
    return schemas


def posting(schema: Any) -> dict[str, Any]:
    """An operation whose body has a schema."""
    media = {"application/json": {"schema": schema}}
    return {"post": {"operationId": "post", "requestBody": {"content": media}}}


def length(schema: Any) -> int:
    """The bytes of JSON that a schema is."""
    return len(json.dumps(schema, separators=(",", ":"), ensure_ascii=False).encode())


@pytest.fixture
def large(make_tools: MakeTools) -> Any:
    """The tools of an operation whose schemas have some 600 kB."""
    components = {"schemas": tree(6, 4)}
    return make_tools({"/a": posting({"$ref": "#/components/schemas/root"})}, components=components)


def test_budget(large: Any) -> None:
    """A large schema is cut to the budget; the nearest levels are whole."""
    schema = large[0].parameters
    assert MAX_LENGTH // 2 < length(schema) < MAX_LENGTH + 1_000
    assert schema["properties"] == {"body": {"$ref": "#/$defs/root"}}
    assert set(schema["$defs"]["root"]["properties"]) == {"id", *(f"root_{n}" for n in range(6))}
    assert schema["$defs"]["root"]["required"] == ["id"]


def test_references(large: Any) -> None:
    """Whatever a cut schema refers to is there."""
    text = json.dumps(large[0].parameters)
    referred = {part.split('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]}
    assert referred == set(large[0].parameters["$defs"])


def test_report(large: Any) -> None:
    """The report says that a schema was cut, and where."""
    (finding,) = large.report
    assert (finding.kind, finding.operation, finding.pointer) == (
        "cut",
        "POST /a",
        "#/paths/~1a/post",
    )


def test_admits_all(large: Any) -> None:
    """What the whole schema admits, the cut one admits."""
    value: Any = {"id": "x"}
    for name in ("root_0_0_0_0", "root_0_0_0", "root_0_0", "root_0"):
        value = {"id": "x", name: value}
    assert ArgumentCheck(large[0].parameters).faults({"body": value}) == ()


def test_deterministic(make_tools: MakeTools) -> None:
    """A cut schema is the same however often, and after whatever else, it is read."""
    paths = {
        "/a": posting({"$ref": "#/components/schemas/root"}),
        "/b": posting({"$ref": "#/components/schemas/root_1"}),
    }
    components = {"schemas": tree(6, 4)}
    forward = {tool.name: tool.parameters for tool in make_tools(paths, components=components)}
    tools = make_tools(paths, components=components)
    assert {tool.name: tool.parameters for tool in reversed(tools)} == forward


def test_without_references(make_tools: MakeTools) -> None:
    """A large schema without references is cut below its first levels; the arguments all stay."""
    inner = {f"field {n}": {"type": "string", "description": "words " * 30} for n in range(300)}
    schema = {
        "type": "object",
        "properties": {
            "near": {"type": "integer"},
            "far": {"properties": {"further": {"properties": inner}}},
        },
        "required": ["near"],
    }
    parameters = [{"name": "q", "in": "query", "schema": {"type": "boolean"}}]
    operation = posting(schema)
    operation["post"]["parameters"] = parameters
    (tool,) = tools = make_tools({"/a": operation})
    assert set(tool.parameters["properties"]) == {"q", "body"}
    body = tool.parameters["properties"]["body"]
    assert body["properties"]["near"] == {"type": "integer"}
    assert body["required"] == ["near"]
    assert length(tool.parameters) < MAX_LENGTH
    assert [finding.kind for finding in tools.report] == ["cut"]


def test_long_enum(make_tools: MakeTools) -> None:
    """A long list of values is told by its beginning where there is no room; all are let in."""
    fields = {f"f{n}": {"type": "string", "enum": ENUM} for n in range(20)}
    (tool,) = make_tools({"/a": posting({"type": "object", "properties": fields})})
    field = tool.parameters["properties"]["body"]["properties"]["f0"]
    assert field["type"] == "string"
    assert "enum" not in field
    assert field["description"].startswith("One of 500 values, such as value 0, value 1,")


def test_whole(make_tools: MakeTools) -> None:
    """What fits is kept as it is, long lists and long words included."""
    schema = {"type": "string", "enum": ENUM, "description": "words " * 200}
    (tool,) = tools = make_tools({"/a": posting(schema)})
    assert tool.parameters["properties"]["body"] == {**schema, "description": "words " * 200}
    assert tools.report == ()


def test_alternatives_of_cut_schemas(make_tools: MakeTools) -> None:
    """What says "just one of these" does not refuse a value that now fits two of them."""
    components = {"schemas": {**tree(6, 4, "a"), **tree(6, 4, "b")}}
    for name in ("a", "b"):
        kind = {"type": "object", "properties": {"kind": {"enum": [name]}}, "required": ["kind"]}
        components["schemas"][f"far_{name}"] = kind
        components["schemas"][f"{name}_0_0_0_0"]["properties"]["far"] = {
            "$ref": f"#/components/schemas/far_{name}"
        }
    kinds = [{"$ref": "#/components/schemas/a"}, {"$ref": "#/components/schemas/b"}]
    (tool,) = make_tools(
        {"/a": posting({"oneOf": kinds, "not": {"$ref": "#/components/schemas/far_a"}})},
        components=components,
    )
    assert ArgumentCheck(tool.parameters).faults({"body": {"id": "x"}}) == ()
    assert "oneOf" not in json.dumps(tool.parameters)


def test_long_values(make_tools: MakeTools) -> None:
    """An enum is long by its values too, and these are named by their beginnings."""
    for number in (30, 300):
        values = [f"{index}{'x' * 20_000}" for index in range(number)]
        content = {"application/json": {"schema": {"enum": values}}}
        (tool,) = make_tools({"/a": {"post": {"requestBody": {"content": content}}}})
        assert len(json.dumps(tool.parameters)) < 2_000
        assert ArgumentCheck(tool.parameters).faults({"body": values[-1]}) == ()
