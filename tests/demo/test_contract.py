"""The Lantern Library keeps to its own OpenAPI document: routes, answers and bounds."""

import inspect
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from callwright.demo.service import KINDS, ROUTES

ROUTE_OF = {(route.method, route.template): route for route in ROUTES}

NUMBERS = (0, 1, 50, 51, 2100, 2101, 3.0, 3.5, True, None)
TEXTS = ("", " ", "x" * 200, "x" * 201, "history", "2026-02-28", "2026-02-30", "20260228")
SAMPLES: tuple[Any, ...] = (*NUMBERS, *TEXTS, [], {})


def test_the_document_is_served_as_it_lies_on_disk(service, contract):
    """The spec URL answers with the document in the repository."""
    assert httpx2.get(service.spec_url, trust_env=False).json() == contract.spec


def test_every_operation_has_a_route_and_every_route_an_operation(contract):
    """The document and the routing table name the same methods, paths and handlers."""
    documented = {(method, path): name for name, (method, path, _) in contract.operations.items()}
    served = {place: route.handle.__name__ for place, route in ROUTE_OF.items()}
    del served["GET", "/openapi.json"]
    assert documented == served


def test_what_is_documented_as_sent_is_what_is_taken(operation_id, contract):
    """Parameters, body fields, what is required, defaults and the key agree with the routes."""
    method, path, operation = contract.operations[operation_id]
    route = ROUTE_OF[method, path]
    query = [each for each in contract.parameters(operation_id) if each["in"] == "query"]
    assert [each["name"] for each in query] == route.query.split()
    known = inspect.signature(route.handle).parameters
    for each in query:
        if "default" in each["schema"]:
            assert known[each["name"]].default == each["schema"]["default"]
    assert route.public == (operation.get("security", contract.spec["security"]) == [])
    body = (
        contract.resolved(operation["requestBody"]["content"]["application/json"]["schema"])
        if route.body
        else {}
    )
    fields = {
        name: field
        for name, field in body.get("properties", {}).items()
        if not field.get("readOnly")
    }
    assert set(fields) == set(route.body.split())
    assert set(fields) & set(body.get("required", ())) == set(route.needs.split())


def test_every_body_field_and_parameter_has_a_kind():
    """No route takes a name that cannot be checked."""
    taken = {name for route in ROUTES for name in (*route.query.split(), *route.body.split())}
    assert taken <= KINDS.keys()


def test_every_schema_of_the_document_is_a_schema(contract):
    """The component schemas satisfy the JSON Schema 2020-12 meta-schema, and so do the examples."""
    for schema in contract.spec["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for name in contract.operations:
        for each in contract.parameters(name):
            if "example" in each:
                contract.expect_valid(each["example"], each["schema"])


def test_every_operation_is_answered_as_documented(library, operation_id, good_calls):
    """A good call of each operation succeeds, and its answer fits the documented schema."""
    assert library.call(operation_id, **good_calls[operation_id]).is_success


@pytest.mark.parametrize("field", ["title", "author", "year", "genre", "copies", "added_on"])
def test_the_documented_bounds_of_a_book_are_the_enforced_ones(library, field, kindred, contract):
    """What the schema of a book refuses the library refuses, and what it admits it takes."""
    schema = contract.resolved(contract.pointed(f"#/components/schemas/Book/properties/{field}"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for value in SAMPLES:
        response = library.call("add_book", json={**kindred, field: value})
        assert response.is_success == validator.is_valid(value), (value, response.text)
