"""What only the server fills in: left out of a request, with every demand for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callwright.openapi.document import Document
from callwright.openapi.schema.read_only import ReadOnly

SchemaOf = Callable[..., dict[str, Any]]

X = {"$ref": "#/components/schemas/X"}
ID = {"id": {"readOnly": True}}


def test_beside_a_reference(schema_of: SchemaOf) -> None:
    """What stands beside a `$ref` of 3.1 hides what the reference leads to, and so do its parts."""
    schemas = {
        "X": {"required": ["id", "name"], "properties": {"id": {}, "name": {}}},
        "Y": {**X, "properties": ID},
    }
    for schema in ({**X, "properties": ID}, {"$ref": "#/components/schemas/Y"}):
        definitions = schema_of(schema, schemas)["$defs"]
        shown = [one for name, one in definitions.items() if name.startswith("X")]
        assert shown == [{"required": ["name"], "properties": {"name": {}}}]


def test_demands_in_other_words(schema_of: SchemaOf) -> None:
    """`minProperties` and `dependentRequired` do not demand what cannot be given."""
    read = schema_of(
        {
            "properties": {**ID, "name": {}},
            "minProperties": 2,
            "dependentRequired": {"name": ["id", "kind"]},
            "additionalProperties": False,
        }
    )
    assert read["minProperties"] == 1
    assert read["dependentRequired"] == {"name": ["kind"]}


def test_schemas_that_do_not_stay() -> None:
    """A schema that was made for the moment is not taken for the next one at its address."""
    read_only = ReadOnly(Document({"openapi": "3.1.0"}, place="a test"))
    for number in range(50):
        name = f"field {number}"
        assert read_only.names({"properties": {name: {"readOnly": True}}}) == {name}
