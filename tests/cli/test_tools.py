"""Listing and searching the tools of a spec, and the report on it."""

import json
import os
import time

import pytest


def test_list(run, library):
    """A line a tool in aligned columns; the count is on standard error."""
    ran = run("tools", "--spec", library.spec_url)
    lines = ran.out.splitlines()
    assert (ran.code, len(lines), ran.err) == (0, 14, "14 tools\n")
    assert lines[0].split()[:4] == ["search_books", "GET", "/books", "read"]
    assert lines[0].endswith("Search the books by title, author, genre or availability.")
    assert len({line.index("/") for line in lines}) == 1


def test_search(run, library):
    """A query lists the best first."""
    ran = run("tools", "--spec", library.spec_url, "overdue", "loans", "--limit", "2")
    assert ran.out.split()[0] == "list_overdue_loans"
    assert (len(ran.out.splitlines()), ran.err) == (2, "2 of 14 tools\n")


def test_search_says_why(run, library):
    """What was found where stands in the last column, and in the JSON."""
    words = ("tools", "--spec", library.spec_url, "overdue", "--limit", "1")
    assert run(*words).out.rstrip().endswith('"overdue" in name, path, answer')
    assert json.loads(run(*words, "--json").out)[0]["why"] == '"overdue" in name, path, answer'


def test_narrow_terminal(terminal, library, monkeypatch):
    """Where columns would become ribbons, each tool is a block of lines."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    screen = terminal("tools", "--spec", library.spec_url)
    assert "search_books\r\n    GET  /books  read\r\n" in screen.expect("add_book")
    assert screen.end().code == 0


def test_limit(run, library):
    """The whole list can be cut off too."""
    ran = run("tools", "--spec", library.spec_url, "--limit", "3")
    assert (len(ran.out.splitlines()), ran.err) == (3, "3 of 14 tools\n")


def test_json(run, spec):
    """Definitions with their parameters; what is fixed is not among these."""
    ran = run("tools", *spec, "--json", "-q")
    told = json.loads(ran.out)
    assert ran.err == ""
    book = next(tool for tool in told if tool["name"] == "get_book")
    assert book["parameters"]["required"] == ["book_id"]
    assert (book["method"], book["path"], book["effect"]) == ("GET", "/books/{book_id}", "read")


def test_nothing_found(run, library):
    """Nothing found is nothing listed."""
    ran = run("tools", "--spec", library.spec_url, "zzzz")
    assert (ran.code, ran.out, ran.err) == (0, "", "0 of 14 tools\n")


def test_table(terminal, library):
    """On a terminal it is a table, where no text of the API's is markup."""
    screen = terminal("tools", "--spec", library.spec_url)
    assert "name" in screen.expect("search_books")
    assert screen.end().code == 0


def test_hostile_text(run, terminal, home):
    """Names and summaries cannot steer a terminal, and are no markup."""
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "\x1b]0;owned\x07", "version": "1"},
        "servers": [{"url": "http://127.0.0.1:9"}],
        "paths": {
            "/a": {
                "get": {"operationId": "a", "summary": "[bold red]x\x1b[2J\u202e", "responses": {}}
            }
        },
    }
    (home / "spec.json").write_text(json.dumps(spec))
    screen = terminal("tools", "--spec", "spec.json")
    shown = screen.expect("1 tool")
    screen.end()
    assert "[bold red]x\\u001b[2J\\u202e" in shown
    for command in (["tools"], ["check"], ["tools", "--json"], ["-m", "offline", "hi"]):
        ran = run(*command, "--spec", "spec.json")
        assert not set("\x1b\x07\u202e") & set(ran.err)
        assert command == ["tools", "--json"] or not set("\x1b\x07\u202e") & set(ran.out)


def test_check(run, library):
    """The report counts what became a tool and what was refused."""
    ran = run("check", "--spec", library.spec_url)
    assert ran.code == 0
    assert ran.out == (
        "Lantern Library: 14 tools (9 read, 4 write, 1 destructive)\n0 operations refused\n"
    )


def test_check_refused(run, home):
    """What was refused is named, with the reason; that is no failure."""
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "Odd", "version": "1"},
        "paths": {"/a": {"get": 5, "post": {"operationId": "good", "responses": {}}}},
    }
    (home / "spec.json").write_text(json.dumps(spec))
    ran = run("check", "--spec", "spec.json")
    assert ran.code == 0
    assert "Odd: 1 tool (1 write)\n1 operation refused\n" in ran.out
    assert "refused: GET /a: " in ran.out


def test_check_many(run, home):
    """Of many findings of a kind the first are listed; all of them if asked, or as JSON."""
    paths = {f"/{n}": {"get": {"operationId": f"get/{n}"}} for n in range(12)}
    spec = {"openapi": "3.1.0", "info": {"title": "Many", "version": "1"}, "paths": paths}
    (home / "spec.json").write_text(json.dumps(spec))
    ran = run("check", "--spec", "spec.json")
    assert "12 tools renamed, since their operationIds cannot be names\n" in ran.out
    assert ran.out.count("  renamed: GET /") == 10
    assert ran.out.endswith("  ... and 2 more; --verbose lists them all\n")
    assert run("check", "--spec", "spec.json", "-v").out.count("  renamed: GET /") == 12
    report = json.loads(run("check", "--spec", "spec.json", "--json").out)
    assert {**report, "findings": len(report["findings"])} == {
        "title": "Many",
        "tools": 12,
        "effects": {"read": 12},
        "findings": 12,
    }
    assert report["findings"][0]["pointer"] == "#/paths/~10/get/operationId"


def test_check_nothing(run, home):
    """A spec without a tool is named by where it came from."""
    (home / "spec.json").write_text('{"openapi": "3.1.0", "paths": {}}')
    ran = run("check", "--spec", "spec.json")
    assert ran.out == "spec.json: 0 tools (none)\n0 operations refused\n"


def test_github(run, node_modules):
    """A spec of 1,223 operations is listed and searched quickly."""
    path = node_modules / "@octokit/openapi/generated/api.github.com.json"
    if not path.is_file():
        pytest.skip("needs npm package @octokit/openapi")
    started = time.process_time()
    ran = run("tools", "--spec", os.fspath(path), "add labels to an issue", "--limit", "5")
    assert ran.err == "5 of 1,223 tools\n"
    assert "labels" in ran.out
    assert time.process_time() - started < 5
