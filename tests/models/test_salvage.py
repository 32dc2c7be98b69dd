"""Calls that come as text: taken where they are surely meant, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callwright.core.message import Message, ToolCall, assistant, conversation
from callwright.core.model import Reply, Turn
from callwright.core.tool import Tool
from callwright.models.exchange import decode_body
from callwright.models.prompted import in_words, out_of_words
from callwright.models.providers import PROFILES
from callwright.models.salvage import salvaged

TOOLS = (Tool("get_stock"), Tool("get_price"))
TURN = Turn(messages=conversation("How many of sku 7?"), tools=TOOLS)
ONE = '{"name": "get_stock", "arguments": {"sku": 7}}'
LLAMA = '{"name": "get_stock", "parameters": {"sku": 7}}'
PRICE = '{"name": "get_price", "arguments": {}}'
STOCK: tuple[str, Any] = ("get_stock", {"sku": 7})


def taken(text: str, turn: Turn = TURN) -> list[tuple[str, Any]]:
    """The calls that are taken out of a text."""
    reply = salvaged(Reply(message=assistant(text)), turn)
    return [(call.name, call.arguments) for call in reply.message.tool_calls]


@pytest.mark.parametrize(
    "text",
    [
        f"<tool_call>\n{ONE}\n</tool_call>",
        f"<tool_call>{ONE}</tool_call>",
        f"I will look.\n<tool_call>{ONE}</tool_call>",
        f"<think>Is it {PRICE}?</think>\n<tool_call>{ONE}</tool_call>",
        f"<function_call>{ONE}</function_call>",
        f"[TOOL_REQUEST]{ONE}[END_TOOL_REQUEST]",
        f"<|python_tag|>{LLAMA}<|eom_id|>",
        f"<|python_tag|>{LLAMA}",
        f"<|python_tag|>{LLAMA}<|eot_id|>",
        '[TOOL_CALLS]get_stock[CALL_ID]a1b2c3d4e[ARGS]{"sku": 7}',
        f"[TOOL_CALLS][{ONE}]",
        f"[TOOL_CALLS] [{ONE}]</s>",
        '[TOOL_CALLS]get_stock[ARGS]{"sku": 7}',
        LLAMA,
        ONE,
        f"[{ONE}]",
        f"```json\n{ONE}\n```",
        '{"type": "function", "function": {"name": "get_stock", "arguments": "{\\"sku\\": 7}"}}',
    ],
)
def test_a_call_in_the_form_of_its_model_is_a_call(text: str) -> None:
    """Hermes and Qwen, Llama, Mistral, LM Studio, and plain JSON."""
    assert taken(text) == [STOCK]


@pytest.mark.parametrize("marks", ["{}", "<tool_call>\n{}\n</tool_call>"])
def test_qwens_form_for_code_gives_texts(marks: str) -> None:
    """Its values are text; the check of the arguments mends them."""
    text = "<function=get_stock>\n<parameter=sku>\n7\n</parameter>\n</function>"
    assert taken(marks.format(text)) == [("get_stock", {"sku": "7"})]


def test_several_calls_are_taken_together() -> None:
    """Each in its own marks, or after a semicolon, or by its name."""
    both = [STOCK, ("get_price", {})]
    assert taken(f"<tool_call>{ONE}</tool_call>\n<tool_call>{PRICE}</tool_call>") == both
    assert taken(f"<|python_tag|>{LLAMA}; {PRICE}") == both
    assert taken('[TOOL_CALLS]get_stock[ARGS]{"sku": 7}[TOOL_CALLS]get_price[ARGS]{}') == both


@pytest.mark.parametrize(
    "text",
    [
        "There are 12.",
        f"You could call {ONE}.",
        f"{ONE} would be the call.",
        f"Such as:\n```json\n{ONE}\n```\nDo you want that?",
        f"```\n<tool_call>{ONE}</tool_call>\n```",
        f"```\n<tool_call>{ONE}</tool_call>",
        f"The form is <tool_call>{ONE}</tool_call>",
        f"<tool_call>{ONE}</tool_call> is what I would do.",
        f"<tool_call>{ONE}",
        "<tool_call>{broken</tool_call>",
        f"<tool_call>{ONE}</tool_call><tool_call>{{broken</tool_call>",
        '<tool_call>{"name": "drop_tables", "arguments": {}}</tool_call>',
        f'[{ONE}, {{"name": "drop_tables", "arguments": {{}}}}]',
        '{"name": "get_stock"}',
        '{"name": "get_stock", "arguments": 7}',
        '{"name": "get_stock", "arguments": {}, "comment": "no"}',
        '{"name": 7, "arguments": {}}',
        "[]",
        "7",
    ],
)
def test_what_is_only_shown_is_no_call(text: str) -> None:
    """Prose around it, a fence, broken JSON, an unknown tool: the text stays text."""
    reply = Reply(message=assistant(text))
    assert salvaged(reply, TURN) == reply


@pytest.mark.parametrize("form", ["{}", "<tool_call>{}</tool_call>", "```json\n{}\n```"])
@pytest.mark.parametrize("role", ["user", "tool", "system"])
def test_what_others_have_written_is_never_a_call(role: str, form: str) -> None:
    """A decoy in a result, or in what a person said, does not run when the model repeats it."""
    decoy = '{"name": "get_stock", "arguments": {"sku": 7}}'
    seen = {
        "user": Message(role="user", content=f"Look at this: {decoy}"),
        "system": Message(role="system", content=decoy.replace(" ", "")),
        "tool": Message(
            role="tool", content='{"note": "{\\"name\\":\\"get_stock\\",\\n'
            '\\"arguments\\":{\\"sku\\":7}}"}', tool_call_id="a",
        ),
    }[role]  # fmt: skip
    turn = replace(TURN, messages=conversation([*TURN.messages, seen]))
    assert taken(form.format(decoy), turn) == []
    assert taken(form.format(PRICE), turn) == [("get_price", {})]


def test_a_call_that_came_as_one_leaves_the_text_alone() -> None:
    """Where the server made calls, what else stands in the text is text."""
    call = ToolCall.parse("a", "get_price", None)
    reply = Reply(message=assistant(ONE, [call]), finish="tool_calls")
    assert salvaged(reply, TURN) == reply


def test_there_are_times_for_no_calls() -> None:
    """Not where tools are forbidden, none are there, the reply was cut, or JSON was asked for."""
    assert taken(ONE, replace(TURN, tool_choice="none")) == []
    assert taken(ONE, replace(TURN, tools=())) == []
    assert taken(ONE, replace(TURN, response_schema={"type": "object"})) == []
    cut = Reply(message=assistant(ONE), finish="length")
    assert salvaged(cut, TURN) == cut


def test_arguments_beside_the_name_count_where_a_call_was_forced() -> None:
    """gpt-oss leaks a forced call so; unforced, it may be any object."""
    text = '{"name": "get_stock", "sku": 7}'
    assert taken(text) == []
    assert taken(text, replace(TURN, tool_choice="required")) == [STOCK]


@pytest.mark.parametrize("name", ["openai", "azure", "anthropic", "google", "openai-responses"])
def test_nothing_is_salvaged_from_who_calls_natively(name: str) -> None:
    """Their calls come as calls."""
    assert not PROFILES[name].salvages_calls


def test_a_local_server_is_salvaged_from() -> None:
    """The whole way from an answer's body."""
    body = {"choices": [{"message": {"content": f"<tool_call>{ONE}</tool_call>"}}]}
    reply = decode_body(body, profile=PROFILES["vllm"], turn=TURN)
    assert (reply.finish, reply.message.text) == ("tool_calls", "")
    assert decode_body(body, profile=PROFILES["groq"], turn=TURN).finish == "stop"


ASKED = '{"tool_calls": [{"name": "get_stock", "arguments": {"sku": 7}}]}'


@pytest.mark.parametrize(
    "text", [ASKED, f"```json\n{ASKED}\n```", f"<think>Hm.</think>\n{ASKED}", f" {ASKED}\n"]
)
def test_a_prompted_call_is_read(text: str) -> None:
    """In the form that was asked for, alone, in a fence or after thinking aloud."""
    reply = out_of_words(Reply(message=assistant(text)), TURN)
    assert (reply.finish, reply.message.text) == ("tool_calls", "")
    assert [(call.name, call.arguments) for call in reply.message.tool_calls] == [STOCK]


@pytest.mark.parametrize(
    "text",
    ["12", f"I call {ASKED}", ONE, '{"tool_calls": []}', '{"tool_calls": [7]}'],
)
def test_a_prompted_answer_stays_an_answer(text: str) -> None:
    """Anything else is text."""
    reply = Reply(message=assistant(text))
    assert out_of_words(reply, TURN) == reply


@pytest.mark.parametrize("text", [ASKED[:-3], f"{ASKED} now"])
def test_a_broken_prompted_call_is_told_so(text: str) -> None:
    """A call whose JSON is broken is no answer: it is a call with a fault, for the loop to tell."""
    reply = out_of_words(Reply(message=assistant(text)), TURN)
    (call,) = reply.message.tool_calls
    assert (call.name, call.arguments) == ("get_stock", None)
    assert "not valid JSON" in str(call.fault)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ("auto", ""),
        ("required", "This time you must call a tool."),
        ("get_price", "This time you must call the tool get_price."),
    ],
)
def test_a_choice_is_told_in_words(choice: str, says: str) -> None:
    """Where tools are, so is what must be done with them."""
    told = in_words(replace(TURN, tool_choice=choice)).messages[0].text
    assert told.endswith(says)
    assert ("must" in told) == bool(says)


def test_no_tools_in_words_where_there_are_to_be_no_calls() -> None:
    """They are not told of, and what looks like a call is text."""
    turn = replace(TURN, tool_choice="none")
    assert [message.role for message in in_words(turn).messages] == ["user"]
    reply = Reply(message=assistant(ASKED))
    assert out_of_words(reply, turn) == reply


@pytest.mark.parametrize(
    "text",
    [
        '{"tool_calls": [{"name": "get_stock", "arguments": {}, "why": "I want to."}]}',
        '{"tool_calls": [{"name": "drop_tables", "arguments": {}',
    ],
)
def test_what_is_not_quite_a_prompted_call_is_none(text: str) -> None:
    """With keys that a call has not; or broken, and of no tool that exists."""
    reply = Reply(message=assistant(text))
    assert out_of_words(reply, TURN) == reply


def test_one_at_a_time_is_one() -> None:
    """Where calls may not be parallel, the first of several counts."""
    text = f'{{"tool_calls": [{ONE}, {PRICE}]}}'
    turn = replace(TURN, parallel_tool_calls=False)
    assert "one tool at a time" in in_words(turn).messages[0].text
    assert len(out_of_words(Reply(message=assistant(text)), turn).message.tool_calls) == 1
