"""What a `$dynamicRef` means: read from a bundle, and compared with another implementation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import product
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from callwright.core.errors import SpecUnavailable
from callwright.openapi.bundle.document import Bundle, Retrieved, bundle
from callwright.openapi.bundle.dynamic import DynamicScope, SchemaResources
from callwright.openapi.document import Document

HOST = "https://api.test/"
START = "#/components/schemas/Start"
_MAPS = ("properties", "patternProperties")
_SCHEMAS = ("items", "additionalProperties", "unevaluatedProperties", "not", "if", "then", "else")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")


def bundled(raw: Mapping[str, Any], files: Mapping[str, Any]) -> Bundle:
    """Bundle a document with files beside it."""

    async def retrieve(url: str) -> Retrieved:
        if url.removeprefix(HOST) not in files:
            raise SpecUnavailable(f"There is no {url}.")
        return Retrieved(url=url, value=files[url.removeprefix(HOST)])

    return anyio.run(partial(bundle, raw, base_url=HOST + "openapi.json", retrieve=retrieve))


class Reading:
    """Reads a schema of a bundle as a reader of tools does: references become definitions."""

    def __init__(self, result: Bundle) -> None:
        self.document = Document(result.raw, place="a test")
        self.scope = DynamicScope(resources=result.resources).entered("#")
        self.names: dict[tuple[str, DynamicScope], str] = {}
        self.definitions: dict[str, Any] = {}

    def whole(self, pointer: str) -> dict[str, Any]:
        """The schema at a pointer with its definitions, and without any name of a schema."""
        return {**self.reference(pointer, self.scope), "$defs": self.definitions}

    def reference(self, pointer: str, scope: DynamicScope) -> dict[str, Any]:
        """A reference to a definition, which is made once for each scope that matters."""
        inside = scope.entered(pointer)
        if (pointer, inside) not in self.names:
            name = self.names[pointer, inside] = str(len(self.names))
            self.definitions[name] = self.read(self.document.find(pointer), pointer, inside)
        return {"$ref": f"#/$defs/{self.names[pointer, inside]}"}

    def read(self, raw: Any, pointer: str, scope: DynamicScope) -> Any:
        """One schema."""
        if not isinstance(raw, dict):
            return raw
        inside = scope.entered(pointer)
        schema: dict[str, Any] = {}
        for key, value in raw.items():
            below = f"{pointer}/{key}"
            if key in _MAPS:
                schema[key] = {
                    name: self.read(item, f"{below}/{name}", inside) for name, item in value.items()
                }
            elif key in _LISTS:
                schema[key] = [
                    self.read(item, f"{below}/{index}", inside) for index, item in enumerate(value)
                ]
            elif key in _SCHEMAS:
                schema[key] = self.read(value, below, inside)
            elif not key.startswith("$"):
                schema[key] = value
        pointers = [raw["$ref"]] if "$ref" in raw else []
        pointers += [inside.resolve(raw["$dynamicRef"])] if "$dynamicRef" in raw else []
        named = [self.reference(one, inside) for one in pointers]
        return {**schema, "allOf": [*schema.get("allOf", []), *named]} if named else schema


def both(files: Mapping[str, Any], start: str) -> tuple[Draft202012Validator, Draft202012Validator]:
    """A validator of the files themselves, and one of what is read from their bundle."""
    registry: Registry[Any] = Registry().with_resources(
        (HOST + name, DRAFT202012.create_resource(schema)) for name, schema in files.items()
    )
    original = Draft202012Validator({"$ref": HOST + start}, registry=registry.crawl())
    # Every file is named: an `$id` in one that is not read could not be found.
    schemas = {name: {"$ref": name} for name in files} | {"Start": {"$ref": start}}
    raw = {"openapi": "3.1.1", "components": {"schemas": schemas}}
    result = bundled(raw, files)
    assert result.refused == {}
    return original, Draft202012Validator(Reading(result).whole(START), registry=Registry())


STRINGS = {"$dynamicAnchor": "item", "type": "string"}
GENERIC_LIST = {
    "items": {"$dynamicRef": "#item"},
    "$defs": {"any": {"$comment": "anything", "$dynamicAnchor": "item"}},
}
TREE = {
    "$dynamicAnchor": "node",
    "type": "object",
    "properties": {"children": {"items": {"$dynamicRef": "#node"}}, "value": True},
}
CASES: dict[str, tuple[dict[str, Any], str, list[Any]]] = {
    "a list of strings": (
        {"start": {"$ref": "list", "$defs": {"s": STRINGS}}, "list": GENERIC_LIST},
        "start",
        [["a"], [1], []],
    ),
    "a list of anything": ({"list": GENERIC_LIST}, "list", [["a"], [1]]),
    "the outermost wins": (
        {
            "start": {"$ref": "middle", "$defs": {"n": {"$dynamicAnchor": "item", "type": "null"}}},
            "middle": {"$ref": "list", "$defs": {"s": STRINGS}},
            "list": GENERIC_LIST,
        },
        "start",
        [["a"], [None], [1]],
    ),
    "an anchor of the same name is no dynamic one": (
        {
            "start": {"$ref": "list", "$defs": {"s": {"$anchor": "item", "type": "string"}}},
            "list": GENERIC_LIST,
        },
        "start",
        [["a"], [1]],
    ),
    "to an anchor that is not dynamic it is a plain reference": (
        {
            "start": {"$ref": "list", "$defs": {"s": STRINGS}},
            "list": {
                "items": {"$dynamicRef": "#item"},
                "$defs": {"i": {"$anchor": "item", "type": "integer"}},
            },
        },
        "start",
        [["a"], [1]],
    ),
    "to a pointer it is a plain reference": (
        {
            "start": {"$ref": "list", "$defs": {"s": STRINGS}},
            "list": {
                "items": {"$dynamicRef": "#/$defs/i", "$ref": "#/$defs/small"},
                "$defs": {
                    "i": {"$dynamicAnchor": "item", "type": "integer"},
                    "small": {"maximum": 3},
                },
            },
        },
        "start",
        [["a"], [1], [4]],
    ),
    "a strict tree": (
        {
            "start": {"$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": False},
            "tree": TREE,
        },
        "start",
        [
            {"children": [{"value": 1}]},
            {"children": [{"valeu": 1}]},
            {"children": [{"children": [{"x": 1}]}]},
            {"x": 1},
        ],
    ),
    "an open tree": ({"tree": TREE}, "tree", [{"children": [{"x": 1}]}, {"children": [1]}]),
    "the scope is left again": (
        {
            "start": {
                "prefixItems": [{"$ref": "strings"}, {"$ref": "list"}, {"$ref": "numbers"}],
            },
            "strings": {"$ref": "list", "$defs": {"s": STRINGS}},
            "numbers": {
                "$ref": "list",
                "$defs": {"n": {"$dynamicAnchor": "item", "type": "number"}},
            },
            "list": GENERIC_LIST,
        },
        "start",
        [[["a"], [None], [1]], [[1], [1], [1]], [["a"], [1], ["a"]]],
    ),
    "resources within a resource": (
        {
            "start": {
                "$ref": "outer/list",
                "$defs": {
                    "s": STRINGS,
                    "l": {"$id": "outer/list", **GENERIC_LIST},
                },
            }
        },
        "start",
        [["a"], [1]],
    ),
    "a resource that is passed by is not entered": (
        {
            "start": {
                "$ref": "list",
                "$defs": {"other": {"$id": "other", "$defs": {"s": STRINGS}}},
            },
            "list": GENERIC_LIST,
        },
        "start",
        [["a"], [1]],
    ),
    "a pointer into a resource enters all of it": (
        {
            "start": {"$ref": "middle#/$defs/deep/items"},
            "middle": {"$defs": {"s": STRINGS, "deep": {"items": {"$ref": "list"}}}},
            "list": GENERIC_LIST,
        },
        "start",
        [["a"], [1]],
    ),
    "into another resource": (
        {
            "start": {"items": {"$dynamicRef": "list#item"}, "$defs": {"s": STRINGS}},
            "list": GENERIC_LIST,
        },
        "start",
        [["a"], [1]],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_as_another_implementation_reads_it(name: str) -> None:
    """What is read from the bundle admits what the files themselves admit."""
    files, start, instances = CASES[name]
    original, read = both(files, start)
    verdicts = [original.is_valid(instance) for instance in instances]
    assert [read.is_valid(instance) for instance in instances] == verdicts


def test_a_plain_reference_to_a_dynamic_anchor() -> None:
    """To `$ref` a dynamic anchor is one like any other; other implementations differ in this."""
    files = {
        "start": {"$ref": "list", "$defs": {"s": STRINGS}},
        "list": {
            "items": {"$ref": "#item"},
            "$defs": {"i": {"$dynamicAnchor": "item", "type": "integer"}},
        },
    }
    _, read = both(files, "start")
    assert [read.is_valid(instance) for instance in ([1], ["a"])] == [True, False]


def test_the_cases_tell() -> None:
    """Each case has what is admitted and what is not, but the one that admits anything."""
    told = {
        name: {both(files, start)[0].is_valid(instance) for instance in instances}
        for name, (files, start, instances) in CASES.items()
    }
    anything = {"a list of anything"}
    free = {"an anchor of the same name is no dynamic one"}
    free |= {"a resource that is passed by is not entered"}
    assert {name for name, verdicts in told.items() if len(verdicts) == 1} == anything | free


LEAVES = [{"type": "integer"}, {"type": "string"}, {"type": "object"}, True]
FILES = ("r0", "r1", "r2")
TARGETS = [
    *({"$ref": name} for name in FILES),
    *({"$ref": f"{name}#/$defs/item"} for name in FILES),
    *({"$dynamicRef": f"{name}#item"} for name in FILES),
    *({"$dynamicRef": f"{name}#/$defs/item"} for name in FILES),
    {"$dynamicRef": "#item"},
    {"$dynamicRef": "inner#item"},
    {"$ref": "inner"},
]


@st.composite
def resources(draw: st.DrawFn, identity: str | None) -> dict[str, Any]:
    """A schema resource with an item that may be dynamic, and references below two properties."""
    anchor = draw(st.sampled_from(["$anchor", "$dynamicAnchor"]))
    item = {anchor: "item", **draw(st.sampled_from([{"type": "integer"}, {"type": "string"}, {}]))}
    if draw(st.booleans()):
        item["properties"] = {"a": draw(st.sampled_from(TARGETS))}
    return {
        **({"$id": identity} if identity else {}),
        "properties": {name: draw(st.sampled_from(TARGETS)) for name in ("a", "b")},
        "$defs": {"item": item},
    }


INSTANCES: list[Any] = [1, "x", {}]
for _ in range(2):
    INSTANCES = [1, "x", *({"a": one, "b": other} for one, other in product(INSTANCES, repeat=2))]


@settings(max_examples=60)
@given(
    files=st.tuples(*(resources(None) for _ in FILES)),
    inner=resources("inner"),
    owner=st.integers(0, 2),
)
def test_random_resources(
    files: tuple[dict[str, Any], ...], inner: dict[str, Any], owner: int
) -> None:
    """Any references between a few resources mean what another implementation takes them to."""
    files[owner]["$defs"]["inner"] = inner
    original, read = both(dict(zip(FILES, files, strict=True)), "r0")
    verdicts = [original.is_valid(instance) for instance in INSTANCES]
    assert [read.is_valid(instance) for instance in INSTANCES] == verdicts


def page(of: str) -> dict[str, Any]:
    """A page of something, without an `$id` of its own."""
    return {
        "$ref": "#/components/schemas/Page",
        "$defs": {"item": {"$dynamicAnchor": "item", "$ref": f"#/components/schemas/{of}"}},
    }


def test_pages_without_ids() -> None:
    """Several pages in one document each have their own items, though their anchors are alike."""
    schemas = {
        "Page": {"properties": {"rows": {"items": {"$dynamicRef": "#item"}}}, "$defs": {}},
        "Pets": page("Pet"),
        "Users": page("User"),
        "Pet": {"type": "string"},
        "User": {"type": "integer"},
    }
    schemas["Page"]["$defs"] = {"item": {"$dynamicAnchor": "item", "type": "null"}}
    result = bundled({"openapi": "3.1.1", "components": {"schemas": schemas}}, {})
    verdicts = {
        name: [
            Draft202012Validator(Reading(result).whole(f"#/components/schemas/{name}")).is_valid(
                {"rows": [row]}
            )
            for row in ("a", 1, None)
        ]
        for name in ("Pets", "Users", "Page")
    }
    assert verdicts == {
        "Pets": [True, False, False],
        "Users": [False, True, False],
        "Page": [False, False, True],
    }


RESOURCES = SchemaResources(
    anchors={"#": {"alone": "#/a"}, "#/x": {"item": "#/x/i"}, "#/x/y": {"item": "#/x/y/i"}}
)


def test_the_resource_of_a_pointer() -> None:
    """A schema belongs to the nearest resource around it."""
    pointers = ("#", "#/a/b", "#/x", "#/x/i/j", "#/x/y/z", "#/xy")
    found = [RESOURCES.resource_of(pointer) for pointer in pointers]
    assert found == ["#", "#", "#/x", "#/x", "#/x/y", "#"]


def test_scopes_that_mean_the_same_are_equal() -> None:
    """Only who says what an anchor is counts, not the way; the first says it for good."""
    start = DynamicScope(resources=RESOURCES)
    there = start.entered("#/a").entered("#/x/i").entered("#/x/y")
    assert there == start.entered("#/x").entered("#/x") != start
    assert hash(there) == hash(start.entered("#/x"))
    assert there.winners == (("item", "#/x/i"),)
    references = ("#/x/y/i", "#/x/i", "#/a", "#/other")
    assert [there.resolve(one) for one in references] == ["#/x/i", "#/x/i", "#/a", "#/other"]
    assert start.resolve("#/x/y/i") == "#/x/y/i"
