"""Blots secrets out of what somebody reads: an answer, a message, a log, a stream of text.

A secret is found as it is and as URLs, JSON and Python's `repr` write it. Where a secret comes from
is not the business of this room.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import AnyStr
from urllib.parse import quote, quote_plus

from callwright.core.json import Json, dump_json, parse_json

__all__ = ["NO_SECRETS", "Redaction", "StreamRedaction", "is_secret", "without_secrets"]

_MARK = "[secret]"
_SHORTEST = 8
"""Shorter ones stay: they may be words of the text itself, or placeholders such as `EMPTY`."""
_SENSITIVE = re.compile(r"auth|cookie|key|token|secret|password|session|credential", re.IGNORECASE)
# RFC 9110, 11.4: a header of credentials is a scheme, a space, and what the secret itself is.
_CREDENTIALS = re.compile(r"[A-Za-z][A-Za-z0-9-]* +(\S+)")


def is_secret(value: object, name: str) -> bool:
    """Whether a fixed value is kept out of what is shown: one that is read, or has such a name.

    >>> is_secret("Bearer abc", "Authorization"), is_secret("2026-01-01", "X-Version")
    (True, False)
    """
    return callable(value) or _SENSITIVE.search(name) is not None


def without_secrets(
    content: AnyStr, secrets: Iterable[str], *, shortest: int = _SHORTEST
) -> AnyStr:
    """Text or bytes with every form of the secrets blotted out, but for those that are shorter.

    >>> without_secrets("The key hunter2-hunter2 was refused.", ["hunter2-hunter2"])
    'The key [secret] was refused.'
    """
    return Redaction.of(secrets, shortest=shortest)(content)


@dataclass(frozen=True, slots=True)
class Redaction:
    """Blots the same secrets out of one content after another."""

    forms: tuple[str, ...] = field(default=(), repr=False)
    """The secrets in all ways of writing them; the longest first, since one may hold another."""

    @classmethod
    def of(cls, secrets: Iterable[str], *, shortest: int = _SHORTEST) -> Redaction:
        """The redaction of secrets; those that are shorter stay."""
        found = {
            form
            for secret in secrets
            for whole in _parts(secret)
            if len(whole) >= shortest
            for form in _writings(whole)
        }
        return cls(tuple(sorted(found, key=len, reverse=True)))

    def __call__(self, content: AnyStr) -> AnyStr:
        """Text or bytes without the secrets."""
        for form in self.forms:
            if isinstance(content, str):
                content = content.replace(form, _MARK)
            else:
                content = content.replace(form.encode(errors="replace"), _MARK.encode())
        return content

    def of_json(self, value: Json) -> Json:
        """The same value without the secrets.

        Raises:
            ValueError: it is nested too deeply to be written down.
        """
        try:
            written = dump_json(value)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        clean = self(written)
        return value if clean == written else parse_json(clean)


NO_SECRETS = Redaction()
"""Leaves everything as it is."""


def _parts(secret: str) -> Collection[str]:
    """A secret, and the credentials alone where it begins with their scheme, as `Bearer ...`."""
    credentials = _CREDENTIALS.fullmatch(secret)
    return (secret, credentials[1]) if credentials else (secret,)


def _writings(secret: str) -> Collection[str]:
    escaped = [json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)]
    return {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        *escaped,
        # Some writers of JSON, PHP's among them, also escape the slash.
        *(form.replace("/", "\\/") for form in escaped),
        repr(secret)[1:-1],
        repr(secret.encode(errors="replace"))[2:-1],
    }


@dataclass(slots=True)
class StreamRedaction:
    """Blots secrets out of a text that comes bit by bit, also where one is cut in two.

    What may be the beginning of a secret is held back until more has come.

    >>> stream = StreamRedaction(Redaction.of(["hunter2-hunter2"]))
    >>> [stream.feed("It is hunter2"), stream.feed("-hunter2!"), stream.end()]
    ['It is ', '[secret]!', '']
    """

    redaction: Redaction
    _held: str = field(init=False, default="", repr=False)

    def feed(self, text: str) -> str:
        """What can be shown now that this has come."""
        whole = self.redaction(self._held + text)
        shown = len(whole) - max((_begun(whole, form) for form in self.redaction.forms), default=0)
        self._held = whole[shown:]
        return whole[:shown]

    def end(self) -> str:
        """What was held back and is no secret, since nothing follows."""
        held, self._held = self._held, ""
        return held


def _begun(text: str, form: str) -> int:
    """How many characters at the end of a text are the beginning of a form."""
    most = min(len(text), len(form) - 1)
    return next((size for size in range(most, 0, -1) if text.endswith(form[:size])), 0)
