"""A model that lies in every way it can, and an API that fails: seeded, so the same every time."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Any

import httpx2

from callwright import CallDelta, Message, ReasoningDelta, Reply, TextDelta, Turn, Usage
from callwright.core.message import ToolCall, assistant
from callwright.errors import ModelReplyInvalid, ModelUnavailable

__all__ = ["SPEC", "LyingModel", "failing_api"]

_PARAMETER = {"name": "n", "in": "query", "schema": {"type": "integer"}}
_ANSWERS = {"200": {"description": "ok"}}
SPEC: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "servers": [{"url": "https://things.example"}],
    "paths": {
        "/things": {
            "get": {
                "operationId": "list_things",
                "parameters": [_PARAMETER],
                "responses": _ANSWERS,
            },
            "post": {"operationId": "add_thing", "parameters": [_PARAMETER], "responses": _ANSWERS},
        }
    },
}
_NAMES = ("list_things", "add_thing", "list_things", "add", "hang", "crash", "nope", "", "add\n")
_ARGUMENTS: tuple[object, ...] = (
    {"n": 1},
    {"n": 2},
    '{"n": 3}',
    '{"n": ',
    '{"n": 1, "n": 2}',
    '{"n": NaN}',
    '{"n": 1e999}',
    '"{\\"n\\": 1}"',
    "[1]",
    "5",
    "null",
    "",
    None,
    {"n": "x"},
    {"m": {}},
    {"n": float("inf")},
    "[" * 5_000,
    "\udcff",
)
_IDS = ("", "same", "1", "2", None)


class LyingModel:
    """Answers, calls and fails as its seed has it; in the end it may well never stop calling."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # it shall be the same every time
        self.asked = 0
        self.stubborn = self._call() if self.random.random() < 0.1 else None

    async def reply(self, turn: Turn) -> Reply:
        """One lie, or the truth."""
        self.asked += 1
        luck = self.random.random()
        if self.stubborn and luck < 0.9:
            return self._reply(assistant("", [self.stubborn]))
        if luck < 0.01:
            raise self.random.choice(
                [
                    ModelUnavailable("Too many requests.", status=429),
                    ModelReplyInvalid("No reply at all."),
                    ValueError("a bug of the model's"),
                ]
            )
        if luck < 0.02:
            return self._nonsense()
        if luck < 0.12 or (turn.tool_choice == "none" and luck < 0.8):
            return self._reply(assistant(f"That is {self.asked}."))
        number = self.random.choice([1, 1, 1, 2, 3, 5, 40])
        calls = [self._call() for _ in range(number)]
        text = self.random.choice(["", "Let me see."])
        return self._reply(assistant(text, calls))

    async def stream(self, turn: Turn) -> AsyncIterator[Any]:
        """The same bit by bit, and sometimes cut off."""
        reply: Any = await self.reply(turn)
        if not isinstance(reply, Reply) or not isinstance(reply.message, Message):
            yield self.random.choice([None, "text", reply])
            return
        yield ReasoningDelta(text="Hm.")
        yield TextDelta(text=str(reply.message.content))
        yield CallDelta(index=self.random.randrange(3), name="add", arguments='{"')
        luck = self.random.random()
        if luck < 0.02:
            return
        if luck < 0.03:
            raise ModelUnavailable("The connection broke.")
        yield reply

    def _reply(self, message: Message) -> Reply:
        usage = self.random.choice([Usage(), Usage(input_tokens=50, output_tokens=9, requests=1)])
        finish = self.random.choice(["stop", "tool_calls", "length", "stop", "stop", "refusal"])
        return Reply(message=message, usage=usage, finish=finish, model="liar")

    def _call(self) -> ToolCall:
        call_id: Any = self.random.choice(_IDS)
        name = self.random.choice(_NAMES)
        return ToolCall.parse(call_id, name, self.random.choice(_ARGUMENTS))

    def _nonsense(self) -> Any:
        message: Any = self.random.choice(
            [
                None,
                "text",
                Message(role="user", content="not mine"),
                Message(role="assistant", tool_calls=(None,)),  # type: ignore[arg-type]
                Message(role="assistant", tool_calls="add"),  # type: ignore[arg-type]
                Message(role="assistant", content=None),  # type: ignore[arg-type]
            ]
        )
        return self.random.choice([None, {"content": "x"}, Reply(message=message)])


def failing_api(seed: int) -> httpx2.MockTransport:
    """An API that answers well, badly, or not at all."""
    luck = random.Random(seed)  # noqa: S311  # it shall be the same every time

    async def serve(request: httpx2.Request) -> httpx2.Response:
        kind = luck.randrange(8)
        if kind == 0:
            raise httpx2.ConnectError("refused")
        if kind == 1:
            raise httpx2.RemoteProtocolError("broken off")
        if kind == 2:
            return httpx2.Response(500, text="<html>oops")
        if kind == 3:
            return httpx2.Response(404, json={"error": "not there"})
        if kind == 4:
            return httpx2.Response(200, content=b'{"half": ', headers=_JSON)
        if kind == 5:
            return httpx2.Response(200, content=b"\xff\xfe\x00", headers=_JSON)
        return httpx2.Response(200, json={"things": list(range(luck.randrange(300)))})

    return httpx2.MockTransport(serve)


_JSON = {"content-type": "application/json"}
