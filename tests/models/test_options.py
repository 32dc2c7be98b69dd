"""What a caller says beside the turn: to the provider's body, unless it belongs elsewhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.models.contract import check

import callwright
from callwright import run_with_tools
from callwright.core.errors import ConfigurationError
from callwright.core.message import conversation
from callwright.core.model import Turn
from callwright.models.exchange import encode
from callwright.models.providers import PROFILES

WIRES = ["openai", "openai-responses", "anthropic", "google", "ollama-native", "workers-ai-native"]


def body_of(name: str, **options: Any) -> dict[str, Any]:
    """The body that holds these options."""
    turn = Turn(messages=conversation("How many?"), options=options)
    return encode(turn, model="m1", profile=PROFILES[name])


@pytest.mark.parametrize("name", WIRES)
def test_an_extra_body_stands_in_the_body_itself(name: str) -> None:
    """As the clients of OpenAI and Anthropic have it, and on every wire."""
    body = body_of(name, max_tokens=7, extra_body={"provider": {"require_parameters": True}})
    assert body.pop("provider") == {"require_parameters": True}
    assert body == body_of(name, max_tokens=7)
    check(PROFILES[name].wire, body)


@pytest.mark.parametrize("name", WIRES)
def test_an_extra_body_replaces_no_part_of_the_turn(name: str) -> None:
    """What is no option is none there either; what was said as an option is replaced."""
    with pytest.raises(ConfigurationError, match="'messages' is no option"):
        body_of(name, extra_body={"messages": []})
    with pytest.raises(ConfigurationError, match="extra_body"):
        body_of(name, extra_body="provider")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (Decimal("0.2"), "Decimal is no JSON value"),
        ({"a"}, "set is no JSON value"),
        ({"at": date(2026, 3, 2)}, "date is no JSON value"),
        (float("nan"), "Out of range"),
        (b"x", "bytes is no JSON value"),
    ],
)
def test_an_option_that_is_no_json_is_told_by_its_name(value: object, says: str) -> None:
    """Before anything is asked; the same of one in an extra body."""
    model = callwright.model("http://127.0.0.1:9/v1#m1")
    for options in ({"seed": value}, {"extra_body": {"seed": value}}):
        with pytest.raises(ConfigurationError, match=f"'seed' cannot be sent: .*{says}"):
            run_with_tools(model, "How many?", **options)  # type: ignore[arg-type]
