"""A model's arguments are mended where it is certain what was meant, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright.core.repair.change import Repaired
from callwright.core.repair.mend import repair
from callwright.core.schema_check import ArgumentCheck

INTEGER = {"type": "integer"}
STRING = {"type": "string"}
TEXTS = {"type": "array", "items": STRING}
BODY = {
    "type": "object",
    "properties": {"user_name": STRING, "age": INTEGER, "tags": TEXTS},
    "required": ["user_name"],
}


def taking(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """Parameters of these names, as a tool has them."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def mended(value: object, schema: object) -> tuple[object, tuple[str, ...]]:
    """The value of the argument `x` after the repair, and what was changed."""
    repaired = repair({"x": value}, taking(x=schema))  # type: ignore[dict-item]
    return repaired.arguments.get("x"), tuple(map(str, repaired.repairs))


VALUES: list[tuple[object, object, object]] = [
    ("5", INTEGER, 5),
    (" 5 ", INTEGER, 5),
    ("5.0", INTEGER, 5),
    ("-1.5e3", {"type": "number"}, -1500),
    ("1.5", {"type": "number"}, 1.5),
    ("true", {"type": "boolean"}, True),
    ("False", {"type": "boolean"}, False),
    ("null", {"type": ["integer", "null"]}, None),
    ("5", {"anyOf": [INTEGER, {"type": "boolean"}]}, 5),
    ("5", {"oneOf": [INTEGER, {"type": "number"}]}, 5),
    ("5", {"allOf": [{"type": ["integer", "string"]}, INTEGER]}, 5),
    (5, STRING, "5"),
    (5, {"type": "string", "format": "int64"}, "5"),
    (5, {"enum": ["5", "6"]}, "5"),
    (True, {"enum": ["true", "false"]}, "true"),
    (1.0, {"enum": ["1.0", "2.0"]}, "1.0"),
    ("TRUE", {"enum": [True]}, True),
    (" Open", {"enum": ["open", "closed"]}, "open"),
    ("OPEN", {"anyOf": [{"const": "open"}, {"const": "closed"}]}, "open"),
    (" ab ", {"type": "string", "pattern": "^[a-z]+$"}, "ab"),
    ('{"a": 1}', {"type": "object"}, {"a": 1}),
    ('["a"]', TEXTS, ["a"]),
    ('{"n": "1"}', {"type": "object", "properties": {"n": INTEGER}}, {"n": 1}),
    ("a", TEXTS, ["a"]),
    ("1", {"type": "array", "items": INTEGER}, [1]),
    ({"n": 1}, {"type": "array", "items": {"type": "object"}}, [{"n": 1}]),
    ("a", {"anyOf": [TEXTS, {"type": "null"}]}, ["a"]),
    ("5", {"anyOf": [INTEGER, {"type": "array", "items": INTEGER}]}, 5),
    ("5", {"anyOf": [INTEGER, {"enum": ["auto"]}]}, 5),
    ("a", {"anyOf": [TEXTS, {"enum": [""]}]}, ["a"]),
    (["1", 2], {"type": "array", "prefixItems": [INTEGER], "items": STRING}, [1, "2"]),
    ({"n": None, "m": 1}, {"properties": {"n": INTEGER}, "type": "object"}, {"m": 1}),
    ({"a": "1"}, {"type": "object", "additionalProperties": INTEGER}, {"a": 1}),
    ({"userName": "a"}, BODY, {"user_name": "a"}),
    (
        {"kind": "cat", "age": "3"},
        {
            "oneOf": [
                {"properties": {"kind": {"const": "cat"}, "age": INTEGER}, "type": "object"},
                {"properties": {"kind": {"const": "dog"}, "age": STRING}, "type": "object"},
            ]
        },
        {"kind": "cat", "age": 3},
    ),
]


@pytest.mark.parametrize(("given_value", "schema", "meant"), VALUES)
def test_what_is_certain_is_mended(given_value, schema, meant):
    """A value that can be one thing only is read as that, and it is told."""
    value, told = mended(given_value, schema)
    assert (value, type(value)) == (meant, type(meant))
    assert told


UNCERTAIN: list[tuple[object, object]] = [
    ("1,000", INTEGER),
    ("007", INTEGER),
    ("+5", INTEGER),
    ("five", INTEGER),
    ("1e999", {"type": "number"}),
    ("9" * 5_000, INTEGER),
    ("1.5", INTEGER),
    ("yes", {"type": "boolean"}),
    (1, {"type": "boolean"}),
    (True, INTEGER),
    ("", {"type": ["integer", "null"]}),
    ("5", {"anyOf": [INTEGER, {"type": "string", "pattern": "^a"}]}),
    (5.1, STRING),
    (5.1, {"enum": ["5.1", "5.10"]}),
    (True, STRING),
    (1_700_000_000, {"type": "string", "format": "date-time"}),
    ("a", {"enum": ["A", "A "]}),
    ("opened", {"enum": ["open", "closed"]}),
    ("{'a': 1}", {"type": "object"}),
    ("[1", {"type": "array"}),
    ("a,b", TEXTS),
    ("", TEXTS),
    ("a", {"type": "array"}),
    ([1, 2], {"type": "array", "items": {"type": "array"}}),
    ({"userName": "a", "user-name": "b"}, BODY),
    ({"userName": "a"}, {**BODY, "properties": {"user_name": STRING, "username": STRING}}),
    ({"n": None}, {"type": "object", "properties": {"n": INTEGER}, "required": ["n"]}),
    ("5", {"$ref": "#/$defs/Nowhere"}),
    ("5", False),
]


@pytest.mark.parametrize(("value", "schema"), UNCERTAIN)
def test_what_is_not_certain_is_left(value, schema):
    """What can be meant in two ways, or in none, stays as it is."""
    assert mended(value, schema) == (value, ())


def test_an_integral_float_is_an_integer():
    """JSON Schema takes 5.0 as an integer, so it is left."""
    assert mended(5.0, INTEGER) == (5.0, ())


@pytest.mark.parametrize("value", ["5", " x ", "OPEN", None, {"b": "1"}])
def test_what_fits_is_not_touched(value):
    """A value that fits stays, however much it looks like another one."""
    assert mended(value, {"properties": {"a": INTEGER}}) == (value, ())


def test_repairs_are_told_in_words():
    """Each repair says where and what, in the order in which the arguments stand."""
    schema = taking(id=INTEGER, state={"enum": ["open"]}, tags=TEXTS, n=INTEGER, b=BODY)
    repaired = repair(
        {"id": "5", "state": "Open", "tags": "a", "n": None, "b": '{"userName": 7}'}, schema
    )
    assert repaired.arguments == {
        "id": 5,
        "state": "open",
        "tags": ["a"],
        "b": {"user_name": "7"},
    }
    assert [str(each) for each in repaired.repairs] == [
        '/id: "5" was read as 5',
        '/state: "Open" was read as "open"',
        '/tags: "a" was put into an array',
        "/n: null was dropped: the value is optional, and cannot be null",
        "/b: a text was read as the JSON of an object",
        '/b/user_name: the name "userName" was read as "user_name"',
        '/b/user_name: 7 was read as "7"',
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            {"id": 1, "body": {"due": None, "title": "x"}},
            {"id": 1, "body": {"due": None, "title": "x"}},
        ),
        ({"id": "1", "note": None}, {"id": 1}),
    ],
)
def test_null_that_clears(arguments, expected):
    """Where null in a body clears what is stored, it is not taken for nothing; elsewhere it is."""
    body = taking(due=STRING, title=STRING)
    schema = taking(id=INTEGER, note=STRING, body=body)
    assert repair(arguments, schema, clears=True).arguments == expected
    assert repair({"body": {"due": None}}, schema).arguments == {"body": {}}


@pytest.mark.parametrize(
    ("text", "kind", "meant"),
    [
        ("5.00", "integer", "5.00"),
        ("19.90", "integer", "19.90"),
        ("5.0", "integer", 5),
        ("5.00", "number", 5),
        ("19.90", "number", 19.9),
    ],
)
def test_an_amount_of_money(text, kind, meant):
    """Five with two decimals is an amount in the large unit; where cents are wanted it is not 5."""
    assert mended(text, {"type": kind})[0] == meant


def test_many_names_take_no_time():
    """Far more names than anybody means are left as they are, and not compared with each other."""
    fields = taking(**{f"name_{number}": INTEGER for number in range(1_000)})
    many = {f"Name{number}": "1" for number in range(20_000)}
    assert repair(many, fields).repairs == ()
    assert repair({"body": many}, taking(body=fields)).repairs == ()


def test_pointers_are_escaped():
    """A name with a slash or a tilde is escaped as RFC 6901 wants it."""
    (told,) = repair({"a/b~": "1"}, taking(**{"a/b~": INTEGER})).repairs
    assert told.path == "/a~1b~0"


WITH_BODY = taking(("id",), id=INTEGER, per_page=INTEGER, body=BODY)

PLACES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"ID": 1}, {"id": 1}),
    ({"id": 1, "perPage": 2}, {"id": 1, "per_page": 2}),
    ({"id": 1, "Per-Page": "2"}, {"id": 1, "per_page": 2}),
    ({"id_path": 1}, {"id": 1}),
    ({"arguments": {"id": 1}}, {"id": 1}),
    (
        {"body": {"id": 1, "user_name": "a", "perPage": 2}},
        {"id": 1, "per_page": 2, "body": {"user_name": "a"}},
    ),
    ({"params": '{"id": 1}'}, {"id": 1}),
    ({"get_it": {"input": {"id": "1"}}}, {"id": 1}),
    ({"path": {"id": 1}, "query": {"per_page": 2}}, {"id": 1, "per_page": 2}),
    (
        {"parameters": {"id": 1}, "body": {"user_name": "a"}},
        {"id": 1, "body": {"user_name": "a"}},
    ),
    ({"id": 1, "user_name": "a"}, {"id": 1, "body": {"user_name": "a"}}),
    (
        {"id": 1, "userName": "a", "age": "3", "body": {"tags": "t"}},
        {"id": 1, "body": {"user_name": "a", "age": 3, "tags": ["t"]}},
    ),
    (
        {"id": 1, "age": 3, "body": '{"user_name": "a"}'},
        {"id": 1, "body": {"user_name": "a", "age": 3}},
    ),
    ({"body": {"id": 1, "user_name": "a"}}, {"id": 1, "body": {"user_name": "a"}}),
    (
        {"id": 1, "Tags": ["a"], "body": {"user_name": "a"}},
        {"id": 1, "body": {"user_name": "a", "tags": ["a"]}},
    ),
    ({"requestBody": {"user_name": "a"}, "id": 1}, {"id": 1, "body": {"user_name": "a"}}),
]


@pytest.mark.parametrize(("arguments", "meant"), PLACES)
def test_arguments_are_put_where_they_belong(arguments, meant):
    """An argument at a wrong place, or in a wrapping, is moved to its only right one."""
    repaired = repair(arguments, WITH_BODY, tool="get_it")
    assert repaired.arguments == meant
    assert repaired.repairs


@pytest.mark.parametrize(
    ("arguments", "schema"),
    [
        ({"id": 1, "age": 2, "body": {"user_name": "a", "age": 3}}, WITH_BODY),
        ({"id": 1, "ID": 2}, WITH_BODY),
        ({"id_path": 1}, taking(id=INTEGER, id_query=INTEGER)),
        ({"id": 1}, taking(id_query=INTEGER)),
        ({"user": "a"}, taking(user_name=STRING)),
        ({"userName": "a"}, taking(user_name=STRING, body=BODY | {"properties": {"userName": {}}})),
        ({"userName": "a"}, taking(user_name=STRING, body=BODY)),
        ({"id": 1, "userName": "a", "body": {"user_name": "b"}}, WITH_BODY),
        ({"id": 1, "userName": "a", "User-Name": "b"}, WITH_BODY),
        ({"body": {"ID": 1, "Id": 2, "user_name": "a"}}, WITH_BODY),
        ({"params": {"id": 1, "x": 2}, "id": 1}, WITH_BODY),
        ({"name": "a"}, taking(owner={"type": "object", "properties": {"name": STRING}})),
        ({"body": {"id": 1}}, taking(("id",), id=INTEGER, body={"type": "object"})),
    ],
)
def test_a_place_that_is_not_certain_is_left(arguments, schema):
    """What is given twice, or could belong to two places, stays where it is."""
    assert repair(arguments, schema) == Repaired(arguments=arguments)


def test_a_text_called_body_is_a_field_of_the_body():
    """What cannot be the body is the body's own field of that name."""
    comment = {"type": "object", "properties": {"body": STRING, "title": STRING}}
    schema = taking(("id", "body"), id=INTEGER, body=comment)
    repaired = repair({"id": 1, "body": "Hello.", "title": "a"}, schema)
    assert repaired.arguments == {"id": 1, "body": {"body": "Hello.", "title": "a"}}


def test_a_body_that_takes_nothing_gives_what_it_was_given():
    """What stands in a body without fields is an argument."""
    empty = {"type": "object", "properties": {}, "additionalProperties": False}
    repaired = repair({"body": {"id": 1}}, taking(id=INTEGER, body=empty))
    assert repaired.arguments == {"id": 1}


def test_names_in_an_open_object_change_together():
    """Where one name must be read as another, those beside it that are alike are read so too."""
    schema = {"type": "object", "properties": {"a_b": {}, "c_d": {}}, "required": ["a_b"]}
    assert mended({"aB": 1, "cD": 2}, schema)[0] == {"a_b": 1, "c_d": 2}
    assert mended({"a_b": 1, "cD": 2}, schema)[0] == {"a_b": 1, "cD": 2}


def test_an_open_body_keeps_what_fits():
    """A body that takes any field is not emptied of one that is called like an argument."""
    arguments = {"id": "1", "body": {"user_name": "a", "per_page": 5}}
    assert repair(arguments, WITH_BODY).arguments == {**arguments, "id": 1}


def test_a_wrapping_that_is_an_argument_stays():
    """A tool that has an argument called `input` gets it."""
    schema = taking(input={"type": "object"}, id=INTEGER)
    arguments = {"input": {"id": 1}, "id": "x"}
    assert repair(arguments, schema).arguments == arguments


def test_references_and_recursion_are_followed():
    """A schema that refers to itself is followed as deep as the value goes."""
    schema = {
        **taking(tree={"$ref": "#/$defs/Tree"}),
        "$defs": {
            "Tree": {
                "type": "object",
                "properties": {
                    "size": INTEGER,
                    "kids": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
                },
            }
        },
    }
    repaired = repair({"tree": {"kids": {"kids": [{"size": "1"}]}}}, schema)
    assert repaired.arguments == {"tree": {"kids": [{"kids": [{"size": 1}]}]}}


def test_the_rest_is_mended_where_not_all_can_be():
    """What is certain is mended beside what is not, so that only this is told."""
    schema = taking(id=INTEGER, state={"enum": ["open"]})
    assert repair({"id": "5", "state": "gone"}, schema).arguments == {"id": 5, "state": "gone"}


def test_work_is_bounded():
    """A schema of endless alternatives, and a value with thousands of faults, are left alone."""
    wide = {"allOf": [{"anyOf": [{"title": str(n)} for n in range(40)]}] * 40, "type": "integer"}
    tower = {str(n): {"allOf": [{"$ref": f"#/$defs/{n + 1}"}] * 40} for n in range(9)}
    high = {**taking(x={"$ref": "#/$defs/0"}), "$defs": {**tower, "9": INTEGER}}
    many = ["1"] * 5_000
    assert mended("5", wide) == ("5", ())
    assert repair({"x": "5"}, high) == Repaired(arguments={"x": "5"})
    assert mended(many, {"type": "array", "items": INTEGER}) == (many, ())


@pytest.mark.parametrize(
    "arguments", [{1: "a"}, {"x": b"a"}, {"x": object()}, {"x": {1: 2}}, {"x": 10**5_000}]
)
def test_what_is_no_json_is_left(arguments):
    """Values that only Python has raise nothing and stay as they are."""
    schema = taking(("y",), x={"type": "array", "items": STRING}, y=INTEGER)
    assert repair(arguments, schema) == Repaired(arguments=arguments)


NAMES = st.sampled_from(["id", "ID", "user_id", "userId", "body", "params", "x", "id_path", ""])
WORDS = st.sampled_from(["5", "1.5", "true", "null", " A ", "a", "a,b", "[1]", '{"id": "1"}', ""])
SCALARS = st.none() | st.booleans() | st.integers(-2, 9) | st.sampled_from([0.5, 5.0]) | WORDS
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])
BROKEN = st.sampled_from([{"type": 5}, {"enum": 3}, {"properties": []}, {"$ref": "#/$defs/A/b"}])


def _larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keywords = {
        "properties": st.dictionaries(NAMES, inner, max_size=4),
        "required": st.lists(NAMES, max_size=2),
        "additionalProperties": inner,
        "items": inner,
        "anyOf": st.lists(inner, max_size=3),
        "oneOf": st.lists(inner, max_size=3),
        "allOf": st.lists(inner, max_size=2),
        "type": TYPES | st.lists(TYPES, max_size=3),
        "not": inner,
    }
    return st.fixed_dictionaries({}, optional=keywords)


SCHEMAS = st.recursive(
    st.booleans()
    | st.builds(lambda kind: {"type": kind}, TYPES)
    | st.builds(lambda options: {"enum": options}, st.lists(SCALARS, max_size=3))
    | st.just({"$ref": "#/$defs/A"})
    | st.just({"type": "string", "pattern": "^a$"})
    | BROKEN,
    _larger,
    max_leaves=12,
)
TREE = {"type": "object", "properties": {"id": INTEGER, "x": {"$ref": "#/$defs/A"}}}
PARAMETERS = st.builds(
    lambda properties, required, rest: {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": rest,
        "$defs": {"A": TREE},
    },
    st.dictionaries(NAMES, SCHEMAS, max_size=4),
    st.lists(NAMES, max_size=2),
    st.booleans(),
)
ARGUMENTS = st.dictionaries(NAMES, JSON, max_size=4)


FIELDS = {
    "user_name": st.sampled_from(["a", 7]),
    "userName": st.just("a"),
    "age": st.sampled_from([3, "3", None, "x"]),
    "tags": st.sampled_from([["a"], "a", '["a"]', [1], None]),
}
OWN = {
    "id": st.sampled_from([1, "1", "one"]),
    "ID": st.just(1),
    "per_page": st.sampled_from([5, "5", None]),
    "perPage": st.just("5"),
}
WRITTEN = st.fixed_dictionaries(
    {},
    optional={**OWN, **FIELDS, "body": st.fixed_dictionaries({}, optional={**FIELDS, **OWN})},
)


def the_laws_hold(arguments: dict[str, Any], schema: dict[str, Any]) -> None:
    """What fits is untouched; a repair is told; the same gives the same; a second finds nothing."""
    before = repr(arguments)
    repaired = repair(arguments, schema)
    check = ArgumentCheck(schema)
    assert repr(arguments) == before
    assert repaired == repair(arguments, schema)
    if not check.faults(arguments):
        assert repaired == Repaired(arguments=arguments)
    if not repaired.repairs:
        assert repr(repaired.arguments) == before
    if not check.faults(repaired.arguments):
        assert repair(repaired.arguments, schema).repairs == ()


@settings(deadline=None, max_examples=200)
@given(ARGUMENTS, PARAMETERS)
def test_the_laws_hold_for_any_schema(arguments, schema):
    """Whatever the arguments and the schema are, nothing is raised and the laws hold."""
    the_laws_hold(arguments, schema)


@settings(deadline=None, max_examples=200)
@given(WRITTEN | st.builds(lambda given: {"arguments": given}, WRITTEN))
def test_the_laws_hold_for_what_models_write(arguments):
    """However the usual faults come together, the laws hold."""
    the_laws_hold(arguments, WITH_BODY)
