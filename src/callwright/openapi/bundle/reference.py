"""References as URIs: what address one means, and which steps its fragment takes.

Nothing is looked up here.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from callwright.core.errors import SpecInvalid
from callwright.core.pointer import escape

__all__ = ["fragment_of", "has_scheme", "joined", "pointer_of", "relative_place", "steps_of"]

_MAX_LENGTH = 4_000
"""Characters of an address. Each is joined with a base, so a base of megabytes would multiply."""

_KEPT = "!#$%&'()*+,/:;=?@[]~"
"""What a URL may hold besides letters and digits, and the percent sign of what is escaped."""


def joined(base: str, reference: str) -> str:
    """The address that a reference means (RFC 3986, section 5.2), without its fragment.

    Without a base a relative reference stays relative; it may still name a schema by its `$id`.

    >>> joined("https://api.test/v1/openapi.yaml", "../schemas/my pet.yaml#/Pet")
    'https://api.test/schemas/my%20pet.yaml'

    Raises:
        SpecInvalid: it is no URI reference.
    """
    address = reference.partition("#")[0]
    if not address:
        return base
    if len(base) + len(address) > _MAX_LENGTH:
        raise SpecInvalid("its address is too long")
    try:
        parts = urlsplit(urljoin(base, address))
        return quote(urlunsplit(parts._replace(netloc=parts.netloc.lower())), safe=_KEPT)
    except ValueError:
        raise SpecInvalid("it is no URL") from None


def fragment_of(reference: str) -> str:
    """What stands behind the `#` of a reference."""
    return reference.partition("#")[2]


def steps_of(fragment: str) -> Sequence[str] | None:
    """The keys that a JSON Pointer in a fragment names (RFC 6901, section 6); None if it is none.

    >>> steps_of("/paths/~1pets~1%7Bid%7D/get")
    ('paths', '/pets/{id}', 'get')
    """
    if not fragment:
        return ()
    first, *parts = fragment.split("/")
    if unquote(first):
        return None
    return tuple(unquote(part).replace("~1", "/").replace("~0", "~") for part in parts)


def pointer_of(prefix: str, steps: Sequence[str]) -> str:
    """A JSON Pointer as a fragment; the percent sign would be read as an escape.

    >>> pointer_of("#", ["paths", "/a%b"])
    '#/paths/~1a%25b'
    """
    return "/".join((prefix, *map(_escaped, steps)))


def _escaped(step: str) -> str:
    return escape(step).replace("%", "%25")


def has_scheme(url: str) -> bool:
    """Whether an address is whole."""
    return urlsplit(url).scheme != ""


def relative_place(url: str, base: str) -> str:
    """A document's address as it may be shown: relative where it can be, else without secrets.

    >>> relative_place("https://api.test/common/pet.yaml?token=1", "https://api.test/v1/openapi.yaml")
    '../common/pet.yaml'
    """
    there, here = urlsplit(url), urlsplit(base)
    host = there.netloc.rpartition("@")[2]
    if (there.scheme, host) != (here.scheme, here.netloc.rpartition("@")[2]) or not base:
        return urlunsplit((there.scheme, host, there.path, "", ""))
    folder = posixpath.dirname(here.path)
    return unquote(posixpath.relpath(there.path or "/", folder or "/"))
