"""A provider that follows a script, behind a litellm proxy, which loads this file by its name.

What it answers hangs on the first word of the last question, and on the results behind it, so that
an answer with a result's value in it shows that the result came through. What it is asked goes to a
journal, as litellm has understood it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import litellm
from litellm.proxy._types import ProxyException, UserAPIKeyAuth
from litellm.types.utils import ModelResponseStream

__all__ = ["admit", "provider"]

USAGE = {"prompt_tokens": 40, "completion_tokens": 9, "total_tokens": 49}
ODD = {"name": 'Ünï "quoted" \\ 水\n', "when": None, "tags": [{"deep": [1, 2.5, True]}]}

Call = tuple[str, str, str]
"""Its id, the name of its tool and its arguments."""


class Said(NamedTuple):  # no dataclass: litellm loads this file without making a module of it
    """What the model says."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    reasoning: str = ""
    finish: str = "stop"
    error: Exception | None = None
    """What befalls it behind all that."""


class Asked(NamedTuple):
    """What the script looks at."""

    question: str
    results: list[str]
    """Those behind the question."""
    told: str
    """The system's messages."""
    tools: list[str]
    has_schema: bool


def answer(asked: Asked) -> Said:
    """What is said to a question.

    Raises:
        Exception: what is a provider's failure to litellm.
    """
    return _SCRIPT.get(asked.question.split()[0].strip("?!"), _greet)(asked)


def _greet(asked: Asked) -> Said:
    return Said(text="Hi.")


def _look_up(asked: Asked) -> Said:
    if asked.results:
        return Said(text=f"{asked.results[0]} units at {asked.results[1]}.")
    stock = ("call_stock", "get_stock", '{"sku": 7}')
    return _calling(stock, ("call_price", "get_price", '{"sku": 7}'), text="Let me see.")


def _think(asked: Asked) -> Said:
    if asked.results:
        return Said(reasoning="So many.", text=f"{asked.results[0]} units.")
    call = ("call_1", "get_stock", '{"sku": 7}')
    return Said(calls=(call,), reasoning="They want the stock.", finish="tool_calls")


def _repeat(asked: Asked) -> Said:
    if asked.results:
        return Said(text=" / ".join(asked.results))
    return _calling(("call_odd", "repeat", json.dumps(ODD)), ("call_none", "count_all", "{}"))


def _blunder(asked: Asked) -> Said:
    if asked.results:
        return Said(text=asked.results[0])
    return _calling(("call_1", "get_stock", '{"sku": '))


_LITELLMS_OWN = "json_tool_call"
"""What litellm makes of a schema for Claude."""


def _shape(asked: Asked) -> Said:
    shaped = '{"title": "Emma", "year": 1815}'
    for name in ("final_answer", _LITELLMS_OWN):
        if name in asked.tools:
            return _calling(("call_1", name, shaped))
    is_told = "fits this schema" in asked.told
    return Said(text=shaped if asked.has_schema or is_told else "In which shape?")


def _run_on(asked: Asked) -> Said:
    return Said(text="It goes on and", finish="length")


def _refuse(asked: Asked) -> Said:
    raise litellm.RateLimitError("Too many.", llm_provider="scripted", model="m1")


_refused: set[str] = set()


def _refuse_once(asked: Asked) -> Said:
    if asked.question in _refused:
        return Said(text="Thanks.")
    _refused.add(asked.question)
    return _refuse(asked)


def _break(asked: Asked) -> Said:
    raise _broken()


def _break_off(asked: Asked) -> Said:
    return Said(text="A long answer that never comes to", error=_broken())


def _broken() -> Exception:
    return litellm.InternalServerError("It broke.", llm_provider="scripted", model="m1")


_SCRIPT: Mapping[str, Callable[[Asked], Said]] = {
    "Blunder": _blunder,
    "Break": _break,
    "Busy": _refuse,
    "Cut": _break_off,
    "Long": _run_on,
    "Repeat": _repeat,
    "Shape": _shape,
    "Slow": _refuse_once,
    "Stock": _look_up,
    "Think": _think,
}


def _calling(*calls: Call, text: str = "") -> Said:
    return Said(text=text, calls=calls, finish="tool_calls")


class Scripted(litellm.CustomLLM):
    """The script as a provider of litellm's."""

    async def acompletion(self, *_: Any, **given: Any) -> Any:
        """One whole completion."""
        said = answer(_asked(given, stream=False))
        if said.error:
            raise said.error
        message = {
            "role": "assistant",
            "content": said.text or None,
            "tool_calls": [_whole(call) for call in said.calls] or None,
            **_thought(said.reasoning, said.reasoning),
        }
        choice = {"index": 0, "message": message, "finish_reason": said.finish}
        return litellm.ModelResponse(model=given["model"], choices=[choice], usage=USAGE)

    async def astreaming(self, *_: Any, **given: Any) -> AsyncIterator[Any]:
        """The same in fragments."""
        said = answer(_asked(given, stream=True))
        for delta in _deltas(said):
            choice = {"index": 0, "delta": delta, "finish_reason": None}
            yield ModelResponseStream(model=given["model"], choices=[choice])
        if said.error:
            raise said.error
        # Only a chunk of this other form keeps its usage, where litellm does not know the provider.
        last = {"text": "", "tool_use": None, "is_finished": True, "index": 0}
        yield {**last, "finish_reason": said.finish, "usage": USAGE}


def _asked(given: Mapping[str, Any], *, stream: bool) -> Asked:
    messages = given["messages"]
    parameters = {key: value for key, value in given["optional_params"].items() if key != "stream"}
    entry = {"messages": messages, "stream": stream, **parameters}
    with Path(os.environ["CALLWRIGHT_ORACLE_JOURNAL"]).open("a") as journal:
        journal.write(json.dumps(entry, default=str) + "\n")
    last = max(at for at, message in enumerate(messages) if message["role"] == "user")
    return Asked(
        question=_text(messages[last]),
        results=[_result(_text(m)) for m in messages[last:] if m["role"] == "tool"],
        told="".join(_text(message) for message in messages if message["role"] == "system"),
        tools=[tool["function"]["name"] for tool in parameters.get("tools") or ()],
        has_schema=bool(parameters.get("response_format")),
    )


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def _result(text: str) -> str:
    """A result's text: as Gemini has it, it is in an object, since a result must be one there."""
    if not text.startswith('{"output":'):
        return text
    value = json.loads(text)["output"]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _whole(call: Call) -> dict[str, Any]:
    id_, name, arguments = call
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def _deltas(said: Said) -> Iterator[dict[str, Any]]:
    for piece in _pieces(said.reasoning):
        yield _thought(piece)
    if said.reasoning:
        yield _thought("", said.reasoning)
    for piece in _pieces(said.text):
        yield {"content": piece}
    for index, (id_, name, arguments) in enumerate(said.calls):
        yield {"tool_calls": [{"index": index, **_whole((id_, name, ""))}]}
        for piece in _pieces(arguments):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _thought(text: str, signed: str = "") -> dict[str, Any]:
    """More of a thought as litellm tells Claude's: signed where it is whole."""
    if not (text or signed):
        return {}
    block = {"type": "thinking", "thinking": text, "signature": _signature(signed)}
    return {"reasoning_content": text, "thinking_blocks": [block]}


def _signature(thought: str) -> str:
    return base64.b64encode(thought.encode()).decode()


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), 5):
        yield text[start : start + 5]


provider = Scripted()


async def admit(request: object, api_key: str) -> UserAPIKeyAuth:
    """Let in who has the proxy's key, and nobody else.

    By itself, litellm 1.108 answers any other key with status 400, "No connected db.", where it has
    no database, and no key at all with status 500, where the package prisma is not installed.
    """
    if secrets.compare_digest(api_key, os.environ["LITELLM_MASTER_KEY"]):
        return UserAPIKeyAuth(api_key=api_key)
    raise ProxyException(message="Who is that?", type="auth_error", param="key", code=401)
