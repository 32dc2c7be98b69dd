"""From a document to its tools: which operations, under which names, with what fixed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from callwright.core.collector import collector_at_rest
from callwright.core.errors import ConfigurationError, SpecInvalid
from callwright.core.given import check_callable
from callwright.core.tool import Tool
from callwright.openapi.document import Document
from callwright.openapi.folder import FileFolders
from callwright.openapi.head import PathHead, path_head
from callwright.openapi.name import tool_names
from callwright.openapi.operation import Operation, operation_pointer
from callwright.openapi.override import Override
from callwright.openapi.pointer import escape_pointer
from callwright.openapi.report import Finding, Report
from callwright.openapi.schema.reader import SchemaReader
from callwright.openapi.security.credential import Auth
from callwright.openapi.security.need import Need
from callwright.openapi.security.origin import origin_of
from callwright.openapi.security.token import FetchToken, Tokens
from callwright.openapi.security.wallet import Wallet
from callwright.openapi.server import is_absolute, server_url
from callwright.openapi.soundness import Soundness
from callwright.openapi.tool import Api, OperationTool, Send

__all__ = ["MatchPattern", "Where", "check_server", "create_tools"]

MatchPattern: TypeAlias = "str | re.Pattern[str]"
Where: TypeAlias = Callable[[Operation], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selection:
    """Which operations become tools."""

    patterns: Sequence[re.Pattern[str]]
    where: Where | None

    def admits(self, operation: Operation) -> bool:
        if self.patterns and not self._fits(operation):
            return False
        return self.where is None or bool(self.where(operation))

    def _fits(self, operation: Operation) -> bool:
        # With `server=` the document's own URL still counts: patterns are written against it.
        urls = (operation.declared_url, operation.url)
        return any(pattern.search(url) for pattern in self.patterns for url in urls)


@collector_at_rest()
def create_tools(
    document: Document,
    *,
    send: Send,
    match_patterns: Iterable[MatchPattern] = (),
    where: Where | None = None,
    overrides: Iterable[Override] = (),
    auth: Auth = None,
    server: str | None = None,
    folders: FileFolders = FileFolders(),  # noqa: B008  # a frozen value
    fetch_token: FetchToken | None = None,
    has_client: bool = False,
) -> tuple[list[Tool], Report]:
    """Make the tools of a document, and the report on what was refused or had nothing to do.

    `fetch_token` sends to token endpoints; unless given, it is `send`. `has_client` says that the
    caller's own client sends.

    Raises:
        ConfigurationError: a pattern is no regular expression, the server no address, or a
            credential is for a security scheme that the document does not declare.
    """
    check_server(server)
    check_callable("where", where, "Give a function of the operation that says whether to take it.")
    selection = _Selection(patterns=_compiled(match_patterns), where=where)
    rules = tuple(overrides)
    findings = list(document.findings)
    tools: list[Tool] = []
    taken: list[Operation] = []
    operations = list(_operations(document, server, findings))
    names = tool_names((op.method, op.path, op.operation_id) for op in operations)
    wallet = Wallet(auth=auth, home=_home(document, server, operations))
    wallet.check(document)
    api = Api(
        schemas=SchemaReader(document, of_path=folders.description),
        send=send,
        overrides=rules,
        folders=folders,
        wallet=wallet,
        tokens=Tokens(fetch=fetch_token or send),
        has_client=has_client,
    )
    soundness = Soundness(document)
    for operation, name in zip(operations, names, strict=True):
        if not selection.admits(operation):
            continue
        try:
            soundness.check(operation)
        except SpecInvalid as error:
            findings.append(_refused(operation, error))
            continue
        tools.append(OperationTool(name, operation, api))
        taken.append(operation)
    findings += _withheld(taken, wallet)
    findings += _bound_rules(taken, rules, wallet.home)
    findings += _unused(rules, operations)
    return tools, Report(findings)


def check_server(server: str | None) -> None:
    """Refuse what is no address that calls can go to.

    Raises:
        ConfigurationError: it is none.
    """
    if server is None:
        return
    given = cast("object", server)
    if not isinstance(given, str) or not is_absolute(given) or "?" in given or "#" in given:
        raise ConfigurationError(
            f"The server {server!r} cannot be used.",
            remedy="Give its address, such as https://api.example.com/v1, and nothing behind it.",
        )


def _home(document: Document, server: str | None, operations: Sequence[Operation]) -> str:
    """The origin that credentials are for which state none: the caller's word, or the document's.

    Where that has no servers of its own, it is the one origin that all its operations share.
    """
    if server is not None:
        return origin_of(server)
    servers = document.raw.get("servers")
    if not servers:
        shared = {origin_of(operation.base_url) for operation in operations}
        if len(shared) == 1:
            return shared.pop()
    return origin_of(server_url(document.base_url, servers))


def _withheld(operations: Iterable[Operation], wallet: Wallet) -> Iterable[Finding]:
    """The operations that get no credential, since they lead to an origin that none is for.

    Of those without a server of their own the first stands for all.
    """
    if not wallet.origins():
        return
    is_told = False
    for operation in operations:
        has_own = bool(operation.head.servers or operation.path_head.servers)
        if is_told and not has_own:
            continue
        auth = wallet.at(origin_of(operation.base_url))
        need = Need(operation=operation, wallet=wallet, auth=auth, places=())
        if need.is_withheld:
            is_told = is_told or not has_own
            yield Finding(
                kind="withheld",
                reason=need.withheld(),
                pointer=operation.pointer if has_own else "#/servers",
                operation=f"{operation.method} {operation.path}" if has_own else "",
            )


def _bound_rules(
    operations: Iterable[Operation], rules: Iterable[Override], home: str
) -> Iterable[Finding]:
    """The rules whose secrets do not go to every operation, since they name no host."""
    unbound = [rule for rule in rules if not rule.names_host and rule.has_secrets]
    if not unbound:
        return
    origins = {origin_of(operation.base_url) for operation in operations} - {home, ""}
    for rule in unbound if origins else ():
        yield Finding(
            kind="withheld",
            reason=f"The secrets of {rule!r} are not sent to {', '.join(sorted(origins))}: a "
            "rule for another origin than the API's own must name its host.",
        )


def _operations(
    document: Document, server: str | None, findings: list[Finding]
) -> Iterable[Operation]:
    for path, head in document.heads():
        try:
            item = _followed(document, path, head)
        except SpecInvalid as error:
            findings.append(_about_path(path, "refused", error.what))
            continue
        if not path.startswith("/"):
            reason = f"The path {path!r} does not begin with a slash; one was put before it."
            findings.append(_about_path(path, "repaired", reason))
        for method, own in item.operations():
            if own is None:
                place = operation_pointer(path, method)
                findings.append(_no_operation(f"{method} {path}", place))
            else:
                yield Operation(
                    document=document,
                    path=path,
                    method=method,
                    head=own,
                    path_head=item,
                    server=server,
                )


def _followed(document: Document, path: str, head: PathHead | None) -> PathHead:
    """The head of a path item, with what its reference leads to."""
    if head is not None and head.reference is None:
        return head
    item = path_head(document.path_item(path))
    assert item is not None  # noqa: S101  # for the type checkers: a path item is an object
    return item


def _about_path(path: str, kind: Literal["refused", "repaired"], reason: str) -> Finding:
    return Finding(kind=kind, reason=reason, pointer=f"#/paths/{escape_pointer(path)}")


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
        pointer=operation.document.shown(error.pointer or operation.pointer),
        operation=f"{operation.method} {operation.path}",
    )


def _unused(rules: Iterable[Override], operations: Sequence[Operation]) -> Iterable[Finding]:
    """The rules that can hold for no request of any operation; most hold for the first."""
    for rule in rules:
        places = (
            (operation.method, url)
            for operation in operations
            for url in dict.fromkeys((operation.declared_url, operation.url))
        )
        if not any(rule.may_admit(method, url) for method, url in places):
            reason = f"{rule!r} admits no operation of the document."
            yield Finding(kind="unused", reason=reason)


def _compiled(patterns: Iterable[MatchPattern]) -> list[re.Pattern[str]]:
    listed = [patterns] if isinstance(patterns, (str, re.Pattern)) else list(patterns)
    for pattern in listed:
        given = cast("object", pattern)
        if not isinstance(given, (str, re.Pattern)):
            raise ConfigurationError(
                f"The match pattern {given!r} is neither text nor a compiled pattern."
            )
    try:
        return [re.compile(pattern) for pattern in listed]
    except re.error as error:
        raise ConfigurationError(
            f"The match pattern {error.pattern!r} is no regular expression: {error.msg}."
        ) from None
