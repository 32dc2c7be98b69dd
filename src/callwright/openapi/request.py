"""Turn an operation and its arguments into one HTTP request. Nothing is sent from here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from callwright._version import __version__
from callwright.core.errors import ArgumentsInvalid, ServerMissing
from callwright.core.json import Json, is_object
from callwright.openapi.argument import Fixed
from callwright.openapi.file import without_bytes
from callwright.openapi.media import MediaType, WrittenBody, preferred_media_type, write_body
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

__all__ = ["RequestPlan"]

_UNRESERVED = "-._~"
_TEMPLATE = re.compile(r"\{([^{}]+)\}")


@dataclass(slots=True)
class _Values:
    """The values of one request by where they go."""

    path: dict[str, Any] = field(default_factory=dict[str, Any])
    query: dict[str, Any] = field(default_factory=dict[str, Any])
    querystring: dict[str, Any] = field(default_factory=dict[str, Any])
    header: dict[str, Any] = field(default_factory=dict[str, Any])
    cookie: dict[str, Any] = field(default_factory=dict[str, Any])
    body: list[Json] = field(default_factory=list[Json])
    """The one body, if there is one; a body may also be null."""

    def at(self, location: str) -> dict[str, Any]:
        values: dict[str, Any] = getattr(self, location)
        return values


@dataclass(frozen=True, kw_only=True)
class RequestPlan:
    """How the calls of one operation become requests: its argument names, rules and credentials."""

    operation: Operation
    names: Mapping[tuple[str, str], str]
    overrides: Sequence[Override] = ()
    auth: Auth = None

    def fixed(self) -> Fixed:
        """What the rules fix for every request of the operation."""
        parameters: set[tuple[str, str]] = set()
        body: dict[str, Any] = {}
        for rule in self._standing_rules():
            for location in ("path", "query"):
                parameters |= {(location, name) for name in getattr(rule, location) or ()}
            parameters |= {("header", name.lower()) for name in rule.headers or ()}
            parameters |= {("cookie", name) for name in rule.cookies or ()}
            body = _merged(_merged(body, rule.body or {}), rule.form or {})
        parameters |= self._credential_places()
        return Fixed(parameters=parameters, body=body)

    def _credential_places(self) -> set[tuple[str, str]]:
        auth = self._auth(self._standing_rules())
        added = credentials_for(self.operation, auth, Reading(revealed=False))
        return {
            *(("header", name.lower()) for name in added.headers),
            *(("query", name) for name in added.query),
            *(("cookie", name) for name in added.cookies),
        }

    def _standing_rules(self) -> list[Override]:
        """The rules that admit the operation by its URL, whatever the arguments are."""
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
                _apply(rule, values, reading)
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
        rules = self._standing_rules()
        for rule in rules:
            _apply(rule, _Values(), reading)
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

    def _rules_for(self, values: _Values) -> list[Override]:
        standing = self._standing_rules()
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

    def _sorted(self, arguments: Mapping[str, Json]) -> _Values:
        places = {argument: place for place, argument in self.names.items()}
        unknown = [argument for argument in arguments if argument not in places]
        if unknown:
            known = ", ".join(places) or "none"
            raise ArgumentsInvalid([f"There is no argument {unknown[0]!r}; known: {known}."])
        values = _Values()
        for argument, value in arguments.items():
            location, name = places[argument]
            if location == "body":
                values.body.append(value)
            elif value is not None:
                values.at(location)[name] = value
        return values

    def _write(self, values: _Values, auth: Auth, reading: Reading) -> RequestParts:
        credentials = credentials_for(self.operation, auth, reading)
        values.query.update(credentials.query)
        values.cookie.update(credentials.cookies)
        body = self._body(values)
        headers = dict(_STANDARD_HEADERS)
        if body is not None:
            set_header(headers, "Content-Type", body.content_type)
        cookie = "; ".join(_cookies(self._declared("cookie"), values.cookie))
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

    def _headers(self, values: _Values) -> Iterator[tuple[str, str]]:
        declared = self._declared("header")
        for name, value in values.header.items():
            parameter = declared.get(name) or Parameter.plain(name, "header")
            written = write_header(parameter, value)
            if written is not None:
                yield name, written

    def _url(self, values: _Values) -> str:
        whole, declared = self._declared("querystring"), self._declared("query")
        written = [_whole_query(whole[name], value) for name, value in values.querystring.items()]
        written += [
            f"{key}={text}"
            for name, value in values.query.items()
            for key, text in query_pairs(
                declared.get(name) or Parameter.plain(name, "query"), value
            )
        ]
        url = self._path_url(values.path)
        query = "&".join(written)
        mark = "&" if "?" in url else "?"
        return f"{url}{mark}{query}" if query else url

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

    def _body(self, values: _Values) -> WrittenBody | None:
        body = self.operation.body
        if body is None or not values.body:
            return None
        media_type = preferred_media_type(body.content)
        media = MediaType.read(media_type, body.content[media_type], self.operation.document)
        return write_body(media, values.body[0])


_STANDARD_HEADERS: Mapping[str, str] = {
    "Accept": "application/json, text/*;q=0.9, */*;q=0.8",
    "User-Agent": f"callwright/{__version__}",
}


def _encoded(url: str) -> str:
    """The URL with what may not stand in one percent-encoded, and nothing else touched."""
    return quote(url, safe="%:/?[]@!$&'()*+,;=" + _UNRESERVED)


def _apply(rule: Override, values: _Values, reading: Reading) -> None:
    """Put a rule's values over those that are there."""
    for location, fixed in (("path", rule.path), ("query", rule.query), ("cookie", rule.cookies)):
        for name, value in (fixed or {}).items():
            values.at(location)[name] = _read(value, name, reading)
    for name, value in (rule.headers or {}).items():
        set_header(values.header, name, reading.read(value, name))
    fixed_body = _merged(rule.body or {}, rule.form or {})
    if fixed_body:
        given: Json = values.body[0] if values.body else None
        under: Mapping[str, Any] = given if is_object(given) else {}
        values.body[:] = [_merged(under, _read(fixed_body, "body", reading))]


def _read(value: Any, name: str, reading: Reading) -> Any:
    """A fixed value of any JSON kind; what is callable in it is read."""
    if is_object(value):
        return {key: _read(item, key, reading) for key, item in value.items()}
    if isinstance(value, list):
        return [_read(item, name, reading) for item in value]  # pyright: ignore[reportUnknownVariableType]
    is_text = callable(value) or isinstance(value, str)
    return reading.read(value, name) if is_text else value


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two objects merged in depth, the second over the first."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _merged(below, value) if is_object(below) and is_object(value) else value
    return result


def _whole_query(parameter: Parameter, value: Json) -> str:
    """A query as one value (OAS 3.2, `in: querystring`): a form as it is, others encoded whole."""
    media = MediaType(name=parameter.media_type or "text/plain", encoding={})
    body = write_body(media, value)
    is_form = body.content_type == "application/x-www-form-urlencoded"
    return body.content.decode() if is_form else quote(body.content, safe=_UNRESERVED)


def _cookies(declared: Mapping[str, Parameter], values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        # A cookie that is declared nowhere is the caller's, who wrote it as it shall be sent.
        parameter = declared.get(name) or Parameter(name=name, location="cookie", style="cookie")
        yield from (f"{key}={text}" for key, text in cookie_pairs(parameter, value))
