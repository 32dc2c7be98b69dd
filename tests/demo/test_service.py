"""The Lantern Library over real sockets, each answer held against its own OpenAPI document."""

import http.client
import inspect
import json
import socket
import sqlite3
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from callwright.demo import DEMO_KEY, DemoService, spec_path
from callwright.demo.service import BODY_CAP, KINDS, ROUTES

SPEC = json.loads(spec_path().read_bytes())
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in SPEC["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
}
ROUTE_OF = {(route.method, route.template): route for route in ROUTES}

KINDRED = {
    "title": "Kindred",
    "author": "Octavia E. Butler",
    "year": 1979,
    "genre": "science fiction",
}
NUMBERS = (0, 1, 50, 51, 2100, 2101, 3.0, 3.5, True, None)
TEXTS = ("", " ", "x" * 200, "x" * 201, "history", "2026-02-28", "2026-02-30", "20260228")
SAMPLES: tuple[Any, ...] = (*NUMBERS, *TEXTS, [], {})
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


def pointed(ref: str) -> Any:
    """Return what a local reference of the spec points at."""
    found = SPEC
    for step in ref.removeprefix("#/").split("/"):
        found = found[step]
    return found


def resolved(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference, if it is one."""
    return pointed(value["$ref"]) if "$ref" in value else value


def parameters(operation_id: str) -> list[Mapping[str, Any]]:
    """Return an operation's parameters, those of its path first."""
    _, path, operation = OPERATIONS[operation_id]
    shared = SPEC["paths"][path].get("parameters", [])
    return [resolved(each) for each in (*shared, *operation.get("parameters", []))]


def expect_valid(content: Any, schema: Mapping[str, Any]) -> None:
    """Hold a value against a schema of the spec, formats included."""
    document = DRAFT202012.create_resource(SPEC)
    local = json.loads(json.dumps(schema).replace('"#/', '"urn:lantern#/'))
    validator = Draft202012Validator(
        local,
        registry=Registry().with_resource("urn:lantern", document),
        format_checker=FormatChecker(),
    )
    assert [error.message for error in validator.iter_errors(content)] == []


class Library:
    """A client that calls operations by name and holds each answer against the spec."""

    def __init__(self, url: str, key: str | None = DEMO_KEY) -> None:
        headers = {"X-Library-Key": key} if key is not None else {}
        self.client = httpx2.Client(base_url=url, headers=headers, trust_env=False)

    def call(self, operation_id: str, **arguments: Any) -> httpx2.Response:
        """Call an operation; its answer must be one that the spec declares."""
        method, template, operation = OPERATIONS[operation_id]
        extra = {
            name: arguments.pop(name)
            for name in ("json", "content", "headers")
            if name in arguments
        }
        path = template.format_map(arguments)
        query = {name: value for name, value in arguments.items() if f"{{{name}}}" not in template}
        response = self.client.request(method, path, params=query, **extra)
        declared = resolved(operation["responses"][str(response.status_code)])
        assert set(map(str.lower, declared.get("headers", ()))) <= set(response.headers)
        if "content" not in declared:
            assert (response.content, "content-length" in response.headers) == (b"", False)
            return response
        ((media_type, media),) = declared["content"].items()
        assert response.headers["content-type"] == media_type
        expect_valid(response.json(), media["schema"])
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
def service() -> Iterator[DemoService]:
    """Open a library of its own for each test."""
    with DemoService() as service:
        yield service


@pytest.fixture
def library(service: DemoService) -> Iterator[Library]:
    """Return a client that has the key."""
    library = Library(service.url)
    with library.client:
        yield library


def titles(page: Any) -> list[str]:
    """Return the titles on a page of books."""
    return [book["title"] for book in page["items"]]


def wrong_fields(problem: Any) -> list[str]:
    """Return the fields that a problem names."""
    return [error["field"] for error in problem["errors"]]


# The document


def test_the_document_is_served_as_it_lies_on_disk(service: DemoService) -> None:
    """The spec URL answers with the document in the repository."""
    assert httpx2.get(service.spec_url, trust_env=False).json() == SPEC


def test_every_operation_has_a_route_and_every_route_an_operation() -> None:
    """The document and the routing table name the same methods, paths and handlers."""
    documented = {(method, path): name for name, (method, path, _) in OPERATIONS.items()}
    served = {place: route.handle.__name__ for place, route in ROUTE_OF.items()}
    del served["GET", "/openapi.json"]
    assert documented == served


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_what_is_documented_as_sent_is_what_is_taken(operation_id: str) -> None:
    """Parameters, body fields, what is required, defaults and the key agree with the routes."""
    method, path, operation = OPERATIONS[operation_id]
    route = ROUTE_OF[method, path]
    query = [each for each in parameters(operation_id) if each["in"] == "query"]
    assert [each["name"] for each in query] == route.query.split()
    known = inspect.signature(route.handle).parameters
    for each in query:
        if "default" in each["schema"]:
            assert known[each["name"]].default == each["schema"]["default"]
    assert route.public == (operation.get("security", SPEC["security"]) == [])
    body = (
        resolved(operation["requestBody"]["content"]["application/json"]["schema"])
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


def test_every_schema_of_the_document_is_a_schema() -> None:
    """The component schemas satisfy the JSON Schema 2020-12 meta-schema, and so do the examples."""
    for schema in SPEC["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for name in OPERATIONS:
        for each in parameters(name):
            if "example" in each:
                expect_valid(each["example"], each["schema"])


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_is_answered_as_documented(library: Library, operation_id: str) -> None:
    """A good call of each operation succeeds, and its answer fits the documented schema."""
    assert library.call(operation_id, **GOOD_CALLS[operation_id]).is_success


@pytest.mark.parametrize("field", ["title", "author", "year", "genre", "copies", "added_on"])
def test_the_documented_bounds_of_a_book_are_the_enforced_ones(
    library: Library, field: str
) -> None:
    """What the schema of a book refuses the library refuses, and what it admits it takes."""
    schema = resolved(pointed(f"#/components/schemas/Book/properties/{field}"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for value in SAMPLES:
        response = library.call("add_book", json={**KINDRED, field: value})
        assert response.is_success == validator.is_valid(value), (value, response.text)


# The key


@pytest.mark.parametrize("operation_id", OPERATIONS)
@pytest.mark.parametrize("key", [None, "", "wrong", DEMO_KEY.upper()])
def test_only_public_operations_do_without_the_key(
    service: DemoService, operation_id: str, key: str | None
) -> None:
    """Without the right key, public reads succeed and all else is refused with a hint."""
    library = Library(service.url, key)
    with library.client:
        response = library.call(operation_id, **GOOD_CALLS[operation_id])
    if OPERATIONS[operation_id][2].get("security") == []:
        assert response.status_code == 200
    else:
        assert response.status_code == 401
        assert "X-Library-Key" in response.headers["www-authenticate"]
        assert "X-Library-Key" in response.json()["detail"]


def test_the_key_is_asked_for_before_anything_is_told(service: DemoService) -> None:
    """A stranger cannot learn from 404 or 422 which members and books there are."""
    stranger = Library(service.url, None)
    with stranger.client:
        stranger.problem(401, "get_member", member_id=999)
        stranger.problem(401, "remove_book", book_id="nonsense")
        stranger.problem(401, "add_book", json={"nonsense": 1})


def test_a_key_may_have_any_letters() -> None:
    """A key outside ASCII is sent as UTF-8, and nothing else opens."""
    with DemoService(key="clé") as service, httpx2.Client(trust_env=False) as client:
        for key, status in (("clé", 200), ("cle", 401), ("clè", 401)):
            headers = {b"X-Library-Key": key.encode()}
            assert client.get(f"{service.url}/statistics", headers=headers).status_code == status


# Reading


def test_search_filters_all_hold_together(library: Library) -> None:
    """Each filter narrows the books; case and accents make no difference."""
    le_guin = ["A Wizard of Earthsea", "The Dispossessed", "The Left Hand of Darkness"]
    assert titles(library.json("search_books", author="LE GUIN")) == le_guin
    assert titles(library.json("search_books", author="le guin", genre="fantasy")) == le_guin[:1]
    assert titles(library.json("search_books", author="le guin", available="false")) == le_guin[2:]
    assert titles(library.json("search_books", author="garcia marquez")) == [
        "Love in the Time of Cholera"
    ]
    assert library.json("search_books", title="%") == {"items": [], "total": 0}


def test_a_limit_cuts_the_items_and_not_the_total(library: Library) -> None:
    """`total` counts what was found, not what is listed."""
    page = library.json("search_books", limit=2)
    assert (len(page["items"]), page["total"]) == (2, 14)


def test_a_book_says_how_many_copies_are_left(library: Library) -> None:
    """Copies on loan are missing from those available, and the first due date is told."""
    assert library.json("get_book", book_id=1) == {
        "book_id": 1,
        "title": "Dune",
        "author": "Frank Herbert",
        "year": 1965,
        "genre": "science fiction",
        "copies": 3,
        "copies_available": 1,
        "next_due_back": "2026-02-23",
        "added_on": "2019-05-14",
    }


def test_a_member_is_found_by_part_of_the_name(library: Library) -> None:
    """Two steps lead from a name to the titles that the member has on loan."""
    (member,) = library.json("list_members", name="okaf")["items"]
    loans = library.json("list_member_loans", member_id=member["member_id"])
    assert member["name"] == "Amara Okafor"
    assert member["books_on_loan"] == loans["total"] == 2
    assert [(loan["book_title"], loan["due_on"]) for loan in loans["items"]] == [
        ("Murder on the Orient Express", "2026-03-13"),
        ("Dune", "2026-03-21"),
    ]


def test_loans_are_listed_by_their_state(library: Library) -> None:
    """Current loans, returned loans or both are listed; current ones unless told otherwise."""
    totals = {
        state: library.json("list_member_loans", member_id=101, state=state)["total"]
        for state in ("current", "returned", "all")
    }
    assert totals == {"current": 2, "returned": 1, "all": 3}


def test_the_overdue_loan_names_book_and_member(library: Library) -> None:
    """One loan is overdue today, by a week, and reads without a further question."""
    (loan,) = library.json("list_overdue_loans")["items"]
    assert (loan["member_name"], loan["book_title"]) == ("Jonas Lindqvist", "Dune")
    assert (loan["status"], loan["days_overdue"]) == ("overdue", 7)


def test_the_hours_are_told_for_a_day_and_for_the_week(library: Library) -> None:
    """The week has seven days, and the library is closed on Sunday."""
    assert library.json("get_library_hours")["total"] == 7
    assert library.json("get_library_hours", day="Sunday") == {
        "today": "2026-03-02",
        "items": [{"day": "Sunday", "open": False, "opens_at": None, "closes_at": None}],
        "total": 1,
    }


def test_the_figures_add_up(library: Library) -> None:
    """The statistics count what the lists show."""
    assert library.json("library_statistics") == {
        "as_of": "2026-03-02",
        "titles": 14,
        "copies": 25,
        "members": 6,
        "loans_current": 5,
        "loans_overdue": 1,
        "loans_returned": 1,
        "most_borrowed_title": "Dune",
    }


# Lending


def test_a_borrowed_book_is_due_in_three_weeks(library: Library) -> None:
    """Borrowing answers with the loan, where it is found, and takes a copy off the shelf."""
    response = library.call("borrow_book", json={"book_id": 1, "member_id": 105})
    loan = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/loans/{loan['loan_id']}"
    assert library.client.get(response.headers["location"]).json() == loan
    assert (loan["borrowed_on"], loan["due_on"]) == ("2026-03-02", "2026-03-23")
    assert (loan["member_name"], loan["status"]) == ("Hana Sato", "on loan")
    assert library.json("get_book", book_id=1)["copies_available"] == 0


def test_the_last_copy_is_lent_once(library: Library) -> None:
    """A book without a copy left cannot be borrowed, and the refusal says when one is due."""
    problem = library.problem(409, "borrow_book", json={"book_id": 2, "member_id": 105})
    assert "The Left Hand of Darkness" in problem["detail"]
    assert "2026-03-09" in problem["detail"]


def test_many_hands_cannot_take_more_copies_than_there_are(library: Library) -> None:
    """Of twenty simultaneous borrowers of two copies, two succeed."""
    wish = {"book_id": 4, "member_id": 105}
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(library.call, "borrow_book", json=wish) for _ in range(20)]
    statuses = sorted(answer.result().status_code for answer in answers)
    assert statuses == [201] * 2 + [409] * 18


def test_a_loan_is_returned_once(library: Library) -> None:
    """A return ends the loan today and frees the copy; a second return is refused."""
    loan = library.json("return_loan", loan_id=1003)
    assert (loan["status"], loan["returned_on"]) == ("returned", "2026-03-02")
    assert library.json("get_book", book_id=2)["copies_available"] == 1
    problem = library.problem(409, "return_loan", loan_id=1003)
    assert "2026-03-02" in problem["detail"]


def test_an_overdue_book_that_came_back_is_overdue_no_more(library: Library) -> None:
    """Returning the overdue loan empties the list of overdue loans."""
    assert library.json("return_loan", loan_id=1002)["days_overdue"] == 0
    assert library.json("list_overdue_loans") == {"items": [], "total": 0}


# Keeping books


def test_an_added_book_is_found(library: Library) -> None:
    """A new book gets a number, one copy and today's date unless told otherwise."""
    response = library.call("add_book", json=KINDRED)
    book = response.json()
    assert response.headers["location"] == "/books/15"
    assert book == library.json("get_book", book_id=15)
    assert (book["copies"], book["copies_available"], book["added_on"]) == (1, 1, "2026-03-02")


def test_an_update_changes_what_is_given_only(library: Library) -> None:
    """The fields that an update leaves out stay as they were."""
    before = library.json("get_book", book_id=9)
    after = library.json("update_book", book_id=9, json={"year": 1831})
    assert after == {**before, "year": 1831}


def test_copies_on_loan_cannot_be_given_up(library: Library) -> None:
    """A book with two copies on loan keeps at least two."""
    library.problem(409, "update_book", book_id=1, json={"copies": 1})
    book = library.json("update_book", book_id=1, json={"copies": 2})
    assert book["copies_available"] == 0


def test_a_book_on_loan_is_not_removed(library: Library) -> None:
    """A removal waits for the last copy, and then the book is gone but its past loans are not."""
    library.problem(409, "remove_book", book_id=6)
    library.json("return_loan", loan_id=1004)
    assert library.call("remove_book", book_id=6).status_code == 204
    library.problem(404, "get_book", book_id=6)
    library.problem(404, "remove_book", book_id=6)
    library.problem(404, "borrow_book", json={"book_id": 6, "member_id": 105})
    assert library.json("get_loan", loan_id=1004)["book_title"] == "Murder on the Orient Express"


def test_a_refusal_leaves_nothing_behind(library: Library) -> None:
    """After a refused call every figure is as before."""
    before = library.json("library_statistics")
    library.problem(409, "borrow_book", json={"book_id": 2, "member_id": 105})
    library.problem(404, "borrow_book", json={"book_id": 1, "member_id": 999})
    library.problem(422, "add_book", json={**KINDRED, "copies": 0})
    assert library.json("library_statistics") == before


# What is refused


@pytest.mark.parametrize(
    ("operation_id", "arguments"),
    [
        ("get_book", {"book_id": 999}),
        ("update_book", {"book_id": 999, "json": {"year": 2000}}),
        ("remove_book", {"book_id": 999}),
        ("get_member", {"member_id": 999}),
        ("list_member_loans", {"member_id": 999}),
        ("borrow_book", {"json": {"book_id": 999, "member_id": 101}}),
        ("borrow_book", {"json": {"book_id": 1, "member_id": 999}}),
        ("get_loan", {"loan_id": 999}),
        ("return_loan", {"loan_id": 999}),
    ],
)
def test_an_unknown_number_is_not_found(
    library: Library, operation_id: str, arguments: Mapping[str, Any]
) -> None:
    """The refusal repeats the number that nothing has."""
    assert "999" in library.problem(404, operation_id, **arguments)["detail"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"author": "A", "year": 1}, ["title", "genre"]),
        ({**KINDRED, "book_id": 3, "colour": "red"}, ["book_id", "colour"]),
        ({**KINDRED, "year": "1979", "copies": None}, ["year", "copies"]),
        ({**KINDRED, "copies": True}, ["copies"]),
        ({**KINDRED, "genre": "cookery"}, ["genre"]),
        ({**KINDRED, "title": "two\nlines"}, ["title"]),
        ({**KINDRED, "title": "\ud800"}, ["title"]),
        ({**KINDRED, "\ud800": 1}, ["\ud800"]),
        ({}, ["body"]),
        ([KINDRED], ["body"]),
        ("Kindred", ["body"]),
    ],
)
def test_a_wrong_body_is_refused_by_field(library: Library, body: Any, fields: list[str]) -> None:
    """Missing, unknown, read-only and wrong fields are all named at once."""
    content = json.dumps(body)
    problem = library.problem(
        422, "add_book", content=content, headers={"Content-Type": "application/json"}
    )
    assert wrong_fields(problem) == fields
    assert all(field in problem["detail"] for field in fields)


@pytest.mark.parametrize(
    "body", ["", "{", "[" * 60_000, '{"year": ' + "9" * 5000 + "}", b"\xff\xfe"]
)
def test_a_body_that_is_not_json_is_a_bad_request(library: Library, body: str | bytes) -> None:
    """Truncated, bottomless and undecodable bodies are refused alike."""
    library.problem(400, "add_book", content=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_only_json_is_taken(library: Library, media_type: str | None) -> None:
    """A body of another media type, or of none, is refused and told what would do."""
    headers = {"Content-Type": media_type} if media_type else {}
    response = library.call("add_book", content=json.dumps(KINDRED), headers=headers)
    assert (response.status_code, response.headers["accept"]) == (415, "application/json")


def test_a_charset_is_no_other_media_type(library: Library) -> None:
    """`application/json; charset=utf-8` is JSON."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert library.call("add_book", content=json.dumps(KINDRED), headers=headers).is_success


@pytest.mark.parametrize(
    ("operation_id", "arguments", "fields"),
    [
        ("search_books", {"limit": "0"}, ["limit"]),
        ("search_books", {"limit": "51"}, ["limit"]),
        ("search_books", {"limit": "two"}, ["limit"]),
        ("search_books", {"available": "yes", "genre": "cookery"}, ["available", "genre"]),
        ("search_books", {"title": ""}, ["title"]),
        ("search_books", {"colour": "red"}, ["colour"]),
        ("search_books", {"title": ["a", "b"]}, ["title"]),
        ("list_member_loans", {"member_id": 101, "state": "lost"}, ["state"]),
        ("get_library_hours", {"day": "sunday"}, ["day"]),
        ("library_statistics", {"limit": "1"}, ["limit"]),
        ("get_book", {"book_id": "dune"}, ["book_id"]),
        ("get_book", {"book_id": "0"}, ["book_id"]),
        ("get_book", {"book_id": "9" * 6000}, ["book_id"]),
        ("get_book", {"book_id": "%D9%A1"}, ["book_id"]),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(
    library: Library, operation_id: str, arguments: Mapping[str, Any], fields: list[str]
) -> None:
    """Unknown, repeated and wrong parameters are named, with what would do."""
    assert wrong_fields(library.problem(422, operation_id, **arguments)) == fields


def test_every_body_field_and_parameter_has_a_kind() -> None:
    """No route takes a name that cannot be checked."""
    taken = {name for route in ROUTES for name in (*route.query.split(), *route.body.split())}
    assert taken <= KINDS.keys()


@pytest.mark.parametrize(
    "path", ["/", "/book", "/books/", "/books/1/", "/loans/1001/renew", "/%2e"]
)
def test_an_unknown_path_is_not_found(library: Library, path: str) -> None:
    """A path that no operation has is answered with a problem that tells where to look."""
    response = library.client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (
        404,
        "application/problem+json",
    )
    expect_valid(response.json(), pointed("#/components/schemas/Problem"))


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/books", "GET, POST"),
        ("PUT", "/books/1", "DELETE, GET, PATCH"),
        ("GET", "/loans", "POST"),
        ("GET", "/loans/1001/return", "POST"),
        ("POST", "/loans/overdue", "GET"),
        ("POST", "/openapi.json", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    library: Library, method: str, path: str, allowed: str
) -> None:
    """405 carries the Allow header."""
    response = library.client.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)


# The sockets


def test_a_body_has_a_largest_size(library: Library) -> None:
    """One byte more than 64 KiB is refused; exactly so much is read."""
    headers = {"Content-Type": "application/json"}
    body = json.dumps(KINDRED).ljust(BODY_CAP)
    assert library.call("add_book", content=body, headers=headers).status_code == 201
    library.problem(413, "add_book", content=body + " ", headers=headers)
    library.problem(413, "add_book", content=body * 8, headers=headers)


@pytest.mark.parametrize("length", ["-1", "+5", "5_0", "many", "9" * 5000])
def test_a_length_that_is_no_number_is_refused(service: DemoService, length: str) -> None:
    """A Content-Length that is not a number of bytes ends the connection with a problem."""
    request = f"POST /books HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
    head, body = exchange(service, request.encode())
    assert head.startswith("HTTP/1.1 411 ")
    assert json.loads(body)["status"] == 411


def test_a_body_of_unknown_length_is_refused(service: DemoService) -> None:
    """A chunked body is asked for its length."""
    request = b"POST /books HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert exchange(service, request)[0].startswith("HTTP/1.1 411 ")


@pytest.mark.parametrize(
    ("request_line", "status"), [("BREW /tea HTTP/1.1", 501), ('GET "tea time" HTTP/1.1', 400)]
)
def test_what_is_not_http_is_answered_with_a_problem(
    service: DemoService, request_line: str, status: int
) -> None:
    """An unheard-of method or a broken request line gets JSON as well."""
    _, body = exchange(service, f"{request_line}\r\nHost: x\r\n\r\n".encode())
    assert json.loads(body)["status"] == status


def test_a_connection_serves_many_requests(service: DemoService) -> None:
    """Refusals of every sort leave the connection open and in step."""
    address = urllib.parse.urlsplit(service.url).netloc
    connection = http.client.HTTPConnection(address)
    statuses = []
    for method, path in [
        ("POST", "/books"),
        ("POST", "/nowhere"),
        ("PUT", "/hours"),
        ("GET", "/hours"),
    ]:
        connection.request(method, path, body=b"{}" if method != "GET" else None)
        first = connection.sock
        with connection.getresponse() as response:
            response.read()
            statuses.append(response.status)
        assert connection.sock is first
    connection.close()
    assert statuses == [401, 404, 405, 200]


def test_closing_hangs_up_on_idle_clients_and_frees_the_port() -> None:
    """A client that keeps its connection open holds nothing up, and no thread stays."""
    before = threading.active_count()
    with DemoService() as service:
        port = int(service.url.rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port))
        client = Library(service.url)
        client.json("get_library_hours")
    assert idle.recv(1) == b""
    idle.close()
    client.client.close()
    assert threading.active_count() == before
    with DemoService(port) as again:
        assert again.url == service.url


def test_a_taken_port_is_an_error_that_leaks_nothing(service: DemoService) -> None:
    """A second library cannot open on the port of the first."""
    port = int(service.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"), DemoService(port):
        pass


# The same on every run


def test_two_libraries_give_the_same_answers() -> None:
    """The same calls in the same order are answered in the same bytes."""

    def diary() -> list[tuple[int, bytes]]:
        with DemoService() as service:
            library = Library(service.url)
            with library.client:
                answers = [library.call(name, **call) for name, call in GOOD_CALLS.items()]
                return [(answer.status_code, answer.content) for answer in answers]

    assert diary() == diary()


def test_a_file_keeps_the_state(tmp_path: Path) -> None:
    """What was borrowed and removed yesterday is still so today, and nothing is stocked twice."""
    database = tmp_path / "library.sqlite"
    for expected in (14, 13):
        with DemoService(database=database) as service:
            library = Library(service.url)
            with library.client:
                assert library.json("library_statistics")["titles"] == expected
                library.call("remove_book", book_id=14)


def test_a_file_that_is_no_database_is_an_error_that_leaks_nothing(tmp_path: Path) -> None:
    """The library does not open on somebody's notes, and leaves them alone."""
    notes = tmp_path / "notes.txt"
    notes.write_text("Buy more shelves. " * 100)
    with pytest.raises(sqlite3.DatabaseError), DemoService(database=notes):
        pass
    assert notes.read_text().startswith("Buy more shelves.")


def exchange(service: DemoService, request: bytes) -> tuple[str, str]:
    """Send bytes, read until the library hangs up, and return head and body."""
    port = int(service.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head, _, body = answer.rpartition("\r\n\r\n")
    return head, body
