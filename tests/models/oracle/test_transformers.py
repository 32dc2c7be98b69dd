"""Chat completions against `transformers serve`, with a real model that was trained a moment ago.

The server runs for real, see `server.py` on how to come by one. The model has learnt three lessons
(`overfit.py`), and in none of them were three digits together that are asked for here: it copies
them, from the question into its calls, and from the results into its answer, so that a right answer
shows that each of them has come through, in both directions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import stamina
from tests.models.oracle.running import Ran, run
from tests.models.oracle.server import TRANSFORMERS, Server

import callwright
from callwright import errors, run_with_tools, stream_with_tools, tool

TRANSFORMERS.or_skip()

SUMS_UP_TO_TEN_OR_TWENTY = [(1, 2, 7), (5, 4, 1), (6, 9, 5), (7, 4, 9), (8, 3, 9)]


def shop(stock: int = 0, price: int = 0) -> list[Any]:
    """The tools of the lessons."""

    @tool(effect="read")
    def get_stock(sku: int) -> int:
        """Units on hand."""
        return stock

    @tool(effect="read")
    async def get_price(sku: int) -> int:
        """Price of one unit."""
        return price

    @tool(effect="read")
    def count_all() -> int:
        """How many there are of everything."""
        return stock

    return [get_stock, get_price, count_all]


Ask = Callable[..., Ran]


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def streamed(request: pytest.FixtureRequest) -> bool:
    """Whether replies are streamed."""
    return bool(request.param)


@pytest.fixture(params=["parsed", "unparsed"])
def folder(request: pytest.FixtureRequest) -> str:
    """The model whose calls the server reads, and the one whose calls it lets through as text."""
    return str(request.param)


@pytest.fixture
def ask(serve: Server, folder: str, streamed: bool) -> Ask:
    """Asks the model by its address."""
    return partial(run, f"{serve.url}/v1#{serve.folder / folder}", streamed=streamed)


@pytest.mark.parametrize(("sku", "stock", "price"), SUMS_UP_TO_TEN_OR_TWENTY)
def test_a_real_model_calls_and_answers(
    ask: Ask, streamed: bool, sku: int, stock: int, price: int
) -> None:
    """Two calls at once with the question's digit, and an answer with the digits of both results.

    Where they come as text, which is held back until it is known to be calls, all is the same.
    """
    ran = ask(f"Stock and price of {sku}?", shop(stock, price))
    answer = ran.answer
    assert answer.text == f"{stock} units at {price}."
    assert [(call.name, call.arguments) for call in answer.calls] == [
        ("get_stock", {"sku": sku}),
        ("get_price", {"sku": sku}),
    ]
    assert (answer.rounds, answer.stop_reason, answer.usage.requests) == (2, "answered", 2)
    assert answer.usage.input_tokens > answer.usage.output_tokens > 0
    assert ran.text == (answer.text if streamed else "")


def test_a_call_without_arguments_is_one(ask: Ask) -> None:
    """An empty object of arguments is read, sent back and understood."""
    answer = ask("Count all of it.", shop(stock=6)).answer
    assert (answer.text, answer.rounds) == ("6 in all.", 2)
    assert [(call.name, call.arguments) for call in answer.calls] == [("count_all", {})]


def test_a_conversation_goes_on(ask: Ask) -> None:
    """What has been said, called and answered goes back in a form that the server takes."""
    first = ask("Stock and price of 5?", shop(4, 1)).answer
    asked = {"role": "user", "content": "Count all of it."}
    answer = ask([*first.messages.to_dicts(), asked], shop(stock=8)).answer
    assert (answer.text, [call.name for call in answer.calls]) == ("8 in all.", ["count_all"])


def test_reasoning_is_kept_apart_where_the_server_does(
    ask: Ask, folder: str, streamed: bool
) -> None:
    """`reasoning_content` is told as reasoning; what is let through as text is text."""
    ran = ask("Think!", shop())
    if folder == "unparsed":
        assert ran.answer.text == "<think>\nI do.\n</think>\n\nDone."
        return
    # Of a whole reply the server takes off the white space around the text, of a streamed one not.
    assert ran.answer.text == ("\n\nDone." if streamed else "Done.")
    assert (ran.text, ran.reasoning) == (("\n\nDone.", "\nI do.\n") if streamed else ("", ""))


def test_a_reply_that_was_cut_short_says_so(ask: Ask) -> None:
    """The limit of a reply's length is told as such."""
    answer = ask("Think!", shop(), max_tokens=3).answer
    assert (answer.stop_reason, answer.usage.output_tokens) == ("length", 3)


def test_responses_lead_to_the_same(serve: Server, streamed: bool) -> None:
    """The same server speaks Responses."""
    model = callwright.model(
        f"openai-responses:{serve.folder / 'parsed'}",
        base_url=f"{serve.url}/v1",
        key=lambda: "none",
    )
    answer = run(model, "Stock and price of 7?", shop(4, 9), streamed=streamed).answer
    assert answer.text == "4 units at 9."
    assert [call.arguments for call in answer.calls] == [{"sku": 7}, {"sku": 7}]


def test_a_model_that_there_is_not_is_told(serve: Server, streamed: bool) -> None:
    """The server fails, and says no more than that."""
    model = f"{serve.url}/v1#{serve.folder / 'nowhere'}"
    with stamina.set_testing(True, attempts=1), pytest.raises(errors.ModelUnavailable) as caught:
        run(model, "Think!", (), streamed=streamed)
    assert caught.value.status == 500


def test_whoever_stops_listening_disturbs_nobody(serve: Server) -> None:
    """A stream that is left in its middle leaves the server and the next run as they were."""
    model = f"{serve.url}/v1#{serve.folder / 'parsed'}"
    events = stream_with_tools(model, "Think!", shop())
    assert next(event for event in events if event.kind == "reasoning_streamed").text
    events.close()
    assert run_with_tools(model, "Count all of it.", shop(stock=2)).text == "2 in all."
