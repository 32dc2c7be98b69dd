"""The rules of the Lantern Library: what is found, lent, returned, kept and removed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

# Reading


def titles(page: Any) -> list[str]:
    """Return the titles on a page of books."""
    return [book["title"] for book in page["items"]]


def test_search_filters_all_hold_together(library):
    """Each filter narrows the books; case and accents make no difference."""
    le_guin = ["A Wizard of Earthsea", "The Dispossessed", "The Left Hand of Darkness"]
    assert titles(library.json("search_books", author="LE GUIN")) == le_guin
    assert titles(library.json("search_books", author="le guin", genre="fantasy")) == le_guin[:1]
    assert titles(library.json("search_books", author="le guin", available="false")) == le_guin[2:]
    assert titles(library.json("search_books", author="garcia marquez")) == [
        "Love in the Time of Cholera"
    ]
    assert library.json("search_books", title="%") == {"items": [], "total": 0}


def test_a_limit_cuts_the_items_and_not_the_total(library):
    """`total` counts what was found, not what is listed."""
    page = library.json("search_books", limit=2)
    assert (len(page["items"]), page["total"]) == (2, 14)


def test_a_book_says_how_many_copies_are_left(library):
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


def test_a_member_is_found_by_part_of_the_name(library):
    """Two steps lead from a name to the titles that the member has on loan."""
    (member,) = library.json("list_members", name="okaf")["items"]
    loans = library.json("list_member_loans", member_id=member["member_id"])
    assert member["name"] == "Amara Okafor"
    assert member["books_on_loan"] == loans["total"] == 2
    assert [(loan["book_title"], loan["due_on"]) for loan in loans["items"]] == [
        ("Murder on the Orient Express", "2026-03-13"),
        ("Dune", "2026-03-21"),
    ]


def test_loans_are_listed_by_their_state(library):
    """Current loans, returned loans or both are listed; current ones unless told otherwise."""
    totals = {
        state: library.json("list_member_loans", member_id=101, state=state)["total"]
        for state in ("current", "returned", "all")
    }
    assert totals == {"current": 2, "returned": 1, "all": 3}


def test_the_overdue_loan_names_book_and_member(library):
    """One loan is overdue today, by a week, and reads without a further question."""
    (loan,) = library.json("list_overdue_loans")["items"]
    assert (loan["member_name"], loan["book_title"]) == ("Jonas Lindqvist", "Dune")
    assert (loan["status"], loan["days_overdue"]) == ("overdue", 7)


def test_the_hours_are_told_for_a_day_and_for_the_week(library):
    """The week has seven days, and the library is closed on Sunday."""
    assert library.json("get_library_hours")["total"] == 7
    assert library.json("get_library_hours", day="Sunday") == {
        "today": "2026-03-02",
        "items": [{"day": "Sunday", "open": False, "opens_at": None, "closes_at": None}],
        "total": 1,
    }


def test_the_figures_add_up(library):
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


def test_a_borrowed_book_is_due_in_three_weeks(library):
    """Borrowing answers with the loan, where it is found, and takes a copy off the shelf."""
    response = library.call("borrow_book", json={"book_id": 1, "member_id": 105})
    loan = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/loans/{loan['loan_id']}"
    assert library.client.get(response.headers["location"]).json() == loan
    assert (loan["borrowed_on"], loan["due_on"]) == ("2026-03-02", "2026-03-23")
    assert (loan["member_name"], loan["status"]) == ("Hana Sato", "on loan")
    assert library.json("get_book", book_id=1)["copies_available"] == 0


def test_the_last_copy_is_lent_once(library):
    """A book without a copy left cannot be borrowed, and the refusal says when one is due."""
    problem = library.problem(409, "borrow_book", json={"book_id": 2, "member_id": 105})
    assert "The Left Hand of Darkness" in problem["detail"]
    assert "2026-03-09" in problem["detail"]


def test_many_hands_cannot_take_more_copies_than_there_are(library):
    """Of twenty simultaneous borrowers of two copies, two succeed."""
    wish = {"book_id": 4, "member_id": 105}
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(library.call, "borrow_book", json=wish) for _ in range(20)]
    statuses = sorted(answer.result().status_code for answer in answers)
    assert statuses == [201] * 2 + [409] * 18


def test_a_loan_is_returned_once(library):
    """A return ends the loan today and frees the copy; a second return is refused."""
    loan = library.json("return_loan", loan_id=1003)
    assert (loan["status"], loan["returned_on"]) == ("returned", "2026-03-02")
    assert library.json("get_book", book_id=2)["copies_available"] == 1
    problem = library.problem(409, "return_loan", loan_id=1003)
    assert "2026-03-02" in problem["detail"]


def test_an_overdue_book_that_came_back_is_overdue_no_more(library):
    """Returning the overdue loan empties the list of overdue loans."""
    assert library.json("return_loan", loan_id=1002)["days_overdue"] == 0
    assert library.json("list_overdue_loans") == {"items": [], "total": 0}


# Keeping books


def test_an_added_book_is_found(library, kindred):
    """A new book gets a number, one copy and today's date unless told otherwise."""
    response = library.call("add_book", json=kindred)
    book = response.json()
    assert response.headers["location"] == "/books/15"
    assert book == library.json("get_book", book_id=15)
    assert (book["copies"], book["copies_available"], book["added_on"]) == (1, 1, "2026-03-02")


def test_an_update_changes_what_is_given_only(library):
    """The fields that an update leaves out stay as they were."""
    before = library.json("get_book", book_id=9)
    after = library.json("update_book", book_id=9, json={"year": 1831})
    assert after == {**before, "year": 1831}


def test_copies_on_loan_cannot_be_given_up(library):
    """A book with two copies on loan keeps at least two."""
    library.problem(409, "update_book", book_id=1, json={"copies": 1})
    book = library.json("update_book", book_id=1, json={"copies": 2})
    assert book["copies_available"] == 0


def test_a_book_on_loan_is_not_removed(library):
    """A removal waits for the last copy, and then the book is gone but its past loans are not."""
    library.problem(409, "remove_book", book_id=6)
    library.json("return_loan", loan_id=1004)
    assert library.call("remove_book", book_id=6).status_code == 204
    library.problem(404, "get_book", book_id=6)
    library.problem(404, "remove_book", book_id=6)
    library.problem(404, "borrow_book", json={"book_id": 6, "member_id": 105})
    assert library.json("get_loan", loan_id=1004)["book_title"] == "Murder on the Orient Express"


def test_a_refusal_leaves_nothing_behind(library, kindred):
    """After a refused call every figure is as before."""
    before = library.json("library_statistics")
    library.problem(409, "borrow_book", json={"book_id": 2, "member_id": 105})
    library.problem(404, "borrow_book", json={"book_id": 1, "member_id": 999})
    library.problem(422, "add_book", json={**kindred, "copies": 0})
    assert library.json("library_statistics") == before
