"""Every bad input: the exit code, one line what, where it helps one what to do, no traceback."""

import json
import socket

import pytest

MINIMAL = {
    "openapi": "3.1.0",
    "info": {"title": "Bare", "version": "1"},
    "paths": {"/things": {"get": {"operationId": "list_things", "responses": {}}}},
}


def free_port():
    """A port on which nobody answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def check(ran, code, what, remedy=""):
    """The form that every failure has."""
    assert (ran.code, ran.out) == (code, ""), ran.err
    first, *rest = [line for line in ran.err.splitlines() if not line.startswith("0  ")]
    assert first.startswith("error: ")
    assert what in first
    assert remedy in "\n".join(rest)
    assert all(line.startswith("  ") for line in rest)


@pytest.mark.parametrize("command", [["tools"], ["check"], ["-m", "offline", "hi"]])
def test_no_answer(run, command):
    """A URL that does not answer."""
    url = f"http://127.0.0.1:{free_port()}/openapi.json"
    check(run(*command, "--spec", url), 3, "cannot be fetched")


@pytest.mark.parametrize("url", ["http://", "http://[", "http://nowhere.invalid/x", "ftp://h/x"])
def test_no_url(run, url):
    """What looks like a URL and is none."""
    check(run("tools", "--spec", url), 3, "")


def test_missing_page(run, library):
    """A URL behind which there is nothing."""
    check(run("tools", "--spec", f"{library.url}/nothing"), 3, "HTTP 404")


def test_no_spec(run, library):
    """A page that is JSON and no spec."""
    check(run("tools", "--spec", f"{library.url}/hours"), 3, "")


@pytest.mark.parametrize(
    "content",
    ["<html>hello</html>", "", "just words", "[1, 2]", "{", "{}", "\x00", "a: [", "swagger: '2.0'"],
)
def test_no_document(run, home, content):
    """A file that holds something else."""
    (home / "spec.json").write_text(content)
    check(run("tools", "--spec", "spec.json"), 3, "")


def test_no_file(run):
    """A path where nothing is."""
    check(run("tools", "--spec", "nowhere.json"), 3, "no file 'nowhere.json'", "path of the spec")


def test_folder(run, home):
    """A path that is a folder."""
    check(run("tools", "--spec", str(home)), 3, "cannot be read")


def test_no_server(run, home):
    """A spec that names no server: no call can be sent, and the remedy is an option."""
    (home / "bare.json").write_text(json.dumps(MINIMAL))
    check(
        run("--spec", "bare.json", "-m", "offline", "list things"),
        2,
        "no absolute server",
        "--server",
    )
    check(run("call", "--spec", "bare.json", "list_things"), 2, "no absolute server", "--server")


@pytest.mark.parametrize("server", ["nonsense", "ftp://x", ""])
def test_bad_server(run, home, server):
    """A server that is no address."""
    (home / "bare.json").write_text(json.dumps(MINIMAL))
    ran = run("call", "--spec", "bare.json", "--server", server, "list_things")
    assert ran.code == 2


@pytest.mark.parametrize("model", ["gpt", "open-ai:x", "openai:", "http://", "http://h"])
def test_wrong_model(run, spec, model):
    """A name that names no model."""
    check(run(*spec, "-m", model, "hi"), 2, "")


def test_no_model(run, spec):
    """No model at all: the ways to choose one, the built-in one among them."""
    check(run(*spec, "hi"), 2, "No model is chosen.", "--model offline")


def test_no_key(run, spec):
    """A model whose key is missing."""
    ran = run(*spec, "-m", "openai:any", "hi")
    assert (ran.code, ran.out) == (4, "")
    assert "error: There is no key for openai." in ran.err
    assert "  Set the environment variable OPENAI_API_KEY." in ran.err


def test_model_does_not_answer(run, spec):
    """A model's server where nobody answers."""
    ran = run(*spec, "-m", f"http://127.0.0.1:{free_port()}/v1#any", "hi")
    assert (ran.code, ran.out) == (1, "")
    assert "error: " in ran.err


def test_model_refuses_key(run, spec, provider):
    """A provider that refuses the key."""
    assert run(*spec, "-m", provider(401), "hi").code == 4


def test_model_fails(run, spec, provider):
    """A provider that fails."""
    ran = run(*spec, "-m", provider(400), "hi")
    assert (ran.code, ran.out) == (1, "")


def test_no_prompt(run, spec):
    """Nothing is asked."""
    check(run(*spec, "-m", "offline"), 2, "There is no prompt.")


def test_no_spec_chosen(run):
    """No spec is chosen."""
    check(run("-m", "offline", "hi"), 2, "No spec is chosen.", "--spec")


def test_bad_pattern(run, library):
    """A pattern that is no regular expression."""
    check(run("tools", "--spec", library.spec_url, "--match", "("), 2, "no regular expression")


@pytest.mark.parametrize("command", [["tools"], ["check"], ["-m", "offline", "hi"]])
def test_pattern_without_match(run, library, command):
    """A pattern that fits nothing."""
    ran = run(*command, "--spec", library.spec_url, "--match", "nothing", "--match", "a\x1b")
    what = r"No operation's URL fits --match 'nothing' 'a\x1b'; the spec has 14 operations."
    check(ran, 2, what, "Leave --match out")


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ("nonsense", "no colon"),
        ("a b: c", "no name of a header"),
        (": c", "no name of a header"),
        ("X-A: a\r\nX-B: b", "cannot be sent"),
        ("X-A: env:", "environment variable"),
        ("X-A: env:1", "environment variable"),
    ],
)
def test_bad_header(run, library, header, what):
    """A header that is none."""
    ran = run("tools", "--spec", library.spec_url, "--header", header)
    assert (ran.code, ran.out) == (2, "")
    assert what in ran.err


@pytest.mark.parametrize("name", ["Authorization", "cookie", "X-Api-Key", "Private-Token"])
def test_secret_header(run, library, name):
    """A secret on the command line is taken, never said again, and where it is seen is told."""
    ran = run("tools", "--spec", library.spec_url, "--header", f"{name}: hunter2")
    assert ran.code == 0
    assert "`ps`" in ran.err
    assert "env:NAME" in ran.err
    assert "hunter2" not in ran.err + ran.out


def test_secret_auth(run, library, monkeypatch):
    """So is a credential; one in the variable of the option is seen by nobody."""
    ran = run("tools", "--spec", library.spec_url, "--auth", "hunter2")
    assert ran.code == 0
    assert "`ps`" in ran.err
    assert "hunter2" not in ran.err + ran.out
    monkeypatch.setenv("RUN_WITH_TOOLS_AUTH", "hunter2")
    assert "`ps`" not in run("tools", "--spec", library.spec_url).err


def test_missing_secret(run, spec, monkeypatch):
    """A credential whose variable is not set is missed before a model is asked."""
    monkeypatch.delenv("LIBRARY_KEY")
    check(run(*spec, "-m", "openai:any", "hi"), 4, "LIBRARY_KEY is not set", "export LIBRARY_KEY=")


@pytest.mark.parametrize(
    "words", [["--max-rounds", "0"], ["--timeout", "0"], ["--timeout", "x"], ["--allow", "some"]]
)
def test_bad_number(run, spec, words):
    """A value that an option does not take."""
    ran = run(*spec, "-m", "offline", *words, "hi")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: Invalid value for")


@pytest.mark.parametrize(
    ("words", "what", "remedy"),
    [
        (["nothing_like_it"], "There is no tool 'nothing_like_it'.", "`run-with-tools tools TEXT`"),
        (["get_bok"], "There is no tool 'get_bok'.", "Did you mean get_book"),
        (["get_book", "book_id"], "'book_id' is no argument.", "key=value"),
        (["get_book", "=1"], "'=1' is no argument.", "key=value"),
        (["get_book", "book_id:=x"], "no JSON", ""),
        (["get_book", "book=1"], "no argument 'book'", "Known: book_id"),
        (["get_book", "book_id=x"], 'book_id is "x"', ""),
        (["get_book", "book_id=1", "book_id=2"], "given twice", ""),
        (["get_book", "book_id.deep=1"], "book_id", ""),
        (["get_book", "book_id=1", "book_id.deep=1"], "no object", ""),
        (["get_book"], "book_id", ""),
        (["borrow_book", "book_id=1"], "no argument 'book_id'", "Did you mean body.book_id?"),
        (["get_book", "-"], "no JSON", ""),
    ],
)
def test_bad_call(run, spec, words, what, remedy):
    """A call that names no tool, or whose arguments cannot be read."""
    check(run("call", *spec, *words), 2, what, remedy)


def test_unreachable_api(run, spec):
    """A call to where nobody answers."""
    server = f"http://127.0.0.1:{free_port()}"
    ran = run("call", *spec, "--server", server, "list_members")
    assert (ran.code, ran.out) == (5, "")
    assert "no answer" in ran.err
    assert "error: No answer from GET 127.0.0.1" in ran.err


def test_taken_port(run):
    """A port for the demo that somebody else has."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        check(run("demo", "--serve", "--port", port), 2, "cannot be used", "--port")
