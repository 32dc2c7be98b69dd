"""Override rules: what the caller fixes for the requests that a matcher admits.

What a rule fixes is hidden from the model, which can neither see nor replace it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import SplitResult, quote, urlsplit

from callwright.core.errors import InvalidOverride
from callwright.core.json import is_object
from callwright.core.redaction import is_secret
from callwright.openapi.answer.projection import Projection, read_paths
from callwright.openapi.secret import Value

if TYPE_CHECKING:
    import httpx2

__all__ = ["Matcher", "Override", "RequestView", "read_rules"]


@dataclass(frozen=True, slots=True)
class RequestView:
    """What a matcher is asked about: where a request goes, and by which method."""

    url: httpx2.URL
    method: str


Matcher: TypeAlias = "str | Callable[[RequestView], object]"


@dataclass(frozen=True, slots=True, repr=False)
class Override:
    """Fix values for every request that the matcher admits.

    `matcher` is a callable that takes an object with `.url` (httpx2.URL) and `.method`, as in
    ai-utils, or a pattern: `"GET https://api.github.com/users/*"`, `"*.github.com"`, `"POST *"`.
    A `*` in the host stands for labels at its beginning, else for a part of one, and never reaches
    into the path. The matcher is asked with the operation's URL as the document has it
    (`/users/{id}`) and with that of the request. A secret of a pattern without a host (`"*"`) goes
    to the API's own origin only. Values are text, or a zero-argument callable such
    as `env("NAME")`, read when the request is made; `body` may be any JSON object and is merged
    into the body in depth.

    `fields` are the only parts of a successful JSON answer that the model is given: paths of keys
    and indexes, with `*` for every one of them, and `~1` for a slash in a key. Of several rules
    with fields the last one holds.

    >>> Override("GET *.github.com", fields=["*/number", "*/title", "*/user/login"])
    Override('GET *.github.com', fields=...)
    >>> Override("*.github.com", headers={"User-Agent": "my-app"})
    Override('*.github.com', headers=...)

    Raises:
        InvalidOverride: the matcher, a value or a path is of no usable kind.
    """

    matcher: Matcher
    _: KW_ONLY
    headers: Mapping[str, Value] | None = None
    query: Mapping[str, Any] | None = None
    path: Mapping[str, Value] | None = None
    body: Mapping[str, Any] | None = None
    cookies: Mapping[str, Value] | None = None
    form: Mapping[str, Any] | None = None
    auth: Any = None
    fields: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.matcher, str):
            _read_pattern(self.matcher)
        elif not callable(self.matcher):
            raise InvalidOverride(
                f"The matcher of an override is {self.matcher!r}.",
                remedy='Use a pattern such as "GET https://host/path/*", or a callable.',
            )
        for name in _FIELDS:
            if not (getattr(self, name) is None or is_object(getattr(self, name))):
                raise InvalidOverride(f"The {name} of {self!r} must be a mapping of names.")
        if self.fields is not None:
            read_paths(self.fields)

    def __repr__(self) -> str:
        given = (
            f"{name}=..."
            for name in (*_FIELDS, "auth", "fields")
            if getattr(self, name) is not None
        )
        return f"Override({', '.join([repr(self.matcher), *given])})"

    @property
    def names_host(self) -> bool:
        """Whether the rule says where its secrets go. A callable does: it is asked for each URL."""
        return not isinstance(self.matcher, str) or _read_pattern(self.matcher).names_host

    @property
    def has_secrets(self) -> bool:
        """Whether the rule has a credential, or a value that is kept secret."""
        return self.auth is not None or self.without_secrets() != self

    def without_secrets(self) -> Override:
        """The same rule without the values that are kept secret; a credential has an origin."""
        kept: dict[str, Any] = {name: _plain(getattr(self, name)) for name in _FIELDS}
        return replace(self, **kept)

    @property
    def projection(self) -> Projection | None:
        """The `fields` as they are taken from an answer; None where all of it is given."""
        return None if self.fields is None else read_paths(self.fields)

    def admits(self, method: str, url: str) -> bool:
        """Whether the rule holds for a request of this method and URL.

        Raises:
            InvalidOverride: the matcher returned something other than a bool.
        """
        if isinstance(self.matcher, str):
            return _read_pattern(self.matcher).admits(method, url)
        import httpx2

        result: object = self.matcher(RequestView(httpx2.URL(url), method))
        if not isinstance(result, bool):
            raise InvalidOverride(
                f"The matcher of {self!r} returned {result!r}; it must return a bool."
            )
        return result

    def may_admit(self, method: str, template: str) -> bool:
        """Whether the rule can hold for a request to a URL with a template, as far as it is known.

        A callable is not asked: what it says of a template says nothing of the requests.
        """
        if not isinstance(self.matcher, str):
            return True
        return _read_pattern(self.matcher).may_admit(method, template)


def _plain(values: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if values is None:
        return None
    return {name: value for name, value in values.items() if not is_secret(value, name)}


def read_rules(given: object) -> tuple[Override, ...]:
    """The rules of the caller; one by itself is a list of one.

    Raises:
        InvalidOverride: something among them is no rule.
    """
    listed: list[object] = [*given] if isinstance(given, Iterable) else [given]
    rules = tuple(rule for rule in listed if isinstance(rule, Override))
    for rule in listed:
        if not isinstance(rule, Override):
            raise InvalidOverride(
                f"{rule!r} is no override.", remedy="Give overrides=[Override(...), ...]."
            )
    return rules


_FIELDS = ("headers", "query", "path", "body", "cookies", "form")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern taken apart, so that a `*` in the host never reaches into the path."""

    method: str
    scheme: str
    host: re.Pattern[str]
    path: re.Pattern[str]
    written_path: str
    names_host: bool

    def admits(self, method: str, url: str) -> bool:
        parts = self._admitted_place(method, url)
        return parts is not None and self.path.fullmatch(parts.path or "/") is not None

    def may_admit(self, method: str, template: str) -> bool:
        parts = self._admitted_place(method, template)
        if parts is None:
            return False
        path = parts.path or "/"
        if self.path.fullmatch(quote(path, safe=_URL_CHARACTERS)):
            return True
        # Up to the first brace of the one and the first star of the other they must agree.
        known, brace, _ = path.partition("{")
        known = quote(known, safe=_URL_CHARACTERS)
        wanted, star, _ = self.written_path.partition("*")
        agree = wanted.startswith(known) or (bool(star) and known.startswith(wanted))
        return bool(brace) and agree

    def _admitted_place(self, method: str, url: str) -> SplitResult | None:
        """The parts of a URL whose method, scheme and host fit."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        fits = (
            self.method in ("*", method)
            and self.scheme in ("*", parts.scheme)
            and any(self.host.fullmatch(host) for host in _hosts(parts))
        )
        return parts if fits else None


def _hosts(parts: SplitResult) -> tuple[str, ...]:
    """The host as a pattern may name it: with its port, and without."""
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host, parts.netloc.rpartition("@")[2].lower()


@lru_cache(maxsize=256)
def _read_pattern(pattern: str) -> _Pattern:
    match = _PATTERN.fullmatch(pattern.strip())
    if match is None:
        raise InvalidOverride(
            f"The pattern {pattern!r} cannot be read.",
            remedy='Write it as "*.host", "https://host/path/*", or "GET https://host/path/*".',
        )
    # `{id}` of a template stands encoded in the URL that is asked about.
    path = quote(match["path"] or "*", safe=_URL_CHARACTERS)
    return _Pattern(
        method=match["method"] or "*",
        scheme=(match["scheme"] or "*").lower(),
        host=_host_glob(match["host"].lower()),
        path=re.compile(_glob(path, ".*"), re.DOTALL),
        written_path=path,
        names_host=bool(match["host"].strip("*.:")),
    )


def _host_glob(host: str) -> re.Pattern[str]:
    """A `*` at the beginning stands for any labels, another one for a part of one label.

    One that ends a name, as in `https://api.github.com*`, belongs to the path: it must not admit
    `api.github.com.evil.example`.
    """
    if len(host) > 1 and host.endswith("*") and not host.endswith((".*", ":*")):
        host = host.rstrip("*")
    start, rest = (".*", host[1:]) if host.startswith("*") else ("", host)
    return re.compile(start + _glob(rest, "[^.:]*"))


def _glob(pattern: str, star: str) -> str:
    return star.join(re.escape(part) for part in pattern.split("*"))


_URL_CHARACTERS = "%/*-._~!$&'()+,;=:@"
_PATTERN = re.compile(
    r"((?P<method>[A-Z]+|\*)\s+)?((?P<scheme>[a-zA-Z]+|\*)://)?"
    r"(?P<host>(\[[0-9a-fA-F:]+\]|[^/\s:\[\]]+)(:[0-9*]+)?)(?P<path>/\S*)?"
)
