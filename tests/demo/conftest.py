"""The Lantern Library's own document, and a client that holds each answer against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from callwright.demo import DEMO_KEY, DemoService, spec_path

KINDRED = {
    "title": "Kindred",
    "author": "Octavia E. Butler",
    "year": 1979,
    "genre": "science fiction",
}
GOOD_CALLS: Mapping[str, Mapping[str, Any]] = {
    "search_books": {"genre": "fantasy", "available": "true", "limit": "1"},
    "add_book": {"json": KINDRED},
    "get_book": {"book_id": 1},
    "update_book": {"book_id": 1, "json": {"copies": 4}},
    "remove_book": {"book_id": 14},
    "list_members": {"name": "amara"},
    "get_member": {"member_id": 101},
    "list_member_loans": {"member_id": 101, "state": "all"},
    "borrow_book": {"json": {"book_id": 1, "member_id": 105}},
    "get_loan": {"loan_id": 1001},
    "return_loan": {"loan_id": 1004},
    "list_overdue_loans": {},
    "get_library_hours": {"day": "Sunday"},
    "library_statistics": {},
}


class Contract:
    """The library's document, and what it says of an operation."""

    def __init__(self, spec: Any) -> None:
        self.spec = spec
        self.operations: dict[str, tuple[str, str, Any]] = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, item in spec["paths"].items()
            for method, operation in item.items()
            if method != "parameters"
        }

    def pointed(self, ref: str) -> Any:
        """Return what a local reference of the spec points at."""
        found = self.spec
        for step in ref.removeprefix("#/").split("/"):
            found = found[step]
        return found

    def resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow a reference, if it is one."""
        return self.pointed(value["$ref"]) if "$ref" in value else value

    def parameters(self, operation_id: str) -> list[Mapping[str, Any]]:
        """Return an operation's parameters, those of its path first."""
        _, path, operation = self.operations[operation_id]
        shared = self.spec["paths"][path].get("parameters", [])
        return [self.resolved(each) for each in (*shared, *operation.get("parameters", []))]

    def expect_valid(self, content: Any, schema: Mapping[str, Any]) -> None:
        """Hold a value against a schema of the spec, formats included."""
        document = DRAFT202012.create_resource(self.spec)
        local = json.loads(json.dumps(schema).replace('"#/', '"urn:lantern#/'))
        validator = Draft202012Validator(
            local,
            registry=Registry().with_resource("urn:lantern", document),
            format_checker=FormatChecker(),
        )
        assert [error.message for error in validator.iter_errors(content)] == []


CONTRACT = Contract(json.loads(spec_path().read_bytes()))


class Library:
    """A client that calls operations by name and holds each answer against the spec."""

    def __init__(self, url: str, key: str | None = DEMO_KEY) -> None:
        headers = {"X-Library-Key": key} if key is not None else {}
        self.client = httpx2.Client(base_url=url, headers=headers, trust_env=False)

    def call(self, operation_id: str, **arguments: Any) -> httpx2.Response:
        """Call an operation; its answer must be one that the spec declares."""
        method, template, operation = CONTRACT.operations[operation_id]
        extra = {
            name: arguments.pop(name)
            for name in ("json", "content", "headers")
            if name in arguments
        }
        path = template.format_map(arguments)
        query = {name: value for name, value in arguments.items() if f"{{{name}}}" not in template}
        response = self.client.request(method, path, params=query, **extra)
        declared = CONTRACT.resolved(operation["responses"][str(response.status_code)])
        assert set(map(str.lower, declared.get("headers", ()))) <= set(response.headers)
        if "content" not in declared:
            assert (response.content, "content-length" in response.headers) == (b"", False)
            return response
        ((media_type, media),) = declared["content"].items()
        assert response.headers["content-type"] == media_type
        CONTRACT.expect_valid(response.json(), media["schema"])
        return response

    def json(self, operation_id: str, **arguments: Any) -> Any:
        """Call an operation that succeeds, and return its content."""
        response = self.call(operation_id, **arguments)
        assert response.is_success, response.text
        return response.json()

    def problem(self, status: int, operation_id: str, **arguments: Any) -> Any:
        """Call an operation that is refused, and return the problem."""
        response = self.call(operation_id, **arguments)
        assert response.status_code == status, response.text
        problem = response.json()
        assert problem["status"] == status
        return problem


@pytest.fixture
def contract() -> Contract:
    """What the document says of each operation."""
    return CONTRACT


@pytest.fixture(params=CONTRACT.operations)
def operation_id(request: pytest.FixtureRequest) -> str:
    """Each operation of the document in turn, unless a test has a table of its own."""
    return request.param


@pytest.fixture
def good_calls() -> Mapping[str, Mapping[str, Any]]:
    """Arguments with which each operation succeeds on a new library."""
    return GOOD_CALLS


@pytest.fixture
def kindred() -> Mapping[str, Any]:
    """A book that the library does not have yet."""
    return KINDRED


@pytest.fixture
def service() -> Iterator[DemoService]:
    """Open a library of its own for each test."""
    with DemoService() as service:
        yield service


@pytest.fixture
def library_at() -> Callable[..., Library]:
    """Makes a client of the library at a URL; it has the key unless it is given another."""
    return Library


@pytest.fixture
def library(service: DemoService) -> Iterator[Library]:
    """Return a client that has the key."""
    library = Library(service.url)
    with library.client:
        yield library
