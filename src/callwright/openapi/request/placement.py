"""Where the values of a request are written: path, query, headers and cookies.

What is written is decided before; the body is written elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from callwright.core.errors import ArgumentsInvalid
from callwright.core.json import Json
from callwright.openapi.media import MediaType
from callwright.openapi.operation import LOCATIONS, Operation
from callwright.openapi.parameter import Location, Parameter
from callwright.openapi.request.address import ascii_address, encoded
from callwright.openapi.request.body.write import write_body
from callwright.openapi.request.segment import stays_in_place
from callwright.openapi.request.style import cookie_pairs, query_pairs, write_header, write_path
from callwright.openapi.request.values import Values
from callwright.openapi.request.wire import Written, names_in, refuse_fixed

__all__ = ["Placement"]

_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_WHOLE = re.compile(r"\{[^{}]+\}")


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The places of one operation's values; what does not change is read once."""

    operation: Operation
    names: Mapping[tuple[str, str], str]
    """Which argument fills which parameter, for what a model is told."""

    @cached_property
    def _declared(self) -> Mapping[str, Mapping[str, Parameter]]:
        """The parameters by their location and their name."""
        declared: dict[str, dict[str, Parameter]] = {location: {} for location in LOCATIONS}
        for parameter in self.operation.parameters:
            declared[parameter.location][parameter.name] = parameter
        return declared

    @cached_property
    def _template(self) -> tuple[str, ...]:
        """The URL's fixed parts, encoded, and between them the names of the path's parameters.

        A `#` in a path key begins a fragment, which is never sent; a `?` begins the query.
        """
        base = ascii_address(self.operation.base_url)
        path = self.operation.rooted_path.partition("#")[0]
        # The pattern's one group makes every second piece a name.
        first, *pieces = _TEMPLATE.split(path)
        written = (
            piece if index % 2 == 0 else encoded(piece) for index, piece in enumerate(pieces)
        )
        return (base + encoded(first), *written)

    @cached_property
    def _mixed(self) -> tuple[int, ...]:
        """The segments that are a value and more, counted from the end of the path."""
        segments = self.operation.rooted_path.partition("#")[0].partition("?")[0].split("/")
        mixed = (
            _TEMPLATE.search(segment) and not _WHOLE.fullmatch(segment) for segment in segments
        )
        return tuple(index - len(segments) for index, is_mixed in enumerate(mixed) if is_mixed)

    @cached_property
    def _own_query(self) -> Collection[str]:
        """The names in the query that some paths have of their own."""
        return frozenset(names_in(encoded(self.operation.url).partition("?")[2], "&;"))

    def takes_file(self, location: str, name: str) -> bool:
        """Whether a parameter is a file by its schema."""
        schema = self._declared[location][name].schema
        return MediaType.read("", {"schema": schema}, self.operation.document).may_be_file()

    def headers(self, values: Values) -> Iterator[tuple[str, str]]:
        """The headers, those left out for which there is nothing to say."""
        declared = self._declared["header"]
        for name, value in values.header.items():
            parameter = declared.get(name) or Parameter.plain(name, "header")
            written = write_header(parameter, value)
            if written is not None:
                yield name, written

    def cookies(self, values: Values) -> list[str]:
        """The cookies, each as `name=value`.

        Raises:
            ArgumentsInvalid: one of them says what is fixed.
        """
        declared = self._declared["cookie"]
        written: list[Written] = []
        for name, value in values.cookie.items():
            # A cookie that is declared nowhere is the caller's, who wrote it as it shall be sent.
            parameter = declared.get(name) or Parameter(
                name=name, location="cookie", style="cookie"
            )
            texts = (f"{key}={text}" for key, text in cookie_pairs(parameter, value))
            written += (self._written("cookie", name, text, values) for text in texts)
        refuse_fixed(written, values.fixed["cookie"])
        return [piece.text for piece in written]

    def url(self, values: Values) -> str:
        """The whole URL.

        Raises:
            ArgumentsInvalid: a path value is missing or no segment, or a pair says what is fixed.
        """
        written = self._query(values)
        url = self.path_url(values.path)
        refuse_fixed([*written, *self._query_of_path(url)], values.fixed["query"])
        query = "&".join(piece.text for piece in written)
        mark = "&" if "?" in url else "?"
        return f"{url}{mark}{query}" if query else url

    def _query_of_path(self, url: str) -> list[Written]:
        """What a path's values say in the query that some paths have of their own."""
        if "?" not in url:
            return []
        names = names_in(url.partition("?")[2], "&;")
        own = self._own_query
        names = [name for name in names if name not in own]
        return [Written(argument="The path", names=names)]

    def _query(self, values: Values) -> list[Written]:
        whole, declared = self._declared["querystring"], self._declared["query"]
        written = [
            self._written("querystring", name, self._whole_query(whole[name], value), values)
            for name, value in values.querystring.items()
        ]
        for name, value in values.query.items():
            parameter = declared.get(name) or Parameter.plain(name, "query")
            texts = (f"{key}={text}" for key, text in query_pairs(parameter, value))
            written += (self._written("query", name, text, values) for text in texts)
        return written

    def _written(self, location: Location, name: str, text: str, values: Values) -> Written:
        is_whole = location == "querystring"
        fixed = values.fixed["query" if is_whole else location]
        separators = ";" if location == "cookie" else "&;"
        return Written(
            argument=self.names.get((location, name), name),
            own_name="" if is_whole else name,
            # Names are compared with what is fixed, which is nothing as a rule.
            names=names_in(text, separators) if fixed else (),
            text=text,
            is_fixed=not is_whole and name in fixed,
        )

    def path_url(self, path_values: Mapping[str, Any]) -> str:
        """The URL with the path's template filled in, all names in one pass."""
        declared = self._declared["path"]
        missing = [name for name in declared if name not in path_values]
        if missing:
            argument = self.names.get(("path", missing[0]), missing[0])
            raise ArgumentsInvalid([f"{argument} is required."])
        written = {name: write_path(declared[name], path_values[name]) for name in declared}
        url = "".join(
            written[piece] if index % 2 else piece for index, piece in enumerate(self._template)
        )
        if self._mixed:
            self._check_segments(url)
        return url

    def _check_segments(self, url: str) -> None:
        """Values may stay in place by themselves, and not behind the dot of `/.{name}`."""
        segments = url.partition("?")[0].split("/")
        for segment in (segments[index] for index in self._mixed):
            if not stays_in_place(segment):
                raise ArgumentsInvalid([f"The path has {segment!r}, which is no path segment."])

    def _whole_query(self, parameter: Parameter, value: Json) -> str:
        """A query as one value (OAS 3.2): a form as it is, others encoded whole."""
        name = parameter.media_type or "text/plain"
        media = MediaType.read(name, parameter.media, self.operation.document)
        content = write_body(media, value).content
        return content.decode() if media.kind == "form" else quote(content, safe="")
