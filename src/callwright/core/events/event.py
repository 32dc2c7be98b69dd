"""What happened in a run, one frozen value a kind, and the outcome that they lead to.

`at` is in seconds since the run began. Events hold what may be shown: no credential is in one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

from callwright.core.events.record import as_record
from callwright.core.json import JsonObject, is_object
from callwright.core.limits import Limit
from callwright.core.loop.stuck import StuckReason
from callwright.core.message import Message, Messages, ToolCall, Usage
from callwright.core.repair.change import Repair
from callwright.core.tool import Effect, ToolResult
from callwright.core.trim import Trim

__all__ = [
    "PROVISIONAL",
    "AnswerRejected",
    "CallFinished",
    "CallForming",
    "CallStarted",
    "ContextShortened",
    "Event",
    "LimitReached",
    "ModelAsked",
    "ModelReplied",
    "OnEvent",
    "Outcome",
    "ReasoningStreamed",
    "RunFinished",
    "RunStarted",
    "StopReason",
    "StuckNoticed",
    "TextStreamed",
    "ToolsTrimmed",
]

StopReason: TypeAlias = (
    Literal["answered", "tool_calls", "length", "refusal", "stuck", "cancelled", "failed"] | Limit
)
"""Why a run ended: the model answered, calls came back unexecuted, its reply was cut off or
refused, it went round in circles, the run was cancelled or failed, or the named limit was
reached."""


class _Told:
    """What every event can do."""

    __slots__ = ()
    kind: ClassVar[Any]  # each has its own word, by which type checkers tell them apart

    def to_dict(self) -> dict[str, Any]:
        """The event as plain JSON, its `kind` first; `events_from_jsonl` reads it back."""
        record = as_record(self)
        return {"kind": self.kind, **(record if is_object(record) else {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(_Told):
    """A run began with these tools."""

    kind: ClassVar[Literal["run_started"]] = "run_started"
    at: float = 0.0
    tools: tuple[str, ...]

    def __str__(self) -> str:
        return f"run with {len(self.tools)} tools"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolsTrimmed(_Told):
    """Of the tools that were given, these were kept."""

    kind: ClassVar[Literal["tools_trimmed"]] = "tools_trimmed"
    at: float
    given: int
    kept: tuple[str, ...]
    seconds: float
    usage: Usage = field(default_factory=Usage)
    """What the choice cost."""
    trim: Trim | None = None
    """The ledger: why each was kept, what it costs, what was saved; None where the caller's own
    function chose."""

    def __str__(self) -> str:
        saved = "" if self.trim is None else f" ({self.trim.saved:.1%} of their tokens saved)"
        fallen = self.trim.asked.fell_back if self.trim is not None else ""
        why = f"; the ranking chose, because {fallen}" if fallen else ""
        names = ", ".join(self.kept) or "none"
        return f"kept {len(self.kept)} of {self.given} tools{saved}: {names}{why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAsked(_Told):
    """The model was asked for its reply in this round, counted from 1."""

    kind: ClassVar[Literal["model_asked"]] = "model_asked"
    at: float
    round: int

    def __str__(self) -> str:
        return f"round {self.round}: asking the model"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStreamed(_Told):
    """More text of the reply in this round; provisional until the round ends without calls."""

    kind: ClassVar[Literal["text_streamed"]] = "text_streamed"
    at: float
    round: int
    text: str

    def __str__(self) -> str:
        return f"round {self.round}: text {self.text!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningStreamed(_Told):
    """More of what the model thinks in this round."""

    kind: ClassVar[Literal["reasoning_streamed"]] = "reasoning_streamed"
    at: float
    round: int
    text: str

    def __str__(self) -> str:
        return f"round {self.round}: thinks {self.text!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallForming(_Told):
    """More of a call of this round, the calls of a reply counted from 0; empty says nothing new."""

    kind: ClassVar[Literal["call_forming"]] = "call_forming"
    at: float
    round: int
    index: int
    name: str = ""
    arguments: str = ""

    def __str__(self) -> str:
        return f"round {self.round}: call {self.index} {self.name} {self.arguments}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReplied(_Told):
    """The model replied; without calls, the text of its message is what it has to say."""

    kind: ClassVar[Literal["model_replied"]] = "model_replied"
    at: float
    round: int
    message: Message
    usage: Usage
    seconds: float
    model: str = ""
    finish: str = "stop"

    def __str__(self) -> str:
        names = ", ".join(call.name for call in self.message.tool_calls)
        what = f"calls {names}" if names else "answers"
        return f"round {self.round}: the model {what} ({self.seconds:.2f} s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(_Told):
    """A call was admitted and began."""

    kind: ClassVar[Literal["call_started"]] = "call_started"
    at: float
    round: int
    call: ToolCall
    effect: Effect

    def __str__(self) -> str:
        return f"  {self.call.name} {self.call.raw_arguments}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFinished(_Told):
    """A call was answered, by its result or by a word on why it was not executed."""

    kind: ClassVar[Literal["call_finished"]] = "call_finished"
    at: float
    round: int
    call: ToolCall
    result: ToolResult
    seconds: float
    repairs: tuple[Repair, ...] = ()
    """What was changed in the arguments, so that they fit; `call` is as the model wrote it."""
    repaired: JsonObject | None = None
    """The arguments after the repairs; None where there are none."""

    @property
    def name(self) -> str:
        """The name of the tool that was called."""
        return self.call.name

    @property
    def arguments(self) -> JsonObject:
        """The arguments that the tool was given; empty where they could not be read."""
        return self.call.arguments or {} if self.repaired is None else self.repaired

    def __str__(self) -> str:
        exchange = self.result.exchange
        status = f" {exchange.status}" if exchange and exchange.status else ""
        mark = "failed" if self.result.is_error else "ok"
        mended = f"; repaired {'; '.join(map(str, self.repairs))}" if self.repairs else ""
        return f"  {self.call.name}: {mark}{status} ({self.seconds:.2f} s){mended}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckNoticed(_Told):
    """A call was not made again, because the model learns nothing from it."""

    kind: ClassVar[Literal["stuck_noticed"]] = "stuck_noticed"
    at: float
    round: int
    call: ToolCall
    reason: StuckReason

    def __str__(self) -> str:
        return f"  {self.call.name}: not again, {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextShortened(_Told):
    """Old results were shortened, so that the conversation fits `Limits.context_tokens`."""

    kind: ClassVar[Literal["context_shortened"]] = "context_shortened"
    at: float
    round: int
    results: int
    tokens: int
    """What the conversation would have taken up, estimated."""

    def __str__(self) -> str:
        return f"round {self.round}: shortened {self.results} results of ~{self.tokens} tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRejected(_Told):
    """The model's answer does not satisfy the response schema, and the model was told why."""

    kind: ClassVar[Literal["answer_rejected"]] = "answer_rejected"
    at: float
    round: int
    reason: str

    def __str__(self) -> str:
        return f"round {self.round}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitReached(_Told):
    """A limit is reached; the model is asked for its best answer, if it can still be asked."""

    kind: ClassVar[Literal["limit_reached"]] = "limit_reached"
    at: float
    round: int
    limit: Limit | Literal["stuck"]

    def __str__(self) -> str:
        return f"round {self.round}: the limit of {self.limit} is reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to."""

    text: str
    """The model's answer; of a run that failed, what came of its last reply."""
    output: Any = None
    """The answer parsed, when a `response_schema` was given."""
    tool_calls: tuple[ToolCall, ...] = ()
    """The calls that were not executed here and wait for the caller."""
    messages: Messages
    """The whole conversation, ready to be continued; `.to_dicts()` gives OpenAI-style dicts."""
    calls: tuple[CallFinished, ...] = ()
    """The calls that were answered, in order."""
    usage: Usage = field(default_factory=Usage)
    """What was used in all, the choosing of tools included."""
    usage_by_model: dict[str, Usage] = field(default_factory=dict[str, Usage])
    """The same by the names of the models that replied; the events have it round by round."""
    trim_usage: Usage = field(default_factory=Usage)
    """The share of it that went into choosing the tools."""
    rounds: int = 0
    """How often the model was asked."""
    stop_reason: StopReason = "answered"
    events: tuple[Event, ...] = ()
    """What happened, but for the deltas of streamed replies, and the last event, which has this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished(_Told):
    """The run ended; the last event of every run."""

    kind: ClassVar[Literal["run_finished"]] = "run_finished"
    at: float
    answer: Outcome

    def to_dict(self) -> dict[str, Any]:
        """The event as plain JSON; of the answer all but its events, which came before."""
        record = _Told.to_dict(self)
        del record["answer"]["events"]
        return record

    def __str__(self) -> str:
        usage = self.answer.usage
        return (
            f"{self.answer.stop_reason} after {self.answer.rounds} rounds, {self.at:.2f} s, "
            f"{usage.input_tokens} tokens in, {usage.output_tokens} out"
        )


Event: TypeAlias = (
    RunStarted
    | ToolsTrimmed
    | ModelAsked
    | TextStreamed
    | ReasoningStreamed
    | CallForming
    | ModelReplied
    | CallStarted
    | CallFinished
    | StuckNoticed
    | ContextShortened
    | AnswerRejected
    | LimitReached
    | RunFinished
)

PROVISIONAL = (TextStreamed, ReasoningStreamed, CallForming)
"""The deltas of a reply, which its `ModelReplied` holds once more as a whole."""

OnEvent: TypeAlias = Callable[[Event], None]
"""A hook that is told of every event as it happens. It must not take long."""
