"""`run-with-tools run`, the default command: a prompt goes in, the answer comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from callwright.cli.approval import Approval, approval_for
from callwright.cli.configuration import Configuration, read_configuration
from callwright.cli.dry_run import show_calls
from callwright.cli.error import FAILED, LIMIT, OK, REFUSED, code_of_failures
from callwright.cli.option import allow_option, loudness_options, option, spec_options
from callwright.cli.progress import Progress
from callwright.cli.prompt import read_prompt
from callwright.cli.save import SavedFiles
from callwright.cli.screen import errors, output
from callwright.cli.source import SpecChoice, open_tools
from callwright.core.errors import ConfigurationError, UnknownModel
from callwright.core.json import JsonObject
from callwright.trim.default import MANY_TOOLS

if TYPE_CHECKING:
    from pathlib import Path

    from callwright.answer import Answer
    from callwright.core.events.event import CallFinished, Event, OnEvent
    from callwright.tools import Tools

__all__ = ["Job", "choose_model", "run_command"]

_MODELS = (
    "The model that answers: openai:NAME, ollama:NAME, http://HOST:PORT/v1#NAME, offline, and more."
)
_SECONDS = click.FloatRange(min=0, min_open=True)


@click.command("run", short_help="Answer a prompt with the API of a spec.")
@click.argument("words", nargs=-1, metavar="PROMPT...")
@spec_options
@option("-m", "--model", metavar="NAME", help=_MODELS)
@allow_option
@option(
    "--trim/--no-trim",
    default=None,
    help=f"Keep only the tools that the prompt needs [default: with more than {MANY_TOOLS}].",
)
@option(
    "--max-rounds",
    type=click.IntRange(min=1),
    metavar="N",
    help="Rounds of calls at most [default: 9].",
)
@option("--timeout", type=_SECONDS, metavar="SECONDS", help="Time for the whole run.")
@option(
    "--strict",
    is_flag=True,
    help="Exit with 5 when a call failed, 4 when its credential was refused.",
)
@option("--json", "as_json", is_flag=True, help="Write the answer and the calls as JSON.")
@option("--save-files", metavar="DIR", help="Save the files that calls give in this folder.")
@option("--events", metavar="FILE", help="Write the run's events to FILE as JSON Lines.")
@option("--stream", is_flag=True, help="Show the model's words on stderr while they come.")
@option("--dry-run", is_flag=True, help="Show the model's first calls as curl and send none.")
@loudness_options
def run_command(words: Sequence[str], model: str | None, allow: str | None, **given: Any) -> int:
    """Answer PROMPT with the API that the spec describes.

    What stands on standard input is added to the prompt; `-` alone reads all of it from there.
    Calls that write ask first.
    """
    import anyio

    configuration = read_configuration()
    choice = SpecChoice.of(given, configuration)
    job = Job(
        choice=choice,
        model=choose_model(model, configuration),
        allow=allow or configuration.allow,
        given=given,
    )
    prompt = read_prompt(words, joins_input=not choice.uses_standard_input)
    return anyio.run(replace(job, choice=choice.with_input()).run, prompt)


def choose_model(model: str | None, configuration: Configuration) -> str:
    """The model that was chosen.

    Raises:
        UnknownModel: none was.
    """
    chosen = model or configuration.model
    if chosen:
        return chosen
    raise UnknownModel(
        "No model is chosen.",
        remedy="Give --model, set RUN_WITH_TOOLS_MODEL, or write model = in run-with-tools.toml: "
        "openai:NAME, ollama:NAME, http://HOST:PORT/v1#NAME and the like; "
        "--model offline is built in and needs no key.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run as it was asked for; `given` holds the options that only shape it."""

    choice: SpecChoice
    model: str
    allow: str | None
    given: Mapping[str, Any]

    async def run(self, prompt: str) -> int:
        """Run, write the answer, and say what stands in the way of a 0."""
        screen = errors(is_silent=self.given["quiet"])
        tools = await open_tools(self.choice)
        approval = approval_for(self.allow, screen)
        saved = SavedFiles.of(self.given["save_files"], screen)
        answer = await self._ask(prompt, tools, approval, saved)
        if self.given["dry_run"]:
            return show_calls(answer, tools, as_json=self.given["as_json"])
        self._write(answer, approval, saved)
        return _exit_code(answer, approval, is_strict=self.given["strict"])

    async def _ask(
        self, prompt: str, tools: Tools, approval: Approval, saved: SavedFiles | None
    ) -> Answer:
        from callwright.aio import auto_trim_tools, run_with_tools
        from callwright.core.limits import Limits

        trims = self.given["trim"]
        rounds = self.given["max_rounds"]
        options = {} if rounds is None else {"max_recursive_tool_runs": rounds - 1}
        progress = Progress(
            screen=approval.screen,
            tools=tools,
            is_verbose=self.given["verbose"],
            keep=None if saved is None else saved.keep,
        )
        return await run_with_tools(
            self.model,
            prompt,
            tools,
            trim_function=auto_trim_tools if _trims(trims, tools) else None,
            approve=approval.decide,
            allow=approval.allow,
            limits=Limits(seconds=self.given["timeout"]),
            on_event=_listeners(progress, self.given["events"]),
            stream=self.given["stream"],
            execute=not self.given["dry_run"],
            **options,
        )

    def _write(self, answer: Answer, approval: Approval, saved: SavedFiles | None) -> None:
        approval.screen.gap()
        if self.given["as_json"]:
            output().json(_as_json(answer, {} if saved is None else saved.places))
        elif answer.text:
            output().answer(answer.text)
        approval.tell_refused()
        note = _NOTES.get(answer.stop_reason)
        if note is not None:
            approval.screen.line(note, "warning")


def _listeners(progress: Progress, events: str | None) -> OnEvent:
    """Tell the screen, and the file of events where one is wanted.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    if events is None:
        return progress
    from callwright.core.events.lines import events_to_jsonl

    try:
        Path(events).write_text("")
    except OSError as error:
        raise ConfigurationError(
            f"The file {events!r} cannot be written: {error.strerror}."
        ) from None
    write = events_to_jsonl(events)

    def tell(event: Event) -> None:
        write(event)
        progress(event)

    return tell


def _trims(wish: bool | None, tools: Tools) -> bool:
    return len(tools) > MANY_TOOLS if wish is None else wish


_NOTES: Mapping[str, str] = {
    "rounds": "stopped at the limit of rounds; --max-rounds allows more",
    "calls": "stopped at the limit of calls",
    "tokens": "stopped at the limit of tokens",
    "seconds": "stopped at the limit of time; --timeout allows more",
    "stuck": "stopped because the model asked for the same again and again",
    "length": "the model's answer was cut off at its provider's limit of length",
    "refusal": "the model refused to answer",
}


def _exit_code(answer: Answer, approval: Approval, *, is_strict: bool) -> int:
    if approval.refused:
        return REFUSED
    if answer.stop_reason == "refusal":
        return FAILED
    if answer.stop_reason != "answered":
        return LIMIT
    failed = [call.result for call in answer.calls if call.result.is_error]
    return code_of_failures(failed) if is_strict else OK


def _as_json(answer: Answer, places: Mapping[str, Path]) -> JsonObject:
    usage = answer.usage
    return {
        "answer": answer.text,
        "stop_reason": answer.stop_reason,
        "rounds": answer.rounds,
        "calls": [_call_as_json(call, places) for call in answer.calls],
        "usage": {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens},
    }


def _call_as_json(call: CallFinished, places: Mapping[str, Path]) -> JsonObject:
    exchange = call.result.exchange
    sent: JsonObject = {}
    if exchange is not None:
        sent = {"method": exchange.method, "url": exchange.url, "status": exchange.status}
    return {
        "name": call.name,
        "arguments": call.arguments,
        **sent,
        "failed": call.result.is_error,
        "result": call.result.content if call.result.is_error else call.result.value,
        **_file_as_json(call, places),
        "seconds": round(call.seconds, 3),
    }


def _file_as_json(call: CallFinished, places: Mapping[str, Path]) -> JsonObject:
    """What is said of a call's file; nothing where it gave none."""
    file = call.result.file
    if file is None:
        return {}
    about: JsonObject = {"media_type": file.media_type, "bytes": len(file.content)}
    saved = places.get(call.call.id)
    return {"file": about if saved is None else {**about, "saved": str(saved)}}
