"""Tools of several APIs held together: names stay unique, legal and told of."""

from __future__ import annotations

import re

import pytest

import callwright
from callwright import Tool, Tools
from callwright.errors import ConfigurationError, InvalidTool


def api(title: str, *names: str, server: str = "https://api.example") -> Tools:
    """An API with operations of these names."""
    paths = {
        f"/{number}": {"get": {"operationId": name, "summary": f"{name} of {title}"}}
        for number, name in enumerate(names)
    }
    return callwright.create_tools_from_openapi_spec(
        {
            "openapi": "3.1.0",
            "info": {"title": title, "version": "1"},
            "servers": [{"url": server}],
            "paths": paths,
        }
    )


def names(tools: Tools) -> list[str]:
    """The names of tools."""
    return [tool.name for tool in tools]


def test_the_later_of_two_gets_the_name_of_its_api():
    """What collides is renamed, and nothing else; the tools that were given keep their names."""
    desk, billing = api("Desk", "list_users", "add"), api("The Billing API", "list_users", "pay")
    both = desk + billing
    assert names(both) == ["list_users", "add", "billing_list_users", "pay"]
    assert names(billing) == ["list_users", "pay"]
    assert both["billing_list_users"].description == "list_users of The Billing API"
    assert both["billing_list_users"].build_request({}).url.host == "api.example"


def test_the_report_says_what_was_renamed():
    """One finding for each renamed tool, with both APIs in it."""
    both = api("Desk", "list_users") + api("Billing", "list_users")
    (finding,) = [finding for finding in both.report if finding.kind == "renamed"]
    assert finding.reason == (
        "'Desk' has a tool 'list_users' already; that of 'Billing' is 'billing_list_users'."
    )
    assert finding.operation == "GET /0"
    assert "renamed" not in {finding.kind for finding in (api("A", "x") + api("B", "y")).report}


def test_a_list_of_tools_is_held_together_too():
    """Whether they are added or listed, the names are the same."""
    desk, billing = api("Desk", "list_users"), api("Billing", "list_users")
    assert names(Tools([*desk, *billing])) == names(desk + billing)
    assert names(desk + list(billing)) == names(desk + billing)


def test_a_name_does_not_depend_on_what_is_added_later():
    """More APIs change no name that was given before."""
    desk, billing, shop = (api(title, "list_users") for title in ("Desk", "Billing", "Shop"))
    assert names(desk + billing + shop) == [*names(desk + billing), "shop_list_users"]


def test_two_documents_of_one_title_are_told_apart():
    """Two versions of an API have one title; a hash of where they are tells them apart."""
    one = api("Desk", "list_users", server="https://one.example")
    two = api("Desk", "list_users", server="https://two.example")
    first, second = names(one + two)
    assert first == "list_users"
    assert re.fullmatch(r"list_users_[0-9a-f]{6}", second)


@pytest.mark.parametrize(
    "title", ["Desk", "A most wonderful and long title of an API", "会議室", ""]
)
def test_a_new_name_is_legal(title):
    """However long the title and the name are, the new name is one that providers accept."""
    long = "list_" + "u" * 59
    tools = api("Other", long, "x") + api(title, long, "x", server="https://b.example")
    assert len(set(names(tools))) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) for name in names(tools))


def test_an_operation_gives_way_to_a_function():
    """A function of the user's keeps its name when it stands first."""
    tools = Tools([Tool("list_users", "Mine")]) + api("Desk", "list_users")
    assert names(tools) == ["list_users", "desk_list_users"]


def test_what_is_the_same_or_no_operation_is_refused():
    """The same operation twice, and two functions of one name, are a mistake."""
    desk = api("Desk", "list_users")
    with pytest.raises(InvalidTool, match="list_users"):
        _ = desk + desk
    with pytest.raises(InvalidTool, match="'same'"):
        Tools([Tool("same"), Tool("same")])


def test_several_apis_are_searched_together():
    """The API that a text names comes first, under the name its tool has here."""
    both = api("Desk", "list_users", "x") + api("Billing", "list_users", "y")
    assert names(both.search("users in Billing"))[0] == "billing_list_users"
    assert names(both.search("users in Desk"))[0] == "list_users"


def test_a_search_says_why():
    """Each found tool has its reason; what the text says nothing of is not found."""
    found = api("Desk", "list_users", "close_ticket").search("close the ticket")
    assert dict(found.why) == {
        "close_ticket": '"close" in name, summary; "ticket" in name, summary'
    }
    assert dict(api("Desk", "list_users").search("weather").why) == {}
    with pytest.raises(ConfigurationError, match="limit=0 must be above zero"):
        api("Desk", "list_users").search("users", limit=0)
