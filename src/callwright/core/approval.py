"""Whether a call may be executed: by its effect, by the caller's rules, or by asking.

What was approved is what is executed: a request is shown with its hash, and one that has another
hash by then is not sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from callwright.core.errors import ArgumentsInvalid, ConfigurationError, InvalidTool
from callwright.core.hook import call_either
from callwright.core.json import Json, JsonObject, dump_json, is_object
from callwright.core.message import ToolCall
from callwright.core.tool import Effect, Exchange, Tool, ToolResult

if TYPE_CHECKING:
    import httpx2

__all__ = [
    "Allow",
    "ApprovalRequest",
    "Approve",
    "Decision",
    "Edited",
    "Passed",
    "Policy",
    "ToolRule",
]

Allow = Literal["read", "write", "all"]
"""Which calls go without asking: those that read, also those that write, or every one."""

ToolRule = Literal["allow", "ask", "refuse"]
"""What becomes of a tool's calls, whatever their effect is."""

_UNASKED: Mapping[Allow | None, tuple[Effect, ...]] = {
    None: (),
    "read": ("read",),
    "write": ("read", "write"),
    "all": ("read", "write", "destructive"),
}
_SHOWN_BODY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A decision: the call goes, with these arguments instead of the model's."""

    arguments: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """A call that is about to be executed; its arguments fit the tool."""

    tool: Tool
    call: ToolCall
    arguments: JsonObject
    hash: str
    """SHA-256, in hex, of method, URL, headers and body as they may be shown; of the name and the
    arguments where the tool stands for no HTTP operation. A call that has another one when it is
    to be executed is not."""

    @classmethod
    def of(cls, tool: Tool, call: ToolCall, arguments: JsonObject) -> ApprovalRequest:
        """The request for a call; it holds a copy of the arguments.

        Raises:
            ArgumentsInvalid: no request can be made of them.
        """
        own = deepcopy(dict(arguments))
        return cls(tool=tool, call=call, arguments=own, hash=tool.digest(own))

    @property
    def effect(self) -> Effect:
        """What the call can do: read, write or destructive."""
        return self.tool.effect

    def edited(self, arguments: JsonObject) -> Edited:
        """The decision that lets the call go with other arguments, all of which are given here."""
        return Edited(arguments=arguments)

    def show_request(self) -> Exchange:
        """The HTTP request that would be sent, as it may be shown: secrets as `$NAME`."""
        return self.tool.show_request(self.arguments)

    def build_request(self) -> httpx2.Request:
        """The HTTP request that would be sent, credentials included."""
        return self.tool.build_request(self.arguments)

    def to_curl(self) -> str:
        """The request as a curl command, secrets as variable names."""
        return self.tool.to_curl(self.arguments)


Decision: TypeAlias = "bool | str | Edited"

Approve: TypeAlias = "Callable[[ApprovalRequest], Decision | Awaitable[Decision]]"
"""Asked before a call: True lets it go, `request.edited(arguments)` with other arguments; False, or
a reason that the model reads, refuses it. A plain function runs in a worker thread, so it may wait
for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A call that may be executed."""

    arguments: JsonObject
    hash: str | None = None
    """What `Tool.digest` must still be; None where nobody was shown anything."""
    is_edited: bool = False

    def told(self, result: ToolResult) -> ToolResult:
        """The result as the model reads it: it must know of arguments that are not its own."""
        if not self.is_edited:
            return result
        note = "The user changed the arguments before the call; it was made with these."
        content = dump_json(
            {"note": note, "arguments": self.arguments, "result": _value_of(result)}
        )
        return replace(result, content=content)


def _value_of(result: ToolResult) -> Json:
    return result.content if result.is_error or result.value is None else result.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What goes without asking, what is asked, what is refused; and whether anything is sent.

    `allow` None lets reads and writes go where nobody can be asked, and nothing where somebody can.
    Of the `rules`, whose keys are names or patterns of names (`delete_*`), a later one wins.

    Raises:
        ConfigurationError: a level or a rule has a word that is not known.
    """

    allow: Allow | None = None
    rules: Mapping[str, ToolRule] = field(default_factory=dict[str, ToolRule])
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.allow not in tuple(_UNASKED):
            raise ConfigurationError(
                f"allow={self.allow!r} is no level.", remedy="Use 'read', 'write' or 'all'."
            )
        if not is_object(self.rules):
            raise ConfigurationError(
                f"tool_rules={self.rules!r} is no mapping.",
                remedy="Give rules by name or pattern: {'delete_*': 'ask'}.",
            )
        for name, rule in self.rules.items():
            if rule not in get_args(ToolRule):
                raise ConfigurationError(
                    f"The rule {rule!r} for the tool {name!r} is not known.",
                    remedy="Use 'allow', 'ask' or 'refuse'.",
                )

    def check_names(self, tools: Container[object]) -> None:
        """Refuse a rule for a tool that is not there: a slip of the pen would let its calls go.

        Raises:
            ConfigurationError: there is one; a pattern may fit nothing.
        """
        for name in self.rules:
            if name not in tools and not any(sign in name for sign in "*?["):
                raise ConfigurationError(
                    f"The rule for the tool {name!r} is for none of the tools.",
                    remedy="Correct the name; a pattern such as 'delete_*' may fit no tool.",
                )

    def verdict(self, tool: Tool, *, can_ask: bool) -> ToolRule:
        """What becomes of a call of a tool; `ask` where nobody can be asked is a refusal."""
        for pattern, rule in reversed(tuple(self.rules.items())):
            if pattern == tool.name or fnmatchcase(tool.name, pattern):
                return rule
        allow = "write" if self.allow is None and not can_ask else self.allow
        return "allow" if tool.effect in _UNASKED[allow] else "ask"

    async def decide(
        self, tool: Tool, call: ToolCall, arguments: JsonObject, approve: Approve | None
    ) -> Passed | ToolResult:
        """Let a call go, with what it is executed with; or say why it is not, for the model."""
        if tool.stays_inside:
            return Passed(arguments=arguments)
        verdict = self.verdict(tool, can_ask=approve is not None)
        if verdict == "refuse":
            text = f"Not executed: the caller's rules refuse the tool {tool.name!r}."
            return _refused(f"{text} Do not try it another way.", None)
        try:
            request = None if verdict == "allow" else ApprovalRequest.of(tool, call, arguments)
            if self.dry_run:
                return rehearsed(tool, arguments)
        except ArgumentsInvalid as error:
            return ToolResult.failure(str(error))
        if request is None:
            return Passed(arguments=arguments)
        if approve is None:
            return _unapproved(request)
        return _decided(request, await call_either(approve, request))


def _decided(request: ApprovalRequest, decision: Decision) -> Passed | ToolResult:
    if decision is True:
        return Passed(arguments=request.arguments, hash=request.hash)
    if isinstance(decision, Edited):
        return _edited(request, decision)
    # A reason may come from a rule as well as from a person, so it stands for itself.
    reason = f": {decision}" if isinstance(decision, str) and decision else " by the user"
    text = f"The call was refused{reason}. Do not try it again unasked."
    return _refused(text, _shown(request.tool, request.arguments))


def _edited(request: ApprovalRequest, decision: Edited) -> Passed | ToolResult:
    arguments = deepcopy(dict(decision.arguments))
    try:
        request.tool.check(arguments)
        digest = request.tool.digest(arguments)
    except ArgumentsInvalid as error:
        return ToolResult.failure(f"Not executed: as the user changed them, {error}")
    return Passed(arguments=arguments, hash=digest, is_edited=True)


def _unapproved(request: ApprovalRequest) -> ToolResult:
    tool, shown = request.tool, _shown(request.tool, request.arguments)
    what = f"{tool.name}({dump_json(request.arguments)})"
    if shown is not None:
        what = " ".join(filter(None, (shown.method, shown.url, shown.request_body)))
    if len(what) > _SHOWN_BODY:
        what = f"{what[:_SHOWN_BODY]}…"
    text = (
        f"Not executed: the call is {_KINDS[tool.effect]}, and nobody has approved it: {what}. "
        "Do not try it another way; say what you would have done. Whoever runs this lets such "
        'calls go by approve=, tool_rules= or allow="all".'
    )
    return _refused(text, shown)


_KINDS: Mapping[Effect, str] = {
    "read": "one that reads",
    "write": "one that writes",
    "destructive": "destructive",
}


def _refused(text: str, exchange: Exchange | None) -> ToolResult:
    return ToolResult.failure(text, exchange)


def rehearsed(tool: Tool, arguments: JsonObject) -> ToolResult:
    """The result of a call in a dry run: the request, which is not sent.

    Raises:
        ArgumentsInvalid: no request can be made of the arguments.
    """
    shown = _shown(tool, arguments)
    note = "This is a dry run: nothing was sent."
    if shown is None:
        told: JsonObject = {"dry_run": note, "tool": tool.name, "arguments": arguments}
    else:
        body: JsonObject = {"body": shown.request_body} if shown.request_body else {}
        told = {"dry_run": note, "method": shown.method, "url": shown.url, **body}
    return ToolResult(content=dump_json(told), value=told, exchange=shown)


def _shown(tool: Tool, arguments: JsonObject) -> Exchange | None:
    """The request as it may be shown; None where the tool stands for no HTTP operation."""
    try:
        return tool.show_request(arguments)
    except InvalidTool:
        return None
