"""Python functions as tools: schemas from hints, arguments as the hints' types."""

from __future__ import annotations

import asyncio
import datetime
import enum
from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from callwright import Tool, ToolResult, Tools, tool
from callwright.errors import InvalidTool


class Colour(enum.Enum):
    """Two colours."""

    RED = "red"
    BLUE = "blue"


class Point(BaseModel):
    """A place."""

    x: int
    y: int = 0


@dataclass
class Label:
    """A text with a size."""

    text: str
    size: float = 1.0


def test_parameters_come_from_hints():
    """Types, enums, bounds, descriptions, defaults and what is required are all there."""

    @tool
    def paint(
        where: Point,
        when: datetime.date,
        colour: Colour,
        count: Annotated[int, Field(ge=1, description="How often")] = 1,
        *,
        mode: Literal["fast", "slow"] = "fast",
        notes: list[str] | None = None,
    ) -> None:
        """Paint a place."""

    schema = paint.parameters
    assert (paint.name, paint.description) == ("paint", "Paint a place.")
    assert schema["required"] == ["where", "when", "colour"]
    assert schema["additionalProperties"] is False
    properties = schema["properties"]
    assert properties["where"] == {"$ref": "#/$defs/Point"}
    assert properties["when"]["format"] == "date"
    assert properties["count"]["minimum"] == 1
    assert properties["count"]["description"] == "How often"
    assert properties["mode"]["enum"] == ["fast", "slow"]
    assert schema["$defs"]["Colour"]["enum"] == ["red", "blue"]


def test_arguments_become_the_hinted_types():
    """A model's JSON reaches the function as dates, enums, models and dataclasses."""
    seen = []

    @tool
    def take(when: datetime.date, colour: Colour, point: Point, label: Label) -> str:
        """Take."""
        seen.extend([when, colour, point, label])
        return "ok"

    arguments = {
        "when": "2026-03-02",
        "colour": "red",
        "point": {"x": 1},
        "label": {"text": "a", "size": 2},
    }
    assert take.call(arguments).content == "ok"
    expected = [datetime.date(2026, 3, 2), Colour.RED, Point(x=1), Label("a", 2.0)]
    assert seen == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "The arguments do not fit: when is required."),
        ({"when": 3}, "The arguments do not fit: when is 3 but must be of type string."),
        ({"when": "x", "y": 1}, "The arguments do not fit: The arguments must not have y;"),
        ({"when": "not a date"}, "The arguments do not fit: when: Input should be a valid date"),
    ],
)
def test_arguments_that_do_not_fit_are_told_to_the_model(arguments, message):
    """What the schema or the type refuses is a result, not an exception."""

    @tool
    def take(when: datetime.date) -> str:
        """Take."""
        return "never"

    result = take.call(arguments)
    assert result.is_error
    assert result.content.startswith(message)


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("text", "text"),
        (3, "3"),
        (None, "null"),
        ([1, {"a": True}], '[1,{"a":true}]'),
        (Point(x=1), '{"x":1,"y":0}'),
        (Label("a"), '{"text":"a","size":1.0}'),
        ([datetime.date(2026, 3, 2)], '["2026-03-02"]'),
        (ToolResult(content="as I say"), "as I say"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_results_are_text_or_json(value, content):
    """What a function returns is told as text, or as JSON, models and dates included."""

    @tool
    def give() -> object:
        """Give the value."""
        return value

    assert give.call().content == content


def test_the_decorated_function_can_still_be_called():
    """A tool is also the function that it was."""

    @tool(name="plus", description="Add.", effect="read")
    def add(a: int, b: int) -> int:
        return a + b

    assert add(2, 3) == 5
    assert (add.name, add.description, add.effect) == ("plus", "Add.", "read")
    assert add.operation is None
    assert dict(add.argument_names) == {}


def test_methods_partials_and_async_functions_are_tools():
    """Whatever can be called by names can be a tool."""

    class Counter:
        def __init__(self) -> None:
            self.total = 0

        def add(self, n: int) -> int:
            """Add to the total."""
            self.total += n
            return self.total

        async def read(self) -> int:
            """Read the total."""
            await asyncio.sleep(0)
            return self.total

    counter = Counter()
    tools = Tools([tool(counter.add), tool(counter.read)])
    assert tools["add"].call({"n": 3}).content == "3"
    assert tools["read"].call().content == "3"


def test_what_has_no_schema_says_so():
    """A function whose hints are no JSON, or that takes no names, is refused with the remedy."""

    def odd(x: asyncio.Future) -> None:
        """Odd."""

    def positional(x: int, /) -> None:
        """Odd too."""

    for function in (odd, positional):
        with pytest.raises(InvalidTool, match=r"odd|positional"):
            _ = tool(function).parameters


def test_a_definition_is_a_tool_without_a_function():
    """OpenAI's nested form and the flat one are read; calling one is the caller's part."""
    parameters = {"type": "object", "properties": {}}
    flat = {"name": "f", "description": "d", "parameters": parameters}
    for given in (flat, {"type": "function", "function": flat}):
        defined = Tool.from_dict(given)
        assert defined.definition()["function"] == flat
        with pytest.raises(InvalidTool, match="without a function"):
            defined.call({})
    assert Tool.from_dict({"name": "f", "parameters": {}}).parameters == parameters
    with pytest.raises(InvalidTool, match="of type 'array'"):
        _ = Tool.from_dict({"name": "f", "parameters": {"type": "array"}}).parameters
    for broken in ({}, {"function": 3}, {"name": "f", "parameters": []}):
        with pytest.raises(InvalidTool):
            Tool.from_dict(broken)


def test_a_plain_tool_stands_for_no_request():
    """There is no HTTP request behind a function."""

    @tool
    def f() -> None:
        """Do."""

    with pytest.raises(InvalidTool, match="no HTTP operation"):
        f.build_request()
    with pytest.raises(InvalidTool, match="no HTTP operation"):
        f.to_curl()


def test_tools_are_an_immutable_sequence():
    """By index, by name, by slice, in sums; two tools of one name are refused."""
    a, b = Tool("a", "first"), Tool("b", "second")
    tools = Tools([a, b])
    assert (len(tools), tools[0], tools["b"], list(tools[1:]), "a" in tools, a in tools) == (
        2,
        a,
        b,
        [b],
        True,
        True,
    )
    more = [{"name": "c"}]
    assert [t.name for t in tools + more] == ["a", "b", "c"]
    assert [t.name for t in tools.search("second")] == ["b"]
    with pytest.raises(KeyError):
        _ = tools["z"]
    with pytest.raises(InvalidTool, match="Two tools have the name 'a'"):
        _ = tools + tools[:1]
