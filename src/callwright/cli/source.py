"""From the options and the configuration to the tools of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callwright.cli.configuration import Configuration
from callwright.cli.progress import counted
from callwright.cli.standard_input import read_standard_input
from callwright.core.errors import ConfigurationError, SpecUnavailable

if TYPE_CHECKING:
    from callwright.openapi.operation import Operation
    from callwright.openapi.secret import Value
    from callwright.tools import Tools

__all__ = ["SpecChoice", "open_tools"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecChoice:
    """Which spec, what of it, and what its requests always hold."""

    source: str
    server: str | None = None
    match: tuple[str, ...] = ()
    headers: Mapping[str, Value] = field(default_factory=dict[str, Any])
    auth: Any = field(default=None, repr=False)
    overrides: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """The rules of the configuration, each by the arguments of an `Override`."""
    files: tuple[str, ...] = ()
    """The folders whose files may be sent."""
    addresses: tuple[str, ...] = ()
    """What calls may go to besides public addresses."""
    known: tuple[str, ...] = ()
    """The names that the configuration has."""
    document: bytes | None = None
    """What was read from standard input."""

    @classmethod
    def of(cls, flags: Mapping[str, Any], configuration: Configuration) -> SpecChoice:
        """What the flags say, over what the configuration says.

        Raises:
            ConfigurationError: no spec is chosen.
        """
        source = flags["spec"] or configuration.spec
        if not source:
            raise ConfigurationError(
                "No spec is chosen.",
                remedy="Give --spec with a URL, a path or a name, "
                "or set default_spec at the top of run-with-tools.toml.",
            )
        names = tuple(configuration.specs)
        named = configuration.specs.get(source)
        chosen = cls(source=source, known=names)
        if named is not None:
            chosen = cls(
                source=named.source,
                server=named.server,
                match=named.match,
                headers=named.headers,
                auth=named.auth,
                overrides=named.overrides,
                files=named.files,
                addresses=named.addresses,
            )
        return replace(
            chosen,
            server=flags["server"] or chosen.server,
            match=flags["match"] or chosen.match,
            headers={**chosen.headers, **flags["header"]},
            auth=chosen.auth if flags["auth"] is None else flags["auth"],
            files=flags["files"] or chosen.files,
            addresses=flags["allow_address"] or chosen.addresses,
        )

    @property
    def uses_standard_input(self) -> bool:
        """Whether the spec itself comes from there."""
        return self.source == "-"

    def with_input(self) -> SpecChoice:
        """The same choice, with the spec where that stands on standard input.

        It is read before an event loop runs, since the loop's handler of SIGINT cannot end a read.
        """
        return replace(self, document=read_standard_input()) if self.uses_standard_input else self


async def open_tools(choice: SpecChoice) -> Tools:
    """Read the spec and make its tools.

    Raises:
        SpecError: it cannot be used.
        ConfigurationError: an option cannot be used.
    """
    tools, taken = await _make_tools(choice)
    if choice.match and not taken:
        raise await _no_match(choice)
    return tools


async def _make_tools(choice: SpecChoice) -> tuple[Tools, list[Operation]]:
    """The tools, and the operations that were taken, those that became no tools among them."""
    from callwright.aio import create_tools_from_openapi_spec
    from callwright.openapi.override import Override
    from callwright.openapi.source import FetchPolicy

    taken: list[Operation] = []

    def take(operation: Operation) -> bool:
        taken.append(operation)
        return True

    try:
        tools = await create_tools_from_openapi_spec(
            _spec(choice),
            match_patterns=choice.match,
            where=take,
            overrides=[
                *(Override(**rule) for rule in choice.overrides),
                *([Override("*", headers=choice.headers)] if choice.headers else []),
            ],
            auth=choice.auth,
            server=choice.server,
            file_folders=choice.files,
            fetch_policy=FetchPolicy(addresses=choice.addresses or "public"),
        )
    except SpecUnavailable as error:
        if choice.known:
            error.remedy += f" The configuration knows {', '.join(choice.known)}."
        raise
    return tools, taken


async def _no_match(choice: SpecChoice) -> ConfigurationError:
    """What is wrong where no operation was taken; the spec is read again, to count them all."""
    _, operations = await _make_tools(replace(choice, match=()))
    return ConfigurationError(
        f"No operation's URL fits --match {' '.join(map(repr, choice.match))}; "
        f"the spec has {counted(len(operations), 'operation')}.",
        remedy="Leave --match out to see them: run-with-tools tools --spec SOURCE",
    )


def _spec(choice: SpecChoice) -> str | bytes | Path:
    if choice.document is not None:
        return choice.document
    return choice.source if "://" in choice.source else Path(choice.source).expanduser()
