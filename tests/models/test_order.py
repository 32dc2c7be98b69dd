"""Roles and their order: each provider gets the ones that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.models.contract import check

from callwright.core.message import ToolCall, assistant, conversation
from callwright.core.model import Turn
from callwright.core.tool import Tool
from callwright.models.exchange import encode
from callwright.models.providers import PROFILES, SERVER

TOOLS = (Tool("get_stock"),)
CALL = ToolCall.parse("call_0001", "get_stock", None)
RESULT = {"role": "tool", "content": "12", "tool_call_id": "call_0001"}
INSTRUCTED = [
    {"role": "system", "content": "Be short."},
    {"role": "developer", "content": "Be kind."},
    {"role": "user", "content": "How many?"},
    {"role": "assistant", "content": "12"},
    {"role": "system", "content": "It is Sunday."},
]
ANYWHERE = ["openai", "azure", "groq", "deepseek"]
ONCE = [
    name
    for name, profile in PROFILES.items()
    if profile.wire in ("chat", "workers-ai") and name not in ANYWHERE
]


def sent(name: str, messages: Any, model: str = "m1", **turn: Any) -> list[tuple[str, Any]]:
    """The roles and contents of the messages that a provider gets."""
    given = Turn(messages=conversation(messages), tools=TOOLS, **turn)
    profile = PROFILES.get(name, SERVER)
    body = encode(given, model=model, profile=profile)
    check(profile.wire, body)
    return [(message["role"], message["content"]) for message in body["messages"]]


@pytest.mark.parametrize("name", [*ONCE, "server"])
def test_instructions_stand_first_and_in_one_message(name: str) -> None:
    """Templates of Qwen, Mistral and others refuse a second system message, and a late one."""
    assert sent(name, INSTRUCTED) == [
        ("system", "Be short.\n\nBe kind."),
        ("user", "How many?"),
        ("assistant", "12"),
        ("user", "It is Sunday."),
    ]


@pytest.mark.parametrize("name", ANYWHERE)
def test_instructions_stay_where_they_may_be(name: str) -> None:
    """Nothing is moved for who takes it; only OpenAI knows developers."""
    developer = "developer" if name in ("openai", "azure") else "system"
    roles = ["system", developer, "user", "assistant", "system"]
    assert [role for role, _ in sent(name, INSTRUCTED)] == roles


@pytest.mark.parametrize("name", [*ONCE, *ANYWHERE])
def test_one_system_message_stays_as_it_is(name: str) -> None:
    """Its parts too, in which a router's marks may stand."""
    if PROFILES[name].wire == "workers-ai":
        return
    parts = [{"type": "text", "text": "Be short."}]
    given = [{"role": "system", "content": parts}, {"role": "user", "content": "How many?"}]
    assert sent(name, given) == [("system", parts), ("user", "How many?")]


def test_a_schema_that_is_told_joins_the_instructions() -> None:
    """What is told of the answer is no second system message."""
    given = sent("vllm", INSTRUCTED[:3], response_schema={"type": "object"})
    assert [role for role, _ in given] == ["system", "user"]
    assert "fits this schema" in given[0][1]
    assert given[0][1].endswith("Be short.\n\nBe kind.")


@pytest.mark.parametrize(
    ("name", "model", "is_strict"),
    [
        ("mistral", "any", True),
        ("vllm", "mistralai/Devstral-Small", True),
        ("openrouter", "mistralai/mistral-medium", True),
        ("workers-ai", "@cf/mistralai/mistral-small-3.1-24b-instruct", True),
        ("vllm", "qwen3", False),
        ("openai", "gpt-x", False),
    ],
)
def test_a_person_speaks_behind_results_where_that_may_be(
    name: str, model: str, is_strict: bool
) -> None:
    """Mistral and its models refuse a person's message right behind a result."""
    asked = [{"role": "user", "content": "How many?"}, assistant("", [CALL]), RESULT]
    roles = [role for role, _ in sent(name, [*asked, {"role": "user", "content": "Well?"}], model)]
    between = ["assistant"] if is_strict else []
    assert roles == ["user", "assistant", "tool", *between, "user"]
    late = [role for role, _ in sent(name, [*asked, INSTRUCTED[0]], model)]
    assert late[:3] == ["user", "assistant", "tool"]
    assert late[3:] == ([*between, "user"] if name != "openai" else ["system"])


def test_an_assistant_that_says_nothing_is_left_out_where_it_must() -> None:
    """Mistral answers 400 to a message with neither text nor calls; others take it."""
    given = [
        {"role": "user", "content": "How many?"},
        {"role": "assistant", "content": ""},
        {"role": "user", "content": "Well?"},
    ]
    assert [role for role, _ in sent("mistral", given)] == ["user", "user"]
    assert [role for role, _ in sent("openai", given)] == ["user", "assistant", "user"]


@pytest.mark.parametrize("name", ["anthropic", "google"])
def test_instructions_alone_are_a_persons(name: str) -> None:
    """Anthropic and Gemini answer 400 to a conversation of nothing but instructions."""
    turn = Turn(messages=conversation([INSTRUCTED[0]]))
    body: Mapping[str, Any] = encode(turn, model="m1", profile=PROFILES[name])
    check(PROFILES[name].wire, body)
    (message,) = body.get("messages") or body["contents"]
    assert message["role"] == "user"
    assert "Be short." in str(message)


def test_results_in_words_and_a_person_behind_them_are_one_message() -> None:
    """Templates that want the roles to alternate get them so, where tools are told in words."""
    given = [
        {"role": "user", "content": "How many?"},
        assistant("", [CALL]),
        RESULT,
        {"role": "user", "content": "Well?"},
    ]
    turn = Turn(messages=conversation(given), tools=TOOLS)
    profile = replace(PROFILES["vllm"], tool_calling="prompted")
    messages = encode(turn, model="m1", profile=profile)["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert messages[-1]["content"] == "Result of get_stock:\n12\n\nWell?"
