"""Whole documents for property tests, put together from valid fragments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st
from tests.openapi.fragments import SCHEMAS, TEXTS, Dialect, schemas, some
from tests.openapi.swagger import swagger_documents

__all__ = ["documents", "operations_in", "reordered"]

_METHODS = ("get", "put", "post", "delete", "patch", "query")
_MEDIA_TYPES = (
    "application/json",
    "application/vnd.api+json; charset=utf-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "application/octet-stream",
)
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
_SERVERS = st.sampled_from(
    [
        [{"url": "https://own.test/v1"}],
        [{"url": "https://{at}.test", "variables": {"at": {"default": "there"}}}],
        [{"url": "/relative"}],
    ]
)


def documents(*versions: str) -> st.SearchStrategy[dict[str, Any]]:
    """Documents of these versions, or of all."""
    known = versions or ("2.0", "3.0.3", "3.1.1", "3.2.0")
    return st.sampled_from(known).flatmap(
        lambda version: swagger_documents() if version == "2.0" else _openapi(Dialect(version))
    )


def operations_in(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Method and path of every operation of a document, those of its path references too."""
    for path, item in raw["paths"].items():
        pointed = raw["components"]["pathItems"]["Shared"] if "$ref" in item else {}
        named = {**pointed, **item}
        yield from ((m.upper(), path) for m in _METHODS if m in named)
        yield from ((m, path) for m in named.get("additionalOperations", {}))


def reordered(raw: Mapping[str, Any], order: Any) -> dict[str, Any]:
    """The document with its paths and components in an order of chance."""
    maps = {key: raw[key] for key in ("paths", "definitions", "parameters") if key in raw}
    mixed = {key: _mixed(value, order) for key, value in maps.items()}
    kinds = {key: _mixed(value, order) for key, value in raw.get("components", {}).items()}
    return {**raw, **mixed, **({"components": _mixed(kinds, order)} if kinds else {})}


def _mixed(value: Mapping[str, Any], order: Any) -> dict[str, Any]:
    names = list(value)
    order.shuffle(names)
    return {name: value[name] for name in names}


@cache
def _openapi(dialect: Dialect) -> st.SearchStrategy[dict[str, Any]]:
    operations = _operations(dialect)
    shared = {} if dialect.version < "3.1" else {"pathItems": _shared_items(operations)}
    components = st.fixed_dictionaries(
        {
            "schemas": st.fixed_dictionaries(dict.fromkeys(SCHEMAS, schemas(dialect))),
            "parameters": _shared_parameters(dialect),
            "requestBodies": st.fixed_dictionaries({"Thing": _bodies(dialect)}),
            "responses": st.just({"Fine": {"description": "Fine."}}),
            "securitySchemes": st.just(
                {
                    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                    "token": {"type": "http", "scheme": "bearer"},
                }
            ),
            **shared,
        }
    )
    fields = {
        "openapi": st.just(dialect.version),
        "info": st.just({"title": "Pets", "version": "1"}),
        "servers": st.just([{"url": "https://api.test/v1"}]),
        "paths": _paths(dialect, operations),
        "components": components,
    }
    return st.fixed_dictionaries(fields, optional={"security": st.just([{"token": []}])})


def _shared_items(operations: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"Shared": st.fixed_dictionaries({"patch": operations})})


def _paths(
    dialect: Dialect, operations: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    words = ["/pets", "/pets/{id}", "/pets/{id}/{größe}", "/a b/{id}.json", "/%7Bno%7D"]
    more: dict[str, st.SearchStrategy[Any]] = {
        "summary": TEXTS,
        "parameters": _parameters(dialect),
        "servers": _SERVERS,
    }
    if dialect.version >= "3.2":
        more["query"] = operations
        more["additionalOperations"] = st.dictionaries(
            st.sampled_from(["COPY", "m-search"]), operations, max_size=2
        )
    items = st.fixed_dictionaries(
        {"post": operations}, optional={**dict.fromkeys(_METHODS[:2], operations), **more}
    )
    if dialect.version >= "3.1":
        referring = some(post=operations, parameters=_parameters(dialect))
        shared = {"$ref": "#/components/pathItems/Shared"}
        items = items | referring.map(lambda item: {**shared, **item})
    return st.dictionaries(st.sampled_from(words), items, min_size=1, max_size=3)


@cache
def _operations(dialect: Dialect) -> st.SearchStrategy[dict[str, Any]]:
    responses = {"200": {"$ref": "#/components/responses/Fine"}, "404": {"description": "None."}}
    fields = {
        "operationId": st.sampled_from(["getPet", "getPet", "get pet", "größe", "x" * 80]),
        "summary": TEXTS,
        "description": TEXTS,
        "deprecated": st.booleans(),
        "tags": st.just(["pets", "yes"]),
        "parameters": _parameters(dialect),
        "responses": st.just(responses),
        "security": st.sampled_from([[], [{"key": []}, {"token": []}], [{}]]),
        "servers": _SERVERS,
        "requestBody": _bodies(dialect) | st.just({"$ref": "#/components/requestBodies/Thing"}),
    }
    return some(**fields)


@cache
def _bodies(dialect: Dialect) -> st.SearchStrategy[dict[str, Any]]:
    media = some(
        schema=schemas(dialect),
        encoding=st.just({"name": {"style": "form", "explode": False}, "kind": {}}),
        example=st.just({"name": "Rex"}),
    )
    if dialect.version >= "3.2":
        media = media | st.fixed_dictionaries({"itemSchema": schemas(dialect)})
    content = st.dictionaries(st.sampled_from(_MEDIA_TYPES), media, min_size=1, max_size=2)
    more = {"required": st.booleans(), "description": TEXTS}
    return st.fixed_dictionaries({"content": content}, optional=more)


@cache
def _parameters(dialect: Dialect) -> st.SearchStrategy[list[dict[str, Any]]]:
    """A list in which no name stands twice at one place."""
    own = st.lists(_own_parameters(dialect), max_size=3, unique_by=lambda p: (p["in"], p["name"]))
    referring = st.lists(st.sampled_from(["Id", "Limit"]), max_size=2, unique=True)
    prefix = "#/components/parameters/"
    return st.builds(
        lambda given, names: [*given, *({"$ref": prefix + name} for name in names)], own, referring
    )


@cache
def _own_parameters(dialect: Dialect) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(list(_STYLES)).flatmap(lambda place: _parameters_in(dialect, place))


@cache
def _parameters_in(dialect: Dialect, place: str) -> st.SearchStrategy[dict[str, Any]]:
    names = ("id", "größe") if place == "path" else ("id", "filter", "X-Trace", "body")
    told = {
        "name": st.sampled_from(names),
        "in": st.just(place),
        "required": st.sampled_from([True] if place == "path" else [True, False]),
    }
    about = {"description": TEXTS, "deprecated": st.booleans()}
    styled = st.fixed_dictionaries(
        {**told, "schema": schemas(dialect)},
        optional={
            **about,
            "style": st.sampled_from(_STYLES[place]),
            "explode": st.booleans(),
            "allowReserved": st.booleans(),
        },
    )
    media = st.fixed_dictionaries({"schema": schemas(dialect)})
    written = st.fixed_dictionaries(
        {**told, "content": st.fixed_dictionaries({"application/json": media})}, optional=about
    )
    return styled | written


def _shared_parameters(dialect: Dialect) -> st.SearchStrategy[dict[str, Any]]:
    first = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    limit = st.builds(
        lambda schema: {"name": "limit", "in": "query", "schema": schema}, schemas(dialect)
    )
    return st.fixed_dictionaries({"Id": st.just(first), "Limit": limit})
