"""Turn an operation and its arguments into one HTTP request. Nothing is sent from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from callwright._version import __version__
from callwright.core.errors import ArgumentsInvalid, ServerMissing
from callwright.core.json import Json, is_object
from callwright.openapi.argument import Fixed, argument_names
from callwright.openapi.file import as_json, file_content, is_file, names_path
from callwright.openapi.folder import FileFolders, FileReading
from callwright.openapi.media import MediaType, choose, read_media_types
from callwright.openapi.operation import Operation
from callwright.openapi.override import Override
from callwright.openapi.request.accept import accepted
from callwright.openapi.request.address import spellings
from callwright.openapi.request.body.form import field_names
from callwright.openapi.request.body.local import names_any_path, with_files_read
from callwright.openapi.request.body.write import write_body
from callwright.openapi.request.body.written import WrittenBody
from callwright.openapi.request.parts import RequestParts, set_header, set_own_header
from callwright.openapi.request.placement import Placement
from callwright.openapi.request.values import Values, apply_rule, merged
from callwright.openapi.request.wire import Written, refuse_fixed
from callwright.openapi.secret import Reading
from callwright.openapi.security.choice import credentials_for
from callwright.openapi.security.credential import Auth
from callwright.openapi.security.need import Need
from callwright.openapi.security.origin import origin_of
from callwright.openapi.security.token import Tokens, TokenSource
from callwright.openapi.security.wallet import Wallet

__all__ = ["RequestPlan"]


@dataclass(frozen=True, kw_only=True)
class RequestPlan:
    """How the calls of one operation become requests: its argument names, rules and credentials."""

    operation: Operation
    overrides: Sequence[Override] = ()
    folders: FileFolders = field(default_factory=FileFolders)
    wallet: Wallet = field(default_factory=Wallet, repr=False)
    tokens: Tokens | None = field(default=None, repr=False)

    @cached_property
    def names(self) -> Mapping[tuple[str, str], str]:
        """Which argument fills which parameter; `("body", "")` is the request body's."""
        return argument_names(self.operation)

    @cached_property
    def _placement(self) -> Placement:
        return Placement(operation=self.operation, names=self.names)

    @cached_property
    def _places(self) -> Mapping[str, tuple[str, str]]:
        return {argument: place for place, argument in self.names.items()}

    @cached_property
    def _media_types(self) -> Sequence[MediaType]:
        """The media types that the body may have, the preferred one first."""
        body = self.operation.body
        return () if body is None else read_media_types(body.content, self.operation.document)

    @cached_property
    def _standard_headers(self) -> Mapping[str, str]:
        accept = accepted(self.operation)
        return {"Accept": accept, "User-Agent": f"callwright/{__version__}"}

    @cached_property
    def _is_reachable(self) -> bool:
        return self.operation.is_reachable

    def fixed(self) -> Fixed:
        """What the rules fix for every request of the operation."""
        body: dict[str, Any] = {}
        for rule in self._standing_rules:
            body = merged(merged(body, rule.body or {}), rule.form or {})
        return Fixed(parameters=self._fixed_places() | self._credential_places(), body=body)

    def _fixed_places(self) -> set[tuple[str, str]]:
        """The parameters that rules fix, by location and name."""
        places: set[tuple[str, str]] = set()
        for rule in self._standing_rules:
            for location in ("path", "query"):
                places |= {(location, name) for name in getattr(rule, location) or ()}
            places |= {("header", name.lower()) for name in rule.headers or ()}
            places |= {("cookie", name) for name in rule.cookies or ()}
        return places

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
        if not self.overrides:
            return []
        operation = self.operation
        spelled = (*spellings(operation.declared_url), *spellings(operation.url))
        return [
            rule
            for rule in self.overrides
            if any(rule.admits(operation.method, url) for url in dict.fromkeys(spelled))
        ]

    def _bound(self, rule: Override) -> Override:
        """A rule; without its secrets where it names no host and the request leaves the API's own.

        Else `*` would send the API's key to whatever server a document names for one operation.
        """
        is_home = origin_of(self.operation.base_url) == self.wallet.home
        return rule if is_home or rule.names_host else rule.without_secrets()

    def build(self, arguments: Mapping[str, Json], reading: Reading) -> RequestParts:
        """Build the request for the wire, or the one that may be shown, as the reading is.

        Raises:
            ArgumentsInvalid: an argument cannot be written where it belongs.
            ServerMissing: the operation has no absolute server address.
            CredentialError: a credential is missing.
            Unread: a value comes from a callable and is not held yet.
        """
        self._check_server()
        try:
            files = FileReading(folders=self.folders)
            values = self._sorted(as_json(arguments), files)
            rules = [self._bound(rule) for rule in self._rules_for(values)]
            for rule in rules:
                apply_rule(rule, values, reading)
            return self._write(values, self._auth(rules), reading, files)
        except UnicodeEncodeError:
            # JSON text may hold "\ud800", which is no character and has no UTF-8.
            raise ArgumentsInvalid(["They hold half of a surrogate pair, no text."]) from None
        except RecursionError:
            raise ArgumentsInvalid(["They are nested too deeply."]) from None

    def prepare(self) -> None:
        """Find out whether requests have a server to go to and the credentials they need.

        Environment variables are looked up; other callables wait until a request is made.

        Raises:
            ServerMissing: the operation has no absolute server address.
            CredentialError: an environment variable that a value comes from is not set.
        """
        self._check_server()
        reading = Reading(revealed=False, looks_up=True)
        rules = [self._bound(rule) for rule in self._standing_rules]
        for rule in rules:
            apply_rule(rule, Values(), reading)
        credentials_for(self.operation, self._auth(rules), reading, self.tokens)

    @cached_property
    def need(self) -> Need:
        """What the operation asks for, held against what it is given."""
        names = ((place[0], place[1]) for place in self.names)
        lowered = ((at, name.lower() if at == "header" else name) for at, name in names)
        places = {*lowered, *self._fixed_places()}
        auth = self._auth(self._standing_rules)
        return Need(operation=self.operation, wallet=self.wallet, auth=auth, places=places)

    def _check_server(self) -> None:
        operation = self.operation
        if not self._is_reachable:
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
        url = self._placement.path_url({**values.path, **fixed_path})
        return [
            rule
            for rule in self.overrides
            if rule in standing or rule.admits(self.operation.method, url)
        ]

    def _auth(self, rules: Sequence[Override]) -> Auth:
        """What may go to the operation's server: a rule's word, or else the caller's for all.

        A rule says by its matcher where its credential goes, unless that states an origin itself.
        """
        origin = origin_of(self.operation.base_url)
        given = [rule for rule in rules if rule.auth is not None]
        if not given:
            return self.wallet.at(origin)
        home = origin if given[-1].names_host else self.wallet.home
        return Wallet(auth=given[-1].auth, home=home).at(origin)

    def _sorted(self, arguments: Mapping[str, Json], files: FileReading) -> Values:
        places = self._places
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
                values.at(location)[name] = self._as_text((location, name), value, files)
        return values

    def _as_text(self, place: tuple[str, str], value: Json, files: FileReading) -> Json:
        """A file that is given for a parameter, where it can only be text; all else as it is."""
        if not (is_file(value) or names_path(value)) or not self._placement.takes_file(*place):
            return value
        content = file_content(files.file(value) if names_path(value) else value)
        try:
            return content.decode()
        except UnicodeDecodeError:
            what = f"{self.names[place]} is a file that is no text, and belongs in no {place[0]}."
            raise ArgumentsInvalid([what]) from None

    def _write(
        self, values: Values, auth: Auth, reading: Reading, files: FileReading
    ) -> RequestParts:
        credentials = credentials_for(self.operation, auth, reading, self.tokens)
        values.fix("query", credentials.query)
        values.fix("cookie", credentials.cookies)
        body = self._body(values, files)
        headers = dict(self._standard_headers)
        if body is not None:
            set_header(headers, "Content-Type", body.content_type)
        cookie = "; ".join(self._placement.cookies(values))
        if cookie:
            set_header(headers, "Cookie", cookie)
        for name, value in self._placement.headers(values):
            set_header(headers, name, value)
        for name, value in credentials.headers.items():
            set_own_header(headers, name, value)
        return RequestParts(
            method=self.operation.method,
            url=self._placement.url(values),
            headers=tuple(headers.items()),
            content=b"" if body is None else body.content,
            secrets=frozenset(reading.secrets),
            files=tuple(files.files),
            flows=credentials.flows,
            discards=tuple(
                partial(source.discard, access)
                for source, access in reading.held()
                if isinstance(source, TokenSource) and isinstance(access, str)
            ),
            digest_user=credentials.digest_user,
        )

    def _body(self, values: Values, files: FileReading) -> WrittenBody | None:
        if not (self._media_types and values.body):
            return None
        (value,) = values.body
        if names_any_path(value):
            # The schema that a model knows is the preferred one's.
            value = with_files_read(self._media_types[0], value, files.file)
        media = choose(self._media_types, value)
        self._check_fields(media, values)
        return write_body(media, value)

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
