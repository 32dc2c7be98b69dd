"""The local ranking of tools: what a prompt's words and an API's layout say together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.trim.api import answer, api, described

from callwright import Tool, Tools
from callwright.trim.rank import TRICKS, ToolRanking, Trick

LIBRARY = api(
    "GET /books List books",
    "POST /books Add a book",
    "GET /books/{book_id} One book",
    "DELETE /books/{book_id} Remove a book",
    "GET /books/{book_id}/reviews The reviews of a book",
    "GET /search/books Search",
    "GET /members List members",
    "GET /me/loans Loans of the authenticated user",
    "GET /members/{member_id}/loans Loans of a member",
    "POST /payments/{payment_id}/refund Refund a payment",
)


def best(text: str, tools: Tools = LIBRARY, *, without: Sequence[Trick] = ()) -> str:
    """The operation that ranks first."""
    (hit,) = ToolRanking(tools, without=without).search(text, limit=1)
    return operation(hit.tool)


def operation(tool: Tool) -> str:
    """A tool by its method and path."""
    assert tool.operation is not None
    return f"{tool.operation.method} {tool.operation.path}"


def place(text: str, wanted: str, tools: Tools, *, without: Sequence[Trick] = ()) -> int:
    """Where an operation stands for a text."""
    hits = ToolRanking(tools, without=without).search(text)
    return [operation(hit.tool) for hit in hits].index(wanted)


def why(text: str, wanted: str, tools: Tools = LIBRARY) -> str:
    """Why an operation ranked."""
    hits = ToolRanking(tools).search(text)
    return next(hit.why for hit in hits if operation(hit.tool) == wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("list the members", "GET /members"),
        ("delete a book", "DELETE /books/{book_id}"),
        ("what did readers say in their reviews of the book?", "GET /books/{book_id}/reviews"),
        ("my loans", "GET /me/loans"),
        ("give him his money back", "POST /payments/{payment_id}/refund"),
    ],
)
def test_what_is_asked_for_ranks_first(text, wanted):
    """Words, verbs, possessives and what people say instead find the operation."""
    assert best(text) == wanted


def test_everything_is_ranked():
    """Without a limit every tool has its place, once, whatever the text says."""
    for text in ("books", "zzz", "", "本を探す", "\ud800"):
        hits = ToolRanking(LIBRARY).search(text)
        assert sorted(hit.index for hit in hits) == list(range(len(LIBRARY)))
        assert all(LIBRARY[hit.index] is hit.tool for hit in hits)


def test_what_says_nothing_gives_what_lies_near_the_root():
    """Where no word is known, short paths come before long ones."""
    hits = ToolRanking(LIBRARY).search("zzz")
    lengths = [operation(hit.tool).count("/") for hit in hits]
    assert lengths[0] == 1
    assert lengths[-1] == 3


def test_what_says_nothing_gives_what_an_api_is_for():
    """Of paths of one length, those come first that lie in the largest part of an API."""
    files = (f"GET /files/{{file_id}}/{part}" for part in ("versions", "comments", "tasks"))
    tools = api("GET /terms", "GET /terms/{term_id}", "GET /files", *files, "GET /files/{file_id}")
    order = [operation(hit.tool) for hit in ToolRanking(tools).search("zzz")]
    assert order[0] == "GET /files"
    assert order.index("GET /files/{file_id}") < order.index("GET /terms/{term_id}")


def test_a_limit_is_the_beginning_of_the_whole():
    """A search for a few gives the first of a search for all, and the same again."""
    ranking = ToolRanking(LIBRARY)
    whole = [hit.index for hit in ranking.search("reviews of Dune")]
    for limit in (0, 1, 4, 99):
        assert [hit.index for hit in ranking.search("reviews of Dune", limit)] == whole[:limit]


def test_a_hit_says_which_words_were_found_where():
    """Words, what they were taken for, and fields are told."""
    assert why("loans", "GET /me/loans") == '"loans" in name, path, summary'
    assert '"erase" as "delete" in name' in why("erase the book", "DELETE /books/{book_id}")


def test_a_hit_says_what_else_raised_it():
    """Whom it is about, that it searches, and what it is needed for are told."""
    assert "is about you" in why("my loans", "GET /me/loans")
    assert "searches by a name" in why("reviews of Dune", "GET /search/books")
    assert "yields what /members/{member_id}/loans needs" in why("loans", "GET /members")


def test_what_yields_an_id_comes_with_what_needs_it():
    """An operation that shares no word with the prompt ranks for the id that it yields."""
    others = (f"GET /things{number}" for number in range(20))
    tools = api("GET /credits/{person_id} Films and shows", *others, "GET /catalogue/all/persons")
    wanted = "GET /catalogue/all/persons"
    assert place("which films did he make", wanted, tools) == 1
    assert place("which films did he make", wanted, tools, without=["producers"]) == 21


def test_properties_of_an_answer_are_known():
    """What only the answer's schema says is found."""
    tools = described(
        {
            "GET /a": answer(id={}, title={}),
            "GET /b": answer(id={}, birthday={}),
            "GET /c": answer(id={}, price={}),
        }
    )
    assert best("When is her birthday?", tools) == "GET /b"
    assert '"birthday" in answer' in why("birthday", "GET /b", tools)
    assert ToolRanking(tools, without=["schemas"]).search("birthday", 1)[0].why == ""


def test_what_is_said_of_an_answers_schema_is_known():
    """What only the description of the answer's schema says is found."""
    schema = {"properties": {"id": {}}, "description": "Money that goes back to whoever paid."}
    given = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    tools = described({"GET /a": answer(id={}), "GET /b": {"responses": given}})
    assert best("Who had paid for it?", tools) == "GET /b"
    assert '"paid" in about' in why("paid", "GET /b", tools)


def test_the_name_of_the_only_api_says_nothing():
    """`on Octohub` does not ask for what happens to hold that word."""
    others = (f"GET /things{number} List things" for number in range(40))
    tools = api(
        "GET /octohub/emojis Octohub emojis",
        "GET /issues List issues",
        *others,
        title="Octohub REST API",
    )
    assert best("list the issues on Octohub", tools) == "GET /issues"


def test_the_name_of_one_api_prefers_its_tools():
    """With several APIs, the one that is named is meant."""
    shop = api("GET /orders List orders", title="Shopfront")
    desk = api("GET /tickets/orders List orders", title="Helpdesk")
    both = Tools([*_renamed(shop, "a"), *_renamed(desk, "b")])
    assert best("orders in Helpdesk", both) == "GET /tickets/orders"
    assert best("orders in Shopfront", both) == "GET /orders"
    assert "belongs to the API that is named" in why("Shopfront orders", "GET /orders", both)


def _renamed(tools: Tools, suffix: str) -> list[Tool]:
    for tool in tools:
        tool.name = f"{tool.name}_{suffix}"
    return list(tools)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Rechnungen anzeigen", "GET /rechnungen"),
        ("supprimer un évènement", "DELETE /evenements"),
        ("会議室を予約する", "POST /rooms"),
        ("показать заказы", "GET /orders"),
    ],
)
def test_other_languages_are_ranked_as_far_as_letters_go(text, wanted):
    """Accents are folded, scripts without spaces are cut, endings of others are forgiven."""
    tools = api(
        "GET /rechnungen Liste der Rechnungen",
        "DELETE /evenements Supprime des évènements",
        "POST /rooms 会議室の予約",
        "GET /orders Показывает все заказы",
        "GET /others",
    )
    assert best(text, tools) == wanted


def test_functions_and_definitions_are_ranked_beside_operations():
    """A tool needs no operation to be found."""
    tools = Tools([*LIBRARY, Tool("days_between", "Count the days between two dates.")])
    (hit,) = ToolRanking(tools).search("how many days are between these dates?", limit=1)
    assert hit.tool.name == "days_between"


@pytest.mark.parametrize("trick", TRICKS)
def test_each_trick_can_be_left_out(trick):
    """What is measured is there to be left out, and all tools are ranked without it."""
    hits = ToolRanking(LIBRARY, without=[trick]).search("my reviews of Dune on test")
    assert len(hits) == len(LIBRARY)


def test_what_is_left_of_contractions_is_no_word():
    """`Tom's` and `don't` leave no `s` and `t` to be found."""
    tools = described({"GET /a": {"description": "As the user's s or t."}, "GET /b": {}})
    assert ToolRanking(tools).search("Don't show Tom's")[0].why == ""


def test_no_tools_are_no_hits():
    """An empty pool is searched without a fault."""
    assert ToolRanking([]).search("anything") == []


@pytest.mark.parametrize(
    "text",
    ["\u201c" * 50_000, "'" * 50_000, "give me " * 20_000, "a" * 100_000, "Book. " * 20_000],
    ids=["open quotes", "quotes", "phrases", "one word", "names"],
)
def test_a_long_prompt_is_read_all_the_same(text):
    """Whatever is pasted into a prompt, a search comes back, with all tools."""
    assert len(ToolRanking(LIBRARY).search(text)) == len(LIBRARY)


def test_of_a_very_long_prompt_the_rarest_words_count():
    """A word that few tools know is found among thousands of others."""
    words = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600))
    assert best(f"{words} refund") == "POST /payments/{payment_id}/refund"


def test_an_exact_request_comes_before_what_only_mentions_it():
    """`Star a repository` is what is asked for, however often a list speaks of stars."""
    mention = {"description": "Repositories with a star. A star of a repository: starred_at."}
    tools = described(
        {
            "GET /user/starred List what the stars of repositories say": mention,
            "GET /users/{user}/starred List the stars of repositories of all users": mention,
            "PUT /user/starred/{owner}/{repo} Star a repository": {},
        }
    )
    wanted, asked = "PUT /user/starred/{owner}/{repo}", "star the repository of the users"
    assert place(asked, wanted, tools) == 0
    assert place(asked, wanted, tools, without=["summaries"]) > 0


def test_many_forms_of_one_resource_do_not_crowd_out_the_rest():
    """Of paths that end alike three come, behind the first 220; then what else there is."""
    alike = [f"GET /a{number}/notes Notes of note {number}" for number in range(400)]
    tools = api(*alike, "GET /deep/deeper/{a}/deepest/{b}/watchers")
    wanted = "GET /deep/deeper/{a}/deepest/{b}/watchers"
    assert place("notes", wanted, tools) == 220
    assert place("notes", wanted, tools, without=["variety"]) == 400
    assert len(ToolRanking(tools).search("notes")) == 401


def test_what_leads_by_its_words_alone_stays_among_the_first_ten():
    """However many tools are raised above it, an operation that says it all is not lost."""
    mine = [f"GET /me/{letter}{letter} Views of mine of items" for letter in "abcdefghijklmnopq"]
    tools = api(*mine, "GET /insights/used Items viewed")
    wanted, asked = "GET /insights/used", "items viewed by me"
    assert place(asked, wanted, tools) == 7
    assert place(asked, wanted, tools, without=["leaders"]) == 17
