"""Options that several commands share. Each has an environment variable, told in its help."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from callwright.cli.credential import is_literal, read_flag
from callwright.cli.header import read_header
from callwright.cli.screen import errors
from callwright.core.errors import ConfigurationError
from callwright.core.redaction import is_secret
from callwright.openapi.secret import Value

__all__ = ["allow_option", "loudness_options", "option", "spec_options"]

_ONE_A_LINE = "in the variable, one a line"

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., Any])


class _Text(click.types.StringParamType):
    """Text, of which an environment variable may hold several, one a line."""

    envvar_list_splitter = "\n"


def _headers(
    context: click.Context, parameter: click.Parameter, texts: Iterable[str]
) -> dict[str, Value]:
    headers = dict(_read(read_header, text, context, parameter) for text in texts)
    if any(is_literal(value) and is_secret(value, name) for name, value in headers.items()):
        _warn(context, parameter)
    return headers


def _credential(context: click.Context, parameter: click.Parameter, text: str | None) -> Any:
    if text is None:
        return None
    value = _read(read_flag, text, context, parameter)
    if is_literal(value):
        _warn(context, parameter)
    return value


def _warn(context: click.Context, parameter: click.Parameter) -> None:
    """Say that a secret was written where others of this machine can read it."""
    source = context.get_parameter_source(parameter.name or "")
    if source is click.core.ParameterSource.COMMANDLINE:
        errors().line(
            f"warning: {parameter.opts[0]} holds a secret itself, which `ps` and the shell's "
            "history show; write env:NAME, keyring:SERVICE/USER or file:PATH",
            "warning",
        )


def _read(
    read: Callable[[str], T], text: str, context: click.Context, parameter: click.Parameter
) -> T:
    """Read an option's text; what is wrong with it is told as a matter of usage."""
    try:
        return read(text)
    except ConfigurationError as error:
        raise click.BadParameter(str(error), context, parameter) from None


def option(*names: str, **settings: Any) -> Callable[[Command], Command]:
    """A click option with an environment variable for each of its long names."""
    long = [name.partition("/")[0] for name in names if name.startswith("--")]
    settings.setdefault("envvar", [_variable(name) for name in long])
    return click.option(*names, cls=_Option, show_envvar=True, **settings)


class _Option(click.Option):
    """An option whose faults name its variable only where the value came from there."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """How a fault names the option."""
        source = ctx.get_parameter_source(self.name or "") if ctx else None
        if source is click.core.ParameterSource.ENVIRONMENT:
            return super().get_error_hint(ctx)
        return " / ".join(f"'{name}'" for name in self.opts)


def _variable(long: str) -> str:
    return f"RUN_WITH_TOOLS_{long.lstrip('-').replace('-', '_').upper()}"


def _together(*decorators: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        decorated: Any = command
        for decorator in reversed(decorators):
            decorated = decorator(decorated)
        return decorated  # type: ignore[no-any-return]  # the same command, with options

    return decorate


def spec_options(command: Command) -> Command:
    """The options that choose a spec, what of it is taken, and what its requests always hold."""
    return _together(
        option(
            "--spec",
            metavar="SOURCE",
            help="URL, file, `-` for standard input, or a name from the configuration.",
        ),
        option("--server", metavar="URL", help="Send calls there, whatever the spec says."),
        option(
            "--match",
            multiple=True,
            type=_Text(),
            metavar="REGEX",
            help=f"Take only operations in whose URL it is found; may be repeated; {_ONE_A_LINE}.",
        ),
        option(
            "--header",
            multiple=True,
            type=_Text(),
            callback=_headers,
            metavar='"NAME: VALUE"',
            help="Fix a header of every request; the value may be env:NAME; may be repeated; "
            f"{_ONE_A_LINE}.",
        ),
        option(
            "--auth",
            callback=_credential,
            metavar="SOURCE",
            help="The API's credential: env:NAME, keyring:SERVICE/USER, file:PATH, command:WORDS, "
            "or none.",
        ),
        option(
            "--files",
            multiple=True,
            type=_Text(),
            metavar="DIR",
            help="Calls may send the files in this folder, and no others; may be repeated; "
            f"{_ONE_A_LINE}.",
        ),
        option(
            "--allow-address",
            multiple=True,
            type=_Text(),
            metavar="ADDRESS",
            help="Calls may go to this address, network or host although it is not public, or to "
            f"`any`; may be repeated; {_ONE_A_LINE}.",
        ),
    )(command)


def allow_option(command: Command) -> Command:
    """The option that lets calls go unasked."""
    return option(
        "--allow",
        type=click.Choice(("read", "write", "all")),
        help="What goes without asking: reads, also writes, or everything [default: read].",
    )(command)


def loudness_options(command: Command) -> Command:
    """The options that make a command say more or less."""
    return _together(
        option("-v", "--verbose", is_flag=True, help="Say more; show the traceback of a fault."),
        option("-q", "--quiet", is_flag=True, help="Write nothing but the answer."),
    )(command)
