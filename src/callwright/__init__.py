"""Give any language model any HTTP API that has an OpenAPI document.

This is the blocking face; `callwright.aio` holds the same verbs, awaiting. Every name is imported
when it is first used, so that `import callwright` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from callwright._version import __version__

if TYPE_CHECKING:
    from callwright import aio, errors, models
    from callwright.answer import Answer
    from callwright.blocking import (
        ask,
        auto_trim_tools,
        create_tools_from_openapi_spec,
        run_with_tools,
        stream_with_tools,
    )
    from callwright.core.approval import ApprovalRequest, Edited
    from callwright.core.cost import Price
    from callwright.core.effects import Seam, World
    from callwright.core.events.event import Event
    from callwright.core.events.lines import events_from_jsonl, events_to_jsonl
    from callwright.core.function import tool
    from callwright.core.limits import Limits
    from callwright.core.message import Message, ToolCall, Usage
    from callwright.core.model import (
        CallDelta,
        Model,
        ReasoningDelta,
        Reply,
        StreamingModel,
        TextDelta,
        Turn,
    )
    from callwright.core.tool import Tool, ToolResult
    from callwright.openapi.operation import Operation
    from callwright.openapi.override import Override
    from callwright.openapi.secret import env
    from callwright.openapi.security.credential import (
        Basic,
        Bearer,
        ClientCredentials,
        Digest,
        RefreshToken,
    )
    from callwright.openapi.source import FetchPolicy
    from callwright.provider import model
    from callwright.testing import ScriptedModel
    from callwright.tools import Tools

__all__ = [
    "Answer",
    "ApprovalRequest",
    "Basic",
    "Bearer",
    "CallDelta",
    "ClientCredentials",
    "Digest",
    "Edited",
    "Event",
    "FetchPolicy",
    "Limits",
    "Message",
    "Model",
    "Operation",
    "Override",
    "Price",
    "ReasoningDelta",
    "RefreshToken",
    "Reply",
    "ScriptedModel",
    "Seam",
    "StreamingModel",
    "TextDelta",
    "Tool",
    "ToolCall",
    "ToolResult",
    "Tools",
    "Turn",
    "Usage",
    "World",
    "__version__",
    "aio",
    "ask",
    "auto_trim_tools",
    "create_tools_from_openapi_spec",
    "env",
    "errors",
    "events_from_jsonl",
    "events_to_jsonl",
    "model",
    "models",
    "run_with_tools",
    "stream_with_tools",
    "tool",
]

_ROOMS = {
    "Answer": "answer",
    "ApprovalRequest": "core.approval",
    "Basic": "openapi.security.credential",
    "Bearer": "openapi.security.credential",
    "ClientCredentials": "openapi.security.credential",
    "Digest": "openapi.security.credential",
    "Edited": "core.approval",
    "CallDelta": "core.model",
    "events_from_jsonl": "core.events.lines",
    "events_to_jsonl": "core.events.lines",
    "Event": "core.events.event",
    "FetchPolicy": "openapi.source",
    "Limits": "core.limits",
    "Message": "core.message",
    "Model": "core.model",
    "Operation": "openapi.operation",
    "Override": "openapi.override",
    "Price": "core.cost",
    "ReasoningDelta": "core.model",
    "RefreshToken": "openapi.security.credential",
    "Reply": "core.model",
    "ScriptedModel": "testing",
    "Seam": "core.effects",
    "StreamingModel": "core.model",
    "TextDelta": "core.model",
    "Tool": "core.tool",
    "ToolCall": "core.message",
    "ToolResult": "core.tool",
    "Tools": "tools",
    "Turn": "core.model",
    "Usage": "core.message",
    "World": "core.effects",
    "ask": "blocking",
    "auto_trim_tools": "blocking",
    "create_tools_from_openapi_spec": "blocking",
    "env": "openapi.secret",
    "model": "provider",
    "run_with_tools": "blocking",
    "stream_with_tools": "blocking",
    "tool": "core.function",
}


def __getattr__(name: str) -> Any:
    if name in ("aio", "errors", "models"):
        return import_module(f"callwright.{name}")
    if name in _ROOMS:
        value = getattr(import_module(f"callwright.{_ROOMS[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'callwright' has no attribute {name!r}.{_hint(name)}")


def _hint(name: str) -> str:
    """What may have been meant, in ai-utils' spelling (`runWithTools`) too."""
    from difflib import get_close_matches

    plain = {known.replace("_", "").lower(): known for known in __all__}
    near = get_close_matches(name.replace("_", "").lower(), plain, n=1, cutoff=0.8)
    return f" Did you mean: {plain[near[0]]!r}?" if near else ""


def __dir__() -> list[str]:
    return sorted(__all__)
