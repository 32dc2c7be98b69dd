"""How a failure is told, and the exit code it has. Never a traceback, unless one is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from callwright.cli.screen import errors, visible
from callwright.core.errors import (
    ArgumentsInvalid,
    CallError,
    CallwrightError,
    ConfigurationError,
    CredentialError,
    ModelError,
    SpecError,
)

if TYPE_CHECKING:
    import click

    from callwright.core.tool import ToolResult

__all__ = [
    "FAILED",
    "FAILED_CALL",
    "INTERRUPTED",
    "LIMIT",
    "OK",
    "REFUSED",
    "UNAUTHORIZED",
    "code_of_failures",
    "is_refused",
    "tell",
    "tell_unexpected",
    "tell_unwritable",
    "tell_usage",
]

OK, FAILED, USAGE, BAD_SPEC, UNAUTHORIZED, FAILED_CALL, LIMIT, REFUSED = range(8)
INTERRUPTED = 130

_EXIT_CODES: Mapping[type[CallwrightError], int] = {
    ConfigurationError: USAGE,
    ArgumentsInvalid: USAGE,
    SpecError: BAD_SPEC,
    CredentialError: UNAUTHORIZED,
    ModelError: FAILED,
    CallError: FAILED_CALL,
}


def tell(error: CallwrightError) -> int:
    """Say what went wrong, where, and what to do; returns the exit code."""
    _tell(error.what, _place(error), error.remedy)
    return next((code for kind, code in _EXIT_CODES.items() if isinstance(error, kind)), FAILED)


def code_of_failures(failed: Iterable[ToolResult]) -> int:
    """The exit code for the calls that failed; a refused credential comes first."""
    codes = {UNAUTHORIZED if is_refused(result) else FAILED_CALL for result in failed}
    return min(codes, default=OK)


def is_refused(result: ToolResult) -> bool:
    """Whether the API refused the credential: HTTP 401 or 403 (RFC 9110, 15.5.2 and 15.5.4)."""
    return result.exchange is not None and result.exchange.status in (401, 403)


def tell_usage(error: click.ClickException) -> int:
    """Say what is wrong with the arguments."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "run-with-tools"
    _tell(error.format_message(), "", f"See: {path} --help")
    return USAGE


def tell_unwritable(reason: object) -> int:
    """Say that standard output takes nothing."""
    _tell(f"The answer cannot be written: {reason}.", "", "")
    return FAILED


def tell_unexpected(error: Exception) -> int:
    """Say that the fault is ours."""
    _tell(
        f"Unexpected {type(error).__name__}: {error}",
        "",
        "This is a fault of run-with-tools itself. Add --verbose to see the traceback.",
    )
    return FAILED


def _place(error: CallwrightError) -> str:
    pointer = error.pointer if isinstance(error, SpecError) else None
    return " ".join(filter(None, (error.place, pointer)))


def _tell(what: str, place: str, remedy: str) -> None:
    screen = errors()
    screen.line(f"{screen.styled('error:', 'bad')} {visible(what)}")
    for line in filter(None, (place and f"in {place}", remedy)):
        screen.line(f"  {visible(line)}")
