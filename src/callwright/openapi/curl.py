"""A request as a curl command that sends the same; a shown secret becomes a variable."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterable

from callwright.openapi.secret import split_secrets

__all__ = ["curl_command"]


def curl_command(
    method: str, url: str, headers: Iterable[tuple[str, str]], content: bytes = b""
) -> str:
    """Write the command.

    >>> curl_command("GET", "https://api.test/books?year=1815", [("Accept", "application/json")])
    "curl --request GET 'https://api.test/books?year=1815' --header 'Accept: application/json'"
    """
    # With `--request HEAD` curl waits for a body that never comes.
    words = ["curl", *(["--head"] if method == "HEAD" else ["--request", shlex.quote(method)])]
    if any(character in url for character in "[]{}"):
        words.append("--globoff")
    words.append(_shell(url))
    for name, value in headers:
        # curl takes a header without a value as one to leave out, unless a semicolon ends it.
        words += ["--header", _shell(f"{name}: {value}" if value else f"{name};")]
    if not content:
        return " ".join(words)
    try:
        # Unlike --data-binary, --data-raw takes no leading `@` for the name of a file.
        return " ".join([*words, "--data-raw", _shell(content.decode())])
    except UnicodeDecodeError:
        encoded = base64.b64encode(content).decode()
        piped = ["echo", encoded, "|", "base64", "--decode", "|", *words, "--data-binary", "@-"]
        return " ".join(piped)


def _shell(text: str) -> str:
    return "".join(
        f'"${piece}"' if is_secret else shlex.quote(piece)
        for piece, is_secret in split_secrets(text)
    )
