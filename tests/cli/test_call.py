"""One call without a model: its arguments, its result, its approval, its exit code."""

import json
import re

LEND = ["borrow_book", "body.book_id=5", "body.member_id=105"]


def test_result(run, spec):
    """The result is on standard output, the exchange on standard error."""
    ran = run("call", *spec, "get_book", "book_id=1")
    assert ran.code == 0
    assert json.loads(ran.out)["title"] == "Dune"
    assert ran.out.count("\n") == 1
    assert re.fullmatch(r"   GET  /books/1 +200 +193 B +\d+ ms\n", ran.err)


def test_quiet(run, spec):
    """Quiet leaves the exchange out."""
    assert run("call", *spec, "-q", "get_book", "book_id=1").err == ""


def test_input(run, spec):
    """All arguments may come as JSON from standard input."""
    ran = run("call", *spec, "get_book", "-", stdin='{"book_id": 1}')
    assert ran.code == 0
    assert run("call", *spec, "get_book", "-", stdin="[1]").code == 2


def test_raw(run, spec):
    """A value may be JSON."""
    ran = run("call", *spec, "search_books", "available:=true", "limit=1")
    assert ran.code == 0
    assert "available=true" in ran.err


def test_failure(run, spec):
    """A failed call has the exit code 5 and says what the API said."""
    ran = run("call", *spec, "get_book", "book_id=99")
    assert (ran.code, ran.out) == (5, "")
    assert "error: HTTP 404 Not Found." in ran.err


def test_refused_credential(run, library):
    """A refused credential has the exit code 4, and says how to give one."""
    ran = run("call", "--spec", library.spec_url, "list_members")
    assert (ran.code, ran.out) == (4, "")
    assert "--auth env:NAME" in ran.err


def test_write_is_refused(run, spec):
    """A write without anybody to ask is not sent."""
    ran = run("call", *spec, *LEND)
    assert (ran.code, ran.out) == (7, "")
    assert ran.err == "not sent: borrow_book (write); use --allow write\n"


def test_write_is_allowed(run, spec):
    """It is sent when allowed."""
    ran = run("call", *spec, *LEND, "--allow", "write")
    assert ran.code == 0
    assert json.loads(ran.out)["member_name"] == "Hana Sato"


def test_curl(run, spec, demo_key):
    """The request as curl: nothing is sent, nothing secret is shown."""
    for flag in ("--curl", "--dry-run"):
        ran = run("call", *spec, *LEND, flag)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("curl --request POST ")
        assert '"$LIBRARY_KEY"' in ran.out
        assert demo_key not in ran.out


def test_curl_without_key(run, spec, monkeypatch):
    """To show the request no key is needed."""
    monkeypatch.delenv("LIBRARY_KEY")
    assert run("call", *spec, *LEND, "--curl").code == 0
    assert run("call", *spec, *LEND, "--allow", "write").code == 4
