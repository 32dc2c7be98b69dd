"""The ways to a litellm proxy: our wires, the clients of the SDKs, and litellm itself."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import anthropic
import openai
import pytest
from tests.models.oracle.running import run
from tests.models.oracle.server import Server

import callwright
from callwright import Answer, Model
from callwright.models import from_anthropic, from_litellm, from_openai

__all__ = ["WAYS", "WITH_LITELLM", "Asking", "Way"]


@dataclass(frozen=True)
class Given:
    """What a model is made of."""

    url: str
    name: str
    key: str
    stack: ExitStack

    def client(self, kind: Any, path: str) -> Any:
        """A client of an SDK, which does not ask again; it is closed behind the test."""
        made = kind(base_url=self.url + path, api_key=self.key, max_retries=0)
        return self.stack.enter_context(made)

    def model(self, name: str, **more: Any) -> Model:
        """A model of ours."""
        return callwright.model(f"{name}{self.name}", key=lambda: self.key, **more)


@dataclass(frozen=True)
class Way:
    """A way to the proxy."""

    wire: str
    make: Callable[[Given], Model]
    is_ours: bool = True
    """Whether it is we that ask, and ask again, and not somebody's client."""
    model: str = "m1"
    options: Callable[[Given], dict[str, Any]] = lambda given: {}
    """What a run is given beside."""


def _through_litellm(given: Given, path: str) -> dict[str, Any]:
    """What litellm itself is told of the proxy."""
    return {"api_base": f"{given.url}{path}", "api_key": given.key, "max_retries": 0}


WAYS = {
    "chat": Way("chat", lambda given: given.model(f"{given.url}/v1#")),
    "openai": Way("chat", lambda given: given.model("openai:", base_url=f"{given.url}/v1")),
    "responses": Way(
        "responses", lambda given: given.model("openai-responses:", base_url=f"{given.url}/v1")
    ),
    "anthropic": Way("anthropic", lambda given: given.model("anthropic:", base_url=given.url)),
    "gemini": Way(
        "gemini",
        lambda given: given.model("google:", base_url=f"{given.url}/v1beta"),
        model="g1",
    ),
    "openai-client": Way(
        "chat",
        lambda given: from_openai(given.client(openai.OpenAI, "/v1"), given.name),
        is_ours=False,
    ),
    "responses-client": Way(
        "responses",
        lambda given: from_openai(given.client(openai.OpenAI, "/v1"), given.name, wire="responses"),
        is_ours=False,
    ),
    "anthropic-client": Way(
        "anthropic",
        lambda given: from_anthropic(given.client(anthropic.Anthropic, ""), given.name),
        is_ours=False,
    ),
    # litellm itself, as a client of its own proxy.
    "litellm": Way(
        "chat",
        lambda given: from_litellm(f"openai/{given.name}"),
        is_ours=False,
        options=lambda given: _through_litellm(given, "/v1"),
    ),
    "litellm-anthropic": Way(
        "anthropic",
        lambda given: from_litellm(f"anthropic/{given.name}"),
        is_ours=False,
        options=lambda given: _through_litellm(given, ""),
    ),
}
WITH_LITELLM = (
    pytest.mark.skipif(
        importlib.util.find_spec("litellm") is None,
        reason="needs litellm in this Python: python -m tests.models.oracle",
    ),
    pytest.mark.filterwarnings("ignore"),  # of which it has many
)


@dataclass
class Asking:
    """Asks the proxy's model one way, and tells what the model was asked."""

    proxy: Server
    way: Way
    streamed: bool
    tools: list[Any]
    stack: ExitStack
    given: Any = None
    ran: Any = None
    """The last run."""
    seen: int = 0

    def __call__(self, question: Any, tools: Any = None, **options: Any) -> Answer:
        """A run's answer."""
        self.seen = len(self._journal())
        tools = self.tools if tools is None else tools
        model = options.pop("model", None) or self.model()
        options |= self.way.options(self.given)
        self.ran = run(model, question, tools, streamed=self.streamed, **options)
        return self.ran.answer

    def model(self, name: str = "", key: str = "") -> Model:
        """A model of the proxy."""
        self.given = Given(
            self.proxy.url, name or self.way.model, key or self.proxy.key, self.stack
        )
        return self.way.make(self.given)

    def asked(self) -> list[dict[str, Any]]:
        """What the model was asked in the last run."""
        return [json.loads(line) for line in self._journal()[self.seen :]]

    def _journal(self) -> list[str]:
        return (self.proxy.folder / "journal").read_text().splitlines()
