"""Two plain schemas as the one that holds where both do: `allOf` without the keyword.

Plain means: no reference and no alternatives at the top, and `type` is a list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from callwright.core.json import dump_json, is_object

__all__ = [
    "ANNOTATIONS",
    "NOTHING",
    "TOLD",
    "Node",
    "constraints",
    "is_nothing",
    "meet",
    "remarks",
]

Node: TypeAlias = "dict[str, Any]"
"""A schema in normal form."""

NOTHING: Node = {"not": {}}
"""The schema that no value satisfies."""

TOLD = "told"
"""Holds sentences about what has no keyword in the normal form."""

ANNOTATIONS = frozenset({"title", "description", "default", "examples", "deprecated", TOLD})


def is_nothing(node: Mapping[str, Any]) -> bool:
    """Whether no value satisfies a normal form."""
    return node.get("not") in ({}, True)


def remarks(node: Mapping[str, Any]) -> Node:
    """What only describes a schema."""
    return {key: value for key, value in node.items() if key in ANNOTATIONS}


def constraints(node: Mapping[str, Any]) -> Node:
    """A schema without what only describes it."""
    return {key: value for key, value in node.items() if key not in ANNOTATIONS}


def meet(one: Node, other: Node) -> Node:
    """The schema of what satisfies both; where both describe, the second one does."""
    if is_nothing(one) or is_nothing(other):
        return NOTHING
    result = {**one, **other}
    for keyword in one.keys() & other.keys():
        merge = _MERGES.get(keyword)
        if merge is not None:
            result[keyword] = merge(one[keyword], other[keyword])
    if result.get("type") == [] or result.get("enum") == []:
        return NOTHING
    if "properties" in result or "additionalProperties" in result:
        result |= _merged_properties(one, other)
    return result


def _merged_properties(one: Node, other: Node) -> Node:
    """All properties; each also obeys what the other schema says of names that it does not list."""
    ours, theirs = one.get("properties", {}), other.get("properties", {})
    merged = {
        name: _both(
            ours.get(name, _elsewhere(one)),
            theirs.get(name, _elsewhere(other)),
        )
        for name in {**ours, **theirs}
    }
    result: Node = {"properties": merged} if merged else {}
    given = [node["additionalProperties"] for node in (one, other) if _names_others(node)]
    if given:
        result["additionalProperties"] = given[0] if len(given) == 1 else _both(*given)
    return result


def _names_others(node: Node) -> bool:
    return "additionalProperties" in node


def _elsewhere(node: Node) -> Any:
    if node.get("patternProperties"):
        return True
    return node.get("additionalProperties", True)


def _both(one: Any, other: Any) -> Any:
    """Two schemas, not yet in normal form, as one."""
    if one is False or other is False:
        return False
    if one in (True, {}) or one == other:
        return other
    return one if other in (True, {}) else {"allOf": [one, other]}


def _common_types(one: list[str], other: list[str]) -> list[str]:
    common = [name for name in one if name in other]
    if "integer" not in common and {"integer", "number"} <= {*one, *other}:
        common.append("integer")
    return common


def _common_values(one: list[Any], other: list[Any]) -> list[Any]:
    texts = {dump_json(value) for value in other}
    return [value for value in one if dump_json(value) in texts]


def _all_names(one: list[str], other: list[str]) -> list[str]:
    return list(dict.fromkeys([*one, *other]))


def _any_of_not(one: Any, other: Any) -> Any:
    return one if one == other else {"anyOf": [one, other]}


def _all_told(one: list[str], other: list[str]) -> list[str]:
    return list(dict.fromkeys([*one, *other]))


def _united(one: Any, other: Any) -> Any:
    return {**one, **other} if is_object(one) and is_object(other) else other


_MERGES: Mapping[str, Callable[[Any, Any], Any]] = {
    "type": _common_types,
    "enum": _common_values,
    "required": _all_names,
    "items": _both,
    "not": _any_of_not,
    TOLD: _all_told,
    "dependentRequired": _united,
    "patternProperties": _united,
    "uniqueItems": lambda one, other: one or other,
    **dict.fromkeys(("minimum", "exclusiveMinimum"), max),
    **dict.fromkeys(("minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum"), min),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), min),
}
"""Of what is not here (a pattern, a format) the second one is told; our own check holds both."""
