"""The check of arguments: right, and bounded in work whatever schema and value it is given."""

from __future__ import annotations

from typing import Any

import pytest

from callwright.core.schema_check import ArgumentCheck


def nested(depth: int, value: Any = 1) -> Any:
    """A value inside that many objects."""
    for _ in range(depth):
        value = {"a": value}
    return value


def doubling(keyword: str, levels: int = 40) -> dict[str, Any]:
    """A schema of which each level holds the next one twice, for the same value."""
    schemas: dict[str, Any] = {f"L{levels}": {"type": "string"}}
    for level in range(levels):
        following = {"$ref": f"#/$defs/L{level + 1}"}
        schemas[f"L{level}"] = {keyword: [following, following]}
    return {"$ref": "#/$defs/L0", "$defs": schemas}


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf", "allOf"])
def test_exponential_schemas(keyword: str) -> None:
    """A schema that would take 2^40 steps comes to an end, and proves nothing it did not see."""
    ArgumentCheck(doubling(keyword)).faults(5)
    assert ArgumentCheck(doubling(keyword)).faults("x") == ()


@pytest.mark.parametrize(
    "schemas",
    [
        pytest.param({"A": {"$ref": "#/$defs/A"}}, id="itself"),
        pytest.param({"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}}, id="each other"),
        pytest.param({"A": {"allOf": [{"$ref": "#/$defs/A"}]}}, id="a part of itself"),
    ],
)
def test_circles(schemas: dict[str, Any]) -> None:
    """A schema that goes in a circle for one value refuses nothing."""
    assert ArgumentCheck({"$ref": "#/$defs/A", "$defs": schemas}).faults({"a": 1}) == ()


def test_deep_value() -> None:
    """A value too deep for a recursive schema is refused; one of the depth of real ones is not."""
    schema = {
        "$ref": "#/$defs/Node",
        "$defs": {"Node": {"properties": {"a": {"$ref": "#/$defs/Node"}}}},
    }
    check = ArgumentCheck(schema)
    assert check.faults(nested(30)) == ()
    assert check.faults(nested(500)) == ("The arguments are nested too deeply.",)


def test_many_faults() -> None:
    """Of very many faults the first are told."""
    check = ArgumentCheck({"items": {"type": "string"}})
    faults = check.faults(list(range(100_000)))
    assert len(faults) == 5
    assert faults[0] == "[0] is 0 but must be of type string."


def test_many_patterns() -> None:
    """Many patterns for many names are looked at as long as that is sane."""
    patterns = {f"^x{number}$": {"type": "string"} for number in range(1_000)}
    value = {f"y{number}": 1 for number in range(1_000)}
    assert ArgumentCheck({"patternProperties": patterns}).faults(value) == ()


@pytest.mark.parametrize(
    ("schema", "value", "faults"),
    [
        pytest.param(
            {"required": ["a", "b", "c"]},
            {"b": 1},
            ("a is required.", "c is required."),
            id="several names are missing",
        ),
        pytest.param(
            {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False},
            {"a": 1, "it's": 2, "b": 3},
            ("The arguments must not have it's, b.",),
            id="names that no part knows",
        ),
        pytest.param({"multipleOf": 0.01}, 19.99, (), id="a multiple in decimals"),
        pytest.param(
            {"multipleOf": 0.01},
            19.999,
            ("The arguments are 19.999 but must satisfy multipleOf 0.01.",),
            id="no multiple in decimals",
        ),
        pytest.param({"uniqueItems": True}, [{"a": 1}, {"a": 2}, 1, True], (), id="all differ"),
        pytest.param(
            {"uniqueItems": True},
            [{"a": 1.0}, {"a": 1}],
            ('The arguments are [{"a":1.0},{"a":1}] but must satisfy uniqueItems true.',),
            id="two are the same",
        ),
    ],
)
def test_faults(schema: dict[str, Any], value: Any, faults: tuple[str, ...]) -> None:
    """What does not fit is told, each fault once."""
    assert ArgumentCheck(schema).faults(value) == faults


@pytest.mark.parametrize(
    ("value", "fits"),
    [("123e4567-e89b-12d3-a456-426614174000", True), ("abc", True), (7, True), (True, False)],
    ids=str,
)
def test_alternatives_that_overlap(value: Any, fits: bool) -> None:
    """A value may fit more than one part of `oneOf`, as a UUID is a text; but one it must fit."""
    uuid = {"type": "string", "pattern": "^[0-9a-f-]{36}$"}
    check = ArgumentCheck({"oneOf": [{"type": "integer"}, uuid, {"type": "string"}]})
    assert (check.faults(value) == ()) is fits
