"""Chat models and the loop against aimock, a provider's double of other people's making."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from callwright.core.effects import Effects
from callwright.core.errors import ModelUnavailable
from callwright.core.event import Outcome
from callwright.core.function import tool
from callwright.core.limits import Budget, Limits
from callwright.core.loop import Loop
from callwright.core.message import conversation
from callwright.core.model import Turn
from callwright.models.providers import PROFILES, SERVER
from callwright.models.remote import RemoteModel
from callwright.models.resolve import resolve
from callwright.models.wire import Post

_NODE_MODULES = Path(
    os.environ.get("CALLWRIGHT_TEST_NODE_MODULES")
    or Path(__file__).parents[2] / ".ci/node/node_modules"
)
_PROGRAM = _NODE_MODULES / "@copilotkit/aimock/dist/cli.js"
_NODE = shutil.which("node")
_START_SECONDS = 60

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(_NODE is None, reason="node is not installed"),
    pytest.mark.skipif(
        not _PROGRAM.is_file(),
        reason="@copilotkit/aimock is not installed; see CALLWRIGHT_TEST_NODE_MODULES",
    ),
]

FIXTURES: list[dict[str, Any]] = [
    {
        "match": {"userMessage": "Stock and price", "hasToolResult": False},
        "response": {
            "toolCalls": [
                {"id": "call_stock", "name": "get_stock", "arguments": {"sku": 7}},
                {"id": "call_price", "name": "get_price", "arguments": {"sku": 7}},
            ]
        },
    },
    {
        "match": {"userMessage": "Stock and price", "toolCallId": "call_price"},
        "response": {"content": "12 units at 3.50."},
    },
    {
        "match": {"userMessage": "Break"},
        "response": {"error": {"message": "It broke.", "type": "server_error"}, "status": 500},
    },
    {
        "match": {"userMessage": "Refuse"},
        "response": {
            "error": {"message": "No such thing.", "type": "invalid_request_error"},
            "status": 400,
        },
    },
    {
        "match": {"userMessage": "Slow", "sequenceIndex": 0},
        "response": {"error": {"message": "Too fast."}, "status": 429, "retryAfter": 2},
    },
    {"match": {"userMessage": "Slow"}, "response": {"content": "Thanks."}},
    {
        "match": {"userMessage": "Later"},
        "response": {"error": {"message": "Much too fast."}, "status": 429, "retryAfter": 3600},
    },
    {"match": {"userMessage": "Hello"}, "response": {"content": "Hi."}},
]


@dataclass(frozen=True)
class Aimock:
    """A running aimock."""

    url: str

    def asked(self, text: str) -> list[dict[str, Any]]:
        """The bodies of the requests whose first question this is, in order."""
        answer = httpx2.get(f"{self.url}/__aimock/journal", trust_env=False)
        bodies = [entry["body"] for entry in answer.json() if entry["body"]]
        for body in bodies:
            body.pop("_endpointType", None)  # aimock's own note
        return [body for body in bodies if body["messages"][0]["content"] == text]


@pytest.fixture(scope="module")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    """Starts aimock on a free port, and ends it."""
    folder = tmp_path_factory.mktemp("aimock")
    fixtures, log = folder / "fixtures.json", folder / "log"
    fixtures.write_text(json.dumps({"fixtures": FIXTURES}))
    command = [str(_NODE), str(_PROGRAM), "-p", "0", "-f", str(fixtures), "--strict"]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # the installed program, on our fixtures
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=folder
        )
        try:
            yield Aimock(_wait_until_ready(process, log))
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        said = re.search(r"listening on (http://127\.0\.0\.1:\d+)", log.read_text())
        if said and httpx2.get(f"{said[1]}/ready", trust_env=False).is_success:
            return said[1]
        time.sleep(0.02)
    raise AssertionError(f"aimock did not start: {log.read_text()}")


@tool(effect="read")
def get_stock(sku: int) -> int:
    """Units on hand."""
    return 5 + sku


@tool(effect="read")
async def get_price(sku: int) -> str:
    """Price of one unit."""
    return f"{sku / 2:.2f}"


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
