"""Invented arguments."""

from __future__ import annotations

import re
from random import Random

import pytest
from tests.wire.invent import Impossible, arguments_for
from tests.wire.pattern import matching

from callwright.core.tool import Tool

DRAW = Random(1)  # noqa: S311 - the same every time is what is wanted


def parameters(*required, **properties):
    """The parameters of a tool."""
    return {"type": "object", "properties": properties, "required": list(required)}


def test_the_same_seed_makes_the_same_arguments():
    """Arguments follow from the schema and the seed; another seed makes others."""
    schema = parameters("a", a={"type": "string"}, b={"type": "integer"}, c={"type": "boolean"})
    made = [arguments_for(schema, f"seed {number}", 0.5) for number in (*range(20), *range(20))]
    assert made[:20] == made[20:]
    assert len({str(one) for one in made}) > 10


@pytest.mark.parametrize(
    "schema",
    [
        {"enum": [None, "a", "b"]},
        {"const": 7},
        {"type": "integer", "minimum": 3, "maximum": 9, "multipleOf": 3},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 2},
        {"type": "string", "minLength": 30, "maxLength": 31},
        {"type": "string", "pattern": r"^[a-z]{2}-\d{3,}(\.x|\.y)?$", "minLength": 9},
        {"type": "string", "format": "uuid"},
        {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
        {"type": ["null", "array"], "items": {"enum": ["a", "b"]}, "uniqueItems": True},
        {
            "allOf": [
                {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
                {"type": "object"},
            ]
        },
        {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Name"}]},
        {"$ref": "#/$defs/Tree"},
        {"type": "object", "minProperties": 2, "additionalProperties": {"type": "boolean"}},
    ],
)
def test_arguments_fit_the_schema(schema):
    """What is invented passes the tool's own check."""
    tree = {
        "type": "object",
        "properties": {"leaves": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
    }
    whole = parameters("a", a=schema)
    whole["$defs"] = {"Tree": tree, "Name": {"type": "string", "maxLength": 3}}
    tool = Tool("one", "", whole)
    for number in range(30):
        tool.check(arguments_for(whole, str(number), 0.5))


def test_what_cannot_be_invented():
    """A required argument that nothing fits is told; one that is not required is left out."""
    nothing = {"type": "integer", "minimum": 5, "maximum": 4}
    with pytest.raises(Impossible, match="bounds leave nothing"):
        arguments_for(parameters("a", a=nothing), "seed", 1)
    assert arguments_for(parameters(a=nothing), "seed", 1) == {}


@pytest.mark.parametrize(
    "pattern",
    [
        "^a+$",
        "[^a-z]{3}",
        r"^\d{4}-\d\d$",
        "^(foo|bar)$",
        r"\w+@\w+\.com",
        "^(?:x|y){2,5}$",
        r"(.)\1",
    ],
)
def test_text_for_patterns(pattern):
    """The text matches."""
    text = matching(pattern, DRAW)
    assert text is not None
    assert re.search(pattern, text)


def test_no_text_for_patterns():
    """A pattern that cannot be read, or looks ahead, has none."""
    assert [matching(pattern, DRAW) for pattern in ("[", "^(?=a)b$", "^$a")] == [None] * 3
