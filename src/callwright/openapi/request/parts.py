"""A request in its parts: as it is sent, as a curl command, and as it may be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from callwright.core.errors import ArgumentsInvalid, CredentialError
from callwright.openapi.folder import LocalFile, split_files, without_base64
from callwright.openapi.request.curl import curl_command
from callwright.openapi.secret import show_secrets, split_secrets

if TYPE_CHECKING:
    import httpx2

__all__ = ["RequestParts", "set_header", "set_own_header"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestParts:
    """A request as it goes over the wire, or as it may be shown."""

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes = field(default=b"", repr=False)
    secrets: Collection[str] = field(default=(), repr=False)
    """The credentials in it, as they are."""
    files: Sequence[LocalFile] = field(default=(), repr=False)
    """The files that were read for it."""
    flows: tuple[Any, ...] = field(default=(), repr=False)
    """What authorizes it while it is sent."""
    discards: tuple[Callable[[], None], ...] = field(default=(), repr=False)
    """Lets go of the access tokens in it, so that the next request gets new ones."""
    digest_user: str = field(default="", repr=False)
    """User and password of HTTP digest, as they may be shown."""

    def to_httpx2(self) -> httpx2.Request:
        """The request as httpx2 sends it.

        Raises:
            ArgumentsInvalid: its address cannot be sent to, for one because it is too long.
        """
        import httpx2

        from callwright.openapi.request.quiet import SECRETS, QuietRequest

        # Bytes, since httpx2 takes text for ASCII: a name such as "Zoë" must not break a call.
        headers = [(name.encode(), value.encode()) for name, value in self.headers]
        try:
            request = QuietRequest(
                self.method,
                self.url,
                headers=headers,
                content=self.content or None,
                extensions={SECRETS: frozenset(self.secrets)},
            )
        except httpx2.InvalidURL as error:
            raise ArgumentsInvalid(
                [f"They make an address that cannot be sent: {error}."]
            ) from None
        request.method = self.method  # httpx2 writes it in capitals; OAS 3.2 keeps its case
        return request

    def to_curl(self) -> str:
        """The request as a curl command; a shown secret becomes a variable for the shell."""
        pieces = split_files(self.content, self.files)
        return curl_command(
            self.method, self.url, self.headers, pieces, digest_user=self.digest_user
        )

    def digest(self) -> str:
        """SHA-256, in hex, of method, URL, headers and body; a secret counts by its name alone."""
        headers = [text for header in self.headers for text in header]
        # Latin-1 has a character for every byte, so that a secret's mark is found in any body.
        texts = (self.method, self.url, *headers, self.content.decode("latin-1"))
        named = (_with_names(text) for text in texts)
        # Each with its length, so that no two requests are written alike.
        written = "".join(f"{len(text)}:{text}" for text in named)
        return sha256(written.encode(errors="surrogatepass")).hexdigest()

    @property
    def shown_url(self) -> str:
        """The URL for people to read, secrets as `$NAME`."""
        return show_secrets(self.url)

    @property
    def shown_content(self) -> str:
        """The body for people to read: secrets as `$NAME`, files by their names."""
        pieces = (
            piece.mark if isinstance(piece, LocalFile) else piece.decode(errors="replace")
            for piece in split_files(without_base64(self.content, self.files), self.files)
        )
        return show_secrets("".join(pieces))


def _with_names(text: str) -> str:
    """A shown text that is the same in every process; no argument can be taken for a secret."""
    return "".join(
        f"\0{piece}\0" if is_secret else piece for piece, is_secret in split_secrets(text)
    )


def set_header(headers: dict[str, Any], name: str, value: str) -> None:
    """Set a header whatever the case of its name; what could break out of it is refused."""
    if not _HEADER_NAME.fullmatch(name):
        raise ArgumentsInvalid([f"{name!r} is no name that a header can have."])
    if _CONTROL.search(value):
        raise ArgumentsInvalid(
            [f"The header {name!r} must not hold a line break or half of a surrogate pair."]
        )
    if len(value) > _MAX_HEADER:
        raise ArgumentsInvalid([f"The header {name!r} has more than {_MAX_HEADER:,} characters."])
    for known in [known for known in headers if known.lower() == name.lower()]:
        del headers[known]
    headers[name] = value.strip(" \t")


def set_own_header(headers: dict[str, Any], name: str, value: str) -> None:
    """Set a header of the caller's, who is told what is wrong with it, not the model.

    Raises:
        CredentialError: the value is none that a header can have; it is not in the message.
    """
    try:
        set_header(headers, name, value)
    except ArgumentsInvalid:
        raise CredentialError(
            f"The value that is fixed for the header {name!r} cannot be sent: it has a line end "
            "or another character that no header can have, or is too long.",
            remedy="Often a secret was read with the line end of its file: strip() it.",
        ) from None


_MAX_HEADER = 32_000
"""Few servers take as much in a header."""
# RFC 9110, 5.1 and 5.5.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
