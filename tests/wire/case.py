"""Operations drawn from the corpus, each with invented arguments and the request made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from tests.wire.invent import Impossible, arguments_for
from tests.wire.standalone import SERVER, standalone, without_fragment

from callwright import Tool, create_tools_from_openapi_spec
from callwright.errors import ArgumentsInvalid, CallwrightError

__all__ = ["Case", "Skipped", "cases_of"]

# The share of optional arguments, less with every attempt that the tool itself refuses.
_SHARES = (0.5, 0.5, 0.3, 0.1, 0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An operation that no request was made for, and why."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request: what it was made of, and what came out."""

    name: str
    document: Mapping[str, Any]
    method: str
    path: str
    values: Mapping[tuple[str, str], Any]
    """The values by location and name; the body's are `("body", "")`."""
    url: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def media_type(self) -> str:
        """What the body is written in, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()

    @property
    def sent_path(self) -> str:
        """The path's template without the fragment that some path keys have."""
        return without_fragment(self.path)

    @property
    def raw_path(self) -> str:
        """The path below the server, encoded."""
        return urlsplit(self.url).path.removeprefix(urlsplit(SERVER).path)

    @property
    def raw_query(self) -> str:
        """The query, encoded."""
        return urlsplit(self.url).query

    @property
    def body(self) -> Any:
        """The argument for the body, None if there is none."""
        return self.values.get(("body", ""))

    @property
    def has_body(self) -> bool:
        """Whether a body was asked for."""
        return ("body", "") in self.values

    def at(self, location: str) -> dict[str, Any]:
        """The values of a location by name."""
        return {name: value for (place, name), value in self.values.items() if place == location}

    @cached_property
    def alone(self) -> dict[str, Any]:
        """The operation as a document of its own."""
        return standalone(self.document, self.method, self.path, self.media_type)

    @cached_property
    def operation(self) -> dict[str, Any]:
        """The operation in that document."""
        found: dict[str, Any] = self.alone["paths"][self.sent_path][self.method.lower()]
        return found

    @cached_property
    def declared(self) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        """Its parameters by location and name."""
        return {(one["in"], one["name"]): one for one in self.operation["parameters"]}


def cases_of(
    document: str, node_modules: Path, limit: int | None, repeat: int = 1
) -> Iterator[Case | Skipped]:
    """Requests of some operations of a document, of all without a limit; drawn by a hash."""
    content = (node_modules / document).read_bytes()
    raw = _parsed(content)
    try:
        tools = list(create_tools_from_openapi_spec(content, server=SERVER))
    except CallwrightError as error:
        yield Skipped(name=document, reason=f"the document does not load: {type(error).__name__}")
        return
    drawn = sorted(tools, key=lambda tool: sha256(f"{document} {tool.name}".encode()).digest())
    for tool in drawn[:limit]:
        for turn in range(repeat):
            yield _case(tool, f"{document} {tool.name}{f' {turn}' if turn else ''}", raw)


def _parsed(content: bytes) -> Mapping[str, Any]:
    try:
        parsed: Mapping[str, Any] = json.loads(content)
    except ValueError:
        parsed = yaml.safe_load(content)
    return parsed


def _case(tool: Tool, name: str, raw: Mapping[str, Any]) -> Case | Skipped:
    reason = ""
    for attempt, share in enumerate(_SHARES):
        try:
            arguments = arguments_for(tool.parameters, f"{name} {attempt}", share)
            request = tool.build_request(arguments)
        except Impossible as impossible:
            reason = f"no arguments: {impossible}"
        except ArgumentsInvalid:
            reason = "no arguments that the tool takes were found"
        else:
            names = {argument: place for place, argument in tool.argument_names.items()}
            return Case(
                name=name,
                document=raw,
                method=request.method,
                path=tool.operation.path,
                values={names[argument]: value for argument, value in arguments.items()},
                url=str(request.url),
                headers=_headers(request.headers),
                content=request.content,
            )
    return Skipped(name=name, reason=reason)


def _headers(headers: Any) -> dict[str, str]:
    """Headers as a server reads their bytes, taken for UTF-8."""
    return {name.decode().lower(): value.decode() for name, value in headers.raw}
