"""Definitions made smaller: always valid schemas, never saying what the whole one does not."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright import Tool
from callwright.core.view import ToolView, original
from callwright.trim.prune import STEPS, shrunk

ORDER = {
    "type": "object",
    "description": "An order. " * 40,
    "properties": {
        "id": {"type": "integer", "description": "Its number. " * 30, "example": 7},
        "customer": {"$ref": "#/$defs/Customer"},
        "note": {"type": "string"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
        "parent": {"$ref": "#/$defs/Order"},
    },
    "required": ["customer"],
    "$defs": {
        "Customer": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "address": {
                    "type": "object",
                    "properties": {
                        "street": {"type": "string"},
                        "geo": {"type": "object", "properties": {"lat": {"type": "number"}}},
                    },
                },
            },
            "required": ["name"],
        },
        "Line": {"type": "object", "properties": {"sku": {"type": "string"}}},
        "Order": {"type": "object", "properties": {"parent": {"$ref": "#/$defs/Order"}}},
    },
}
TOOL = Tool("put_order", "Put an order.\n" + "At length. " * 100, ORDER)
EVERY_STEP = range(len(STEPS) + 1)


def size(tool):
    """Letters of a definition."""
    return len(json.dumps(tool.definition()))


def test_each_step_is_no_larger_than_the_one_before():
    """What goes on is saved; the note on what is missing costs a little."""
    sizes = [size(shrunk(TOOL, step)) for step in EVERY_STEP]
    assert all(later <= earlier + 45 for earlier, later in pairwise(sizes))
    assert sizes[-1] < sizes[0] / 5


def test_the_last_step_keeps_what_is_required_and_all_that_it_needs():
    """A required nested object stays, with what it requires itself; definitions unused are gone."""
    smallest = shrunk(TOOL, len(STEPS)).parameters
    assert smallest["properties"] == {"customer": {"$ref": "#/$defs/Customer"}}
    assert smallest["$defs"] == {
        "Customer": {
            "type": "object",
            "properties": {"name": {"type": "string"}},
            "required": ["name"],
        }
    }


def test_plain_optional_parameters_stay_longer_than_nested_ones():
    """A filter is worth more than a tree."""
    assert {"id", "note", "customer"} == set(shrunk(TOOL, 5).parameters["properties"])
    assert "Line" not in shrunk(TOOL, 5).parameters["$defs"]


@pytest.mark.parametrize("step", EVERY_STEP)
def test_the_original_checks_the_arguments(step):
    """What a step does not show may be given all the same, and what is wrong is refused."""
    tool = shrunk(TOOL, step)
    tool.check({"customer": {"name": "A", "address": {"geo": {"lat": 1.5}}}, "note": "x"})
    with pytest.raises(Exception, match="note"):
        tool.check({"customer": {"name": "A"}, "note": 7})
    assert original(tool) is TOOL
    assert isinstance(tool, ToolView) == (step > 0)


def test_words_end_at_a_sentence():
    """A description is not cut in the middle of a word where that can be helped."""
    assert shrunk(TOOL, 2).description == "Put an order.\n" + ("At length. " * 6).strip()


def test_a_reference_that_would_lead_nowhere_keeps_the_schema_whole():
    """Pruning is given up where a pointer leads into what it would remove."""
    schema = {
        "type": "object",
        "properties": {"a": {"$ref": "#/properties/b/properties/c"}, "b": {"type": "object"}},
        "required": ["a"],
    }
    schema["properties"]["b"]["properties"] = {"c": {"type": "string"}}
    assert shrunk(Tool("t", "", schema), 6).parameters["properties"].keys() == {"a", "b"}


def test_what_a_branch_requires_is_kept():
    """One of two parameters must be given: both stay."""
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "object"}, "c": {"type": "string"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    }
    assert set(shrunk(Tool("t", "", schema), 6).parameters["properties"]) == {"a", "b"}


def test_odd_schemas_are_no_reason_to_fail():
    """What somebody wrote by hand may be nested endlessly, refer to itself, or be no schema."""
    deep = {"type": "string"}
    for _ in range(400):
        deep = {"type": "object", "properties": {"x": deep}, "required": ["x"]}
    odd = [
        {"properties": {"x": deep}},
        {"properties": {"p": {"$ref": "#/properties/p"}}},
        {"properties": {"p": True, "q": {"items": [{}]}}, "required": "p"},
        {"properties": {"$ref": {"type": "string"}, "properties": {"properties": {"q": {}}}}},
        {"properties": 7, "anyOf": None, "$defs": []},
    ]
    for schema in odd:
        for step in EVERY_STEP:
            assert shrunk(Tool("t", "T.", schema), step).name == "t"


SCHEMAS = st.recursive(
    st.sampled_from([{"type": "string"}, {"type": "integer"}, {}, True]),
    lambda inner: st.one_of(
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(lambda one, two: {"anyOf": [one, two]}, inner, inner),
        st.builds(
            lambda properties, required: {
                "type": "object",
                "properties": properties,
                "required": [name for name in required if name in properties],
            },
            st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
            st.lists(st.sampled_from("abcd"), unique=True, max_size=2),
        ),
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from("wxyz"), SCHEMAS, max_size=4), st.data())
def test_a_pruned_schema_only_leaves_out(properties, data):
    """Every part of a pruned schema stands in the whole one; what is required is never missing."""
    names = sorted(properties)
    required = data.draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    whole = {"type": "object", "properties": properties, "required": required}
    tool = Tool("t", "T.", whole)
    for step in EVERY_STEP:
        assert leaves_out(shrunk(tool, step).parameters, tool.parameters)


def leaves_out(small, whole):
    """Whether a schema is another one with optional properties left out."""
    if not isinstance(small, dict):
        return small == whole
    if small.keys() != whole.keys():
        return False
    return all(fits(key, value, whole) for key, value in small.items())


def fits(key, value, whole):
    """Whether one keyword's value says no more than that of the whole schema, and all it must."""
    if key == "properties":
        missing = whole[key].keys() - value.keys()
        if missing & set(whole.get("required", ())):
            return False
        return all(leaves_out(one, whole[key][name]) for name, one in value.items())
    if key == "anyOf":
        return all(map(leaves_out, value, whole[key]))
    return leaves_out(value, whole[key]) if isinstance(value, dict) else value == whole[key]
