"""Fragments of documents for property tests: schemas and words, each valid by itself.

Every schema that a fragment can refer to is in every document, so that each reference leads
somewhere; what hangs together with what, circles included, is left to chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

__all__ = ["SCHEMAS", "TEXTS", "Dialect", "schemas", "some"]

SCHEMAS = ("Pet", "Owner", "Kind", "Page", "my.Tag")
TEXTS = st.sampled_from(["", "Finds pets.", "All of them:\n* one\n* two", "Größe, groß", "yes"])
_FIELDS = ("id", "name", "kind", "owner", "children", "a b", "größe")


@dataclass(frozen=True)
class Dialect:
    """A version of the specification, and where it keeps its schemas."""

    version: str

    @property
    def schemas(self) -> str:
        """The pointer below which schemas have their names."""
        return "#/definitions/" if self.version == "2.0" else "#/components/schemas/"

    @property
    def has_null(self) -> bool:
        """Whether null is a type, and a boolean a schema."""
        return self.version >= "3.1"


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these fields, or none."""
    return st.fixed_dictionaries({}, optional=fields)


@cache
def schemas(dialect: Dialect) -> st.SearchStrategy[Any]:
    """Schemas that refer to components, in circles too."""
    leaves = st.one_of(_strings(), _numbers(), _references(dialect), _words(dialect))
    return st.recursive(leaves, lambda inner: _nests(dialect, inner), max_leaves=4)


def _strings() -> st.SearchStrategy[dict[str, Any]]:
    return some(
        enum=st.sampled_from([["cat", "dog"], ["cat", None]]),
        format=st.sampled_from(["date", "binary", "uuid"]),
        pattern=st.sampled_from(["^[a-z]+$", r"\d{2}"]),
        minLength=st.integers(0, 3),
        default=st.just("cat"),
        description=TEXTS,
        title=st.sampled_from(["Name", "Of a pet"]),
        example=st.sampled_from(["cat", 5, {"no": "text"}]),
    ).map(lambda schema: {"type": "string", **schema})


def _numbers() -> st.SearchStrategy[dict[str, Any]]:
    fields = some(
        type=st.sampled_from(["integer", "number", "boolean"]),
        minimum=st.integers(-3, 3),
        exclusiveMaximum=st.booleans(),
        maximum=st.floats(10, 20),
        multipleOf=st.sampled_from([1, 0.5]),
    )
    return fields.map(lambda schema: {"type": "integer", **schema})


def _references(dialect: Dialect) -> st.SearchStrategy[dict[str, Any]]:
    beside = some(description=TEXTS, readOnly=st.booleans(), required=st.just(["id"]))
    return st.builds(
        lambda name, more: {"$ref": dialect.schemas + name, **more},
        st.sampled_from(SCHEMAS),
        st.one_of(st.just({}), beside),
    )


def _words(dialect: Dialect) -> st.SearchStrategy[Any]:
    """What only one dialect can say."""
    if not dialect.has_null:
        key = "x-nullable" if dialect.version == "2.0" else "nullable"
        return _strings().map(lambda schema: {**schema, key: True})
    said = [True, {}, {"type": ["string", "null"]}, {"const": None}, {"enum": [1, "a", None]}]
    return st.sampled_from(said)


def _nests(dialect: Dialect, inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    parts = ("allOf",) if dialect.version == "2.0" else ("allOf", "anyOf", "oneOf")
    combined = st.builds(
        lambda part, listed, more: {**more, part: listed},
        st.sampled_from(parts),
        several,
        some(description=TEXTS, discriminator=_discriminators(dialect)),
    )
    arrays = st.builds(
        lambda items, more: {"type": "array", "items": items, **more},
        inner.filter(lambda items: isinstance(items, dict)),
        some(minItems=st.integers(0, 2), uniqueItems=st.booleans()),
    )
    return st.one_of(_objects(dialect, inner), arrays, combined)


def _objects(dialect: Dialect, inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    read_only = inner.map(lambda s: {**s, "readOnly": True} if isinstance(s, dict) else s)
    more = {
        "properties": st.dictionaries(st.sampled_from(_FIELDS), inner | read_only, max_size=3),
        "required": st.lists(st.sampled_from(_FIELDS), min_size=1, max_size=2, unique=True),
        "additionalProperties": st.one_of(st.booleans(), inner),
        "minProperties": st.integers(0, 2),
    }
    if dialect.has_null:
        more["unevaluatedProperties"] = st.booleans()
        more["dependentRequired"] = st.just({"id": ["name"]})
        more["propertyNames"] = st.just({"minLength": 1})
    return some(**more).map(lambda schema: {"type": "object", **schema})


def _discriminators(dialect: Dialect) -> st.SearchStrategy[Any]:
    if dialect.version == "2.0":
        return st.just("kind")
    kinds = st.sampled_from([*SCHEMAS[:3], dialect.schemas + "Page", dialect.schemas + "Pet"])
    mapping = st.dictionaries(st.sampled_from(["cat", "dog", "x"]), kinds, max_size=3)
    return mapping.map(lambda given: {"propertyName": "kind", "mapping": given})
