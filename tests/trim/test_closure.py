"""The closure: what yields the ids that chosen tools need."""

from __future__ import annotations

import pytest
from tests.trim.api import answer, api, described

from callwright import Tool, Tools
from callwright.trim.closure import Dependency, closure
from callwright.trim.rank import ToolRanking


def found(tools: Tools, *chosen: int) -> list[Dependency]:
    """What the closure of some tools adds."""
    return closure([tools[index] for index in chosen], ToolRanking(tools))


def paths(tools: Tools, *chosen: int) -> list[str]:
    """The paths that the closure of some tools adds."""
    return [each.tool.operation.path for each in found(tools, *chosen) if each.tool.operation]


def body(*required: str, **properties: object) -> dict[str, object]:
    """An operation that takes an object."""
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


def test_the_list_above_a_path_yields_its_id():
    """What is deleted by its id is found in the list one segment above."""
    tools = api("GET /books", "DELETE /books/{book_id}", "GET /members")
    (dependency,) = found(tools, 1)
    assert (dependency.tool, dependency.needed_by) == (tools[0], tools[1])
    assert dependency.because == "it lists what {book_id} names"


def test_what_is_chosen_already_is_no_dependency():
    """A chosen list is not named again, and what needs no id has none."""
    tools = api("GET /books", "DELETE /books/{book_id}")
    assert found(tools, 0, 1) == []
    assert found(tools, 0) == []
    assert found(tools) == []


def test_what_is_needed_for_what_is_needed_is_found_too():
    """Two ids in a path need two lists, the inner of which needs the outer."""
    tools = api(
        "GET /shelves",
        "GET /shelves/{shelf_id}/boards/list",
        "GET /notes/{board_id}",
        "GET /others",
    )
    assert paths(tools, 2) == ["/shelves/{shelf_id}/boards/list", "/shelves"]


def test_a_search_elsewhere_yields_ids():
    """A search whose path names the thing is found, wherever it lies."""
    tools = api("GET /search/movie", "GET /movie/{movie_id}/credits", "GET /movie/latest")
    assert paths(tools, 1) == ["/search/movie"]


def test_a_link_outweighs_everything():
    """What the document itself says leads to an operation is believed first."""
    link = {"200": {"description": "", "links": {"next": {"operationId": "show_book"}}}}
    tools = described(
        {
            "GET /books": {},
            "GET /odd": {"responses": link},
            "GET /books/{book_id}": {"operationId": "show_book"},
        }
    )
    (dependency,) = found(tools, 2)
    assert dependency.tool is tools[1]
    assert dependency.because == "its answer links to it, for {book_id}"


@pytest.mark.parametrize(
    ("given", "because"),
    [
        (answer(id={}, copy_id={}), "its answer holds 'copy_id'"),
        (
            answer(copy={"type": "object", "properties": {"id": {}}}, at={}, id={}),
            "its answer holds a copy",
        ),
    ],
    ids=["property", "object"],
)
def test_names_in_an_answer_yield_ids(given, because):
    """A property of the name, or an object of the name, is where an id comes from."""
    tools = described({"GET /loans": given, "GET /x": {}, "DELETE /reservations/{copy_id}": {}})
    (dependency,) = found(tools, 2)
    assert dependency.tool is tools[0]
    assert because in dependency.because


def test_objects_of_one_kind_yield_each_others_ids():
    """An unnamed object that is like the one behind the id is such an object."""
    person = {name: {} for name in ("id", "name", "gender", "popularity", "photo", "born")}
    cast = {"type": "array", "items": {"type": "object", "properties": {**person, "role": {}}}}
    tools = described(
        {
            "GET /person/{person_id}": answer(**person),
            "GET /cast": answer(cast=cast, id={}),
            "GET /other": answer(id={}, name={}),
        }
    )
    (dependency,) = found(tools, 0)
    assert dependency.tool is tools[1]
    assert dependency.because == ("its answer is like that of GET /person/{person_id}")


def test_names_that_people_know_need_no_call():
    """The owner of a repository is known to whoever asks, unless there is a list right above."""
    tools = api("GET /user/orgs", "GET /repos/{owner}/{repo}", "GET /orgs", "GET /orgs/{org}")
    assert paths(tools, 1) == []
    assert paths(tools, 3) == ["/orgs"]


def test_ids_in_a_body_are_needed_too():
    """A required id, or a required thing of which there is a list."""
    tools = described(
        {
            "POST /loans": body("book_id", "member", book_id={}, member={}, note={}),
            "GET /books": {},
            "GET /members": {},
            "GET /notes": {},
        }
    )
    assert paths(tools, 0) == ["/books", "/members"]


def test_a_body_that_requires_nothing_may_need_a_few_things():
    """A refund is of a charge or of a payment; a body of a dozen things says nothing."""
    lists = {f"GET /{name}": {} for name in ("charges", "payments", "coupons", "plans", "taxes")}
    few = described({"POST /refunds": body(charge={}, payment={}, reason={}), **lists})
    assert paths(few, 0) == ["/charges", "/payments"]
    many = body(charge={}, payment={}, coupon={}, plan={}, tax={})
    assert paths(described({"POST /refunds": many, **lists}), 0) == []


def test_nothing_that_changes_anything_yields_ids():
    """Only what reads is added by itself."""
    tools = api("POST /books", "DELETE /books/{book_id}")
    assert paths(tools, 1) == []


def test_other_apis_and_plain_tools_yield_nothing():
    """Ids are those of the same API; functions and foreign tools do no harm."""
    mine = api("DELETE /books/{book_id}", title="Mine")
    other = api("GET /books", title="Other")
    pool = Tools([*mine, *other, Tool("plain", "A plain tool")])
    assert closure([mine[0], pool[2], Tool("stranger")], ToolRanking(pool)) == []
