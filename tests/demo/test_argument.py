"""Arguments that the Lantern Library refuses: unknown numbers, wrong fields, wrong parameters."""

import json
from typing import Any

import pytest

# The table of wrong bodies is made before any fixture, so it cannot ask for `kindred`.
KINDRED = {
    "title": "Kindred",
    "author": "Octavia E. Butler",
    "year": 1979,
    "genre": "science fiction",
}


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
def test_an_unknown_number_is_not_found(library, operation_id, arguments):
    """The refusal repeats the number that nothing has."""
    assert "999" in library.problem(404, operation_id, **arguments)["detail"]


def wrong_fields(problem: Any) -> list[str]:
    """Return the fields that a problem names."""
    return [error["field"] for error in problem["errors"]]


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
def test_a_wrong_body_is_refused_by_field(library, body, fields):
    """Missing, unknown, read-only and wrong fields are all named at once."""
    content = json.dumps(body)
    problem = library.problem(
        422, "add_book", content=content, headers={"Content-Type": "application/json"}
    )
    assert wrong_fields(problem) == fields
    assert all(field in problem["detail"] for field in fields)


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
def test_a_wrong_parameter_is_refused_by_name(library, operation_id, arguments, fields):
    """Unknown, repeated and wrong parameters are named, with what would do."""
    assert wrong_fields(library.problem(422, operation_id, **arguments)) == fields
