"""A request as a curl command that sends the same; a shown secret becomes a variable."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterable, Sequence

from callwright.openapi.folder import LocalFile
from callwright.openapi.secret import split_secrets

__all__ = ["curl_command"]


def curl_command(
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]],
    content: Sequence[bytes | LocalFile] = (),
    *,
    digest_user: str = "",
) -> str:
    """Write the command; the content is given in the pieces that it consists of.

    `digest_user` is the user and the password of HTTP digest.

    >>> curl_command("GET", "https://api.test/books?year=1815", [("Accept", "application/json")])
    "curl --request GET 'https://api.test/books?year=1815' --header 'Accept: application/json'"
    """
    # With `--request HEAD` curl waits for a body that never comes.
    words = ["curl", *(["--head"] if method == "HEAD" else ["--request", shlex.quote(method)])]
    if any(character in url for character in "[]{}"):
        words.append("--globoff")
    if digest_user:
        words += ["--digest", "--user", _shell(digest_user)]
    words.append(_shell(url))
    for name, value in headers:
        # curl takes a header without a value as one to leave out, unless a semicolon ends it.
        words += ["--header", _shell(f"{name}: {value}" if value else f"{name};")]
    return _with_content(" ".join(words), content)


def _with_content(curl: str, content: Sequence[bytes | LocalFile]) -> str:
    """The command with its body: in one word, from a file, or piped in as its pieces."""
    if not content:
        return curl
    if len(content) > 1:
        return f"{{ {'; '.join(map(_printed, content))}; }} | {curl} --data-binary @-"
    (piece,) = content
    if isinstance(piece, LocalFile):
        return f"{curl} --data-binary {shlex.quote(f'@{piece.path}')}"
    text = _as_word(piece)
    if text is None:
        return f"{_printed(piece)} | {curl} --data-binary @-"
    # Unlike --data-binary, --data-raw takes no leading `@` for the name of a file.
    return f"{curl} --data-raw {text}"


def _printed(piece: bytes | LocalFile) -> str:
    """A command that writes a piece."""
    if isinstance(piece, LocalFile):
        return f"cat {shlex.quote(str(piece.path))}"
    text = _as_word(piece)
    if text is None:
        return f"echo {base64.b64encode(piece).decode()} | base64 --decode"
    return f"printf %s {text}"


def _as_word(piece: bytes) -> str | None:
    """Bytes as a word of the shell; None where they are no text, or hold a NUL, which no word can.

    A secret in them is a variable.
    """
    try:
        return None if b"\0" in piece else _shell(piece.decode())
    except UnicodeDecodeError:
        return None


def _shell(text: str) -> str:
    return "".join(
        f'"${piece}"' if is_secret else shlex.quote(piece)
        for piece, is_secret in split_secrets(text)
    )
