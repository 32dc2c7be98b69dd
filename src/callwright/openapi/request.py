"""Turn an operation and its arguments into one HTTP request. Nothing is sent from here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from callwright._version import __version__
from callwright.core.errors import ArgumentsInvalid, ServerMissing
from callwright.core.json import Json, is_object
from callwright.openapi.argument import Fixed, argument_names
from callwright.openapi.file import without_bytes
from callwright.openapi.media import (
    MediaType,
    WrittenBody,
    field_names,
    preferred_media_type,
    write_body,
)
from callwright.openapi.operation import Operation
from callwright.openapi.override import Override
from callwright.openapi.parameter import (
    Location,
    Parameter,
    cookie_pairs,
    query_pairs,
    write_header,
    write_path,
)
from callwright.openapi.parts import RequestParts, set_header
from callwright.openapi.secret import Reading
from callwright.openapi.security import Auth, credentials_for
from callwright.openapi.values import Values, apply_rule, merged
from callwright.openapi.wire import Written, names_in, refuse_fixed

__all__ = ["RequestPlan"]

_UNRESERVED = "-._~"
_TEMPLATE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, kw_only=True)
class RequestPlan:
    """How the calls of one operation become requests: its argument names, rules and credentials."""

    operation: Operation
    overrides: Sequence[Override] = ()
    auth: Auth = field(default=None, repr=False)

    @cached_property
    def names(self) -> Mapping[tuple[str, str], str]:
        """Which argument fills which parameter; `("body", "")` is the request body's."""
        return argument_names(self.operation)

    def fixed(self) -> Fixed:
        """What the rules fix for every request of the operation."""
        parameters: set[tuple[str, str]] = set()
        body: dict[str, Any] = {}
        for rule in self._standing_rules:
            for location in ("path", "query"):
                parameters |= {(location, name) for name in getattr(rule, location) or ()}
            parameters |= {("header", name.lower()) for name in rule.headers or ()}
            parameters |= {("cookie", name) for name in rule.cookies or ()}
            body = merged(merged(body, rule.body or {}), rule.form or {})
        parameters |= self._credential_places()
        return Fixed(parameters=parameters, body=body)

    def _credential_places(self) -> set[tuple[str, str]]:
        auth = self._auth(self._standing_rules)
        added = credentials_for(self.operation, auth, Reading(revealed=False))
        return {
            *(("header", name.lower()) for name in added.headers),
            *(("query", name) for name in added.query),
            *(("cookie", name) for name in added.cookies),
        }

    @cached_property
    def _standing_rules(self) -> list[Override]:
        """The rules that admit the operation by its URL, whatever the arguments are.

        Asked once, so that what is hidden from the model is what is put into its requests.
        """
        operation = self.operation
        urls = dict.fromkeys((operation.declared_url, operation.url))
        return [
            rule
            for rule in self.overrides
            if any(rule.admits(operation.method, _encoded(url)) for url in urls)
        ]

    def build(self, arguments: Mapping[str, Json], *, revealed: bool = True) -> RequestParts:
        """Build the request; `revealed=False` builds the one that may be shown.

        Raises:
            ArgumentsInvalid: an argument cannot be written where it belongs.
            ServerMissing: the operation has no absolute server address.
            CredentialError: a credential is missing.
        """
        self._check_server()
        reading = Reading(revealed=revealed)
        values = self._sorted(without_bytes(arguments))
        try:
            rules = self._rules_for(values)
            for rule in rules:
                apply_rule(rule, values, reading)
            return self._write(values, self._auth(rules), reading)
        except UnicodeEncodeError:
            # JSON text may hold "\ud800", which is no character and has no UTF-8.
            raise ArgumentsInvalid(["They hold half of a surrogate pair, no text."]) from None

    def prepare(self) -> None:
        """Find out whether requests have a server to go to and the credentials they need.

        Environment variables are looked up; other callables wait until a request is made.

        Raises:
            ServerMissing: the operation has no absolute server address.
            CredentialError: an environment variable that a value comes from is not set.
        """
        self._check_server()
        reading = Reading(revealed=False, looks_up=True)
        rules = self._standing_rules
        for rule in rules:
            apply_rule(rule, Values(), reading)
        credentials_for(self.operation, self._auth(rules), reading)

    def _check_server(self) -> None:
        operation = self.operation
        if not operation.is_reachable:
            raise ServerMissing(
                f"The API description names no absolute server for {operation.method} "
                f"{operation.path}.",
                place=operation.document.place,
                remedy="Give one: server=, or --server at the command line.",
            )

    def _rules_for(self, values: Values) -> list[Override]:
        standing = self._standing_rules
        if len(standing) == len(self.overrides):
            return standing
        fixed_path = {
            name: Reading(revealed=False).read(value, name)
            for rule in standing
            for name, value in (rule.path or {}).items()
        }
        url = self._path_url({**values.path, **fixed_path})
        return [
            rule
            for rule in self.overrides
            if rule in standing or rule.admits(self.operation.method, url)
        ]

    def _auth(self, rules: Sequence[Override]) -> Auth:
        given = [rule.auth for rule in rules if rule.auth is not None]
        return given[-1] if given else self.auth

    def _sorted(self, arguments: Mapping[str, Json]) -> Values:
        places = {argument: place for place, argument in self.names.items()}
        unknown = [argument for argument in arguments if argument not in places]
        if unknown:
            known = ", ".join(places) or "none"
            raise ArgumentsInvalid([f"There is no argument {unknown[0]!r}; known: {known}."])
        values = Values()
        for argument, value in arguments.items():
            location, name = places[argument]
            if location == "body":
                values.body.append(value)
            elif value is not None:
                values.at(location)[name] = value
        return values

    def _write(self, values: Values, auth: Auth, reading: Reading) -> RequestParts:
        credentials = credentials_for(self.operation, auth, reading)
        values.fix("query", credentials.query)
        values.fix("cookie", credentials.cookies)
        body = self._body(values)
        headers = dict(_STANDARD_HEADERS)
        if body is not None:
            set_header(headers, "Content-Type", body.content_type)
        cookie = "; ".join(self._cookies(values))
        if cookie:
            set_header(headers, "Cookie", cookie)
        for name, value in (*self._headers(values), *credentials.headers.items()):
            set_header(headers, name, value)
        return RequestParts(
            method=self.operation.method,
            url=self._url(values),
            headers=tuple(headers.items()),
            content=b"" if body is None else body.content,
            secrets=frozenset(reading.secrets),
        )

    def _declared(self, location: Location) -> dict[str, Parameter]:
        return {p.name: p for p in self.operation.parameters if p.location == location}

    def _headers(self, values: Values) -> Iterator[tuple[str, str]]:
        declared = self._declared("header")
        for name, value in values.header.items():
            parameter = declared.get(name) or Parameter.plain(name, "header")
            written = write_header(parameter, value)
            if written is not None:
                yield name, written

    def _cookies(self, values: Values) -> list[str]:
        declared = self._declared("cookie")
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

    def _url(self, values: Values) -> str:
        written = self._query(values)
        url = self._path_url(values.path)
        refuse_fixed([*written, *self._query_of_path(url)], values.fixed["query"])
        query = "&".join(piece.text for piece in written)
        mark = "&" if "?" in url else "?"
        return f"{url}{mark}{query}" if query else url

    def _query_of_path(self, url: str) -> list[Written]:
        """What a path's values say in the query that some paths have of their own."""
        if "?" not in url:
            return []
        own = names_in(_encoded(self.operation.url).partition("?")[2], "&;")
        names = [name for name in names_in(url.partition("?")[2], "&;") if name not in own]
        return [Written(argument="The path", names=names)]

    def _query(self, values: Values) -> list[Written]:
        whole, declared = self._declared("querystring"), self._declared("query")
        written = [
            self._written("querystring", name, _whole_query(whole[name], value), values)
            for name, value in values.querystring.items()
        ]
        for name, value in values.query.items():
            parameter = declared.get(name) or Parameter.plain(name, "query")
            texts = (f"{key}={text}" for key, text in query_pairs(parameter, value))
            written += (self._written("query", name, text, values) for text in texts)
        return written

    def _written(self, location: Location, name: str, text: str, values: Values) -> Written:
        return Written(
            argument=self.names.get((location, name), name),
            own_name="" if location == "querystring" else name,
            names=names_in(text, ";" if location == "cookie" else "&;"),
            text=text,
            is_fixed=location != "querystring" and name in values.fixed[location],
        )

    def _path_url(self, path_values: Mapping[str, Any]) -> str:
        """The URL with the path's template filled in, all names in one pass.

        A `#` in a path key begins a fragment, which is never sent; a `?` begins the query.
        """
        declared = self._declared("path")
        missing = [name for name in declared if name not in path_values]
        if missing:
            argument = self.names.get(("path", missing[0]), missing[0])
            raise ArgumentsInvalid([f"{argument} is required."])
        template = self.operation.rooted_path.partition("#")[0]
        written = _TEMPLATE.sub(
            lambda match: (
                write_path(declared[match[1]], path_values[match[1]])
                if match[1] in declared
                else match[0]
            ),
            template,
        )
        return _encoded(self.operation.base_url) + _encoded(written)

    def _body(self, values: Values) -> WrittenBody | None:
        body = self.operation.body
        if body is None or not values.body:
            return None
        media_type = preferred_media_type(body.content)
        media = MediaType.read(media_type, body.content[media_type], self.operation.document)
        self._check_fields(media, values)
        return write_body(media, values.body[0])

    def _check_fields(self, media: MediaType, values: Values) -> None:
        """A form's fields may be named by their values, and so name what is fixed."""
        if not values.fixed_body:
            return
        argument = self.names.get(("body", ""), "body")
        parts = ((values.free_body(), False), (values.fixed_body, True))
        written = [
            Written(argument=argument, names=[wire_name], is_fixed=is_fixed)
            for fields, is_fixed in parts
            for name, wire_name in field_names(media, fields)
            # What is left of a field that is fixed in part goes out in one with the rest.
            if is_fixed or name != wire_name or name not in values.fixed_body
        ]
        whole = {name for name, value in values.fixed_body.items() if not is_object(value)}
        refuse_fixed(written, whole)


_STANDARD_HEADERS: Mapping[str, str] = {
    "Accept": "application/json, text/*;q=0.9, */*;q=0.8",
    "User-Agent": f"callwright/{__version__}",
}


def _encoded(url: str) -> str:
    """The URL with what may not stand in one percent-encoded, and nothing else touched."""
    return quote(url, safe="%:/?[]@!$&'()*+,;=" + _UNRESERVED)


def _whole_query(parameter: Parameter, value: Json) -> str:
    """A query as one value (OAS 3.2, `in: querystring`): a form as it is, others encoded whole."""
    media = MediaType(name=parameter.media_type or "text/plain", encoding={})
    body = write_body(media, value)
    is_form = body.content_type == "application/x-www-form-urlencoded"
    return body.content.decode() if is_form else quote(body.content, safe=_UNRESERVED)
