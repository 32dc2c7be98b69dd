"""`run-with-tools call`: calls one tool, without a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from callwright.cli.approval import Approval, approval_for
from callwright.cli.argument import read_arguments
from callwright.cli.configuration import read_configuration
from callwright.cli.error import FAILED, OK, REFUSED, code_of_failures, is_refused
from callwright.cli.option import allow_option, loudness_options, option, spec_options
from callwright.cli.progress import exchange_line, size
from callwright.cli.save import Target
from callwright.cli.screen import Screen, errors, output, visible
from callwright.cli.source import SpecChoice, open_tools
from callwright.cli.standard_input import read_standard_input
from callwright.core.approval import ApprovalRequest
from callwright.core.errors import ConfigurationError
from callwright.core.json import JsonObject, is_object, parse_json
from callwright.core.message import ToolCall

if TYPE_CHECKING:
    from callwright.core.file import BinaryFile
    from callwright.core.tool import ToolResult

__all__ = ["call_command"]


@click.command("call", short_help="Call one tool, without a model.")
@click.argument("name", metavar="TOOL")
@click.argument("words", nargs=-1, metavar="[KEY=VALUE]...")
@spec_options
@allow_option
@option("--dry-run", "--curl", "as_curl", is_flag=True, help="Show the curl command; send nothing.")
@option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    help="Write the answer into this file; `-` writes it to standard output, bytes as they are.",
)
@loudness_options
def call_command(
    name: str,
    words: Sequence[str],
    allow: str | None,
    as_curl: bool,
    quiet: bool,
    target: str | None,
    **given: Any,
) -> int:
    """Call one tool and write its result.

    \b
    KEY=VALUE            an argument, read as the tool's schema wants it
    KEY:=JSON            an argument as JSON
    body.FIELD=VALUE     a field of the request's body
    body.FIELD.path=NAME a file of a folder that --files offers
    -                    all arguments as one JSON object on standard input
    """
    import anyio

    wish = Target.of(target)
    configuration = read_configuration()
    choice = SpecChoice.of(given, configuration)
    read = _reader(words, choice)
    choice = choice.with_input()
    screen = errors(is_silent=quiet)
    approval = approval_for(allow or configuration.allow, screen, is_single=True)

    async def call() -> int:
        tool = (await open_tools(choice))[name]
        arguments = read(tool.parameters)
        tool.check(arguments)
        call = ToolCall(id="", name=tool.name, arguments=arguments)
        wanted = ApprovalRequest.of(tool, call, arguments)
        if as_curl:
            output().answer(wanted.to_curl())
            return OK
        return await _call(wanted, approval, wish)

    return anyio.run(call)


def _reader(words: Sequence[str], choice: SpecChoice) -> Callable[[Mapping[str, Any]], JsonObject]:
    """What makes the arguments by the tool's schema; standard input is read at once."""
    if list(words) != ["-"]:
        return partial(read_arguments, words)
    if choice.uses_standard_input:
        raise ConfigurationError("Both --spec and the arguments want standard input.")
    given = _read_input()
    return lambda _schema: given


def _read_input() -> JsonObject:
    try:
        given = parse_json(read_standard_input())
    except ValueError as error:
        raise ConfigurationError(f"Standard input is no JSON: {error}.") from None
    if not is_object(given):
        raise ConfigurationError("Standard input must be one JSON object.")
    return given


async def _call(wanted: ApprovalRequest, approval: Approval, target: Target | None) -> int:
    if await approval.decide(wanted) is not True:
        approval.tell_refused()
        return REFUSED
    result = await wanted.tool.acall(wanted.arguments, approved=wanted.hash)
    if result.exchange is not None:
        approval.screen.line(exchange_line(result.exchange, approval.screen))
    if result.is_error:
        return _tell_failure(result, errors())
    if target is not None and target.path is not None:
        target.write(result, approval.screen)
    elif result.file is not None:
        return _write_file(result.file, output(), is_wanted=target is not None)
    else:
        _write(result, output())
    return OK


def _write_file(file: BinaryFile, screen: Screen, *, is_wanted: bool) -> int:
    """Write the bytes where they are wanted and can be read; else say what came."""
    if is_wanted and not screen.is_terminal:
        screen.octets(file.content)
        return OK
    name = f", named {visible(file.filename)}" if file.filename else ""
    what = f"{size(len(file.content))} of {visible(file.media_type)}{name}"
    remedy = "a terminal cannot show it" if is_wanted else "it was not written"
    errors().line(f"the answer is {what}; {remedy}: save it with --output FILE", "warning")
    return FAILED if is_wanted else OK


def _write(result: ToolResult, screen: Screen) -> None:
    if result.value is None or isinstance(result.value, str):
        screen.answer(result.content)
    else:
        screen.json(result.value)


def _tell_failure(result: ToolResult, screen: Screen) -> int:
    """Say what the API or the way there said; a refused credential has a code of its own."""
    what, *more = result.content.splitlines() or [""]
    screen.line(f"{screen.styled('error:', 'bad')} {visible(what)}")
    for line in more:
        # The advice is for a model; here the user reads it.
        screen.line(f"  {visible(line.removesuffix(' Tell the user.'))}")
    if is_refused(result) and "--auth " not in result.content:
        screen.line(
            '  Look at the credential: --auth env:NAME gives it, or --header "NAME: env:NAME".'
        )
    return code_of_failures([result])
