"""A tool whose calls are HTTP requests of one operation.

What sends them is handed in. Reads the clock, to tell how long an exchange took.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, Protocol

from callwright.core.errors import ArgumentsInvalid, CallError, CredentialError
from callwright.core.json import JsonObject
from callwright.core.redaction import without_secrets
from callwright.core.signature import Signature
from callwright.core.text.visible import visible
from callwright.core.tool import Exchange, Tool, ToolResult
from callwright.openapi.answer.projection import Projection
from callwright.openapi.answer.response import Answer, in_utf8, shape
from callwright.openapi.argument import Arguments, read_arguments
from callwright.openapi.file import without_bytes
from callwright.openapi.folder import FileFolders
from callwright.openapi.operation import Operation
from callwright.openapi.override import Override
from callwright.openapi.report import Finding
from callwright.openapi.request.parts import RequestParts
from callwright.openapi.request.plan import RequestPlan
from callwright.openapi.request.waiting import build_awaiting, build_waiting
from callwright.openapi.schema.reader import SchemaReader
from callwright.openapi.secret import Reading
from callwright.openapi.security.flow import opened, send_through
from callwright.openapi.security.token import Tokens
from callwright.openapi.security.wallet import Wallet

if TYPE_CHECKING:
    import httpx2

__all__ = ["Api", "OperationTool", "Send"]

_MAX_DESCRIPTION = 1_024
_REFUSED = (401, 403)


class Send(Protocol):
    """Sends a request; raises a `CallError` when no answer comes."""

    async def __call__(self, request: httpx2.Request) -> Answer: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What the tools of one document share."""

    schemas: SchemaReader
    send: Send
    overrides: Sequence[Override] = ()
    folders: FileFolders = field(default_factory=FileFolders)
    wallet: Wallet = field(default_factory=Wallet, repr=False)
    tokens: Tokens | None = field(default=None, repr=False)
    has_client: bool = False
    """Whether the caller's own client sends, which may have credentials that nobody sees."""


class OperationTool(Tool):
    """A tool whose calls are HTTP requests of one operation."""

    def __init__(self, name: str, operation: Operation, api: Api) -> None:
        super().__init__(name, _description(operation), effect=operation.effect)
        self._made_as = name
        self._operation = operation
        self._api = api

    @property
    def operation(self) -> Operation:
        """The operation behind the tool."""
        return self._operation

    @cached_property
    def _plan(self) -> RequestPlan:
        api = self._api
        return RequestPlan(
            operation=self._operation,
            overrides=api.overrides,
            folders=api.folders,
            wallet=api.wallet,
            tokens=api.tokens,
        )

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

    @property
    def signature(self) -> Signature:
        """What it takes and gives by names alone; for all of a document these are read at once."""
        return self._operation.signature

    @cached_property
    def _arguments(self) -> Arguments:
        return read_arguments(self.operation, self._plan.fixed(), self._api.schemas)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was renamed, repaired or cut; the tool's schema is read for it."""
        return (*self._repaired(), *self._renamed(), *self._arguments.findings)

    def _repaired(self) -> Iterator[Finding]:
        operation = self.operation
        for reason in operation.template_faults:
            yield self._finding("repaired", reason, operation.pointer)

    def _renamed(self) -> Iterator[Finding]:
        given = self.operation.operation_id
        if given is None or given == self._made_as:
            return
        reason = f"The operationId {given!r} cannot be the name of a tool; {self._made_as!r} is."
        yield self._finding("renamed", reason, f"{self.operation.pointer}/operationId")

    def _finding(self, kind: Literal["repaired", "renamed"], reason: str, place: str) -> Finding:
        about = f"{self.operation.method} {self.operation.path}"
        return Finding(kind=kind, reason=reason, pointer=place, operation=about)

    def _schema(self) -> JsonObject:
        return self._arguments.schema

    def check(self, arguments: JsonObject) -> None:
        """Check arguments against the parameters; bytes are a file like any other.

        Raises:
            ArgumentsInvalid: they do not fit; every fault names its path.
        """
        try:
            super().check(without_bytes(arguments))
        except RecursionError:
            raise ArgumentsInvalid(["They are nested too deeply."]) from None

    def _parts(self, arguments: JsonObject | None, reading: Reading) -> RequestParts:
        given = arguments or {}
        self._refuse_fixed(given)
        return self._plan.build(given, reading)

    def _shown_parts(self, arguments: JsonObject | None) -> RequestParts:
        return self._parts(arguments, Reading(revealed=False))

    def _refuse_fixed(self, arguments: JsonObject) -> None:
        """What the caller fixed is no argument, whether arguments are checked or not."""
        known: Any = self.parameters["properties"]
        for name in arguments:
            if name not in known:
                raise ArgumentsInvalid([f"There is no argument {name!r}."])

    def prepare(self) -> None:
        """Find out whether calls have a server to go to and the credentials they need.

        Raises:
            ServerMissing: the document names no absolute server, and none was given.
            CredentialError: an environment variable that a credential comes from is not set.
        """
        self._plan.prepare()

    def lacking(self) -> CredentialError | None:
        """What a call would go without although the document asks for it, and how to give it."""
        return None if self._api.has_client else self._plan.need.unmet(self.name)

    async def run(self, arguments: JsonObject) -> ToolResult:
        """Send the request and shape its answer."""
        parts = await build_awaiting(partial(self._parts, arguments))
        # Without a secret in it, the request is as it may be shown.
        exchange = _shown(parts) if not parts.secrets else self._exchange(arguments)
        started = perf_counter()
        try:
            parts, answer = await self._answered(arguments, parts)
        except CallError as error:
            timed = replace(exchange, seconds=perf_counter() - started, attempts=error.attempts)
            words = without_secrets(str(error), parts.secrets)
            return ToolResult.failure(words, timed, outcome_unknown=error.outcome_unknown)
        told = replace(
            exchange,
            status=answer.status,
            response_bytes=len(answer.content),
            seconds=perf_counter() - started,
            attempts=answer.attempts,
        )
        shown = _without_secrets(answer, parts.secrets)
        result = shape(shown, told, self._projection(parts.url))
        return self._explained(result) if answer.status in _REFUSED else result

    async def _answered(
        self, arguments: JsonObject, parts: RequestParts
    ) -> tuple[RequestParts, Answer]:
        """The answer, and the request that it is for: one with new tokens if these were refused."""
        answer = await self._sent(parts)
        if answer.status != 401 or not parts.discards:
            return parts, answer
        for discard in parts.discards:
            discard()
        renewed = await build_awaiting(partial(self._parts, arguments))
        return renewed, await self._sent(renewed)

    async def _sent(self, parts: RequestParts) -> Answer:
        return await send_through(parts.flows, parts.to_httpx2(), self._api.send)

    def _explained(self, result: ToolResult) -> ToolResult:
        """The result of a call that was not allowed, with what it went without, if anything."""
        why = "" if self._api.has_client else self._plan.need.why_without(self.name)
        return replace(result, content=f"{result.content}\n{why}") if why else result

    def _projection(self, url: str) -> Projection | None:
        """The fields that a rule keeps of the answers to a request; the last such rule holds."""
        operation = self._operation
        urls = dict.fromkeys((operation.declared_url, operation.url, url))
        for rule in reversed(self._api.overrides):
            if rule.fields and any(rule.admits(operation.method, admitted) for admitted in urls):
                return rule.projection
        return None

    def _exchange(self, arguments: JsonObject | None) -> Exchange:
        """The exchange as it may be shown, before it has taken place."""
        return _shown(self._shown_parts(arguments))

    def digest(self, arguments: JsonObject) -> str:
        """SHA-256, in hex, of the request as it may be shown, its headers and body included.

        Raises:
            ArgumentsInvalid: no request can be made of the arguments.
        """
        return self._shown_parts(arguments).digest()

    def show_request(self, arguments: JsonObject | None = None) -> Exchange:
        """What a call would send, as it may be shown: secrets as `$NAME`."""
        self.check(arguments or {})
        return self._exchange(arguments)

    def build_request(self, arguments: JsonObject | None = None) -> httpx2.Request:
        """The HTTP request that a call would send, credentials included; nothing is sent."""
        self.check(arguments or {})
        parts = build_waiting(partial(self._parts, arguments))
        return opened(parts.flows, parts.to_httpx2())

    def to_curl(self, arguments: JsonObject | None = None) -> str:
        """The same request as a curl command, secrets as variable names."""
        self.check(arguments or {})
        return self._shown_parts(arguments).to_curl()


def _shown(parts: RequestParts) -> Exchange:
    return Exchange(
        method=parts.method, url=parts.shown_url, request_body=parts.shown_content, attempts=0
    )


def _without_secrets(answer: Answer, secrets: Collection[str]) -> Answer:
    """An answer as a model may read it: a redirect often says the whole query again."""
    if not secrets:
        return answer
    answer = in_utf8(answer)
    headers = {name: without_secrets(value, secrets) for name, value in answer.headers.items()}
    content = without_secrets(answer.content, secrets)
    return replace(answer, headers=headers, content=content)


def _description(operation: Operation) -> str:
    """Summary, description and a word on deprecation, in plain characters and within a limit."""
    summary, description = operation.summary, operation.description
    parts = [part for part in (summary, description) if part]
    if summary == description:
        del parts[1:]
    if operation.deprecated:
        parts.insert(0, "Deprecated.")
    text = visible("\n".join(parts)).strip() or f"{operation.method} {operation.path}"
    return text if len(text) <= _MAX_DESCRIPTION else text[: _MAX_DESCRIPTION - 1] + "…"
