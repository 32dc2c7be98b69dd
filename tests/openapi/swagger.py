"""Whole Swagger 2.0 documents for property tests, put together from valid fragments."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st
from tests.openapi.fragments import SCHEMAS, TEXTS, Dialect, schemas, some

__all__ = ["swagger_documents"]

_DIALECT = Dialect("2.0")
_PLACES = ("query", "header", "formData", "body", "path")
_FORMATS = st.sampled_from(["csv", "ssv", "tsv", "pipes"])
_MEDIA_TYPES = st.lists(
    st.sampled_from(["application/json", "multipart/form-data", "text/plain"]), max_size=2
)
_SHARED = {
    "Id": {"name": "id", "in": "path", "required": True, "type": "string"},
    "Limit": {"name": "limit", "in": "query", "type": "integer", "maximum": 10},
    "Thing": {"name": "thing", "in": "body", "schema": {"$ref": "#/definitions/Pet"}},
}


@cache
def swagger_documents() -> st.SearchStrategy[dict[str, Any]]:
    """Documents with parameters of all places, forms and shared bodies among them."""
    fields = {
        "swagger": st.just("2.0"),
        "info": st.just({"title": "Pets", "version": "1"}),
        "host": st.just("api.test"),
        "paths": st.dictionaries(
            st.sampled_from(["/pets", "/pets/{id}", "/a b/{id}.json"]),
            some(**dict.fromkeys(("get", "post", "patch"), _operations()), parameters=_lists()),
            min_size=1,
            max_size=3,
        ),
        "definitions": st.fixed_dictionaries(dict.fromkeys(SCHEMAS, schemas(_DIALECT))),
        "parameters": st.just(_SHARED),
        "responses": st.just({"Fine": {"description": "Fine.", "schema": {"type": "string"}}}),
        "securityDefinitions": st.just({"login": {"type": "basic"}}),
    }
    more = {
        "basePath": st.just("/v1"),
        "schemes": st.just(["http", "https"]),
        "consumes": _MEDIA_TYPES,
        "produces": _MEDIA_TYPES,
        "security": st.just([{"login": []}]),
    }
    return st.fixed_dictionaries(fields, optional=more)


@cache
def _operations() -> st.SearchStrategy[dict[str, Any]]:
    return some(
        operationId=st.sampled_from(["getPet", "get pet", "größe"]),
        summary=TEXTS,
        description=TEXTS,
        deprecated=st.booleans(),
        parameters=_lists(),
        consumes=_MEDIA_TYPES,
        schemes=st.just(["https"]),
        responses=st.just({"200": {"$ref": "#/responses/Fine"}}),
        security=st.sampled_from([[], [{"login": []}]]),
    )


@cache
def _lists() -> st.SearchStrategy[list[dict[str, Any]]]:
    own = st.lists(_parameters(), max_size=3, unique_by=lambda p: (p["in"], p["name"]))
    shared = st.lists(st.sampled_from(list(_SHARED)), max_size=2, unique=True)
    return st.builds(
        lambda given, names: [*given, *({"$ref": f"#/parameters/{name}"} for name in names)],
        own,
        shared,
    )


@cache
def _parameters() -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(_PLACES).flatmap(_parameters_in)


@cache
def _parameters_in(place: str) -> st.SearchStrategy[dict[str, Any]]:
    told = {
        "name": st.just("id") if place == "path" else st.sampled_from(["id", "name", "X-Trace"]),
        "in": st.just(place),
        "required": st.sampled_from([True] if place == "path" else [True, False]),
    }
    if place == "body":
        return st.fixed_dictionaries({**told, "schema": schemas(_DIALECT)})
    kinds = ["string", "integer", "array", *(["file"] if place == "formData" else [])]
    return st.fixed_dictionaries(
        {**told, "type": st.sampled_from(kinds)},
        optional={
            "description": TEXTS,
            "enum": st.just(["a", "b"]),
            "maximum": st.just(5),
            "exclusiveMaximum": st.booleans(),
            "items": st.just({"type": "integer"}),
            "collectionFormat": _FORMATS,
            "x-nullable": st.booleans(),
        },
    )
