"""From a document to its tools: which operations, under which names, with what fixed.

Reads the clock, to tell how long a call took.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from callwright.core.errors import (
    ArgumentsInvalid,
    CallError,
    ConfigurationError,
    SpecInvalid,
)
from callwright.core.json import JsonObject, is_object
from callwright.core.tool import Exchange, Tool, ToolResult
from callwright.openapi.argument import Arguments, argument_names, read_arguments
from callwright.openapi.document import Document, escape_pointer, methods_of
from callwright.openapi.file import without_bytes
from callwright.openapi.name import tool_names
from callwright.openapi.operation import Operation
from callwright.openapi.override import Override
from callwright.openapi.parts import RequestParts
from callwright.openapi.report import Finding, Report
from callwright.openapi.request import RequestPlan
from callwright.openapi.response import Answer, shape
from callwright.openapi.secret import without_secrets
from callwright.openapi.security import Auth
from callwright.openapi.server import is_absolute

if TYPE_CHECKING:
    import httpx2

__all__ = ["MatchPattern", "OperationTool", "Send", "Where", "create_tools"]

MatchPattern: TypeAlias = "str | re.Pattern[str]"
Where: TypeAlias = Callable[[Operation], bool]

_MAX_DESCRIPTION = 1_024


class Send(Protocol):
    """Sends a request; raises a `CallError` when no answer comes."""

    async def __call__(self, request: httpx2.Request) -> Answer: ...  # noqa: D102


class OperationTool(Tool):
    """A tool whose calls are HTTP requests of one operation."""

    def __init__(self, name: str, plan: RequestPlan, send: Send) -> None:
        operation = plan.operation
        super().__init__(name, _description(operation), self._read, effect=operation.effect)
        self._plan = plan
        self._send = send

    @property
    def operation(self) -> Operation:
        """The operation behind the tool."""
        return self._plan.operation

    @property
    def argument_names(self) -> Mapping[tuple[str, str], str]:
        """Which argument fills which parameter; `("body", "")` is the request body's."""
        return self._plan.names

    @property
    def is_executable(self) -> bool:
        """An operation can always be called."""
        return True

    @property
    def source(self) -> str:
        """The API's title."""
        return self.operation.document.title

    @cached_property
    def _arguments(self) -> Arguments:
        return read_arguments(self.operation, self._plan.fixed())

    def _read(self) -> JsonObject:
        return self._arguments.schema

    def check(self, arguments: JsonObject) -> None:
        """Check arguments against the parameters; bytes are a file like any other.

        Raises:
            ArgumentsInvalid: they do not fit; every fault names its path.
        """
        super().check(without_bytes(arguments))

    def _parts(self, arguments: JsonObject | None, *, revealed: bool) -> RequestParts:
        given = arguments or {}
        self._refuse_fixed(given)
        return self._plan.build(given, revealed=revealed)

    def _refuse_fixed(self, arguments: JsonObject) -> None:
        """What the caller fixed is no argument, whether arguments are checked or not."""
        known: Any = self.parameters["properties"]
        for name in arguments:
            if name not in known:
                raise ArgumentsInvalid([f"There is no argument {name!r}."])

    async def run(self, arguments: JsonObject) -> ToolResult:
        """Send the request and shape its answer."""
        shown = self._parts(arguments, revealed=False)
        parts = self._parts(arguments, revealed=True)
        exchange = Exchange(
            method=shown.method,
            url=shown.shown_url,
            request_body=shown.shown_content,
        )
        started = perf_counter()
        try:
            answer = await self._send(parts.to_httpx2())
        except CallError as error:
            timed = replace(exchange, seconds=perf_counter() - started)
            return ToolResult.failure(str(error), timed)
        told = replace(
            exchange,
            status=answer.status,
            response_bytes=len(answer.content),
            seconds=perf_counter() - started,
        )
        return shape(_without_secrets(answer, parts.secrets), told)

    def build_request(self, arguments: JsonObject | None = None) -> httpx2.Request:
        """The HTTP request that a call would send, credentials included; nothing is sent."""
        self.check(arguments or {})
        return self._parts(arguments, revealed=True).to_httpx2()

    def to_curl(self, arguments: JsonObject | None = None) -> str:
        """The same request as a curl command, secrets as variable names."""
        self.check(arguments or {})
        return self._parts(arguments, revealed=False).to_curl()


def _without_secrets(answer: Answer, secrets: Collection[str]) -> Answer:
    """An answer as a model may read it: a redirect often says the whole query again."""
    headers = {
        name: without_secrets(value.encode(), secrets).decode()
        for name, value in answer.headers.items()
    }
    content = without_secrets(answer.content, secrets)
    return replace(answer, headers=headers, content=content)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selection:
    """Which operations become tools."""

    patterns: Sequence[re.Pattern[str]]
    where: Where | None

    def admits(self, operation: Operation) -> bool:
        # With `server=` the document's own URL still counts: patterns are written against it.
        urls = (operation.declared_url, operation.url)
        if self.patterns and not any(p.search(url) for p in self.patterns for url in urls):
            return False
        return self.where is None or bool(self.where(operation))


def create_tools(
    document: Document,
    *,
    send: Send,
    match_patterns: Iterable[MatchPattern] = (),
    where: Where | None = None,
    overrides: Iterable[Override] = (),
    auth: Auth = None,
    server: str | None = None,
) -> tuple[list[Tool], Report]:
    """Make the tools of a document, and the report on what was refused or had nothing to do.

    Raises:
        ConfigurationError: a pattern is no regular expression, or the server no address.
    """
    _check_server(server)
    selection = _Selection(patterns=_compiled(match_patterns), where=where)
    rules = tuple(overrides)
    findings: list[Finding] = []
    tools: list[Tool] = []
    operations = list(_operations(document, server, findings))
    names = tool_names((op.method, op.path, op.operation_id) for op in operations)
    for operation in operations:
        if not selection.admits(operation):
            continue
        try:
            plan = RequestPlan(
                operation=operation,
                names=argument_names(operation),
                overrides=rules,
                auth=auth,
            )
        except SpecInvalid as error:
            findings.append(_refused(operation, error))
            continue
        tools.append(OperationTool(names[operation.method, operation.path], plan, send))
    return tools, Report(findings)


def _check_server(server: str | None) -> None:
    if server is not None and (not is_absolute(server) or "?" in server or "#" in server):
        raise ConfigurationError(
            f"The server {server!r} cannot be used.",
            remedy="Give its address, such as https://api.example.com/v1, and nothing behind it.",
        )


def _operations(
    document: Document, server: str | None, findings: list[Finding]
) -> Iterable[Operation]:
    for path, node in document.paths():
        pointer = f"#/paths/{escape_pointer(path)}"
        try:
            item = document.path_item(node)
        except SpecInvalid as error:
            findings.append(Finding(kind="refused", reason=error.what, pointer=pointer))
            continue
        if not path.startswith("/"):
            reason = f"The path {path!r} does not begin with a slash; one was put before it."
            findings.append(Finding(kind="repaired", reason=reason, pointer=pointer))
        for method, place, raw in methods_of(item):
            if is_object(raw):
                yield Operation(
                    document=document,
                    path=path,
                    method=method,
                    item=item,
                    raw=raw,
                    server=server,
                )
            else:
                findings.append(_no_operation(f"{method} {path}", f"{pointer}/{place}"))


def _no_operation(operation: str, pointer: str) -> Finding:
    return Finding(
        kind="refused",
        reason="The operation is no object.",
        pointer=pointer,
        operation=operation,
    )


def _refused(operation: Operation, error: SpecInvalid) -> Finding:
    return Finding(
        kind="refused",
        reason=error.what,
        pointer=error.pointer or operation.pointer,
        operation=f"{operation.method} {operation.path}",
    )


def _compiled(patterns: Iterable[MatchPattern]) -> list[re.Pattern[str]]:
    listed = [patterns] if isinstance(patterns, (str, re.Pattern)) else list(patterns)
    try:
        return [re.compile(pattern) for pattern in listed]
    except re.error as error:
        raise ConfigurationError(
            f"The match pattern {error.pattern!r} is no regular expression: {error.msg}."
        ) from None


def _description(operation: Operation) -> str:
    """Summary, description and a word on deprecation, in plain characters and within a limit."""
    summary, description = operation.summary, operation.description
    parts = [
        "Deprecated." if operation.deprecated else "",
        summary,
        description if description != summary else "",
    ]
    text = "\n".join(filter(None, map(_visible, parts))) or f"{operation.method} {operation.path}"
    return text if len(text) <= _MAX_DESCRIPTION else text[: _MAX_DESCRIPTION - 1] + "…"


def _visible(text: str) -> str:
    """The text without control and invisible characters, which could hide words from people."""
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs")
    ).strip()
