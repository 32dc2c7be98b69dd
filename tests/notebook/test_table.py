"""Tools as a table."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from callwright import Tool, create_tools_from_openapi_spec
from callwright.core.function import tool
from callwright.notebook import tools_table

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Shelf & Co", "version": "1"},
    "servers": [{"url": "https://shelf.test"}],
    "paths": {
        "/books/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True}],
            "get": {"operationId": "get_book", "summary": "Get one.", "description": "At length."},
            "delete": {"operationId": "remove_book", "summary": "Remove.", "deprecated": True},
        }
    },
}


@tool
def add(a: int, b: int) -> int:
    """Add two numbers.

    Whole ones.
    """
    return a + b


class ApiTool(Tool):
    """A tool with an operation, and without a schema that could be read."""

    def __init__(self, name, description="", effect="read", source="", **operation):
        super().__init__(name, description, self._refuse, effect=effect)
        self._operation = SimpleNamespace(**{"deprecated": False, "summary": "", **operation})
        self._source = source

    def _refuse(self):
        raise AssertionError("The table read a schema.")

    @property
    def operation(self):
        """What the tool stands for."""
        return self._operation

    @property
    def source(self):
        """The API's title."""
        return self._source


def rows(page, told_by):
    """The texts of the table's body, cell by cell."""
    return [[told_by(cell) for cell in row] for row in page.findall(".//tbody/tr")]


def test_rows_tell_name_effect_operation_and_summary(parsed, told_by):
    """A row a tool: a function has no operation, a summary is one line, effects are words."""
    page = parsed(tools_table([*create_tools_from_openapi_spec(SPEC), add]))
    assert [told_by(cell) for cell in page.findall(".//thead/tr/th")] == [
        "tool",
        "effect",
        "operation",
        "what it does",
    ]
    assert rows(page, told_by) == [
        ["get_book", "read", "GET /books/{id}", "Get one."],
        ["remove_book", "destructive", "DELETE /books/{id} deprecated", "Remove."],
        ["add", "write", "", "Add two numbers."],
    ]


def test_effects_differ_in_colour_too(parsed):
    """Each effect has a badge of its own class."""
    tools = [Tool(effect, effect=effect) for effect in ("read", "write", "destructive")]
    badges = parsed(tools_table(tools)).findall(".//tbody//span")
    assert [badge.get("class") for badge in badges] == [
        "cw-badge cw-read",
        "cw-badge cw-write",
        "cw-badge cw-destructive",
    ]


def test_the_caption_counts_and_names_the_api(parsed, told_by):
    """The caption counts tools and effects; it names the API where there is only one."""
    tools = [*create_tools_from_openapi_spec(SPEC), add]
    other = ApiTool("x", source="Another", method="GET", path="/")
    captions = [
        told_by(parsed(tools_table(given)).find(".//caption"))
        for given in (tools, [*tools, other], [])
    ]
    assert captions == [
        "Shelf & Co 3 tools · 1 read · 1 write · 1 destructive",
        "4 tools · 2 read · 1 write · 1 destructive",
        "0 tools",
    ]


@pytest.mark.parametrize(
    ("count", "note"),
    [
        (50, []),
        (51, ["and 1 more: tools.search('…')"]),
        (1_250, ["and 1,200 more: tools.search('…')"]),
    ],
)
def test_a_long_list_is_cut(parsed, told_by, count, note):
    """Fifty rows are shown, and then how many more there are and how to find them."""
    tools = [ApiTool(f"t{n}", method="GET", path=f"/{n}") for n in range(count)]
    page = parsed(tools_table(tools))
    assert [cells[0] for cells in rows(page, told_by)] == [f"t{n}" for n in range(50)]
    assert [told_by(line) for line in page.findall("p")] == note


def test_hostile_text_is_text(parsed, told_by):
    """Markup, quotes, control and direction characters in any field stay text."""
    bad = "</td></style><script>a()</script>\"'><img src=x onerror=b()>&lt;\x1b\u202e$x$"
    shown = bad.replace("\x1b", "[U+001B]").replace("\u202e", "[U+202E]")
    hostile = ApiTool(
        f"name {bad}",
        f"summary {bad}\nsecond line",
        source=f"title {bad}",
        method=f"METHOD {bad}",
        path=f"/path {bad}",
    )
    page = parsed(tools_table([hostile]))
    assert rows(page, told_by) == [
        [f"name {shown}", "read", f"METHOD {shown} /path {shown}", f"summary {shown}"]
    ]
    assert told_by(page.find(".//caption/b")) == f"title {shown}"
    assert page.get("class") == "callwright tex2jax_ignore mathjax_ignore"


def test_a_search_says_why(parsed, told_by):
    """Below what a tool does stands why it was found."""
    found = create_tools_from_openapi_spec(SPEC).search("get a book", 1)
    ((*_, does),) = rows(parsed(found._repr_html_()), told_by)
    assert does.startswith("Get one.")
    assert does.endswith(found.why["get_book"])
