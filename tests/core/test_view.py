"""A view of a tool: another definition, in all else the original."""

from __future__ import annotations

import inspect

from callwright import Tool, create_tools_from_openapi_spec
from callwright.core.view import ToolView, original

OWN = {"name", "description", "parameters", "effect", "definition", "from_dict", "call", "original"}


def test_every_public_thing_of_a_tool_is_the_originals():
    """A method that `Tool` gains is one that a view hands on, or this fails."""
    public = {name for name, _ in inspect.getmembers(Tool) if not name.startswith("_")}
    assert public - OWN - set(vars(ToolView)) == set()


def test_a_view_of_an_operation_sends_what_the_operation_sends(library):
    """The request is the same, and so is what a call gives."""
    whole = create_tools_from_openapi_spec(library.spec_url)["search_books"]
    view = ToolView(whole, "Search.", {"type": "object", "properties": {}})
    arguments = {"title": "dune"}
    assert view.build_request(arguments).url == whole.build_request(arguments).url
    assert view.to_curl(arguments) == whole.to_curl(arguments)
    assert view.digest(arguments) == whole.digest(arguments)
    assert view.call(arguments).value == whole.call(arguments).value
    assert view.operation is whole.operation
    assert view.argument_names == whole.argument_names
    assert view.repair({"title": 5}) == whole.repair({"title": 5})


def test_a_view_of_a_view_is_one_of_the_tool():
    """There is one original."""
    tool = Tool("t", "T")
    assert original(ToolView(ToolView(tool, "", {}), "", {})) is tool
