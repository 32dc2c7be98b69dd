"""An answer in a shape, together with tools: by a schema where that is possible, else by a call."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import callwright
from callwright import Limits, ScriptedModel, tool
from callwright.errors import ModelReplyInvalid

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@tool
def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


ADD = [("1", "add", {"a": 1, "b": 2})]


class Native(ScriptedModel):
    """A model that can be held to a schema while it has tools."""

    supports_schema_with_tools = True


def test_a_native_model_is_given_the_schema():
    """No other tool is offered; the text is the answer."""
    model = Native(ADD, '{"n": 3}')
    answer = callwright.run_with_tools(model, "go", [add], response_schema=SCHEMA)
    assert answer.output == {"n": 3}
    assert [turn.response_schema for turn in model.turns] == [SCHEMA, SCHEMA]
    assert [offered.name for offered in model.turns[0].tools] == ["add"]


def test_any_other_model_answers_by_a_call(scripted):
    """The tool for it has the schema as its parameters, and its call is answered."""
    model = scripted(ADD, [("2", "final_answer", {"n": 3})])
    answer = callwright.run_with_tools(model, "go", [add], response_schema=SCHEMA)
    assert (answer.output, answer.text, answer.stop_reason) == ({"n": 3}, '{"n":3}', "answered")
    assert [turn.response_schema for turn in model.turns] == [None, None]
    assert model.turns[0].tools[-1].parameters["properties"] == SCHEMA["properties"]
    assert answer.messages[-1].tool_call_id == "2"
    assert answer.tool_calls == ()


def test_calls_beside_the_answer_are_not_executed(scripted):
    """What is no longer needed is answered by a word on that."""
    model = scripted([*ADD, ("2", "final_answer", {"n": 3})])
    answer = callwright.run_with_tools(model, "go", [add], response_schema=SCHEMA)
    assert answer.output == {"n": 3}
    assert answer.calls[0].result.content == (
        "Not executed: the final answer was given in the same round."
    )


def test_an_answer_in_words_is_taken_where_it_fits(scripted):
    """Whoever writes the JSON instead of calling has answered, too."""
    model = scripted('{"n": 3}')
    answer = callwright.run_with_tools(model, "go", [add], response_schema=SCHEMA)
    assert answer.output == {"n": 3}


def test_an_answer_that_does_not_fit_is_told_its_faults(scripted):
    """The model tries again, with what was wrong before it."""
    model = scripted(
        [("1", "final_answer", {"n": "x"})], "three", [("2", "final_answer", {"n": 3})]
    )
    answer = callwright.run_with_tools(model, "go", [add], response_schema=SCHEMA)
    assert answer.output == {"n": 3}
    assert 'n is "x" but must be of type integer' in model.turns[1].messages[-1].text
    assert "by calling final_answer" in model.turns[2].messages[-1].text
    assert model.turns[2].tool_choice == "final_answer"
    rejected = [event.reason for event in answer.events if event.kind == "answer_rejected"]
    assert len(rejected) == 2


def test_so_many_attempts_and_no_more(scripted):
    """Then it is raised, with all that was done."""
    model = scripted(ADD, "a", "b")
    with pytest.raises(ModelReplyInvalid, match="not valid JSON") as caught:
        callwright.run_with_tools(
            model, "go", [add], response_schema=SCHEMA, limits=Limits(answer_attempts=2)
        )
    assert [call.name for call in caught.value.answer.calls] == ["add"]
    assert len(model.turns) == 3


def test_a_list_is_wrapped(scripted):
    """Parameters are an object, so a schema of another type is one property of it."""
    schema = {
        "type": "array",
        "items": {"$ref": "#/$defs/n"},
        "$defs": {"n": {"type": "integer"}},
    }
    model = scripted(
        [("1", "final_answer", {"answer": ["x"]})], [("2", "final_answer", {"answer": [1, 2]})]
    )
    answer = callwright.run_with_tools(model, "go", [add], response_schema=schema)
    assert (answer.output, answer.text) == ([1, 2], "[1,2]")
    assert model.turns[0].tools[-1].parameters["$defs"] == schema["$defs"]


def test_a_type_comes_out_as_its_value(scripted):
    """A dataclass says the shape, and is what comes out of the call."""

    @dataclass
    class Sum:
        """A sum."""

        n: int

    model = scripted([("1", "final_answer", {"n": 3})])
    assert callwright.run_with_tools(model, "go", [add], response_schema=Sum).output == Sum(3)


def test_the_last_answer_at_a_limit_has_the_shape_too(scripted):
    """It is asked for by the tool for it, and what does not fit is no output."""
    for arguments, output in (({"n": 3}, {"n": 3}), ({"n": "x"}, None)):
        model = scripted(ADD, [("2", "final_answer", arguments)])
        answer = callwright.run_with_tools(
            model, "go", [add], response_schema=SCHEMA, max_recursive_tool_runs=0
        )
        assert (answer.output, answer.stop_reason) == (output, "rounds")
        assert model.turns[-1].tool_choice == "final_answer"


def test_a_name_that_is_taken_is_left_to_its_tool(scripted):
    """The tool for the answer takes another one."""

    @tool
    def final_answer() -> str:
        """Not ours."""
        return "theirs"

    model = scripted([("1", "final_answer", {})], [("2", "final_answer_2", {"n": 1})])
    answer = callwright.run_with_tools(model, "go", [final_answer], response_schema=SCHEMA)
    assert (answer.output, answer.calls[0].result.content) == ({"n": 1}, "theirs")
