"""What a provider gets of a conversation, and what is read of its answer, in short words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.models.contract import check

from callwright.core.message import ToolCall, conversation
from callwright.core.model import Turn
from callwright.core.tool import Tool
from callwright.models.exchange import decode_body, encode
from callwright.models.providers import PROFILES, SERVER

QUESTION = {"role": "user", "content": "How many?"}
TOOLS = (Tool("get_stock", "Units on hand"), Tool("get_price"))
CALL = ToolCall.parse("call00001", "get_stock", '{"sku":7}')
RESULT = {"role": "tool", "content": "12", "tool_call_id": "call00001"}
SCHEMA = {
    "type": "object",
    "properties": {"units": {"type": "integer"}},
    "required": ["units"],
    "additionalProperties": False,
}


def sent(
    name: str, *messages: Any, model: str = "m1", stream: bool = False, **turn: Any
) -> dict[str, Any]:
    """The body that a provider gets, which its wire takes."""
    given = Turn(messages=conversation([QUESTION, *messages]), **turn)
    profile = PROFILES.get(name, SERVER)
    body = encode(given, model=model, profile=profile, stream=stream)
    check(profile.wire, body)
    return body


def read(name: str, body: Mapping[str, Any]) -> Any:
    """The reply in a body."""
    return decode_body(body, profile=PROFILES.get(name, SERVER), turn=None)


def said(name: str, finish: str | None = "stop", **message: Any) -> Any:
    """The reply with this message of a chat completion."""
    return read(name, {"choices": [{"message": message, "finish_reason": finish}]})
