"""The Lantern Library's books, members and loans in SQLite, and the rules of lending.

HTTP is not its business; what "today" is was said when the store was opened.
"""

import sqlite3
import unicodedata
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from threading import RLock
from typing import Any, Literal, TypeAlias, TypedDict, Unpack

__all__ = ["GENRES", "OPENING_HOURS", "TODAY", "ConflictError", "NotFoundError", "Record", "Store"]

Record: TypeAlias = dict[str, Any]
TODAY = date(2026, 3, 2)
LOAN_PERIOD = timedelta(days=21)
GENRES = ("science fiction", "fantasy", "mystery", "classic", "history", "science", "children")

OPENING_HOURS: Mapping[str, tuple[str, str] | None] = {
    "Monday": ("10:00", "18:00"),
    "Tuesday": ("10:00", "18:00"),
    "Wednesday": ("10:00", "20:00"),
    "Thursday": ("10:00", "18:00"),
    "Friday": ("10:00", "20:00"),
    "Saturday": ("09:00", "14:00"),
    "Sunday": None,
}

BOOKS = (
    (1, "Dune", "Frank Herbert", 1965, "science fiction", 3, "2019-05-14"),
    (2, "The Left Hand of Darkness", "Ursula K. Le Guin", 1969, "science fiction", 1, "2019-05-14"),
    (3, "The Dispossessed", "Ursula K. Le Guin", 1974, "science fiction", 1, "2021-09-03"),
    (4, "A Wizard of Earthsea", "Ursula K. Le Guin", 1968, "fantasy", 2, "2020-02-11"),
    (5, "The Hobbit", "J. R. R. Tolkien", 1937, "fantasy", 3, "2018-11-20"),
    (6, "Murder on the Orient Express", "Agatha Christie", 1934, "mystery", 2, "2018-11-20"),
    (7, "And Then There Were None", "Agatha Christie", 1939, "mystery", 1, "2022-04-08"),
    (8, "Pride and Prejudice", "Jane Austen", 1813, "classic", 3, "2018-11-20"),
    (9, "Frankenstein", "Mary Shelley", 1818, "classic", 2, "2019-10-31"),
    (10, "Love in the Time of Cholera", "Gabriel García Márquez", 1985, "classic", 1, "2020-06-17"),
    (11, "The Guns of August", "Barbara W. Tuchman", 1962, "history", 1, "2021-01-26"),
    (12, "A Brief History of Time", "Stephen Hawking", 1988, "science", 2, "2019-03-05"),
    (13, "Silent Spring", "Rachel Carson", 1962, "science", 1, "2023-04-21"),
    (14, "The Wind in the Willows", "Kenneth Grahame", 1908, "children", 2, "2018-11-20"),
)

MEMBERS = (
    (101, "Amara Okafor", "amara.okafor@example.org", "2019-06-01"),
    (102, "Jonas Lindqvist", "jonas.lindqvist@example.org", "2020-01-15"),
    (103, "Priya Raman", "priya.raman@example.org", "2021-08-23"),
    (104, "Mateo Álvarez", "mateo.alvarez@example.org", "2022-03-12"),
    (105, "Hana Sato", "hana.sato@example.org", "2024-10-05"),
    (106, "Eleanor Whitfield", "eleanor.whitfield@example.org", "2025-12-19"),
)

LOANS = (
    (1001, 5, 101, "2026-01-12", "2026-02-02", "2026-01-30"),
    (1002, 1, 102, "2026-02-02", "2026-02-23", None),
    (1003, 2, 103, "2026-02-16", "2026-03-09", None),
    (1004, 6, 101, "2026-02-20", "2026-03-13", None),
    (1005, 12, 104, "2026-02-26", "2026-03-19", None),
    (1006, 1, 101, "2026-02-28", "2026-03-21", None),
)

# AUTOINCREMENT, so that the number of a removed book never comes back as another book.
TABLES = """
CREATE TABLE IF NOT EXISTS book (
    book_id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL, author TEXT NOT NULL, year INTEGER NOT NULL, genre TEXT NOT NULL,
    copies INTEGER NOT NULL CHECK (copies > 0), added_on TEXT NOT NULL, removed_on TEXT
);
CREATE TABLE IF NOT EXISTS member (
    member_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, member_since TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS loan (
    loan_id INTEGER PRIMARY KEY AUTOINCREMENT,
    book_id INTEGER NOT NULL REFERENCES book,
    member_id INTEGER NOT NULL REFERENCES member,
    borrowed_on TEXT NOT NULL, due_on TEXT NOT NULL, returned_on TEXT
);
"""

# Temporary, because today() belongs to the connection and not to the file.
VIEWS = """
CREATE TEMP VIEW book_record AS
SELECT book.book_id, title, author, year, genre, copies,
       copies - COUNT(loan_id) AS copies_available, MIN(due_on) AS next_due_back, added_on
FROM book LEFT JOIN loan ON loan.book_id = book.book_id AND returned_on IS NULL
WHERE removed_on IS NULL
GROUP BY book.book_id;

CREATE TEMP VIEW member_record AS
SELECT member.member_id, name, email, member_since, COUNT(loan_id) AS books_on_loan
FROM member LEFT JOIN loan ON loan.member_id = member.member_id AND returned_on IS NULL
GROUP BY member.member_id;

CREATE TEMP VIEW loan_record AS
SELECT loan_id, book_id, title AS book_title, member_id, name AS member_name,
       borrowed_on, due_on, returned_on,
       CASE WHEN returned_on IS NOT NULL THEN 'returned'
            WHEN due_on < today() THEN 'overdue'
            ELSE 'on loan' END AS status,
       (returned_on IS NULL) * MAX(0, CAST(julianday(today()) - julianday(due_on) AS INTEGER))
            AS days_overdue
FROM loan JOIN book USING (book_id) JOIN member USING (member_id);
"""


class NotFoundError(LookupError):
    """A book, member or loan does not exist."""


class ConflictError(Exception):
    """A rule of the library forbids it as things stand."""


class BookFields(TypedDict, total=False):
    """What the library may say about a book; the rest follows from the loans."""

    title: str
    author: str
    year: int
    genre: str
    copies: int
    added_on: str


class Store:
    """The library's state; every method is one transaction and may be called from any thread."""

    def __init__(self, path: str | Path = ":memory:", *, today: date = TODAY) -> None:
        self._today = today
        self._lock = RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = _record
        self._connection.create_function("today", 0, today.isoformat)
        self._connection.create_function("holds", 2, _holds, deterministic=True)
        try:
            self._connection.executescript("PRAGMA foreign_keys = ON;" + TABLES + VIEWS)
            self._stock()
        except sqlite3.Error:
            self.close()
            raise

    def close(self) -> None:
        """Close the database; an in-memory one is gone."""
        with self._lock:
            self._connection.close()

    def search_books(
        self,
        *,
        title: str = "",
        author: str = "",
        genre: str | None = None,
        available: bool | None = None,
        limit: int = 20,
    ) -> Record:
        """List the books for which all given filters hold, by title."""
        sql = """
            SELECT * FROM book_record
            WHERE holds(title, :title) AND holds(author, :author)
              AND (:genre IS NULL OR genre = :genre)
              AND (:available IS NULL OR (copies_available > 0) = :available)
            ORDER BY title, book_id
        """
        found = self._select(sql, title=title, author=author, genre=genre, available=available)
        return _page(found, limit)

    def get_book(self, book_id: int) -> Record:
        """Return one book."""
        found = self._select("SELECT * FROM book_record WHERE book_id = :id", id=book_id)
        return _only(found, "book", book_id)

    def add_book(self, **book: Unpack[BookFields]) -> Record:
        """Add a book: one copy, acquired today, unless told otherwise."""
        sql = """
            INSERT INTO book (title, author, year, genre, copies, added_on)
            VALUES (:title, :author, :year, :genre, :copies, :added_on)
        """
        defaults: BookFields = {"copies": 1, "added_on": self._today.isoformat()}
        with self._transaction():
            return self.get_book(self._change(sql, **{**defaults, **book}))

    def update_book(self, book_id: int, **changes: Unpack[BookFields]) -> Record:
        """Change what is given about a book, but never below the copies on loan."""
        sql = """
            UPDATE book SET title = :title, author = :author, year = :year, genre = :genre,
                            copies = :copies, added_on = :added_on
            WHERE book_id = :book_id
        """
        with self._transaction():
            book = self.get_book(book_id)
            on_loan = _copies_on_loan(book)
            if changes.get("copies", on_loan) < on_loan:
                raise ConflictError(f"{_quoted(book)} must keep its copies on loan: {on_loan}.")
            self._change(sql, **{**book, **changes})
            return self.get_book(book_id)

    def remove_book(self, book_id: int) -> None:
        """Remove a book of which no copy is on loan; its past loans stay."""
        with self._transaction():
            book = self.get_book(book_id)
            if on_loan := _copies_on_loan(book):
                raise ConflictError(f"{_quoted(book)} still has copies on loan: {on_loan}.")
            self._change("UPDATE book SET removed_on = today() WHERE book_id = :id", id=book_id)

    def list_members(self, *, name: str = "", limit: int = 20) -> Record:
        """List the members whose name holds `name`, by name."""
        sql = "SELECT * FROM member_record WHERE holds(name, :name) ORDER BY name, member_id"
        return _page(self._select(sql, name=name), limit)

    def get_member(self, member_id: int) -> Record:
        """Return one member."""
        found = self._select("SELECT * FROM member_record WHERE member_id = :id", id=member_id)
        return _only(found, "member", member_id)

    def list_member_loans(
        self, member_id: int, *, state: Literal["current", "returned", "all"] = "current"
    ) -> Record:
        """List a member's loans, the earliest due first."""
        sql = """
            SELECT * FROM loan_record
            WHERE member_id = :id
              AND (:state = 'all' OR (returned_on IS NULL) = (:state = 'current'))
            ORDER BY due_on, loan_id
        """
        with self._transaction():
            self.get_member(member_id)
            return _page(self._select(sql, id=member_id, state=state))

    def list_overdue_loans(self) -> Record:
        """List the overdue loans, the longest overdue first."""
        sql = "SELECT * FROM loan_record WHERE status = 'overdue' ORDER BY due_on, loan_id"
        return _page(self._select(sql))

    def get_loan(self, loan_id: int) -> Record:
        """Return one loan."""
        found = self._select("SELECT * FROM loan_record WHERE loan_id = :id", id=loan_id)
        return _only(found, "loan", loan_id)

    def borrow_book(self, *, book_id: int, member_id: int) -> Record:
        """Lend a copy to a member for 21 days, if there is one left."""
        sql = """
            INSERT INTO loan (book_id, member_id, borrowed_on, due_on)
            VALUES (:book_id, :member_id, today(), :due_on)
        """
        with self._transaction():
            book = self.get_book(book_id)
            self.get_member(member_id)
            if book["copies_available"] == 0:
                due_back = book["next_due_back"]
                raise ConflictError(f"{_quoted(book)} has no copy left; next due back: {due_back}.")
            due_on = (self._today + LOAN_PERIOD).isoformat()
            loan_id = self._change(sql, book_id=book_id, member_id=member_id, due_on=due_on)
            return self.get_loan(loan_id)

    def return_loan(self, loan_id: int) -> Record:
        """Take back a book, once."""
        with self._transaction():
            loan = self.get_loan(loan_id)
            if returned_on := loan["returned_on"]:
                raise ConflictError(f"Loan {loan_id} was already returned on {returned_on}.")
            self._change("UPDATE loan SET returned_on = today() WHERE loan_id = :id", id=loan_id)
            return self.get_loan(loan_id)

    def get_library_hours(self, *, day: str | None = None) -> Record:
        """List the opening hours of one day or of the week."""
        items = [_hours(name) for name in OPENING_HOURS if day in (None, name)]
        return {"today": self._today.isoformat(), **_page(items)}

    def library_statistics(self) -> Record:
        """Count titles, copies, members and loans."""
        sql = """
            SELECT today() AS as_of,
                   (SELECT COUNT(*) FROM book_record) AS titles,
                   (SELECT COALESCE(SUM(copies), 0) FROM book_record) AS copies,
                   (SELECT COUNT(*) FROM member) AS members,
                   COUNT(*) FILTER (WHERE status <> 'returned') AS loans_current,
                   COUNT(*) FILTER (WHERE status = 'overdue') AS loans_overdue,
                   COUNT(*) FILTER (WHERE status = 'returned') AS loans_returned,
                   (SELECT book_title FROM loan_record GROUP BY book_id
                    ORDER BY COUNT(*) DESC, book_id LIMIT 1) AS most_borrowed_title
            FROM loan_record
        """
        return self._select(sql)[0]

    def _stock(self) -> None:
        with self._transaction():
            if self._select("SELECT 1 FROM sqlite_sequence"):
                return
            insert = self._connection.executemany
            insert("INSERT INTO book VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", BOOKS)
            insert("INSERT INTO member VALUES (?, ?, ?, ?)", MEMBERS)
            insert("INSERT INTO loan VALUES (?, ?, ?, ?, ?, ?)", LOANS)

    @contextmanager
    def _transaction(self) -> Generator[None, None, None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            # As a context manager, a connection commits, or rolls back when an exception passes.
            with self._connection:
                yield

    def _select(self, sql: str, **values: object) -> list[Record]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def _change(self, sql: str, **values: object) -> int:
        return self._connection.execute(sql, values).lastrowid or 0


def _record(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Record:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _holds(text: str, part: str) -> bool:
    return _folded(part) in _folded(text)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _page(found: list[Record], limit: int | None = None) -> Record:
    return {"items": found[:limit], "total": len(found)}


def _only(found: list[Record], kind: str, number: int) -> Record:
    if not found:
        raise NotFoundError(f"There is no {kind} with the number {number}.")
    return found[0]


def _copies_on_loan(book: Record) -> int:
    return int(book["copies"]) - int(book["copies_available"])


def _quoted(book: Record) -> str:
    return f"“{book['title']}”"


def _hours(day: str) -> Record:
    opens_at, closes_at = OPENING_HOURS[day] or (None, None)
    return {"day": day, "open": opens_at is not None, "opens_at": opens_at, "closes_at": closes_at}
