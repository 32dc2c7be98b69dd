"""One document of several: what references become, what stays, and what is said about it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from callwright.core.errors import SpecInvalid, SpecUnavailable
from callwright.core.tool import Tool
from callwright.openapi.bundle.document import Bundle, Retrieved, bundle, needs_bundling
from callwright.openapi.bundle.survey import MAX_DOCUMENTS
from callwright.openapi.document import Document
from callwright.openapi.report import Finding

BASE = "https://api.test/v1/openapi.yaml"


class Files:
    """Other documents by their addresses; keeps which were asked for."""

    def __init__(self, others: Mapping[str, Any]) -> None:
        self.others = others
        self.asked: list[str] = []

    async def __call__(self, url: str) -> Retrieved:
        """Give a document, or say that there is none."""
        self.asked.append(url)
        if url not in self.others:
            raise SpecUnavailable(f"There is no {url}.")
        return Retrieved(url=url, value=self.others[url])


def bundled(raw: Mapping[str, Any], files: Files | None = None, base_url: str = BASE) -> Bundle:
    """Bundle a document with other files."""
    return anyio.run(partial(bundle, raw, base_url=base_url, retrieve=files or Files({})))


def api(schemas: Mapping[str, Any], *, version: str = "3.1.1", **fields: Any) -> dict[str, Any]:
    """A document of these schemas."""
    return {"openapi": version, "paths": {}, "components": {"schemas": schemas}, **fields}


def schemas_of(result: Bundle) -> Any:
    """What became of the schemas."""
    return result.raw["components"]["schemas"]


PET = {"type": "object"}


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        (b'{"$ref": "#/components/schemas/Pet"}', False),
        (rb'{"$ref":"#\/components\/schemas\/Pet"}', False),
        (b'{"$ref":"#"}', False),
        (b'{"properties": {"$id": {"type": "string"}}, "x": "$anchor"}', False),
        (b'{"$ref" : "pet.yaml"}', True),
        (b'{"$ref":"#pet"}', True),
        (b'{"$id": "https://api.test/pet"}', True),
        (b'{"$anchor": "pet"}', True),
        (b'{"$dynamicRef": "#/x"}', True),
        (b'{"$dynamicAnchor": "x"}', True),
        (b'{"$self": "/openapi"}', True),
    ],
)
def test_needs_bundling(text: bytes, needed: bool) -> None:
    """Only pointers into the document itself, and no names of schemas, need nothing."""
    assert needs_bundling(text) is needed


def test_nothing_to_do() -> None:
    """A document that is whole stays as it is, and nothing is asked for."""
    raw = api({"A": {"$ref": "#/components/schemas/B"}, "B": PET})
    files = Files({})
    result = bundled(raw, files)
    assert (result.raw, result.places, result.refused, list(result.findings)) == (raw, {}, {}, [])
    assert files.asked == []


POINTERS = [
    ("../common.yaml#/Pet", "#/x-bundled/..~1common.yaml/Pet"),
    ("schemas/pet.yaml", "#/x-bundled/schemas~1pet.yaml"),
    ("schemas/pet.yaml#", "#/x-bundled/schemas~1pet.yaml"),
    ("/v1/schemas/pet.yaml#/properties/a~1b", "#/x-bundled/schemas~1pet.yaml/properties/a~1b"),
    ("schemas/pet.yaml#/properties/50%25", "#/x-bundled/schemas~1pet.yaml/properties/50%25"),
    ("my%20pet.yaml", "#/x-bundled/my pet.yaml"),
    ("my pet.yaml", "#/x-bundled/my pet.yaml"),
    ("//Other.Test/pet.json", "#/x-bundled/https:~1~1other.test~1pet.json"),
    ("https://api.test/v1/openapi.yaml#/components/schemas/B", "#/components/schemas/B"),
    ("openapi.yaml#/components/schemas/B", "#/components/schemas/B"),
    ("#/components/schemas/%42", "#/components/schemas/B"),
    ("tuple.yaml#/prefixItems/1", "#/x-bundled/tuple.yaml/prefixItems/1"),
    ("named.yaml#pet", "#/x-bundled/named.yaml/$defs/P"),
]
OTHERS = {
    "https://api.test/common.yaml": {"Pet": PET},
    "https://api.test/v1/schemas/pet.yaml": {"properties": {"a/b": PET, "50%": PET}},
    "https://api.test/v1/my%20pet.yaml": PET,
    "https://other.test/pet.json": PET,
    "https://api.test/v1/tuple.yaml": {"prefixItems": [True, PET]},
    "https://api.test/v1/named.yaml": {"$defs": {"P": {"$anchor": "pet"}}},
}


@pytest.mark.parametrize(("reference", "pointer"), POINTERS)
def test_where_a_reference_leads(reference: str, pointer: str) -> None:
    """A reference becomes a pointer to what it means, and the document finds it there."""
    result = bundled(api({"A": {"$ref": reference}, "B": PET}), Files(OTHERS))
    assert schemas_of(result)["A"] == {"$ref": pointer}
    assert result.refused == {}
    assert Document(result.raw, place="a test").find(pointer) is not None


def test_the_whole_bundle() -> None:
    """Other documents stand below one key, by their places, and point at each other."""
    raw = api({"Pet": {"$ref": "schemas/pet.yaml", "description": "Near."}})
    others = {
        "https://api.test/v1/schemas/pet.yaml": {
            "properties": {"owner": {"$ref": "owner.yaml#/Owner"}, "again": {"$ref": "#"}}
        },
        "https://api.test/v1/schemas/owner.yaml": {
            "Owner": {"items": {"$ref": "../openapi.yaml#/components/schemas/Pet"}}
        },
    }
    before = copy.deepcopy((raw, others))
    files = Files(others)
    result = bundled(raw, files)
    assert result.raw == {
        **api(
            {"Pet": {"$ref": "#/x-bundled/schemas~1pet.yaml", "description": "Near."}},
        ),
        "x-bundled": {
            "schemas/owner.yaml": {"Owner": {"items": {"$ref": "#/components/schemas/Pet"}}},
            "schemas/pet.yaml": {
                "properties": {
                    "owner": {"$ref": "#/x-bundled/schemas~1owner.yaml/Owner"},
                    "again": {"$ref": "#/x-bundled/schemas~1pet.yaml"},
                }
            },
        },
    }
    assert result.places == {
        "#/x-bundled/schemas~1owner.yaml": "schemas/owner.yaml",
        "#/x-bundled/schemas~1pet.yaml": "schemas/pet.yaml",
    }
    assert (raw, others) == before
    assert sorted(files.asked) == sorted(others)


def test_everything_may_be_elsewhere() -> None:
    """Path items, parameters, bodies, responses, headers and media types may be in other files."""
    operation = {
        "parameters": [{"$ref": "p.yaml#/limit"}],
        "requestBody": {"$ref": "b.yaml"},
        "responses": {"200": {"$ref": "r.yaml#/ok"}, "default": {"$ref": "r.yaml#/ok"}},
        "callbacks": {"done": {"$ref": "c.yaml"}},
    }
    others = {
        "i.yaml": {"post": operation},
        "p.yaml": {"limit": {"name": "limit", "in": "query", "schema": {"$ref": "s.yaml"}}},
        "b.yaml": {"content": {"application/json": {"schema": {"$ref": "s.yaml"}}}},
        "r.yaml": {
            "ok": {
                "headers": {"X": {"$ref": "p.yaml#/limit"}},
                "content": {"a/b": {"$ref": "m.yaml"}},
            }
        },
        "m.yaml": {"itemSchema": {"$ref": "s.yaml"}, "encoding": {"x": {"headers": {}}}},
        "c.yaml": {"{$url}": {"$ref": "i.yaml"}},
        "s.yaml": PET,
    }
    files = Files({f"https://api.test/v1/{name}": value for name, value in others.items()})
    result = bundled({"openapi": "3.2.0", "paths": {"/a": {"$ref": "i.yaml"}}}, files)
    assert result.findings == []
    at = "#/x-bundled"
    assert result.raw["paths"] == {"/a": {"$ref": f"{at}/i.yaml"}}
    assert result.raw["x-bundled"] == {
        "b.yaml": {"content": {"application/json": {"schema": {"$ref": f"{at}/s.yaml"}}}},
        "c.yaml": {"{$url}": {"$ref": f"{at}/i.yaml"}},
        "i.yaml": {
            "post": {
                "parameters": [{"$ref": f"{at}/p.yaml/limit"}],
                "requestBody": {"$ref": f"{at}/b.yaml"},
                "responses": {key: {"$ref": f"{at}/r.yaml/ok"} for key in ("200", "default")},
                "callbacks": {"done": {"$ref": f"{at}/c.yaml"}},
            }
        },
        "m.yaml": {"itemSchema": {"$ref": f"{at}/s.yaml"}, "encoding": {"x": {"headers": {}}}},
        "p.yaml": {"limit": {"name": "limit", "in": "query", "schema": {"$ref": f"{at}/s.yaml"}}},
        "r.yaml": {
            "ok": {
                "headers": {"X": {"$ref": f"{at}/p.yaml/limit"}},
                "content": {"a/b": {"$ref": f"{at}/m.yaml"}},
            }
        },
        "s.yaml": PET,
    }


NO_REFERENCE = {"$ref": "nowhere.yaml"}


def test_what_is_no_reference() -> None:
    """In examples, defaults, enumerations, extensions, and as a name, `$ref` is a key."""
    schema = {
        "example": NO_REFERENCE,
        "examples": [NO_REFERENCE],
        "default": NO_REFERENCE,
        "enum": [NO_REFERENCE],
        "const": NO_REFERENCE,
        "x-more": NO_REFERENCE,
        "properties": {"$ref": {"type": "string"}, "$id": {"type": "string"}},
    }
    media = {"schema": schema, "example": NO_REFERENCE, "examples": {"a": {"value": NO_REFERENCE}}}
    raw = api({"A": schema, "B": {"$id": "https://api.test/b", "default": {"$anchor": "b"}}})
    raw["paths"] = {
        "x-more": NO_REFERENCE,
        "/a": {"get": {"requestBody": {"content": {"a/b": media}}}},
    }
    files = Files({})
    result = bundled(raw, files)
    assert (result.raw, files.asked, result.refused) == (raw, [], {})


def test_names_that_are_keywords() -> None:
    """Among names of schemas, `default`, `example` and the like are schemas."""
    reference = {"$ref": "s.yaml"}
    names = ("default", "example", "enum", "x-a", "properties")
    raw = api({name: {"properties": {name: reference}} for name in names})
    pointer = {"$ref": "#/x-bundled/s.yaml"}
    result = bundled(raw, Files({"https://api.test/v1/s.yaml": PET}))
    assert schemas_of(result) == {name: {"properties": {name: pointer}} for name in names}


def test_a_pointer_into_what_is_data() -> None:
    """What a reference leads to counts, wherever it stands."""
    raw = api({"A": {"$ref": "#/x-schemas/S"}}) | {
        "x-schemas": {"S": {"items": {"$ref": "s.yaml"}}}
    }
    result = bundled(raw, Files({"https://api.test/v1/s.yaml": PET}))
    assert result.raw["x-schemas"] == {"S": {"items": {"$ref": "#/x-bundled/s.yaml"}}}


SEVERAL = {
    "Pet": {"$id": "https://ids.test/schemas/pet", "properties": {"x": PET, "me": {"$ref": "#"}}},
    "Owner": {"$id": "https://ids.test/schemas/owner", "$defs": {"D": {"$anchor": "d"}}},
}


@pytest.mark.parametrize(
    ("reference", "pointer"),
    [
        ("https://ids.test/schemas/pet", "#/components/schemas/Pet"),
        ("https://ids.test/schemas/pet#/properties/x", "#/components/schemas/Pet/properties/x"),
        ("https://ids.test/schemas/owner#d", "#/components/schemas/Owner/$defs/D"),
    ],
)
@pytest.mark.parametrize("base_url", [BASE, "", "file:///api/openapi.yaml"])
def test_names_of_schemas(reference: str, pointer: str, base_url: str) -> None:
    """A schema is found by its `$id`, and what is in it by a pointer or an anchor."""
    files = Files({})
    result = bundled(api({**SEVERAL, "A": {"$ref": reference}}), files, base_url)
    assert schemas_of(result)["A"] == {"$ref": pointer}
    own = schemas_of(result)["Pet"]["properties"]["me"]
    assert own == {"$ref": "#/components/schemas/Pet"}
    assert (files.asked, result.refused) == ([], {})


def test_an_id_is_the_base_of_what_is_below() -> None:
    """Inside a schema with an `$id`, a reference starts from it."""
    inner = {"$id": "pet", "properties": {"a": {"$ref": "owner"}, "b": {"$ref": "dog#/D"}}}
    raw = api({**SEVERAL, "In": {"$id": "https://ids.test/schemas/in", "items": inner}})
    del raw["components"]["schemas"]["Pet"]
    files = Files({"https://ids.test/schemas/dog": {"D": {"$ref": "pet"}}})
    result = bundled(raw, files)
    assert schemas_of(result)["In"]["items"]["properties"] == {
        "a": {"$ref": "#/components/schemas/Owner"},
        "b": {"$ref": "#/x-bundled/https:~1~1ids.test~1schemas~1dog/D"},
    }
    assert result.raw["x-bundled"] == {
        "https://ids.test/schemas/dog": {"D": {"$ref": "#/components/schemas/In/items"}}
    }


def test_bare_ids() -> None:
    """`$id: Pet` and `$ref: Pet` find each other, even in a document without an address."""
    raw = api({"P": {"$id": "Pet"}, "A": {"$ref": "Pet"}, "B": {"$ref": "Pet#"}})
    for base_url in ("", BASE):
        result = bundled(raw, base_url=base_url)
        pointer = {"$ref": "#/components/schemas/P"}
        assert schemas_of(result) == {"P": {"$id": "Pet"}, "A": pointer, "B": pointer}


def test_a_pointer_from_the_documents_root_inside_an_id() -> None:
    """Where a schema with an `$id` has no such place, its document's root is meant."""
    raw = api({"A": {"$id": "A", "items": {"$ref": "#/components/schemas/B"}}, "B": PET})
    assert bundled(raw).raw == raw


def test_files_with_ids_that_lie_together() -> None:
    """What cannot be had by an `$id` is looked for beside the file itself."""
    others = {
        "https://api.test/v1/pet.json": {
            "$id": "https://ids.test/pet.json",
            "items": {"$ref": "owner.json"},
        },
        "https://api.test/v1/owner.json": PET,
    }
    files = Files(others)
    result = bundled(api({"A": {"$ref": "pet.json"}}), files)
    assert result.raw["x-bundled"]["pet.json"]["items"] == {"$ref": "#/x-bundled/owner.json"}
    assert "https://ids.test/owner.json" in files.asked
    assert result.refused == {}


def test_openapi_3_0_knows_no_ids() -> None:
    """In OpenAPI 3.0 only the address of a document counts."""
    raw = api(
        {
            "A": {"$id": "https://ids.test/a", "items": {"$ref": "pet.json"}},
            "B": {"$ref": "https://ids.test/a"},
            "C": {"$anchor": "c", "items": {"$ref": "#c"}, "$dynamicRef": "#c"},
        },
        version="3.0.4",
    )
    pet = {"$id": "https://ids.test/pet", "items": {"$ref": "#/x"}}
    result = bundled(raw, Files({"https://api.test/v1/pet.json": pet}))
    assert schemas_of(result) == {
        "A": {"$id": "https://ids.test/a", "items": {"$ref": "#/x-bundled/pet.json"}},
        "B": {"$ref": "https://ids.test/a"},
        "C": {"$anchor": "c", "items": {"$ref": "#c"}, "$dynamicRef": "#c"},
    }
    assert result.refused == {
        "https://ids.test/a": "There is no https://ids.test/a",
        "#c": "there is no such place in the document",
    }


def test_self() -> None:
    """OpenAPI 3.2: a document says its own address, and is known by both."""
    fields = {"$self": "https://ids.test/api/openapi"}
    raw = api(
        {
            "A": {"$ref": "pet"},
            "B": {"$ref": "https://ids.test/api/openapi#/components/schemas/C"},
            "C": {"$ref": f"{BASE}#/components/schemas/A"},
        },
        version="3.2.0",
        **fields,
    )
    result = bundled(raw, Files({"https://ids.test/api/pet": PET}))
    assert schemas_of(result) == {
        "A": {"$ref": "#/x-bundled/https:~1~1ids.test~1api~1pet"},
        "B": {"$ref": "#/components/schemas/C"},
        "C": {"$ref": "#/components/schemas/A"},
    }


def test_what_cannot_be_followed() -> None:
    """It stays as it is written, and why is said once for each place."""
    raw = api(
        {
            "A": {"$ref": "gone.yaml#/A"},
            "B": {"$ref": "here.yaml#/Nothing"},
            "C": {"$ref": "https://[::1/"},
            "D": {"$ref": "#nothing"},
            "E": {"$ref": "#/components/schemas/Nothing"},
        }
    )
    result = bundled(raw, Files({"https://api.test/v1/here.yaml": PET}))
    assert result.raw["components"] == raw["components"]
    reasons = {
        "gone.yaml#/A": "There is no https://api.test/v1/gone.yaml",
        "here.yaml#/Nothing": "there is no such place in the document",
        "https://[::1/": "it is no URL",
        "#nothing": "there is no such place in the document",
    }
    assert result.refused == reasons
    assert sorted(result.findings, key=lambda one: one.pointer) == [
        Finding(
            kind="repaired",
            reason=f"The reference {reference!r} cannot be followed: {reason}.",
            pointer=f"#/components/schemas/{name}",
        )
        for name, (reference, reason) in zip("ABCD", reasons.items(), strict=True)
    ]


def test_a_document_without_an_address() -> None:
    """A text has no place from which relative references could start."""
    result = bundled(api({"A": {"$ref": "pet.yaml"}}), base_url="")
    assert result.refused == {"pet.yaml": "it is relative, and its document has no address"}


def test_nowhere_in_another_document_is_not_somewhere_in_the_first() -> None:
    """A pointer that leads nowhere in its document does not come to lead into the first one."""
    raw = api({"A": {"$ref": "other.yaml#/X"}, "B": PET})
    other = {"X": {"items": {"$ref": "#/components/schemas/B"}}}
    result = bundled(raw, Files({"https://api.test/v1/other.yaml": other}))
    pointer = result.raw["x-bundled"]["other.yaml"]["X"]["items"]["$ref"]
    assert pointer == "#/x-bundled/other.yaml/components/schemas/B"
    with pytest.raises(SpecInvalid, match="leads nowhere"):
        Document(result.raw, place="a test").find(pointer)


def test_maps_that_are_elsewhere() -> None:
    """A reference in place of a whole map becomes one reference for each name in it."""
    raw = {
        "openapi": "3.0.3",
        "paths": {"$ref": "paths.yaml", "/own": {}},
        "components": {"$ref": "components.yaml"},
    }
    others = {
        "paths.yaml": {"/a": {"get": {}}, "/own": {"get": {}}, "x-b": 1, "$ref": "more.yaml"},
        "more.yaml": {"/c": {"get": {"parameters": [{"$ref": "#/~1d"}]}}},
        "components.yaml": {"schemas": {"$ref": "schemas.yaml", "B": PET}},
        "schemas.yaml": {
            "A": {"properties": {"$ref": "#/P"}},
            "P": {"q": {"$ref": "openapi.yaml#/components/schemas/A"}, "r": True},
        },
    }
    files = Files({f"https://api.test/v1/{name}": value for name, value in others.items()})
    result = bundled(raw, files)
    assert result.refused == {}
    assert result.raw["paths"] == {
        "/own": {},
        "/a": {"$ref": "#/x-bundled/paths.yaml/~1a"},
        "/c": {"$ref": "#/x-bundled/more.yaml/~1c"},
    }
    assert result.raw["components"] == {
        "schemas": {
            "A": {"$ref": "#/x-bundled/schemas.yaml/A"},
            "P": {"$ref": "#/x-bundled/schemas.yaml/P"},
            "B": {"$ref": "#/x-bundled/components.yaml/schemas/B"},
        }
    }
    assert result.raw["x-bundled"]["schemas.yaml"] == {
        "A": {"properties": {"q": {"$ref": "#/x-bundled/schemas.yaml/P/q"}, "r": True}},
        "P": {"q": {"$ref": "#/x-bundled/schemas.yaml/A"}, "r": True},
    }


def test_mappings_of_a_discriminator() -> None:
    """What is a reference in a mapping becomes a pointer; the name of a schema stays."""
    mapping = {"a": "Pet", "b": "pet.yaml", "c": "./pet.yaml#/X", "d": "#/components/schemas/Pet"}
    discriminator = {"propertyName": "kind", "mapping": mapping, "defaultMapping": "pet.yaml"}
    raw = api({"Pet": PET, "A": {"oneOf": [], "discriminator": discriminator}}, version="3.2.0")
    result = bundled(raw, Files({"https://api.test/v1/pet.yaml": {"X": PET}}))
    assert schemas_of(result)["A"]["discriminator"] == {
        "propertyName": "kind",
        "mapping": {
            "a": "Pet",
            "b": "#/x-bundled/pet.yaml",
            "c": "#/x-bundled/pet.yaml/X",
            "d": "#/components/schemas/Pet",
        },
        "defaultMapping": "#/x-bundled/pet.yaml",
    }


def test_keys_that_would_be_the_same() -> None:
    """Addresses that differ in what is not shown are numbered; a key that is taken is not used."""
    raw = {**api({"A": {"$ref": "s?t=2"}, "B": {"$ref": "s?t=1"}}), "x-bundled": 1}
    others = {f"https://api.test/v1/s?t={number}": {"const": number} for number in (1, 2)}
    result = bundled(raw, Files(others))
    assert result.raw["x-bundled"] == 1
    assert result.raw["x-bundled-2"] == {"s": {"const": 1}, "s (2)": {"const": 2}}
    assert schemas_of(result) == {
        "A": {"$ref": "#/x-bundled-2/s (2)"},
        "B": {"$ref": "#/x-bundled-2/s"},
    }
    assert set(result.places.values()) == {"s"}


def test_the_order_of_arrival_does_not_matter() -> None:
    """Documents that come in another order make the same bundle."""
    names = [f"{number}.yaml" for number in range(12)]
    raw = api({name: {"$ref": name} for name in names})

    async def slowly(url: str, *, backwards: bool) -> Retrieved:
        number = int(url.rpartition("/")[2].removesuffix(".yaml"))
        for _ in range(12 - number if backwards else number):
            await anyio.lowlevel.checkpoint()
        anchored = {"$id": "https://ids.test/same", "const": number}
        return Retrieved(url=url, value={"$defs": {"x": anchored}, "$ref": "https://ids.test/same"})

    results = [
        anyio.run(
            partial(bundle, raw, base_url=BASE, retrieve=partial(slowly, backwards=backwards))
        )
        for backwards in (False, True)
    ]
    assert results[0] == results[1]
    assert list(results[0].raw["x-bundled"]) == sorted(names)


def test_a_document_that_moved() -> None:
    """References in a document start from where it was found at last; it stands there once."""

    async def moved(url: str) -> Retrieved:
        if url.endswith("/b"):
            return Retrieved(url=url, value=PET)
        return Retrieved(url="https://api.test/v2/a", value={"items": {"$ref": "b"}})

    raw = api({"A": {"$ref": "a"}, "B": {"$ref": "/v2/a"}, "C": {"$ref": "a2"}})
    result = anyio.run(partial(bundle, raw, base_url=BASE, retrieve=moved))
    assert {schema["$ref"] for schema in schemas_of(result).values()} == {"#/x-bundled/..~1v2~1a"}
    assert list(result.raw["x-bundled"]) == ["../v2/a", "../v2/b"]


def test_too_many_documents() -> None:
    """A chain without end is broken off, and says so."""

    async def next_one(url: str) -> Retrieved:
        number = int(url.rpartition("/")[2])
        return Retrieved(url=url, value={"items": {"$ref": str(number + 1)}})

    raw = api({"A": {"$ref": "1"}})
    result = anyio.run(partial(bundle, raw, base_url=BASE, retrieve=next_one))
    assert len(result.places) == MAX_DOCUMENTS
    assert result.refused == {str(MAX_DOCUMENTS + 1): "there are more than 1,000 documents"}


def nested(levels: int) -> Any:
    """Schemas in each other."""
    schema: Any = {"$ref": "s.yaml"}
    for _ in range(levels):
        schema = {"items": schema}
    return schema


def test_too_deep() -> None:
    """What is nested without end is refused, the document or the other one."""
    with pytest.raises(SpecInvalid, match="nested more than 1,000 levels"):
        bundled(api({"A": nested(50_000)}))
    result = bundled(api({"A": {"$ref": "a"}}), Files({"https://api.test/v1/a": nested(50_000)}))
    assert result.refused == {"a": "It is nested more than 1,000 levels deep"}
    assert bundled(api({"A": nested(700)})).findings[0].pointer.count("/items") == 700


def test_what_is_one_stays_one() -> None:
    """An object that stands in many places, as behind a YAML alias, is read once."""
    shared: Any = {"$ref": "s.yaml"}
    for _ in range(60):
        shared = {"allOf": [shared, shared]}
    result = bundled(api({"A": shared}), Files({"https://api.test/v1/s.yaml": PET}))
    node = schemas_of(result)["A"]
    for _ in range(60):
        assert node["allOf"][0] is node["allOf"][1]
        node = node["allOf"][0]
    assert node == {"$ref": "#/x-bundled/s.yaml"}


def test_what_is_one_below_several_ids() -> None:
    """An object that stands below two `$id`s means another thing in each."""
    shared = {"items": {"$ref": "x"}}
    raw = api({name: {"$id": f"/{name}/s", "not": shared} for name in "ab"})
    others = {f"https://api.test/{name}/x": {"const": name} for name in "ab"}
    result = bundled(raw, Files(others))
    assert [schemas_of(result)[name]["not"]["items"]["$ref"] for name in "ab"] == [
        "#/x-bundled/..~1a~1x",
        "#/x-bundled/..~1b~1x",
    ]


def test_long_keys_do_not_multiply() -> None:
    """What stands below a key of megabytes is not known by its anchors."""
    name = "n" * 100_000
    raw = api({name: {"$anchor": "a"}, "A": {"$ref": "#a"}})
    assert bundled(raw).refused == {"#a": "there is no such place in the document"}


def test_a_circle_of_maps() -> None:
    """Maps that stand for each other come to an end."""
    raw = api({}, version="3.0.0") | {"paths": {"$ref": "a.yaml"}}
    files = Files(
        {
            "https://api.test/v1/a.yaml": {"$ref": "b.yaml", "/a": {}},
            "https://api.test/v1/b.yaml": {"$ref": "a.yaml", "/b": {}},
        }
    )
    assert bundled(raw, files).raw["paths"] == {
        "/a": {"$ref": "#/x-bundled/a.yaml/~1a"},
        "/b": {"$ref": "#/x-bundled/b.yaml/~1b"},
    }


REFERENCES = st.sampled_from(
    ["a", "b#/x", "#/x", "#", "#x", "a#x", "https://h.test/c", "%", "http://[", "", "#/%F", "../a"]
)
KEYS = st.sampled_from(
    [
        *("items", "properties", "$defs", "allOf", "x", "default", "paths", "components"),
        *("schemas", "$id", "$anchor", "$dynamicAnchor", "discriminator", "mapping"),
        *("$dynamicRef", "$ref"),
    ]
)
VALUES = st.recursive(
    REFERENCES | st.none() | st.integers(0, 3),
    lambda inner: st.dictionaries(KEYS, inner, max_size=4) | st.lists(inner, max_size=3),
    max_leaves=25,
)


@given(main=st.dictionaries(KEYS, VALUES, max_size=5), a=VALUES, b=VALUES, minor=st.integers(0, 2))
def test_any_document(main: Any, a: Any, b: Any, minor: int) -> None:
    """Whatever is given makes a bundle; nothing given changes, and what is told is consistent."""
    raw = {**main, "openapi": f"3.{minor}.0"}
    others = {"https://api.test/v1/a": a, "https://api.test/v1/b": b}
    before = copy.deepcopy((raw, others))
    result = bundled(raw, Files(others))
    assert (raw, others) == before
    assert result.raw.keys() - {"x-bundled"} == raw.keys()
    assert len(result.places) == len(result.raw.get("x-bundled", {}))
    assert bool(result.refused) == bool(result.findings)
    assert result == bundled(raw, Files(dict(reversed(others.items()))))


BODIES = [
    {"tag": {"name": "a"}},
    {"parent": {"parent": {"tag": {}}}},
    {"tag": {"name": 1}},
    {"parent": {"parent": {"tag": 1}}},
]


def _admits(tool: Tool, arguments: Mapping[str, Any]) -> bool:
    return Draft202012Validator(dict(tool.parameters)).is_valid(arguments)


def test_tools_of_a_bundle(make_tools_of: Any) -> None:
    """A document that is split into files makes the same tools as one that is whole."""
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    tag = {"type": "object", "properties": {"name": {"type": "string"}}}

    def pet(at: str) -> dict[str, Any]:
        properties = {"tag": {"$ref": f"{at}Tag"}, "parent": {"$ref": f"{at}Pet"}}
        return {"type": "object", "properties": properties}

    def item(at: str, parameter: Any) -> dict[str, Any]:
        body = {"content": {"application/json": {"schema": {"$ref": f"{at}Pet"}}}}
        return {"post": {"operationId": "add", "parameters": [parameter], "requestBody": body}}

    head = {"openapi": "3.1.1", "servers": [{"url": "https://api.test"}]}
    at = "#/components/schemas/"
    whole = {
        **head,
        "paths": {"/pets": item(at, limit)},
        "components": {"schemas": {"Pet": pet(at), "Tag": tag}},
    }
    split = {**head, "paths": {"/pets": {"$ref": "paths/pets.yaml"}}}
    files = {
        "paths/pets.yaml": item("../s.yaml#/", {"$ref": "../p.yaml#/limit"}),
        "p.yaml": {"limit": limit},
        "s.yaml": {"Pet": pet("#/"), "Tag": tag},
    }
    result = bundled(split, Files({f"https://api.test/v1/{k}": v for k, v in files.items()}))
    tools = [make_tools_of(Document(raw, place="a test")) for raw in (whole, result.raw)]
    arguments = [{"limit": limit, "body": body} for limit in (1, "a") for body in BODIES]
    verdicts = [[_admits(tool[0], given) for given in arguments] for tool in tools]
    assert verdicts == [[True, True, False, False, *[False] * 4]] * 2
    assert tools[1].findings == tools[0].findings == ()


def test_documents_that_are_not_there_count() -> None:
    """A document cannot make many requests by naming what does not exist."""
    files = Files({})
    bundled(api({str(number): {"$ref": f"{number}.yaml"} for number in range(1_500)}), files)
    assert len(files.asked) == MAX_DOCUMENTS


def test_maps_without_end() -> None:
    """References that stand for large maps are not multiplied without bound."""
    names = {f"{number:0>1000}": True for number in range(100)}
    raw = api({"All": {"properties": names}})
    for number in range(110):
        raw["components"]["schemas"][str(number)] = {
            "properties": {"$ref": "#/components/schemas/All/properties"}
        }
    with pytest.raises(SpecInvalid, match="repeat too much"):
        bundled(raw)
