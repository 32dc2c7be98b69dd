"""The command's entry: which subcommand the arguments mean, and how its failures are told."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

import click

from callwright._version import __version__
from callwright.cli.cache import cache_command
from callwright.cli.call import call_command
from callwright.cli.check import check_command
from callwright.cli.config import config_command
from callwright.cli.demo import demo_command
from callwright.cli.error import INTERRUPTED, OK, tell, tell_unexpected, tell_unwritable, tell_usage
from callwright.cli.run import run_command
from callwright.cli.screen import ReaderGone, Unwritable, errors
from callwright.cli.standard_input import is_terminal
from callwright.cli.tools import tools_command
from callwright.cli.trim import trim_command
from callwright.cli.trust import trust_command
from callwright.core.errors import CallwrightError

__all__ = ["application", "start"]

_PIPE_CLOSED = 141
"""128 + SIGPIPE, as shells report it."""

_HELP = """Let a language model use an HTTP API that has an OpenAPI description.

\b
  run-with-tools demo
  run-with-tools --spec openapi.json --model ollama:qwen3 "Which pets are sold?"
  run-with-tools tools --spec openapi.json pets
  run-with-tools call --spec openapi.json get_pet id=7

Words that are no command are a prompt for `run`: see `run-with-tools run --help`.
"""
_EPILOG = """\b
Exit codes: 0 ok; 1 the run failed; 2 usage or configuration; 3 the spec cannot be
used; 4 a credential is missing or was refused; 5 a call failed (for a run: with
--strict); 6 a limit was hit; 7 a call was not approved; 130 interrupted.

\b
Completion for bash (zsh and fish likewise):
eval "$(_RUN_WITH_TOOLS_COMPLETE=bash_source run-with-tools)"
"""


class _Application(click.Group):
    """A group in which words that name no command go to `run`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # click gives it
        """In the order of use, and not of the alphabet."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # While a shell asks for completions nothing is run, so nothing is routed by guess.
        is_first_word = ctx.resilient_parsing and not args
        return super().parse_args(ctx, args if is_first_word else self._routed(args))

    def _routed(self, args: list[str]) -> list[str]:
        if not args:
            return ["--help"] if is_terminal() else ["run"]
        if args[0] in (*self.commands, "-h", "--help", "--version"):
            return args
        near = get_close_matches(args[0], self.commands, n=1, cutoff=0.8)
        if near:
            raise click.UsageError(
                f"There is no command {args[0]!r}. Did you mean {near[0]!r}? A prompt that begins "
                "so needs `run` before it."
            )
        return ["run", *args]


@click.group(
    cls=_Application,
    help=_HELP,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="run-with-tools %(version)s")
def application() -> None:
    """Group the commands."""


for _command in (
    run_command,
    tools_command,
    trim_command,
    call_command,
    check_command,
    demo_command,
    config_command,
    cache_command,
    trust_command,
):
    application.add_command(_command)


def start(arguments: Sequence[str] | None = None) -> int:
    """Run the command and tell its failures; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _open_closed_streams()
    _encode_safely()
    try:
        code = application.main(words, prog_name="run-with-tools", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else OK
    except (KeyboardInterrupt, click.Abort):
        errors().line("interrupted", "faint")
        return INTERRUPTED
    except click.ClickException as error:
        return tell_usage(error)
    except CallwrightError as error:
        return tell(error)
    except (ReaderGone, BrokenPipeError):
        _close_output()
        return _PIPE_CLOSED
    except Unwritable as error:
        _close_output()
        return tell_unwritable(error)
    except OSError as error:
        # Click writes help by itself; every other file's error has been told as what it is.
        if error.errno != errno.ENOSPC:
            return _tell_fault(error, words)
        _close_output()
        return tell_unwritable(error.strerror)
    except Exception as error:  # the last resort: one line instead of a traceback
        return _tell_fault(error, words)


def _tell_fault(error: Exception, words: Sequence[str]) -> int:
    if {"-v", "--verbose"} & set(words) or os.environ.get("RUN_WITH_TOOLS_VERBOSE"):
        traceback.print_exc()
    return tell_unexpected(error)


def _open_closed_streams() -> None:
    """Stand-ins for streams that were closed at the start: Python has None there."""
    sys.stdout = sys.stdout or _null_stream()
    sys.stderr = sys.stderr or _null_stream()


def _null_stream() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _encode_safely() -> None:
    """Let a character that the streams' encoding lacks be escaped rather than raise."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _close_output() -> None:
    """Point standard output elsewhere, or Python writes to the closed pipe once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
