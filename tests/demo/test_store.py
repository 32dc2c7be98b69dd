"""What a Lantern Library keeps: the same answers on every run, and its state in a file."""

import sqlite3

import pytest

from callwright.demo import DemoService


def test_two_libraries_give_the_same_answers(good_calls, library_at):
    """The same calls in the same order are answered in the same bytes."""

    def diary() -> list[tuple[int, bytes]]:
        with DemoService() as service:
            library = library_at(service.url)
            with library.client:
                answers = [library.call(name, **call) for name, call in good_calls.items()]
                return [(answer.status_code, answer.content) for answer in answers]

    assert diary() == diary()


def test_a_file_keeps_the_state(tmp_path, library_at):
    """What was borrowed and removed yesterday is still so today, and nothing is stocked twice."""
    database = tmp_path / "library.sqlite"
    for expected in (14, 13):
        with DemoService(database=database) as service:
            library = library_at(service.url)
            with library.client:
                assert library.json("library_statistics")["titles"] == expected
                library.call("remove_book", book_id=14)


def test_a_file_that_is_no_database_is_an_error_that_leaks_nothing(tmp_path):
    """The library does not open on somebody's notes, and leaves them alone."""
    notes = tmp_path / "notes.txt"
    notes.write_text("Buy more shelves. " * 100)
    with pytest.raises(sqlite3.DatabaseError), DemoService(database=notes):
        pass
    assert notes.read_text().startswith("Buy more shelves.")
