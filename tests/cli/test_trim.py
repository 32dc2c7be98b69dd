"""Showing which tools a prompt would keep, why, and what that saves."""

import json

import pytest

PROMPT = ("Which", "loans", "are", "overdue?")


@pytest.fixture
def many(home):
    """A spec of 60 operations, one of which looks up what another needs."""
    paths = {
        f"/things{n}": {"get": {"operationId": f"list_things{n}", "summary": f"List things {n}."}}
        for n in range(58)
    }
    paths["/pets"] = {"get": {"operationId": "list_pets", "summary": "List all pets."}}
    paths["/pets/{pet_id}"] = {"get": {"operationId": "get_pet", "summary": "Read about a pet."}}
    spec = home / "many.json"
    spec.write_text(json.dumps({"openapi": "3.1.0", "paths": paths}))
    return str(spec)


def test_without_a_model_the_ranking_chooses(run, spec):
    """A line for each tool: what it costs, and why it is kept."""
    ran = run("trim", *spec, "--limit", "2", *PROMPT)
    first = ran.out.splitlines()[0]
    assert ran.code == 0
    assert first.startswith("list_overdue_loans  ~")
    assert "ranked by the prompt's words  " in first
    assert '"overdue" in name' in first
    assert ran.err.startswith("2 of 14 tools, ~")
    assert "% saved)" in ran.err


def test_a_model_chooses_and_what_it_needs_is_added(run, many, provider):
    """The reasons are told apart, and what the pass cost."""
    keep = [("keep_tools", {"names": ["get_pet", "invented"]})]
    ran = run("trim", "--spec", many, "-m", provider(keep), "read about Rex")
    rows = [line.split() for line in ran.out.splitlines()]
    assert [row[0] for row in rows] == ["get_pet", "list_pets"]
    assert "chosen by the model" in ran.out
    assert "yields what another one needs" in ran.out
    assert "no tool is called: invented" in ran.err
    assert "in 1 prompt, 60 lines of 60" in ran.err


def test_a_fall_back_is_told(run, many, provider):
    """Why the ranking stands in for the model."""
    ran = run("trim", "--spec", many, "-m", provider("I would rather not."), "pets")
    assert "the ranking chose, because" in ran.err
    assert ran.out.startswith("list_pets")


def test_the_ledger_as_json(run, many):
    """All that is known, with the definitions as they would be offered."""
    ran = run("trim", "--spec", many, "--json", "-q", "--token-budget", "60", "pets")
    told = json.loads(ran.out)
    assert ran.err == ""
    assert told["given"] == 60
    assert told["tokens"] <= told["token_budget"] == 60
    assert told["saved_tokens"] == told["given_tokens"] - told["tokens"]
    assert told["kept"][0]["definition"]["name"] == told["kept"][0]["name"]
    assert told["kept"][0]["reason"] == "ranking"
    assert told["left_out"]
    assert told["pass"]["prompts"] == 0


def test_on_a_terminal_it_is_a_table(terminal, many):
    """With a head for each column."""
    screen = terminal("trim", "--spec", many, "pets")
    assert "tokens" in screen.expect("list_pets")
    assert screen.end().code == 0


def test_a_prompt_is_needed(run, many):
    """Without one it is a matter of usage."""
    assert run("trim", "--spec", many).code == 2


def test_a_run_tells_why_the_ranking_chose(run, many, provider):
    """The fall-back is seen in an ordinary run too."""
    ran = run(
        "--spec",
        many,
        "--server",
        "http://127.0.0.1:9",
        "-m",
        provider("", "Hm."),
        "--trim",
        "pets",
    )
    assert "the ranking chose them, because the answer is empty" in ran.err
