"""The default command: where the answer goes, what is told beside it, and its exit codes."""

import json
import re

import pytest

LEND = [("borrow_book", {"body": {"book_id": 5, "member_id": 105}})]
MISSING = [("get_book", {"book_id": 99})]


def test_streams(run, spec):
    """The answer is on standard output, everything else on standard error."""
    ran = run(*spec, "-m", "offline", "What does Amara Okafor have on loan?")
    assert ran.code == 0
    assert "Murder on the Orient Express" in ran.out
    assert "GET" not in ran.out
    header, *lines = ran.err.splitlines()
    assert re.fullmatch(r"Lantern Library  14 operations  kept 14 tools  ~?[\d.]+k? tokens", header)
    assert re.fullmatch(r"1  model +[\d.]+ s", lines[0])
    assert re.fullmatch(r"   GET  /members\?name=Amara%20Okafor +200 +\d+ B +\d+ ms", lines[1])
    assert re.fullmatch(r"   GET  /members/101/loans +200 +\d+ B +\d+ ms", lines[3])


def test_tokens(run, spec, provider):
    """Tokens are told where a model reports them."""
    ran = run(*spec, "-m", provider("Hello."), "hi")
    assert ran.out == "Hello.\n"
    assert re.search(r"1  model +[\d.]+ s +1,204 in +61 out\n", ran.err)


def test_quiet(run, spec):
    """Quiet writes nothing but the answer."""
    ran = run(*spec, "-m", "offline", "-q", "Which loans are overdue?")
    assert (ran.code, ran.err) == (0, "")
    assert "Dune" in ran.out


def test_verbose(run, spec, provider):
    """Verbose also names the tools, the arguments, and what came back."""
    ran = run(*spec, "-m", provider([("get_book", {"book_id": 1})], "Yes."), "-v", "hi")
    assert "   search_books, " in ran.err
    assert '   get_book {"book_id": 1}\n' in ran.err
    assert '"title":"Dune"' in ran.err


def test_json(run, spec):
    """The answer and its calls as one JSON object."""
    ran = run(*spec, "-m", "offline", "--json", "Which loans are overdue?")
    told = json.loads(ran.out)
    assert ran.code == 0
    assert "Dune" in told["answer"]
    assert told["stop_reason"] == "answered"
    (call,) = told["calls"]
    assert (call["name"], call["method"], call["status"]) == ("list_overdue_loans", "GET", 200)
    assert call["result"]["items"][0]["book_title"] == "Dune"
    assert call["failed"] is False


def test_input_joins_prompt(run, spec, provider, monkeypatch):
    """What stands on standard input is added to the prompt."""
    from callwright.cli.run import Job

    prompts = []

    async def keep(_job, prompt):
        prompts.append(prompt)
        return 0

    monkeypatch.setattr(Job, "run", keep)
    run(*spec, "-m", "offline", "Summarize", "this:", stdin="a\nb\n")
    run(*spec, "-m", "offline", stdin="only this\n")
    run(*spec, "-m", "offline", "-", stdin="this, too\n")
    assert prompts == ["Summarize this:\n\na\nb", "only this", "this, too"]


def test_spec_from_input(run, library, provider):
    """A spec may come from standard input, which then is no part of the prompt."""
    text = json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Hours", "version": "1"},
            "servers": [{"url": library.url}],
            "paths": {"/hours": {"get": {"operationId": "hours", "responses": {}}}},
        }
    )
    ran = run("--spec", "-", "-m", provider([("hours", {})], "Open."), "When?", stdin=text)
    assert (ran.code, ran.out) == (0, "Open.\n")
    assert "GET  /hours" in ran.err


def test_refused_write(run, spec, provider, library):
    """Where nobody can be asked a write is refused, the model told so, and the exit code 7."""
    ran = run(*spec, "-m", provider(LEND, "I could not."), "--json", "lend")
    told = json.loads(ran.out)
    assert ran.code == 7
    assert told["answer"] == "I could not."
    assert "nobody is there to approve it" in told["calls"][0]["result"]
    assert "not sent: borrow_book (write); use --allow write\n" in ran.err


def test_refused_removal(run, spec, provider):
    """Writes being allowed, what removes is still refused."""
    model = provider([("remove_book", {"book_id": 5})], "No.")
    ran = run(*spec, "-m", model, "--allow", "write", "remove it")
    assert ran.code == 7
    assert "not sent: remove_book (destructive); use --allow all\n" in ran.err
    assert run("call", *spec, "get_book", "book_id=5").code == 0


@pytest.mark.parametrize("given", [["--allow", "write"], ["--allow", "all"]])
def test_allowed_write(run, spec, provider, given):
    """What is allowed goes without asking."""
    ran = run(*spec, "-m", provider(LEND, "Done."), *given, "lend")
    assert (ran.code, ran.out) == (0, "Done.\n")
    assert re.search(r"   POST /loans +201", ran.err)


def test_allowed_removal(run, spec, provider):
    """`all` lets removals go too."""
    model = provider([("remove_book", {"book_id": 6})], "Gone.")
    ran = run(*spec, "-m", model, "--allow", "all", "remove it")
    assert ran.code == 0
    assert "DELETE" in ran.err


def test_failed_call(run, spec, provider):
    """A failed call is told, and counts only when one is strict."""
    ran = run(*spec, "-m", provider(MISSING, "There is none."), "hi")
    assert (ran.code, ran.out) == (0, "There is none.\n")
    assert re.search(r"   GET  /books/99 +404", ran.err)
    assert run(*spec, "-m", provider(MISSING, "None."), "--strict", "hi").code == 5


@pytest.mark.parametrize("calls", [[("list_members", {})], [*MISSING, ("list_members", {})]])
def test_refused_credential(run, library, provider, calls):
    """When one is strict a refused credential has its own exit code, whatever else failed."""
    words = ["--spec", library.spec_url, "-m", provider(calls, "No."), "hi"]
    assert run(*words).code == 0
    words = ["--spec", library.spec_url, "-m", provider(calls, "No."), "hi"]
    assert run(*words, "--strict").code == 4


def test_unknown_tool(run, spec, provider):
    """A call of a tool that is not there is told too."""
    ran = run(*spec, "-m", provider([("gett_book", {})], "Sorry."), "hi")
    assert "   gett_book: There is no tool 'gett_book'." in ran.err


def test_rounds(run, spec, provider):
    """A limit that was hit: the answer still comes, and the exit code is 6."""
    model = provider([("get_book", {"book_id": 1})], "So far.")
    ran = run(*spec, "-m", model, "--max-rounds", "1", "hi")
    assert (ran.code, ran.out) == (6, "So far.\n")
    assert "stopped at the limit of rounds" in ran.err


def test_time(run, spec, provider):
    """So with the limit of time."""
    ran = run(*spec, "-m", provider("Never."), "--timeout", "0.00001", "hi")
    assert ran.code == 6
    assert "limit of time" in ran.err


def test_trim(run, spec, provider):
    """The tools are trimmed when asked for."""
    keep = [("keep_tools", {"names": ["get_book"]})]
    ran = run(*spec, "-m", provider(keep, "Hm."), "--trim", "get a book")
    assert "14 operations  kept 2 tools " in ran.err  # the one to look up its id is the second


def test_match(run, spec, provider):
    """Only operations whose URL a pattern is found in become tools."""
    ran = run(*spec, "-m", provider("Hm."), "--match", "/books$", "--match", "/hours", "hi")
    assert "3 operations  kept 3 tools" in ran.err


def test_dry_run(run, spec, provider):
    """A dry run shows what would be sent, secrets as variables, and sends nothing."""
    ran = run(*spec, "-m", provider(LEND, "never asked"), "--dry-run", "lend")
    assert ran.code == 0
    assert ran.out.startswith("curl --request POST http://127.0.0.1")
    assert '"$LIBRARY_KEY"' in ran.out
    assert "POST /loans" not in ran.err


@pytest.mark.parametrize("call", [("borrow_book", {}), ("get_bok", {})])
def test_dry_run_of_nonsense(run, spec, provider, call):
    """A call that could not be sent is told as such."""
    ran = run(*spec, "-m", provider([call], ""), "--dry-run", "lend")
    assert (ran.code, ran.out) == (5, "")
    assert f"{call[0]} cannot be sent: " in ran.err


def test_dry_run_as_json(run, spec, provider, demo_key):
    """As JSON a dry run has the same calls, each with its request or what is in its way."""
    model = provider([*LEND, ("get_bok", {"a": 1})], "")
    ran = run(*spec, "-m", model, "--dry-run", "--json", "lend")
    told = json.loads(ran.out)
    assert ran.code == 5
    assert demo_key not in ran.out
    lend, nonsense = told.pop("calls")
    assert told == {"answer": ""}
    assert list(lend) == ["name", "arguments", "method", "url", "curl"]
    assert (lend["name"], lend["arguments"], lend["method"]) == (*LEND[0], "POST")
    assert lend["url"].endswith("/loans")
    assert lend["curl"].startswith("curl --request POST ")
    assert nonsense == {
        "name": "get_bok",
        "arguments": {"a": 1},
        "error": "There is no such tool.",
    }


def test_dry_run_as_json_without_calls(run, spec, provider):
    """As JSON the answer without a call is an object, too."""
    ran = run(*spec, "-m", provider("Hello."), "--dry-run", "--json", "hi")
    assert ran.code == 0
    assert json.loads(ran.out) == {"answer": "Hello.", "calls": []}


def test_dry_run_without_calls(run, spec, provider):
    """A model that asks for no call has answered."""
    ran = run(*spec, "-m", provider("Hello."), "--dry-run", "hi")
    assert (ran.code, ran.out) == (0, "Hello.\n")
    assert "the model asked for no call" in ran.err


def test_secret_is_kept(run, spec, provider, demo_key):
    """The key is nowhere in what is written."""
    ran = run(*spec, "-m", provider(LEND, "Done."), "--allow", "write", "-v", "--json", "lend")
    assert demo_key not in ran.out + ran.err


def test_environment(run, library, provider, monkeypatch):
    """Every option can come from the environment; lists have an entry a line."""
    monkeypatch.setenv("RUN_WITH_TOOLS_SPEC", library.spec_url)
    monkeypatch.setenv("RUN_WITH_TOOLS_MODEL", provider(LEND, "Done."))
    monkeypatch.setenv("RUN_WITH_TOOLS_HEADER", "X-Library-Key: env:LIBRARY_KEY\nX-Other: a b")
    monkeypatch.setenv("RUN_WITH_TOOLS_ALLOW", "write")
    monkeypatch.setenv("RUN_WITH_TOOLS_QUIET", "1")
    ran = run("lend")
    assert (ran.code, ran.out, ran.err) == (0, "Done.\n", "")


def test_auth(run, library, monkeypatch):
    """The API's credential is named by its variable."""
    ran = run("call", "--spec", library.spec_url, "--auth", "env:LIBRARY_KEY", "list_members")
    assert ran.code == 0


def test_output_as_it_is(run, spec, provider):
    """Where standard output is no terminal, the answer is not touched."""
    assert run(*spec, "-m", provider("\x1b[31mred"), "hi").out == "\x1b[31mred\n"


def test_progress_is_visible(run, spec, provider):
    """What a model sends cannot steer the terminal that shows its progress."""
    model = provider([("x\x1b[2J\u202e", {})], "ok")
    ran = run(*spec, "-m", model, "-v", "hi")
    assert "\x1b" not in ran.err
    assert "\u202e" not in ran.err


def test_events(run, spec, tmp_path):
    """The run's events are written to a file as JSON Lines; what cannot be written is said."""
    path = tmp_path / "events.jsonl"
    ran = run(*spec, "-m", "offline", "--stream", "--events", str(path), "Which loans are overdue?")
    assert ran.code == 0
    kinds = [json.loads(line)["kind"] for line in path.read_text().splitlines()]
    assert (kinds[0], kinds[-1]) == ("run_started", "run_finished")
    refused = run(*spec, "-m", "offline", "--events", str(tmp_path), "hi")
    assert refused.code == 2
    assert refused.err.count(str(tmp_path)) == 1
    assert "cannot be written: Is a directory." in refused.err
