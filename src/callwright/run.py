"""Joins a model, tools, trim and limits to one run of the core loop."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from anyio import move_on_after

from callwright.answer import Answer
from callwright.core.approval import Allow, Approve, Policy, ToolRule
from callwright.core.effects import Effects
from callwright.core.errors import ModelReplyInvalid, UnknownModel
from callwright.core.event import (
    CallStarted,
    Event,
    OnEvent,
    Outcome,
    RunFinished,
    RunStarted,
    ToolsTrimmed,
)
from callwright.core.hook import call_either
from callwright.core.limits import Budget, Limits
from callwright.core.loop import Loop
from callwright.core.message import Conversation, Messages, Usage, conversation
from callwright.core.model import Model, Reply, ToolChoice, Turn, check_tool_choice
from callwright.core.withheld import Withheld
from callwright.find_tools import FindTools
from callwright.given_model import ModelLike, as_model
from callwright.http import Client, session
from callwright.openapi.create import MatchPattern, Where
from callwright.openapi.folder import Folders
from callwright.openapi.override import Override
from callwright.openapi.security.credential import Auth
from callwright.openapi.source import FetchPolicy, Spec
from callwright.structured import ResponseSchema, StructuredAnswer
from callwright.tools import ToolLike, Tools, as_tools, create_tools_from_openapi_spec
from callwright.trim.auto import MANY_TOOLS
from callwright.trimming import auto_trim_tools, way_back, with_required

__all__ = ["ask", "auto_trim_tools", "run_with_tools"]

TrimFunction: TypeAlias = Callable[
    [Tools, Model, Messages], "Iterable[ToolLike] | Awaitable[Iterable[ToolLike]]"
]


async def run_with_tools(
    model: ModelLike,
    messages: Conversation,
    tools: Iterable[ToolLike] = (),
    *,
    trim_function: TrimFunction | None = None,
    max_recursive_tool_runs: int = 8,
    strict_validation: bool = True,
    execute: bool = True,
    tool_choice: ToolChoice = "auto",
    parallel_tool_calls: bool = True,
    response_schema: ResponseSchema | None = None,
    approve: Approve | None = None,
    allow: Allow | None = None,
    tool_rules: Mapping[str, ToolRule] | None = None,
    dry_run: bool = False,
    limits: Limits | None = None,
    on_event: OnEvent | None = None,
    verbose: bool = False,
    **model_options: Any,
) -> Answer:
    """Let a model use tools until it answers.

    Args:
        model: a model, or the name of a shipped one: `"openai:NAME"`, `"ollama:NAME"`,
            `"http://host:port/v1#NAME"`, `"offline"`.
        messages: a prompt, or a conversation as messages or OpenAI-style dicts.
        tools: `Tools` of a spec, Python functions, definitions as dicts, in any mixture.
        trim_function: keeps the tools that the messages need, such as `auto_trim_tools`; called
            with the tools, the model and the messages.
        max_recursive_tool_runs: rounds of calls after the first; then the model answers without.
        strict_validation: check arguments against the tool's schema before a call, and mend
            them first where it is certain what was meant; the events tell of each repair.
        execute: False lets the calls come back unexecuted, in `Answer.tool_calls`.
        tool_choice: `"auto"`, `"none"`, `"required"` or a tool's name; for the first round.
        parallel_tool_calls: whether several calls may be made in one round, at the same time.
        response_schema: what the answer must satisfy: a JSON Schema, a pydantic model or a
            dataclass; `Answer.output` is the answer parsed.
        approve: asked before each call that nothing else lets go; True lets it go, False or a
            reason refuses it, and `request.edited(arguments)` lets it go with other arguments.
        allow: what goes without asking: `"read"`, `"write"` (reads too) or `"all"` (also what is
            destructive). What does not is refused where there is no `approve`. Unless given:
            nothing where there is an `approve`, and reads and writes where there is none.
        tool_rules: `"allow"`, `"ask"` or `"refuse"` for tools by name or pattern (`"delete_*"`),
            whatever their effect is; of those that fit, the last holds.
        dry_run: send nothing; each call's result is the request that would have been sent.
        limits: what the run may spend. Of a result above `result_tokens` the model is given an
            excerpt, and with the first one the tool `read_result`, by which it reads on.
        on_event: told of every event as it happens.
        verbose: print every event to standard error.
        model_options: passed on to the provider: temperature, seed and the like.

    Raises:
        ConfigurationError: the model, the messages or the tools cannot be used.
        CredentialError: the model's or the API's key is missing.
        ModelError: the model gave no usable reply.

    >>> from callwright import run_with_tools, tool
    >>> @tool
    ... def add(a: int, b: int) -> int:
    ...     "Add two whole numbers."
    ...     return a + b
    >>> answer = run_with_tools("offline", "Add 2 and 3.", [add])
    >>> answer.text
    'The result is 5.'
    """
    allowed = limits or Limits()
    budget = Budget(allowed, 1 + max_recursive_tool_runs)
    effects = Effects(
        model=as_model(model),
        approve=approve,
        policy=Policy(allow=allow, rules=tool_rules or {}, dry_run=dry_run),
        call_seconds=allowed.call_seconds,
        strict_validation=strict_validation,
    )
    given = as_tools(tools)
    effects.policy.check_names(given)
    structured = None if response_schema is None else StructuredAnswer.of(response_schema)
    turn = Turn(
        messages=conversation(messages),
        tool_choice=check_tool_choice(tool_choice, tuple(given)),
        parallel_tool_calls=parallel_tool_calls,
        response_schema=None if structured is None else structured.schema,
        options=model_options,
    )
    run = _Run(effects=effects, hook=on_event, verbose=verbose)
    async with session():
        run.emit(RunStarted(tools=tuple(tool.name for tool in given)))
        offered = given
        with move_on_after(allowed.seconds):
            offered = await run.offer(given, turn, trim_function)
        if execute:
            for tool in offered:
                tool.prepare()
        budget.tokens += run.trim_usage.total_tokens
        run.withheld = way_back(given, offered, run, executes=execute)
        loop = Loop(
            turn=replace(turn, tools=(*offered, *run.finder)),
            effects=effects,
            budget=budget,
            emit=run.emit,
            execute=execute,
            began=run.began,
            withheld=run.withheld,
        )
        outcome = await loop.run()
    return run.finish(outcome, structured)


@dataclass(kw_only=True)
class _Run:
    """The events of one run, and what stands before and after its loop."""

    effects: Effects
    hook: OnEvent | None
    verbose: bool
    began: float = field(init=False)
    events: list[Event] = field(init=False, default_factory=list[Event])
    trim_usage: Usage = field(init=False, default_factory=Usage)
    withheld: Withheld | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.began = self.effects.clock()

    def now(self) -> float:
        return self.effects.clock() - self.began

    @property
    def profile(self) -> object:
        """What is particular to the model's provider, where that is known."""
        return getattr(self.effects.model, "profile", None)

    @property
    def finder(self) -> Sequence[FindTools]:
        """The tool by which the model finds what was withheld, if it has one."""
        return [self.withheld] if isinstance(self.withheld, FindTools) else []

    def emit(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, CallStarted):
            for finder in self.finder:
                finder.note_call(event.call.name)
        if self.verbose:
            print(f"{event.at:7.2f} s  {event}", file=sys.stderr)  # noqa: T201  # as asked for
        if self.hook is not None:
            self.hook(event)

    async def reply(self, turn: Turn) -> Reply:
        """The run's model as the trim pass asks it: by the run's seam, and on its account."""
        reply = await self.effects.ask_model(turn)
        self.trim_usage += reply.usage
        return reply

    def add_trim_usage(self, usage: Usage) -> None:
        """Put a trim pass by another model on this run's account."""
        self.trim_usage += usage

    async def offer(self, given: Tools, turn: Turn, trim: TrimFunction | None) -> Tools:
        """The tools that are offered: those that the trim function keeps and that can be read."""
        if trim is None or not given:
            return given
        started = self.now()
        kept = as_tools(await call_either(trim, given, self, turn.messages))
        kept = with_required(kept, given, turn.tool_choice)
        now = self.now()
        self.emit(
            ToolsTrimmed(
                at=now,
                given=len(given),
                kept=tuple(tool.name for tool in kept),
                seconds=now - started,
                usage=self.trim_usage,
                trim=kept.trim,
            )
        )
        return kept

    def finish(self, outcome: Outcome, structured: StructuredAnswer | None) -> Answer:
        """The answer, told as the last event.

        Raises:
            ModelReplyInvalid: its text does not satisfy the schema; the error holds the answer.
        """
        fault: ModelReplyInvalid | None = None
        output = None
        try:
            if structured is not None and outcome.stop_reason == "answered":
                output = structured.parse(outcome.text)
        except ModelReplyInvalid as error:
            fault = error
        usage = outcome.usage + self.trim_usage
        answer = Answer.of(replace(outcome, usage=usage, output=output, events=tuple(self.events)))
        self.emit(RunFinished(at=self.now(), answer=answer))
        if fault is not None:
            fault.answer = answer
            raise fault
        return answer


async def ask(
    prompt: Conversation,
    spec: Spec,
    *,
    model: ModelLike | None = None,
    match_patterns: Iterable[MatchPattern] = (),
    where: Where | None = None,
    overrides: Iterable[Override] = (),
    auth: Auth = None,
    server: str | None = None,
    client: Client | None = None,
    fetch_policy: FetchPolicy | None = None,
    file_folders: Folders = (),
    **options: Any,
) -> Answer:
    """Answer a prompt with the API that a spec describes.

    Takes what `create_tools_from_openapi_spec` and `run_with_tools` take. Where there are more
    tools than a model can well choose from, `auto_trim_tools` trims them, unless a
    `trim_function` is given.

    Raises:
        What these two raise; `UnknownModel` when no model is given.

    >>> from callwright import ask
    >>> from callwright.demo import DemoService
    >>> with DemoService() as library:
    ...     answer = ask("Who wrote The Hobbit?", library.spec_url, model="offline")
    >>> answer.text
    '“The Hobbit”: author J. R. R. Tolkien.'
    """
    if model is None:
        raise UnknownModel(
            "No model was chosen.",
            remedy='Give model="openai:NAME", "http://host:port/v1#NAME", or "offline".',
        )
    tools = await create_tools_from_openapi_spec(
        spec,
        match_patterns=match_patterns,
        where=where,
        overrides=overrides,
        auth=auth,
        server=server,
        client=client,
        fetch_policy=fetch_policy,
        file_folders=file_folders,
    )
    if len(tools) > MANY_TOOLS:
        options.setdefault("trim_function", auto_trim_tools)
    return await run_with_tools(model, prompt, tools, **options)
