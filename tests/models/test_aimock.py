"""Chat models and the loop against aimock, a provider's double of other people's making."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.models.aimock import Aimock
from tests.models.shop import get_price, get_stock

from callwright.core.effects import Effects
from callwright.core.errors import ModelUnavailable
from callwright.core.events.event import Outcome
from callwright.core.limits import Budget, Limits
from callwright.core.loop.loop import Loop
from callwright.core.message import conversation
from callwright.core.model import Turn
from callwright.models.providers import PROFILES, SERVER
from callwright.models.remote import RemoteModel
from callwright.models.resolve import resolve
from callwright.models.wire import Post

pytestmark = pytest.mark.anyio


def chat(aimock: Aimock, post: Post) -> RemoteModel:
    """The model that aimock's address stands for."""
    model = resolve(f"{aimock.url}/v1#m1", post=post, environ={})
    assert isinstance(model, RemoteModel)
    return model


async def run(model: RemoteModel, question: str) -> Outcome:
    """A run of the loop with both tools."""
    loop = Loop(
        turn=Turn(messages=conversation(question), tools=(get_stock, get_price)),
        effects=Effects(model=model),
        budget=Budget(limits=Limits(), rounds=8),
        emit=lambda event: None,
    )
    return await loop.run()


async def test_parallel_calls_are_answered_in_order_under_their_ids(
    aimock: Aimock, post: Post, check_request: Callable[[Mapping[str, Any]], None]
) -> None:
    """Two calls in one reply, two results behind it, then the answer; each request is valid."""
    question = "Stock and price of 7?"
    outcome = await run(chat(aimock, post), question)
    assert (outcome.text, outcome.stop_reason) == ("12 units at 3.50.", "answered")
    assert outcome.rounds == 2
    assert [(call.name, call.arguments, call.result.content) for call in outcome.calls] == [
        ("get_stock", {"sku": 7}, "12"),
        ("get_price", {"sku": 7}, "3.50"),
    ]
    assert outcome.usage.requests == 2
    assert outcome.usage.total_tokens > 0
    first, second = aimock.asked(question)
    for body in (first, second):
        check_request(body)
        assert body["stream"] is False
        assert [item["function"]["name"] for item in body["tools"]] == ["get_stock", "get_price"]
    assert second["messages"] == outcome.messages.to_dicts()[:-1]
    assert [message.get("tool_call_id") for message in second["messages"]] == [
        None,
        None,
        "call_stock",
        "call_price",
    ]


async def test_a_broken_provider_is_asked_three_times(
    aimock: Aimock, post: Post, no_waits: None
) -> None:
    """A failure of the provider that lasts is reported in its own words."""
    with pytest.raises(ModelUnavailable, match=r"500: \(server_error\) It broke\.") as caught:
        await run(chat(aimock, post), "Break!")
    assert caught.value.status == 500
    assert len(aimock.asked("Break!")) == 3


async def test_a_refused_request_is_reported_at_once(aimock: Aimock, post: Post) -> None:
    """Status 400 is not asked again, and told in the provider's words."""
    with pytest.raises(ModelUnavailable, match="No such thing") as caught:
        await run(chat(aimock, post), "Refuse!")
    assert caught.value.status == 400
    assert len(aimock.asked("Refuse!")) == 1


async def test_a_rate_limit_is_waited_for(aimock: Aimock, post: Post, no_waits: None) -> None:
    """After a 429 with `Retry-After` the same request is sent again, and answered."""
    outcome = await run(chat(aimock, post), "Slow?")
    assert outcome.text == "Thanks."
    refused, answered = aimock.asked("Slow?")
    assert refused == answered


async def test_a_rate_limit_of_an_hour_is_reported(aimock: Aimock, post: Post) -> None:
    """Who is told to come back in an hour is told so at once."""
    with pytest.raises(ModelUnavailable, match="Ask again after 3600 s") as caught:
        await run(chat(aimock, post), "Later?")
    assert caught.value.status == 429
    assert len(aimock.asked("Later?")) == 1


CHATTING = [
    profile
    for profile in (*PROFILES.values(), SERVER)
    if profile.wire == "chat" and profile.name != "ai-gateway"  # aimock knows no such path
]


@pytest.mark.parametrize("profile", CHATTING, ids=lambda item: item.name)
async def test_every_profile_sends_what_the_types_allow(
    profile: Any, aimock: Aimock, post: Post, check_request: Callable[[Mapping[str, Any]], None]
) -> None:
    """At its own path, each provider's request is valid and its reply is read."""
    model = RemoteModel(
        profile=profile,
        model="m1",
        base_url=aimock.url + _path(profile.base_url),
        key=lambda: "a-key-of-its-own",
        post=post,
    )
    question = f"Hello {profile.name}!"
    outcome = await run(model, question)
    assert outcome.text == "Hi."
    (body,) = aimock.asked(question)
    check_request(body)


def _path(base_url: str) -> str:
    """What stands behind the host in a provider's address."""
    path = base_url.removeprefix("{AZURE_OPENAI_ENDPOINT}")
    parts = urlsplit(path)
    account = {"CLOUDFLARE_ACCOUNT_ID": "acc", "CLOUDFLARE_GATEWAY_ID": "gate"}
    query = f"?{parts.query}" if parts.query else ""
    return (parts.path + query).format(model="m1", OPENAI_API_VERSION="1", **account)
