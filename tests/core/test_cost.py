"""What a run used: round by round, model by model, in tokens and in dollars."""

from __future__ import annotations

import pytest

import callwright
from callwright import Limits, Message, Price, Reply, Usage, tool
from callwright.core.cost import price_of
from callwright.errors import ConfigurationError


@tool
def add(a: int, b: int) -> int:
    """Add two whole numbers."""
    return a + b


ADD = [("", "add", {"a": 1, "b": 2})]
USED = Usage(
    input_tokens=1_000, output_tokens=100, cached_tokens=400, reasoning_tokens=50, requests=1
)
PRICE = Price(input=10, output=20, cached=1)
COST = (600 * 10 + 400 * 1 + 100 * 20) / 1_000_000


def test_usage_is_told_by_round_and_by_model(scripted):
    """Every reply's usage is in its event; the answer has the sums."""
    model = scripted(ADD, "3", usage=USED)
    answer = callwright.run_with_tools(model, "go", [add])
    replied = [event.usage for event in answer.events if event.kind == "model_replied"]
    assert replied == [USED, USED]
    assert answer.usage == USED + USED
    assert answer.usage_by_model == {"scripted": USED + USED}
    assert (answer.trim_usage, answer.usage.dollars) == (Usage(), None)


def test_a_price_makes_a_cost(scripted):
    """Cached tokens have their own price."""
    model = scripted(ADD, "3", usage=USED)
    answer = callwright.run_with_tools(model, "go", [add], prices={"scripted": PRICE})
    assert answer.usage.dollars == pytest.approx(2 * COST)


def test_choosing_the_tools_has_its_share(scripted):
    """What the trim pass used is in the sum, and beside it."""

    async def trim(tools, model, messages):
        await model.reply(callwright.Turn(messages=messages))
        return tools

    model = scripted("add", "3", usage=USED)
    answer = callwright.run_with_tools(model, "go", [add], trim_function=trim, prices={"*": PRICE})
    assert answer.usage.input_tokens == 2_000
    assert answer.trim_usage.input_tokens == 1_000
    assert answer.trim_usage.dollars == pytest.approx(COST)


def test_what_a_provider_does_not_report_is_estimated(scripted):
    """And marked as an estimate, in the sum as well."""

    class Silent:
        """Reports nothing."""

        async def reply(self, turn):
            """Answer."""
            return Reply(message=Message(role="assistant", content="A few words, that is all."))

    answer = callwright.run_with_tools(Silent(), "How much is it?", [add])
    assert answer.usage.is_estimated
    assert answer.usage.requests == 1
    assert answer.usage.input_tokens > answer.usage.output_tokens > 5
    assert not callwright.run_with_tools("offline", "Hello.").usage.is_estimated


def test_money_is_limited(scripted):
    """The run ends before a reply that would be too dear, and asks for a last one before that."""
    for dollars, rounds, text in ((1.5 * COST, 1, ""), (2.5 * COST, 2, "enough")):
        model = scripted(ADD, "enough", usage=USED)
        answer = callwright.run_with_tools(
            model, "go", [add], limits=Limits(dollars=dollars), prices={"*": PRICE}
        )
        assert (answer.stop_reason, answer.rounds, answer.text) == ("dollars", rounds, text)
        assert answer.usage.dollars <= dollars


def test_a_limit_of_money_needs_a_price(scripted):
    """What cannot be reckoned is not promised; the model is not asked."""
    model = scripted()
    with pytest.raises(ConfigurationError, match="no price for the model 'scripted'"):
        callwright.run_with_tools(model, "go", limits=Limits(dollars=1), prices={"other": PRICE})
    with pytest.raises(ConfigurationError, match="prices came as list"):
        callwright.run_with_tools(model, "go", prices=[PRICE])
    with pytest.raises(ConfigurationError, match="below zero"):
        Price(input=-1, output=1)


def test_a_price_is_found_by_the_name(scripted):
    """With a provider before it or a date behind it; the longest name wins."""
    prices = {"gpt-5": Price(input=1, output=1), "openai:gpt-5-mini": Price(input=2, output=2)}
    assert price_of(prices, "openai:gpt-5") == prices["gpt-5"]
    assert price_of(prices, "gpt-5-2026-01-01") == prices["gpt-5"]
    assert price_of(prices, "gpt-5-mini-2026-01-01") == prices["openai:gpt-5-mini"]
    assert price_of(prices, "gpt-50", "") is None


def test_what_has_no_price_makes_the_sum_unknown():
    """A part of a cost is not told as the whole of it."""
    priced, unpriced = Usage(input_tokens=1, dollars=0.5), Usage(input_tokens=1)
    assert (priced + unpriced).dollars is None
    assert (priced + Usage()).dollars == 0.5
    assert (priced + priced).dollars == 1.0
