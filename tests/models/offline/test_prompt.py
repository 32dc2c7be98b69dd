import pytest

from callwright.models.offline.language import is_question, requested_verb
from callwright.models.offline.prompt import read_pieces, split_clauses

CLAUSES = [
    ("Who wrote 'Dune' and how many copies are there?", 1),
    ("Add a member called Grace Hopper and then list all members", 2),
    ("List the loans; show the statistics", 2),
    ("Remove 'Dune' and show the statistics", 2),
    ("Books by J. R. R. Tolkien. Who wrote Pride and Prejudice?", 2),
    ("Who wrote Dune and when is the library open on Sunday?", 2),
    ("Find 'this. And then that; all of it' for me", 1),
    ("Find dogs and cats", 1),
]


@pytest.mark.parametrize(("prompt", "number"), CLAUSES)
def test_clauses(prompt: str, number: int) -> None:
    """A prompt is split where it asks for another thing, never within quotes or initials."""
    assert len(split_clauses(prompt)) == number


PIECES = [
    ("Who wrote 'The Dispossessed'?", [("quoted", "The Dispossessed")]),
    ("Who wrote “Ender\u2019s Game”?", [("quoted", "Ender\u2019s Game")]),
    ("It's 'O'Neil's' book", [("quoted", "O'Neil's")]),
    ("books by Ursula K. Le Guin", [("name", "Ursula K. Le Guin")]),
    ("Who wrote The Left Hand of Darkness?", [("name", "The Left Hand of Darkness")]),
    ("Lend Dune to Hana Sato.", [("name", "Dune"), ("name", "Hana Sato")]),
    ("Show Amara Okafor's loans", [("name", "Amara Okafor")]),
    ("who wrote dune", [("rest", "dune")]),
    ("weather in new york", [("rest", "new york")]),
    ("Show book #7", [("number", "7")]),
    ("add two and 3.5", [("number", "2"), ("number", "3.5")]),
    ("loans since March 3, 2026", [("date", "2026-03-03")]),
    ("loans since 3 March 2026", [("date", "2026-03-03")]),
    ("loans since 2026-03-03", [("date", "2026-03-03")]),
    ("loans of February 30 2026", [("name", "February"), ("number", "30"), ("number", "2026")]),
    ("issues of cloudflare/workers-sdk", [("code", "cloudflare/workers-sdk")]),
    ("get order ORD-17", [("code", "ORD-17")]),
    ("write to ada@example.org.", [("email", "ada@example.org")]),
    ("fetch https://example.org/a?b=c.", [("url", "https://example.org/a?b=c")]),
    ("get it with owner=cloudflare, repo=quiche", [("pair", "cloudflare"), ("pair", "quiche")]),
    ("add genre=science fiction", [("pair", "science"), ("rest", "fiction")]),
]
KNOWN = frozenset("book loan repository issue order weather owner repo".split())


@pytest.mark.parametrize(("clause", "pieces"), PIECES)
def test_pieces(clause: str, pieces: list[tuple[str, str]]) -> None:
    """The values of a clause are read with their kinds, without the words around them."""
    assert [(piece.kind, piece.text) for piece in read_pieces(clause, KNOWN)] == pieces


VERBS = [
    ("Delete book 7", "remove"),
    ("Please check out Dune for Hana", "loan"),
    ("Could you add a book?", "create"),
    ("I'd like to return it", "return"),
    ("Hana Sato wants to borrow Dune", "loan"),
    ("Which books has Hana borrowed?", None),
    ("Can Hana borrow Dune?", None),
    ("How do I add a book?", None),
    ("books by Christie", None),
    ("Book 7", None),
    ("Order 7", None),
    ("Book a table", "create"),
]


@pytest.mark.parametrize(("clause", "verb"), VERBS)
def test_requested_verb(clause: str, verb: str | None) -> None:
    """Orders are told from questions and from things that are called like orders."""
    assert requested_verb(clause) == verb


def test_question() -> None:
    """A polite order is no question."""
    assert is_question("Is it open?")
    assert not is_question("Would you please open it?")
