"""Turn an operation and its arguments into one HTTP request. Nothing is sent from here."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from callwright._version import __version__
from callwright.core.errors import ArgumentsInvalid, ServerMissing
from callwright.core.json import Json, is_object
from callwright.openapi.argument import Fixed
from callwright.openapi.media import WrittenBody, preferred_media_type, write_body
from callwright.openapi.operation import Operation
from callwright.openapi.override import Override
from callwright.openapi.parameter import Location, Parameter, query_pairs, write_path, write_plain
from callwright.openapi.secret import Reading, show_secrets, split_secrets
from callwright.openapi.security import Auth, credentials_for

if TYPE_CHECKING:
    import httpx2

__all__ = ["RequestParts", "RequestPlan"]

_UNRESERVED = "-._~"
_TEMPLATE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestParts:
    """A request as it goes over the wire, or as it may be shown."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    content: bytes = b""

    def to_httpx2(self) -> httpx2.Request:
        """The request as httpx2 sends it."""
        import httpx2

        # Bytes, since httpx2 takes text for ASCII: a name such as "Zoë" must not break a call.
        headers = [(name.encode(), value.encode()) for name, value in self.headers]
        return httpx2.Request(self.method, self.url, headers=headers, content=self.content or None)

    def to_curl(self) -> str:
        """The request as a curl command; a shown secret becomes a variable for the shell."""
        words = ["curl", "--request", self.method, _shell(self.url)]
        for name, value in self.headers:
            words += ["--header", _shell(f"{name}: {value}")]
        if self.content:
            words += ["--data-binary", _shell(self.content.decode(errors="replace"))]
        return " ".join(words)

    @property
    def shown_url(self) -> str:
        """The URL for people to read, secrets as `$NAME`."""
        return show_secrets(self.url)


def _shell(text: str) -> str:
    return "".join(
        f'"${piece}"' if is_secret else shlex.quote(piece)
        for piece, is_secret in split_secrets(text)
    )


@dataclass(slots=True)
class _Values:
    """The values of one request by where they go."""

    path: dict[str, Any] = field(default_factory=dict[str, Any])
    query: dict[str, Any] = field(default_factory=dict[str, Any])
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
        return Fixed(parameters=parameters, body=body)

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
        operation, reading = self.operation, Reading(revealed=revealed)
        if not operation.is_reachable:
            raise ServerMissing(
                f"The API description names no absolute server for {operation.method} "
                f"{operation.path}.",
                place=operation.document.place,
                remedy="Give one: server=, or --server at the command line.",
            )
        values = self._sorted(arguments)
        rules = self._rules_for(values)
        for rule in rules:
            _apply(rule, values, reading)
        return self._write(values, self._auth(rules), reading)

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
            headers["Content-Type"] = body.content_type
        cookie = "; ".join(_cookies(self._declared("cookie"), values.cookie))
        if cookie:
            headers["Cookie"] = cookie
        for name, value in (*self._headers(values), *credentials.headers.items()):
            _set_header(headers, name, value)
        return RequestParts(
            method=self.operation.method,
            url=self._url(values),
            headers=tuple(headers.items()),
            content=b"" if body is None else body.content,
        )

    def _declared(self, location: Location) -> dict[str, Parameter]:
        return {p.name: p for p in self.operation.parameters if p.location == location}

    def _headers(self, values: _Values) -> Iterator[tuple[str, str]]:
        declared = self._declared("header")
        for name, value in values.header.items():
            parameter = declared.get(name) or Parameter.plain(name, "header")
            yield name, write_plain(parameter, value)

    def _url(self, values: _Values) -> str:
        declared = self._declared("query")
        pairs = [
            pair
            for name, value in values.query.items()
            for pair in query_pairs(declared.get(name) or Parameter.plain(name, "query"), value)
        ]
        url = self._path_url(values.path)
        query = "&".join(f"{name}={value}" for name, value in pairs)
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
        template = self.operation.path.partition("#")[0]
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
        media = body.content[media_type]
        return write_body(media_type, media if is_object(media) else {}, values.body[0])


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
        _set_header(values.header, name, reading.read(value, name))
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


def _cookies(declared: Mapping[str, Parameter], values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        parameter = declared.get(name) or Parameter.plain(name, "cookie")
        yield f"{name}={write_plain(parameter, value).replace(';', '%3B')}"


def _set_header(headers: dict[str, Any], name: str, value: str) -> None:
    """Set a header whatever the case of its name; a line break in it is refused."""
    if any(character in f"{name}{value}" for character in "\r\n\0"):
        raise ArgumentsInvalid([f"The header {name!r} must not hold a line break."])
    for known in [known for known in headers if known.lower() == name.lower()]:
        del headers[known]
    headers[name] = value
