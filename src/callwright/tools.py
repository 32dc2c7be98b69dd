"""The collection of tools that a user holds: looked up by name, searched, reported on, shown."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any, TypeAlias, overload

from callwright.cache.parsed import ParsedSpecs
from callwright.core.collector import collector_at_rest
from callwright.core.errors import ConfigurationError, InvalidTool
from callwright.core.function import FunctionTool
from callwright.core.given import a_kind, check_kind, check_number
from callwright.core.json import is_object
from callwright.core.tool import Tool
from callwright.core.trim import Trim
from callwright.core.view import original
from callwright.http import Client, Sender, fetch_spec
from callwright.lookup import tool_named
from callwright.notebook import tools_table, trim_table
from callwright.openapi.admission import loopback_origin, origin_entry
from callwright.openapi.create import MatchPattern, Where, check_server, create_tools
from callwright.openapi.folder import FileFolders, Folders
from callwright.openapi.load import load
from callwright.openapi.override import Override, read_rules
from callwright.openapi.report import Finding, Report
from callwright.openapi.security.credential import Auth
from callwright.openapi.security.wallet import named_endpoints
from callwright.openapi.source import FetchPolicy, Spec
from callwright.openapi.tool import OperationTool
from callwright.trim.catalogue import Catalogue
from callwright.trim.rank import ToolRanking
from callwright.unique import with_unique_names

__all__ = ["ToolLike", "Tools", "as_tools", "create_tools_from_openapi_spec"]

ToolLike: TypeAlias = Any
"""A `Tool`, a Python function, or a definition as a dict."""


class Tools(Sequence[Tool]):
    """An immutable sequence of tools.

    Indexed by a number, by a name, or by the operationId that the document has; a slice is a
    `Tools` again, and so is a sum with other tools. Tools of API operations read their schemas
    when these are first needed. `more` is asked for further findings when the report is read.

    Where operations of two APIs have the same name, the later one gets the name of its API before
    its own, and the report says so.

    Raises:
        InvalidTool: two of the tools have the same name and are not of different APIs.
    """

    why: Mapping[str, str] = MappingProxyType({})
    """Why each tool was found, by its name; of what a search gave."""

    def __init__(
        self,
        tools: Iterable[Tool] = (),
        report: Report | None = None,
        more: Sequence[Callable[[], Iterable[Finding]]] = (),
    ) -> None:
        self._trim: Trim | None = None
        self._whole: Tools | None = None
        self._tools = tuple(tools)
        self._by_name = {tool.name: tool for tool in self._tools}
        self._findings = report or Report()
        self._more = tuple(more)
        if len(self._by_name) < len(self._tools):
            unique, renamed = with_unique_names(self._tools)
            self._tools = tuple(unique)
            self._by_name = {tool.name: tool for tool in unique}
            self._findings = Report((*self._findings, *renamed))

    def __repr__(self) -> str:
        names = ", ".join(tool.name for tool in self._tools[:3])
        more = ", ..." if len(self._tools) > 3 else ""
        return f"<Tools {len(self._tools)}: {names}{more}>"

    def __len__(self) -> int:
        return len(self._tools)

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools)

    def __contains__(self, item: object) -> bool:
        return item in self._by_name if isinstance(item, str) else item in self._tools

    @overload
    def __getitem__(self, index: int | str) -> Tool: ...
    @overload
    def __getitem__(self, index: slice) -> Tools: ...
    def __getitem__(self, index: int | str | slice) -> Tool | Tools:
        if isinstance(index, str):
            return tool_named(index, self._by_name)
        if isinstance(index, slice):
            return Tools(self._tools[index], self._findings, self._more)
        if not hasattr(index, "__index__"):
            raise TypeError(f"A tool is named by text, or by its number, not by {a_kind(index)}.")
        return self._tools[index]

    def __add__(self, other: Iterable[ToolLike]) -> Tools:
        added = as_tools(other)
        findings = Report((*self._findings, *added._findings))
        both = Tools((*self._tools, *added._tools), findings, (*self._more, *added._more))
        # What was trimmed may still be found where a tool more is offered.
        both._trim, both._whole = self._trim, self._whole
        return both

    def trimmed_to(self, kept: Iterable[Tool], trim: Trim) -> Tools:
        """Some of the tools, and the ledger of why and how these were kept."""
        trimmed = Tools(kept, self._findings, self._more)
        trimmed._trim, trimmed._whole = trim, self._whole or self
        return trimmed

    @property
    def trim(self) -> Trim | None:
        """The ledger of the trim that these tools are left from; None where there was none."""
        return self._trim

    @property
    def whole(self) -> Tools | None:
        """The tools that these were trimmed from."""
        return self._whole

    @cached_property
    def catalogue(self) -> Catalogue:
        """The tools as a trim shows them to a model: a line for each; made once."""
        return Catalogue(self._tools, self._ranking)

    def search(self, text: str, limit: int = 10) -> Tools:
        """The tools that a text is about, best first, by a local ranking without a model.

        `why` of what is found says for each tool which words were found where, and what else
        raised it. Tools of which the text says nothing are not found.

        >>> from callwright import Tool, Tools
        >>> tools = Tools([Tool("list_loans", "List loans."), Tool("add_book", "Add a book.")])
        >>> found = tools.search("Which loans are overdue?")
        >>> dict(found.why)
        {'list_loans': '"loans" in name, summary'}

        Raises:
            ConfigurationError: the limit is below 1.
        """
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"A search is for a text, not for {a_kind(text)}.")
        check_number("limit", limit, whole=True)
        if limit < 1:
            raise ConfigurationError(f"limit={limit!r} must be above zero.")
        hits = [hit for hit in self._ranking.search(text, limit) if hit.score > 0]
        found = Tools((hit.tool for hit in hits), self._findings, self._more)
        found.why = MappingProxyType({hit.tool.name: hit.why for hit in hits})
        return found

    @cached_property
    def _ranking(self) -> ToolRanking:
        return ToolRanking(self._tools)

    @cached_property
    def report(self) -> Report:
        """What was refused, repaired or cut, and why. Reads the schemas of all tools."""
        more = (find() for find in self._more)
        whole = map(original, self._tools)
        read = (tool.findings for tool in whole if isinstance(tool, OperationTool))
        late = chain.from_iterable(chain(more, read))
        with collector_at_rest():
            return Report(dict.fromkeys(chain(self._findings, late)))

    @property
    def findings(self) -> Report:
        """What was found while the tools were made; unlike `report`, it reads no schemas."""
        return self._findings

    def _repr_html_(self) -> str:
        trim = self._trim
        if trim is None or len(trim.kept) < len(self):
            return tools_table(self._tools, self.why)
        return trim_table(trim, self._tools)


def as_tools(given: Iterable[ToolLike], name: str = "tools=") -> Tools:
    """Tools, functions and definitions as `Tools`. `name` is what they were given by.

    Raises:
        InvalidTool: something among them is no tool, or two have the same name.
    """
    if isinstance(given, Tools):
        return given
    if isinstance(given, Tool) or callable(given) or is_object(given):
        given = [given]
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        raise InvalidTool(f"{name}{given!r} is no set of tools.", remedy=_MAKE_TOOLS)
    return Tools(_as_tool(item) for item in given)


_MAKE_TOOLS = (
    "Make tools of a spec: create_tools_from_openapi_spec(...); or give a list of tools, functions "
    "and definitions."
)


def _as_tool(item: ToolLike) -> Tool:
    if isinstance(item, Tool):
        return item
    if is_object(item):
        return Tool.from_dict(item)
    if callable(item):
        return FunctionTool(item)
    raise InvalidTool(
        f"{item!r} is no tool.", remedy="Give a Tool, a function, or a definition as a dict."
    )


async def create_tools_from_openapi_spec(
    spec: Spec,
    *,
    match_patterns: Iterable[MatchPattern] = (),
    where: Where | None = None,
    overrides: Iterable[Override] = (),
    auth: Auth = None,
    server: str | None = None,
    client: Client | None = None,
    fetch_policy: FetchPolicy | None = None,
    file_folders: Folders = (),
) -> Tools:
    """Make a tool of every operation of an OpenAPI document.

    Args:
        spec: a URL, a path, JSON or YAML text, bytes, or a mapping. OpenAPI 3.0, 3.1 and 3.2, or
            Swagger 2.0, which is converted.
        match_patterns: regular expressions, searched in `https://host/base/path/{template}`; an
            operation is taken if any one is found there. None takes all.
        where: a predicate on the operation: `.method .path .url .operation_id .tags .summary
            .deprecated .effect`.
        overrides: rules that fix headers, parameters, body fields or credentials; what they fix
            is hidden from the model. Later rules win.
        auth: one credential for all, or a mapping of them by the names of security schemes or by
            origins (`"https://api.github.com"`). Unless it says otherwise, a credential is for the
            origin of `server`, or of the document's first server. `{}` is the word that none is
            given.
        server: where calls go, instead of the document's servers.
        client: an `httpx2.AsyncClient`, or a legacy `httpx` one, that sends the calls. It is
            used on the event loop of the caller; by the blocking face, on Callwright's own.
        fetch_policy: which addresses may be connected to, how many bytes and seconds the spec
            and its calls may take, and which references, redirects and retries are made.
        file_folders: a folder or several, of whose files a call may send any by its path, as
            `{"path": "report.pdf"}` where the API takes a file; hidden ones are left out. Without
            any, no file of this machine can be sent.

    Raises:
        SpecUnavailable: the spec could not be read from where it lies.
        SpecInvalid: it is no OpenAPI document that can be used.
        ConfigurationError: a pattern, a rule, the server or a folder cannot be used.

    >>> from callwright import create_tools_from_openapi_spec
    >>> spec = {
    ...     "openapi": "3.1.0",
    ...     "servers": [{"url": "https://pets.example"}],
    ...     "paths": {"/pets/{id}": {"get": {"operationId": "get_pet"}}},
    ... }
    >>> tools = create_tools_from_openapi_spec(spec)
    >>> str(tools["get_pet"].build_request({"id": "a/b"}).url)
    'https://pets.example/pets/a%2Fb'
    """
    _check_client(client)
    check_kind("fetch_policy", fetch_policy, FetchPolicy)
    check_server(server)
    folders = FileFolders.of(file_folders)
    rules = read_rules(overrides)
    policy = fetch_policy or FetchPolicy()
    document = await load(spec, fetch=fetch_spec, policy=policy, cache=ParsedSpecs())
    admitting = _admitting(policy, server, document.base_url)
    tools, report = create_tools(
        document,
        send=Sender(client=client, policy=admitting),
        match_patterns=match_patterns,
        where=where,
        overrides=rules,
        auth=auth,
        server=server,
        folders=folders,
        # Not by the caller's client: what that adds to every request is not for a token endpoint.
        fetch_token=Sender(policy=_for_tokens(admitting, auth, rules)),
        has_client=client is not None,
    )
    return Tools(tools, report, [document.find_repeated_keys, document.find_doubtful_texts])


def _admitting(policy: FetchPolicy, server: str | None, base_url: str) -> FetchPolicy:
    """What the caller has said is admitted: a server of the caller's own, or a spec on loopback."""
    return policy.admitting(loopback_origin(base_url) if server is None else origin_entry(server))


def _for_tokens(policy: FetchPolicy, auth: Auth, overrides: Iterable[Override]) -> FetchPolicy:
    """How token endpoints are reached: as the API is, and those that the caller has named.

    No redirect is followed: a secret goes to the address that was named, or nowhere.
    """
    named = chain(named_endpoints(auth), *(named_endpoints(rule.auth) for rule in overrides))
    policy = replace(policy, redirects=0)
    for url in named:
        policy = policy.admitting(origin_entry(url))
    return policy


def _check_client(client: Client | None) -> None:
    """Refuse a client that could not send, before it is tried on a call that changes something."""
    if client is None:
        return
    if not inspect.iscoroutinefunction(getattr(client, "send", None)):
        raise ConfigurationError(
            f"The client {client!r} cannot be awaited.",
            remedy="Give an httpx2.AsyncClient; the blocking face takes one too.",
        )
    if getattr(client, "is_closed", False):
        raise ConfigurationError(f"The client {client!r} is closed.")
