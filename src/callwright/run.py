"""Joins a model, tools, trim and limits to one run of the core loop."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from anyio import move_on_after

from callwright.answer import Answer
from callwright.core.approval import Allow, Approve, Policy, ToolRule
from callwright.core.cost import Ledger, Prices, check_prices, price_of
from callwright.core.effects import Effects, Seam, World
from callwright.core.errors import (
    ConfigurationError,
    CredentialError,
    UnknownModel,
)
from callwright.core.events.event import OnEvent, RunStarted
from callwright.core.given import (
    check_callable,
    check_hook,
    check_kind,
    check_number,
    check_options,
)
from callwright.core.limits import Budget, Limits
from callwright.core.loop.loop import Loop
from callwright.core.message import Conversation, conversation
from callwright.core.model import ToolChoice, Turn, check_tool_choice
from callwright.core.structured import ResponseSchema, StructuredAnswer
from callwright.core.tool import Tool
from callwright.current_run import CurrentRun, TrimFunction
from callwright.given_model import ModelLike, as_model
from callwright.http import Client, session
from callwright.openapi.create import MatchPattern, Where
from callwright.openapi.folder import Folders
from callwright.openapi.override import Override
from callwright.openapi.security.credential import Auth
from callwright.openapi.source import FetchPolicy, Spec
from callwright.tools import ToolLike, as_tools, create_tools_from_openapi_spec
from callwright.trim.default import MANY_TOOLS
from callwright.trimming import auto_trim_tools, way_back

__all__ = ["ask", "auto_trim_tools", "run_with_tools"]


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
    prices: Prices | None = None,
    on_event: OnEvent | None = None,
    stream: bool | None = None,
    seam: Seam | None = None,
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
        prices: what the models cost, as `{"NAME": Price(input=..., output=...)}` in dollars per
            million tokens; `Answer.usage.dollars` is then the cost, and `Limits(dollars=)` holds.
        on_event: told of every event as it happens.
        stream: whether a model that can stream is asked to, so that `on_event` is told of text
            and calls as they come. `stream_with_tools` does so unless this is False.
        seam: what stands between the run and the world, to record or to replay it.
        verbose: print every event to standard error.
        model_options: passed on to the provider: temperature, seed and the like.

    Raises:
        ConfigurationError: the model, the messages or the tools cannot be used.
        CredentialError: the model's or the API's key is missing.
        ModelError: the model gave no usable reply. Its `answer` is what was done until then; a run
            of `error.answer.messages` goes on from there.

    >>> from callwright import run_with_tools, tool
    >>> @tool
    ... def add(a: int, b: int) -> int:
    ...     "Add two whole numbers."
    ...     return a + b
    >>> answer = run_with_tools("offline", "Add 2 and 3.", [add])
    >>> answer.text
    'The result is 5.'
    """
    _check_options(model_options)
    _check_hooks(trim_function, approve, on_event, seam)
    check_kind("limits", limits, Limits)
    check_number("max_recursive_tool_runs", max_recursive_tool_runs, whole=True)
    allowed = limits or Limits()
    budget = Budget(allowed, 1 + max_recursive_tool_runs)
    resolved = as_model(model)
    ledger = Ledger(prices=check_prices(prices or {}), model=_name_of(model))
    _check_dollars(allowed, ledger)
    effects = Effects(
        model=resolved,
        approve=approve,
        policy=Policy(allow=allow, rules=tool_rules or {}, dry_run=dry_run),
        call_seconds=allowed.call_seconds,
        strict_validation=strict_validation,
        seam=seam or World(),
    )
    given = as_tools(tools)
    effects.policy.check_names(given)
    turn = Turn(
        messages=conversation(messages),
        tool_choice=check_tool_choice(tool_choice, tuple(given)),
        parallel_tool_calls=parallel_tool_calls,
        options=model_options,
    )
    structured = None if response_schema is None else StructuredAnswer.of(response_schema)
    run = CurrentRun(effects=effects, ledger=ledger, budget=budget, hook=on_event, verbose=verbose)
    async with session():
        run.emit(RunStarted(tools=tuple(tool.name for tool in given)))
        with run.telling_a_break(turn.messages):
            offered = given
            with move_on_after(allowed.seconds):
                offered = await run.offer(given, turn, trim_function)
            if execute:
                _prepare(offered, given)
            run.withheld = way_back(given, offered, resolved, executes=execute)
            run.loop = Loop(
                turn=replace(turn, tools=(*offered, *run.finder)),
                effects=effects,
                budget=budget,
                emit=run.emit,
                execute=execute,
                is_streaming=bool(stream),
                structured=structured,
                ledger=ledger,
                began=run.began,
                withheld=run.withheld,
            )
            outcome = await run.loop.run()
    return run.finish(outcome)


_HOW_TO_APPROVE = (
    'Give a function of one argument; to let calls go unasked, give allow="all", or a rule.'
)


def _check_hooks(trim_function: object, approve: object, on_event: object, seam: object) -> None:
    """What is called on the way must be such as can be called, or the run would break off there."""
    check_callable("trim_function", trim_function, "Give one such as auto_trim_tools.")
    check_callable("approve", approve, _HOW_TO_APPROVE)
    check_hook("on_event", on_event)
    if seam is not None and not hasattr(seam, "ask_model"):
        raise ConfigurationError(f"seam={seam!r} is no seam.", remedy="Build one on World.")


def _check_options(options: Iterable[str]) -> None:
    """What is passed on to the provider must be none of our own options, misspelt."""
    if options:
        of_spec = _options_of(create_tools_from_openapi_spec)
        others = {create_tools_from_openapi_spec.__name__: of_spec}
        check_options(options, _options_of(run_with_tools), others)


@cache
def _options_of(verb: Callable[..., object]) -> Sequence[str]:
    given = inspect.signature(verb).parameters.values()
    return [item.name for item in given if item.kind is item.KEYWORD_ONLY]


def _prepare(offered: Iterable[Tool], given: Iterable[Tool]) -> None:
    """Raise what the caller must mend before the model is asked.

    A credential that is missing is raised only where none of all tools can do without: what a
    description asks for is often not asked for by the API, least of all by what only reads.
    """
    tools = tuple(offered)
    for tool in tools:
        tool.prepare()
    lacking = [fault for tool in tools if (fault := tool.lacking()) is not None]
    if not lacking or len(lacking) < len(tools) or not all(tool.lacking() for tool in given):
        return
    first, others = lacking[0], len(lacking) - 1
    more = f" and {others} more" if others else ""
    raise CredentialError(f"{first.what[:-1]}{more}.", place=first.place, remedy=first.remedy)


def _name_of(model: ModelLike) -> str:
    given: Any = model if isinstance(model, str) else getattr(model, "model", "")
    return given if isinstance(given, str) else ""


def _check_dollars(limits: Limits, ledger: Ledger) -> None:
    if limits.dollars is not None and price_of(ledger.prices, ledger.model) is None:
        raise ConfigurationError(
            f"There is a limit of dollars, but no price for the model {ledger.model!r}.",
            remedy='Give prices={"NAME": Price(input=..., output=...)}; "*" is for any model.',
        )


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
